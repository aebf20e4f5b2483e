"""The state space: the gain of every skill in equal contexts, so that which skills are practised when does not enter."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.models.statespace.estimator import estimator
from glasskt.models.statespace.settings import Settings

MEANING = "mean over the test responses of the gain that each would have, were its skill this one and all else as it is"


def learned(settings: Settings, weights: dict[str, NDArray], judged: Cohort) -> pd.DataFrame:
    """A row per skill: kind (gain), name, meaning, skill, value (logits)."""
    gains = estimator(settings, judged.n_skills).gains_in_equal_contexts(weights, judged)
    return pd.DataFrame({"kind": "gain", "name": "equal contexts", "meaning": MEANING, "skill": np.arange(judged.n_skills), "value": gains})
