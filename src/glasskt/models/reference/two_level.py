"""The two-level filter: a general ability and a deviation for every practised skill, with learning steps of the skill's own.

All parameters are learned on the training students (`irt.two_level`); the static fit is where the search starts. Mastery of the practised
skill is the probability of success, averaged over the belief; theta is the general ability; the gain is the learning step lambda_{k,r} of
the skill after that response, without the evidence that the response carries. A combination of skills is followed as a skill of its own.
"""

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt import two_level
from glasskt.irt.difficulties import refuse_discriminations
from glasskt.irt.two_level_filter import Parameters, track
from glasskt.models.family import Targets
from glasskt.models.parts.combinations import as_skills, item_parameters
from glasskt.models.reference.settings import Settings
from glasskt.models.reference.static_fit import static_fit

SCALARS = ("sigma", "tau", "drift_general", "drift_skill")


def learn(train: Cohort, targets: Targets, settings: Settings) -> dict[str, NDArray[np.float64]]:
    """`beta`, `learning_wrong` and `learning_correct`, `(C + J,)` each, and the scalars sigma, tau, drift_general, drift_skill.

    Raises:
        UserError: The outputs of fit-irt were not given, or are those of a two-parameter model.
    """
    beta, discrimination, sigma = static_fit(targets, train.n_skills, settings.predictor)
    refuse_discriminations(discrimination)
    learned = two_level.learn(as_skills(train), item_parameters(train, beta, discrimination)[0], sigma).parameters
    wrong, correct = np.ascontiguousarray(learned.learning.T)
    scalars = {name: np.array(getattr(learned, name)) for name in SCALARS}
    return {"beta": learned.beta, "learning_wrong": wrong.copy(), "learning_correct": correct.copy(), **scalars}


def quantities(weights: dict[str, NDArray[np.float64]], cohort: Cohort) -> dict[str, NDArray[np.float64]]:
    """p_before, mastery_before, mastery_after, gain, theta_before, theta_after, beta, `(N,)` each."""
    parameters = parameters_of(weights)
    tracked = track(as_skills(cohort), parameters)
    return {
        "p_before": tracked.p_before,
        "mastery_before": tracked.p_before,
        "mastery_after": tracked.p_after,
        "gain": parameters.learning[cohort.skill, cohort.response],
        "theta_before": tracked.general_before,
        "theta_after": tracked.general_after,
        "beta": parameters.beta[cohort.skill],
    }


def parameters_of(weights: dict[str, NDArray[np.float64]]) -> Parameters:
    """What the filter needs, from the weights that `learn` returns."""
    learning = np.column_stack([weights["learning_wrong"], weights["learning_correct"]])  # (C, 2)
    return Parameters(beta=weights["beta"], learning=learning, **{name: float(weights[name]) for name in SCALARS})
