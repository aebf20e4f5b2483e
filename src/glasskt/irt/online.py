"""One student, response by response: the two-level filter as a small immutable state.

    state = start(parameters)
    state = update(state, skill, response)
    mastery(state, skill)                     probability of success and its 95 % interval

An update costs the same after ten responses as after ten thousand; it grows with the square of the skills practised. The state after a
response is that of the batch filter (`two_level_filter.track`), learning step and drift included. With `general_only` it is that of the
one-level Gaussian filter (`gaussian_filter.track`).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from glasskt.errors import UserError
from glasskt.irt.gaussian_response import bend
from glasskt.irt.two_level_filter import Parameters

Floats = NDArray[np.float64]
NORMAL_95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class State:
    """What is known of a student; never changed in place.

    Attributes:
        parameters: Of the model.
        skills: Practised so far, in the order of first contact; n - 1 of them.
        mean: Of the general ability and of the deviations of `skills`, logits, `(n,)`.
        covariance: `(n, n)`.
    """

    parameters: Parameters
    skills: tuple[int, ...]
    mean: Floats
    covariance: Floats


@dataclass(frozen=True, kw_only=True)
class Mastery:
    """Probability of success at a skill, averaged over the belief, and the 95 % interval of the student's own probability."""

    p: float
    low: float
    high: float


def general_only(beta: Floats, sigma: float, drift: float) -> Parameters:
    """The one-level model in the form of the two-level one: no deviations, no learning steps."""
    return Parameters(sigma=sigma, tau=0.0, drift_general=drift, drift_skill=0.0, beta=beta, learning=np.zeros((len(beta), 2)))


def start(parameters: Parameters) -> State:
    """A student of whom nothing is known.

    Example:
        >>> state = start(general_only(np.array([-1.0]), 1.0, 0.0))
        >>> better = update(update(state, 0, 1), 0, 1)
        >>> mastery(state, 0).p < mastery(better, 0).p
        True
    """
    return State(parameters=parameters, skills=(), mean=np.zeros(1), covariance=np.array([[parameters.sigma**2]]))


def update(state: State, skill: int, response: int) -> State:
    """The state after one response, with what the student is expected to have learned from it.

    Raises:
        UserError: The skill is not one of the model's, or the response is neither 0 nor 1.
    """
    if response not in (0, 1):
        raise UserError(f"response {response!r} is neither 0 (wrong) nor 1 (correct)")
    state = _with(state, skill)
    parameters, slot = state.parameters, state.skills.index(skill) + 1
    direction = state.covariance[:, 0] + state.covariance[:, slot]  # (n,)
    level = state.mean[0] + state.mean[slot] - parameters.beta[skill]
    _, first, second = bend(level, direction[0] + direction[slot], response)
    mean = state.mean + first * direction
    covariance = state.covariance + second * np.outer(direction, direction)
    mean[slot] += parameters.learning[skill, response]
    covariance[0, 0] += parameters.drift_general
    covariance[slot, slot] += parameters.drift_skill
    return replace(state, mean=mean, covariance=covariance)


def mastery(state: State, skill: int) -> Mastery:
    """What the state says of one skill, practised or not.

    Raises:
        UserError: The skill is not one of the model's.
    """
    state = _with(state, skill)
    slot = state.skills.index(skill) + 1
    level = float(state.mean[0] + state.mean[slot] - state.parameters.beta[skill])
    variance = float(state.covariance[0, 0] + 2 * state.covariance[0, slot] + state.covariance[slot, slot])
    reach = NORMAL_95 * variance**0.5
    return Mastery(p=float(bend(level, variance, 1)[0]), low=float(expit(level - reach)), high=float(expit(level + reach)))


def _with(state: State, skill: int) -> State:
    """The state with a place for a skill: at first contact its deviation is N(0, tau^2), independent of all that is known."""
    n_skills = len(state.parameters.beta)
    if not 0 <= skill < n_skills:
        raise UserError(f"skill {skill} is not one of the model's: 0 to {n_skills - 1}")
    if skill in state.skills:
        return state
    n = len(state.mean)
    covariance = np.zeros((n + 1, n + 1))
    covariance[:n, :n], covariance[n, n] = state.covariance, state.parameters.tau**2
    return replace(state, skills=(*state.skills, skill), mean=np.append(state.mean, 0.0), covariance=covariance)
