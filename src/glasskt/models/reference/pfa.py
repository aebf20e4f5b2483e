"""Performance factors analysis: practice counts by its outcome.

    logit p = b_k + s_k log(1 + successes_k) + f_k log(1 + failures_k)

of several skills the mean. Source: Pavlik, Cen and Koedinger 2009, with the logarithm (Chi et al. 2011; Gervet et al. 2020) and a mean
where they have a sum.
"""

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.models.family import Targets
from glasskt.models.reference import per_skill_logistic
from glasskt.models.reference.practice import Practice
from glasskt.models.reference.settings import Settings


def learn(train: Cohort, targets: Targets, settings: Settings) -> dict[str, NDArray[np.float64]]:
    """`intercept`, `slope_successes` and `slope_failures`, `(C,)` each."""
    return per_skill_logistic.learn(train, _features(train))


def quantities(weights: dict[str, NDArray[np.float64]], cohort: Cohort) -> dict[str, NDArray[np.float64]]:
    """p_before, `(N,)`."""
    return {"p_before": per_skill_logistic.predict(weights, cohort, _features(cohort))}


def _features(cohort: Cohort) -> dict[str, NDArray[np.float64]]:
    practice = Practice.of(cohort)
    return {"successes": np.log1p(practice.successes), "failures": np.log1p(practice.failures)}
