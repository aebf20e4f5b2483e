"""The weights by maximum a posteriori, in two convex steps: slopes that all skills share, then every skill by itself, drawn to them.

    1.  logit = b + b_k + w'x                              b_k, w_f ~ N(0, 1)
    2.  logit = b_k + w_k'x + sum_j N[k, j] before_j       b_k ~ N(that of 1, 1),    w_kf ~ N(w_f, s^2),    N[k, j] ~ N(0, c^2)

with x in standard deviations. In step 2 no two skills share a weight: each is a problem of its own responses, and the cost grows with the
number of responses. Bounds on the signs of slopes leave both problems convex. L-BFGS-B solves them without a learning rate, an order of
batches or a seed. A skill that nobody practised in training has the slopes of all and the mean intercept.

Source: Byrd, Lu, Nocedal and Zhu 1995 (L-BFGS-B).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit

from glasskt.data.cohort import Cohort
from glasskt.models.additive.curriculum import Before

Floats = NDArray[np.float64]
Bounds = list[tuple[float | None, float | None]]
FREE = (None, None)
BOUNDS: dict[int, tuple[float | None, float | None]] = {-1: (None, 0.0), 0: FREE, 1: (0.0, None)}
"""Of a slope, by its sign."""
SHARED_ITERATIONS = 80
"""Step 1 gives the means of a prior, which no more iterations would move by much; step 2 is solved to the end."""
ITERATIONS = 500


@dataclass(frozen=True, kw_only=True)
class Learned:
    """Weights in logits, slopes per standard deviation of their feature.

    Attributes:
        intercept: `(C,)`.
        slope: `(F, C)`.
        curriculum: N, `(C, C)`.
    """

    intercept: Floats
    slope: Floats
    curriculum: Floats


def learn(train: Cohort, x: NDArray[np.float32], signs: list[int], *, slope_sd: float, curriculum_sd: float) -> Learned:
    """Fit to every response of `train`.

    Arguments:
        train: N responses to C skills.
        x: Features in standard deviations, `(F, N)`.
        signs: 1 or -1 where a slope may not be negative or positive, 0 where it is free, F of them.
        slope_sd: s.
        curriculum_sd: c; 0 for no matrix N.
    """
    n_features, n_skills, response = len(x), train.n_skills, train.response.astype(np.float64)
    of_skill, shared = _shared(train, x, signs, response)
    learned = Learned(
        intercept=np.full(n_skills, of_skill.mean()),
        slope=np.repeat(shared[:, None], n_skills, axis=1),
        curriculum=np.zeros((n_skills, n_skills)),
    )
    before, width = Before(train), n_skills if curriculum_sd else 0
    precision = np.r_[1.0, np.full(n_features, slope_sd**-2), np.full(width, curriculum_sd**-2 if width else 0.0)]
    bounds = [FREE, *(BOUNDS[sign] for sign in signs), *[FREE] * width]
    for skill in np.unique(train.skill):
        rows = np.flatnonzero(train.skill == skill)
        named = np.vstack([np.ones(len(rows)), x[:, rows]])  # (1 + F, R)
        practised = before.table(rows)[:, :width]  # (R, C)
        found = _one_skill(named, practised, response[rows], np.r_[of_skill[skill], shared, np.zeros(width)], precision, bounds)
        learned.intercept[skill], learned.slope[:, skill] = found[0], found[1 : n_features + 1]
        learned.curriculum[skill, :width] = found[n_features + 1 :]
    return learned


def _shared(train: Cohort, x: NDArray[np.float32], signs: list[int], response: Floats) -> tuple[Floats, Floats]:
    """Step 1: intercepts `(C,)` and slopes `(F,)`."""
    n_skills = train.n_skills

    def loss(v: Floats) -> tuple[float, Floats]:
        of_skill, w = v[1 : n_skills + 1], v[n_skills + 1 :]
        value, error = _bernoulli(v[0] + of_skill[train.skill] + w.astype(np.float32) @ x, response)
        by_skill = np.bincount(train.skill, weights=error, minlength=n_skills)
        gradient = np.r_[error.sum(), by_skill + of_skill, x @ error.astype(np.float32) + w]
        return value + 0.5 * float(v[1:] @ v[1:]), gradient

    found = _minimum(loss, np.zeros(1 + n_skills + len(x)), [FREE] * (n_skills + 1) + [BOUNDS[sign] for sign in signs], SHARED_ITERATIONS)
    return found[0] + found[1 : n_skills + 1], found[n_skills + 1 :]


def _one_skill(named: Floats, practised: csr_array, response: Floats, mean: Floats, precision: Floats, bounds: Bounds) -> Floats:
    """Step 2 for one skill of features `(1 + F, R)` and skills practised before `(R, C)`: intercept, slopes and row of N, `(1 + F + C,)`.

    Few of many skills were practised before a response, so the second table stays sparse: with 1,000 skills it would hold mostly zeros.
    """
    width, transposed = len(named), practised.T.tocsr()

    def loss(v: Floats) -> tuple[float, Floats]:
        value, error = _bernoulli(v[:width] @ named + practised @ v[width:], response)
        pull = precision * (v - mean)
        return value + 0.5 * float(pull @ (v - mean)), np.r_[named @ error, transposed @ error] + pull

    return _minimum(loss, mean, bounds, ITERATIONS)


def _bernoulli(logit: Floats, response: Floats) -> tuple[float, Floats]:
    """Minus the log-likelihood, and its derivative by each logit, `(N,)`."""
    return float((np.logaddexp(0.0, logit) - response * logit).sum()), expit(logit) - response


def _minimum(loss: Callable[[Floats], tuple[float, Floats]], start: Floats, bounds: Bounds, iterations: int) -> Floats:
    options = {"maxiter": iterations, "maxcor": 15, "ftol": 1e-8}
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    return found
