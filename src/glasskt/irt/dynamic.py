"""What track-ability makes of a cohort, by the setting `irt.dynamic.levels`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.irt import ability_filter, ability_smoother, drift, two_level, two_level_filter, two_level_smoother
from glasskt.irt.difficulties import of_combinations, refuse_discriminations
from glasskt.irt.settings import DynamicSettings
from glasskt.irt.theta_table import theta_table, two_level_table

Floats = NDArray[np.float64]
Tracked = tuple[pd.DataFrame, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Static:
    """The static fit that the dynamic model starts from: beta and discrimination, `(K,)`, and the spread sigma of the abilities."""

    beta: Floats
    discrimination: Floats
    sigma: float


def one_level(train: Cohort, everyone: Cohort, static: Static, settings: DynamicSettings) -> Tracked:
    """The exact filter and smoother of one drifting ability: the rows of theta.parquet and the facts of tracking.json."""
    learned_on = two_level.sample(train, settings.drift_students)
    drifting = drift.choose(settings.drift, *_items(learned_on, static))
    cohort, beta, sigma, a = _items(everyone, static)
    model = cohort, beta, sigma, drifting.variance, a
    table = theta_table(everyone, ability_filter.track(*model, np.float32), ability_smoother.smooth(*model, np.float32))
    return table, drifting.facts() | {"n_students": len(learned_on.students), "n_responses": len(learned_on)}


def _items(cohort: Cohort, static: Static) -> tuple[Cohort, Floats, float, Floats]:
    """The cohort, beta, sigma and discrimination, the items of its combinations included."""
    beta, a = of_combinations(cohort, static.beta, static.discrimination)
    return cohort, beta, static.sigma, a


def two_levels(train: Cohort, everyone: Cohort, static: Static, settings: DynamicSettings) -> Tracked:
    """The Gaussian filter and smoother of a general ability and the practised skills; the same two.

    Raises:
        UserError: The static fit has discriminations, or a response practises several skills; the two-level model has neither.
    """
    if everyone.combinations:
        raise UserError("irt.dynamic.levels: 2 follows one skill per response, and these have several: use levels: 1")
    refuse_discriminations(static.discrimination)
    fit = two_level.learn(train, static.beta, static.sigma, size=settings.drift_students)
    table = two_level_table(everyone, two_level_filter.track(everyone, fit.parameters), two_level_smoother.smooth(everyone, fit.parameters))
    learned_on = two_level.sample(train, settings.drift_students)
    without_change = ability_filter.track(learned_on, static.beta, static.sigma, 0.0).log_likelihood(learned_on.response)
    return table, fit.facts() | {"log_likelihood_static": without_change}


TRACKED: dict[int, Callable[[Cohort, Cohort, Static, DynamicSettings], Tracked]] = {1: one_level, 2: two_levels}
