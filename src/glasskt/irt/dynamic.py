"""What track-ability makes of a cohort, by the setting `irt.dynamic.levels`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt import ability_filter, ability_smoother, drift, two_level, two_level_filter, two_level_smoother
from glasskt.irt.settings import DynamicSettings
from glasskt.irt.theta_table import theta_table, two_level_table

Floats = NDArray[np.float64]
Tracked = tuple[pd.DataFrame, dict[str, Any]]


def one_level(train: Cohort, everyone: Cohort, beta: Floats, sigma: float, settings: DynamicSettings) -> Tracked:
    """The exact filter and smoother of one drifting ability: the rows of theta.parquet and the facts of tracking.json."""
    drifting = drift.choose(settings.drift, train, beta, sigma)
    model = everyone, beta, sigma, drifting.variance
    table = theta_table(everyone, ability_filter.track(*model), ability_smoother.smooth(*model))
    return table, drifting.facts() | {"n_responses": len(train)}


def two_levels(train: Cohort, everyone: Cohort, beta: Floats, sigma: float, settings: DynamicSettings) -> Tracked:
    """The Gaussian filter and smoother of a general ability and the practised skills; the same two."""
    fit = two_level.learn(train, beta, sigma)
    table = two_level_table(everyone, two_level_filter.track(everyone, fit.parameters), two_level_smoother.smooth(everyone, fit.parameters))
    learned_on = two_level.sample(train)
    static = ability_filter.track(learned_on, beta, sigma, 0.0).log_likelihood(learned_on.response)
    return table, fit.facts() | {"log_likelihood_static": static}


TRACKED: dict[int, Callable[[Cohort, Cohort, Floats, float, DynamicSettings], Tracked]] = {1: one_level, 2: two_levels}
