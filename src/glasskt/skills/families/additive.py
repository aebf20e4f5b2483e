"""The additive model: the slope of every feature, in logits per standard deviation of the feature over the training responses."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.models.additive.inputs import MEANING, names_of
from glasskt.models.additive.settings import Settings


def learned(settings: Settings, weights: dict[str, NDArray], judged: Cohort) -> pd.DataFrame:
    """A row per feature and skill: kind (slope), name, meaning, skill, value."""
    skill = np.arange(judged.n_skills)
    return pd.concat(
        [
            pd.DataFrame({"kind": "slope", "name": name, "meaning": MEANING[name], "skill": skill, "value": weights[f"slope_{name}"]})
            for name in names_of(settings)
        ],
        ignore_index=True,
    )
