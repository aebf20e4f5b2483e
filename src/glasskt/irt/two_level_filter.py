"""The two-level filter: a general ability and a deviation for every practised skill, followed response by response.

    logit P(r_t = 1) = g_t + s_{k,t} - beta_k                         k is the practised skill
    g_0 ~ N(0, sigma^2),        g_{t+1} = g_t + N(0, q_g)
    s_k ~ N(0, tau^2) at the first contact,    s_k <- s_k + lambda_{k,r} + N(0, q_s) after each response r to it

The belief is Gaussian over (g, every skill practised so far), with its full covariance P: knowing one of them tells about the others. A
response changes it along one direction c = P h only, h = e_g + e_k, by the derivatives L1, L2 of `gaussian_response`:

    m <- m + c L1,    P <- P + c c' L2

so that a response costs two exponentials and n^2 multiplications, n = 1 + skills practised. The learning step lambda and both drifts are
applied after the response: *after* at one response is *before* at the student's next.

Sources: Opper 1998 (assumed-density filtering); Glickman 1999 (drifting ratings); Pelanek et al. 2017 (learning apart from evidence).
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt.gaussian_response import bend

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Of the two-level model, K skills; logits and squared logits.

    Attributes:
        sigma: Standard deviation of g before the first response.
        tau: Standard deviation of a skill's deviation at its first contact.
        drift_general: q_g, variance of g's walk per response.
        drift_skill: q_s, variance of a skill's walk per response to it.
        beta: Difficulties at the first contact, `(K,)`.
        learning: Learning step after a wrong and after a correct response, `(K, 2)`.
    """

    sigma: float
    tau: float
    drift_general: float
    drift_skill: float
    beta: Floats
    learning: Floats

    @property
    def variances(self) -> Floats:
        """sigma^2, tau^2, q_g, q_s."""
        return np.array([self.sigma**2, self.tau**2, self.drift_general, self.drift_skill])


@dataclass(frozen=True, kw_only=True)
class TwoLevel:
    """What the filter says at every response, `(N,)` each; of the practised skill; logits.

    Attributes:
        general_before: Mean of g before the response.
        general_before_sd: Its standard deviation.
        general_after: Mean of g after the response and the drift that follows.
        general_after_sd: Its standard deviation.
        level_before: Mean of g + s_k - beta_k, the log-odds of success.
        level_before_sd: Its standard deviation.
        level_after: The same after the response, the learning step and the drifts, where a next response to the skill would start.
        level_after_sd: Its standard deviation.
        p_before: Predicted probability of success, averaged over the belief before the response.
        p_after: The same over the belief that `level_after` describes.
    """

    general_before: Floats
    general_before_sd: Floats
    general_after: Floats
    general_after_sd: Floats
    level_before: Floats
    level_before_sd: Floats
    level_after: Floats
    level_after_sd: Floats
    p_before: Floats
    p_after: Floats

    def log_likelihood(self, response: NDArray[np.int8]) -> float:
        """Sum of log p(r_t | responses before t)."""
        return float(np.log(np.where(response == 1, self.p_before, 1 - self.p_before)).sum())


def track(cohort: Cohort, parameters: Parameters) -> TwoLevel:
    """Filter every student of a cohort."""
    slot, width = slots(cohort)
    columns = np.empty((len(cohort), 10))
    _filter(
        cohort.offsets,
        cohort.skill,
        slot,
        cohort.response,
        parameters.beta,
        parameters.learning,
        parameters.variances,
        np.zeros(width),
        np.zeros((width, width)),
        np.zeros(width),
        columns,
    )
    return TwoLevel(**dict(zip(TwoLevel.__dataclass_fields__, columns.T, strict=True)))


def slots(cohort: Cohort) -> tuple[NDArray[np.int64], int]:
    """Place of each response's skill in its student's state, in the order of first contact from 1 (0 is g), and the widest state."""
    slot = np.empty(len(cohort), np.int64)
    return slot, _slots(cohort.offsets, cohort.skill, np.zeros(cohort.n_skills, np.int64), slot)


@njit
def _slots(offsets, skill, place, slot):  # type: ignore[no-untyped-def]  # pragma: no cover
    widest = 1
    for student in range(len(offsets) - 1):
        known = 0
        for row in range(offsets[student], offsets[student + 1]):
            if place[skill[row]] == 0:
                known += 1
                place[skill[row]] = known
            slot[row] = place[skill[row]]
        for row in range(offsets[student], offsets[student + 1]):
            place[skill[row]] = 0
        widest = max(widest, known + 1)
    return widest


@njit(inline="always", fastmath={"reassoc", "contract", "nsz"})
def respond(mean, covariance, direction, size, slot, beta, response):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Bayes' rule in place for one response to the skill at `slot`; leaves c in `direction`, returns P(success), and level and
    variance of the log-odds, all before it."""
    for i in range(size):
        direction[i] = covariance[i, 0] + covariance[i, slot]
    level, variance = mean[0] + mean[slot] - beta, direction[0] + direction[slot]
    p, first, second = bend(level, variance, response)
    for i in range(size):
        mean[i] += direction[i] * first
        scaled = direction[i] * second
        for j in range(size):
            covariance[i, j] += scaled * direction[j]
    return p, level, variance


@njit(inline="always")
def meet(mean, covariance, slot, variance):  # type: ignore[no-untyped-def]  # pragma: no cover
    """First contact with a skill: N(0, tau^2), independent of all that is known."""
    mean[slot] = 0.0
    for i in range(slot):
        covariance[i, slot] = covariance[slot, i] = 0.0
    covariance[slot, slot] = variance


@njit(fastmath={"reassoc", "contract", "nsz"})
def _filter(  # type: ignore[no-untyped-def]  # pragma: no cover
    offsets, skill, slots, response, beta, learning, variances, mean, covariance, direction, columns
):
    for student in range(len(offsets) - 1):
        size = 1
        mean[0], covariance[0, 0] = 0.0, variances[0]
        for row in range(offsets[student], offsets[student + 1]):
            k, slot, r = skill[row], slots[row], response[row]
            if slot == size:
                meet(mean, covariance, slot, variances[1])
                size += 1
            columns[row, 0], columns[row, 1] = mean[0], np.sqrt(covariance[0, 0])
            columns[row, 8], level, variance = respond(mean, covariance, direction, size, slot, beta[k], r)
            mean[slot] += learning[k, r]
            covariance[0, 0] += variances[2]
            covariance[slot, slot] += variances[3]
            columns[row, 2], columns[row, 3] = mean[0], np.sqrt(covariance[0, 0])
            columns[row, 4], columns[row, 5] = level, np.sqrt(variance)
            level = mean[0] + mean[slot] - beta[k]
            variance = covariance[0, 0] + 2.0 * covariance[0, slot] + covariance[slot, slot]
            columns[row, 6], columns[row, 7] = level, np.sqrt(variance)
            columns[row, 9] = bend(level, variance, 1)[0]
