"""Additive factors model: each skill has an easiness and a learning rate on the practice of the student.

    logit p = b_k + g_k log(1 + n_k),    n_k earlier responses to the skill

of several skills the mean. Source: Cen, Koedinger and Junker 2006, without the student's ability (students are new at test time), with the
logarithm and a mean where they have a sum.
"""

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.models.family import Targets
from glasskt.models.reference import per_skill_logistic
from glasskt.models.reference.practice import Practice
from glasskt.models.reference.settings import Settings


def learn(train: Cohort, targets: Targets, settings: Settings) -> dict[str, NDArray[np.float64]]:
    """`intercept` and `slope_attempts`, `(C,)` each."""
    return per_skill_logistic.learn(train, _features(train))


def quantities(weights: dict[str, NDArray[np.float64]], cohort: Cohort) -> dict[str, NDArray[np.float64]]:
    """p_before, `(N,)`."""
    return {"p_before": per_skill_logistic.predict(weights, cohort, _features(cohort))}


def _features(cohort: Cohort) -> dict[str, NDArray[np.float64]]:
    practice = Practice.of(cohort)
    return {"attempts": np.log1p(practice.successes + practice.failures)}
