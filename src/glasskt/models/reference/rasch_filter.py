"""The static model online, Rasch or two-parameter: items from the static fit, a student's ability filtered from the responses so far.

Without drift it is the posterior of a static ability, with drift a random walk whose variance is learned on the training students.
Mastery of the practised skill is the probability of success, averaged over the belief about the ability. Of several skills: at the mean of
their difficulties.
"""

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt import drift
from glasskt.irt.ability_filter import track
from glasskt.models.family import Targets
from glasskt.models.parts.combinations import item_parameters
from glasskt.models.reference.settings import Settings
from glasskt.models.reference.static_fit import static_fit


def learn(train: Cohort, targets: Targets, settings: Settings) -> dict[str, NDArray[np.float64]]:
    """`beta`, `(C,)`, of a two-parameter fit `discrimination`, `(C,)`, and the scalars `sigma` and `drift_variance`.

    Raises:
        UserError: The outputs of fit-irt were not given.
    """
    beta, discrimination, sigma = static_fit(targets, train.n_skills, settings.predictor)
    of_index, a = item_parameters(train, beta, discrimination)
    variance = drift.learn(train, of_index, sigma, a).variance if settings.drift else 0.0
    estimated = {} if (discrimination == 1).all() else {"discrimination": discrimination}
    return {"beta": beta, **estimated, "sigma": np.array(sigma), "drift_variance": np.array(variance)}


def quantities(weights: dict[str, NDArray[np.float64]], cohort: Cohort) -> dict[str, NDArray[np.float64]]:
    """p_before, mastery_before, mastery_after, theta_before, theta_after, beta, `(N,)` each."""
    sigma, variance = float(weights["sigma"]), float(weights["drift_variance"])
    beta, a = item_parameters(cohort, weights["beta"], weights.get("discrimination", np.ones(cohort.n_skills)))
    filtered = track(cohort, beta, sigma, variance, a if "discrimination" in weights else None)
    return {
        "p_before": filtered.p_before,
        "mastery_before": filtered.p_before,
        "mastery_after": filtered.p_after,
        "theta_before": filtered.theta_before,
        "theta_after": filtered.theta_after,
        "beta": beta[cohort.skill],
    }
