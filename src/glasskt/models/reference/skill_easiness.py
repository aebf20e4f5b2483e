"""Skill easiness: the probability that a student drawn at random answers the practised skill, whoever answers it here.

    p_k = E sigmoid(a_k (theta - beta_k)),    theta ~ N(0, sigma^2)

Of several skills: at the mean of their difficulties. These are those of the static fit, which separates a skill from the students who
happened to practise it; the plain success rate of a skill mixes the two (on ASSIST2015 that is worth 0.004 of AUC, and it is not easiness).
"""

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt import grid
from glasskt.models.family import Targets
from glasskt.models.parts.combinations import item_parameters
from glasskt.models.reference.settings import Settings
from glasskt.models.reference.static_fit import static_fit


def learn(train: Cohort, targets: Targets, settings: Settings) -> dict[str, NDArray[np.float64]]:
    """`easiness`, `(C + J,)`: of the skills, then of their combinations.

    Raises:
        UserError: The outputs of fit-irt were not given.
    """
    beta, discrimination, sigma = static_fit(targets, train.n_skills, settings.predictor)
    theta = grid.abilities(sigma)
    success = grid.success(theta, *item_parameters(train, beta, discrimination))  # (C + J, G)
    return {"easiness": success @ grid.prior(theta, sigma)}


def quantities(weights: dict[str, NDArray[np.float64]], cohort: Cohort) -> dict[str, NDArray[np.float64]]:
    """p_before, `(N,)`."""
    return {"p_before": weights["easiness"][cohort.skill]}
