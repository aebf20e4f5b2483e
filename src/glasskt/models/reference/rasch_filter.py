"""The static model online, Rasch or two-parameter: items from the static fit, a student's ability filtered from the responses so far.

Without drift it is the posterior of a static ability, with drift a random walk whose variance is learned on the training students.
Mastery of the practised skill is the probability of success, averaged over the belief about the ability.
"""

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt import drift
from glasskt.irt.ability_filter import track
from glasskt.models.family import Targets
from glasskt.models.reference.settings import Settings
from glasskt.models.reference.static_fit import static_fit


def learn(train: Cohort, targets: Targets, settings: Settings) -> dict[str, NDArray[np.float64]]:
    """`beta`, `(C,)`, of a two-parameter fit `discrimination`, `(C,)`, and the scalars `sigma` and `drift_variance`.

    Raises:
        UserError: The outputs of fit-irt were not given.
    """
    beta, discrimination, sigma = static_fit(targets, train.n_skills, settings.predictor)
    variance = drift.learn(train, beta, sigma, discrimination).variance if settings.drift else 0.0
    estimated = {} if (discrimination == 1).all() else {"discrimination": discrimination}
    return {"beta": beta, **estimated, "sigma": np.array(sigma), "drift_variance": np.array(variance)}


def quantities(weights: dict[str, NDArray[np.float64]], cohort: Cohort) -> dict[str, NDArray[np.float64]]:
    """p_before, mastery_before, mastery_after, theta_before, theta_after, beta, `(N,)` each."""
    sigma, variance = float(weights["sigma"]), float(weights["drift_variance"])
    filtered = track(cohort, weights["beta"], sigma, variance, weights.get("discrimination"))
    return {
        "p_before": filtered.p_before,
        "mastery_before": filtered.p_before,
        "mastery_after": filtered.p_after,
        "theta_before": filtered.theta_before,
        "theta_after": filtered.theta_after,
        "beta": weights["beta"][cohort.skill],
    }
