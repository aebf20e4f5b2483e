"""A logit as the sum of its terms.

    logit P(r = 1) = skill_k + sum_f slope_kf (x_f - centre_f) / scale_f + sum over the skills j practised before of N[k, j]

for a response to skill k. A term of a feature is what it adds to the mean of that feature over the training responses.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.models.additive import curriculum
from glasskt.models.additive.inputs import Inputs

Floats = NDArray[np.float64]
Weights = dict[str, NDArray]
SKILL, CURRICULUM = "skill", "curriculum"
"""Names of the two terms that are no feature's."""


def terms(weights: Weights, names: tuple[str, ...], cohort: Cohort) -> Iterator[tuple[str, Floats]]:
    """Every term of every response by name, `(N,)` each: `skill`, the features `names`, `curriculum`."""
    yield SKILL, weights["intercept"][cohort.skill]
    inputs = Inputs(weights, cohort)
    for name in names:
        standard = (inputs[name] - weights[f"centre_{name}"]) / weights[f"scale_{name}"]
        yield name, weights[f"slope_{name}"][cohort.skill] * standard
    if "curriculum" in weights:
        yield CURRICULUM, np.asarray(curriculum.offsets(weights["curriculum"], cohort).sum(axis=1))
