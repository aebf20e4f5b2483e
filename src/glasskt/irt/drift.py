"""The drift variance of the ability filter, learned by marginal likelihood.

The marginal likelihood of a cohort is the product of its one-step predictions, which the filter gives in one pass.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from glasskt.data.cohort import Cohort
from glasskt.irt.ability_filter import track

BOUNDS = (1e-5, 0.5)
"""Range of the drift variance, squared logits per response."""


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A drift variance and what it is worth.

    Attributes:
        variance: q, squared logits per response.
        log_likelihood: Of the training cohort at q.
        log_likelihood_static: Of the training cohort at 0.
    """

    variance: float
    log_likelihood: float
    log_likelihood_static: float

    def facts(self) -> dict[str, float]:
        """What tracking.json holds."""
        return {
            "drift_variance": self.variance,
            "log_likelihood": self.log_likelihood,
            "log_likelihood_static": self.log_likelihood_static,
        }


def choose(
    setting: float | Literal["learned"],
    cohort: Cohort,
    beta: NDArray[np.float64],
    sigma: float,
    discrimination: NDArray[np.float64] | None = None,
) -> Drift:
    """The drift that a setting asks for.

    Arguments:
        setting: "learned", or the variance itself, squared logits per response.
        cohort: Training students.
        beta: Difficulties in logits, `(K,)`.
        sigma: Standard deviation of the prior, logits.
        discrimination: a, `(K,)`; None for 1 everywhere.
    """
    if setting == "learned":
        return learn(cohort, beta, sigma, discrimination)
    return Drift(
        variance=float(setting),
        log_likelihood=_log_likelihood(cohort, beta, sigma, float(setting), discrimination),
        log_likelihood_static=_log_likelihood(cohort, beta, sigma, 0.0, discrimination),
    )


def learn(cohort: Cohort, beta: NDArray[np.float64], sigma: float, discrimination: NDArray[np.float64] | None = None) -> Drift:
    """The most likely drift variance of a cohort, items and sigma held fixed; 0 where a static ability is at least as likely."""
    static = _log_likelihood(cohort, beta, sigma, 0.0, discrimination)
    found = minimize_scalar(
        lambda log_variance: -_log_likelihood(cohort, beta, sigma, math.exp(log_variance), discrimination),
        bounds=(math.log(BOUNDS[0]), math.log(BOUNDS[1])),
        method="bounded",
        options={"xatol": 0.02},  # 2 % of the variance
    )
    best = float(-found.fun)
    if best <= static:
        return Drift(variance=0.0, log_likelihood=static, log_likelihood_static=static)
    return Drift(variance=math.exp(found.x), log_likelihood=best, log_likelihood_static=static)


def _log_likelihood(
    cohort: Cohort, beta: NDArray[np.float64], sigma: float, variance: float, discrimination: NDArray[np.float64] | None
) -> float:
    return track(cohort, beta, sigma, variance, discrimination).log_likelihood(cohort.response)
