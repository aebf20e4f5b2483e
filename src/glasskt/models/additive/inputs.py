"""The features of the additive model: those of a history and the states of filters, under one roof of names."""

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError, did_you_mean
from glasskt.models.additive.filters import ONE_LEVEL, TWO_LEVEL, Filters
from glasskt.models.additive.settings import Settings
from glasskt.models.parts.features.history import History
from glasskt.models.parts.features.table import DIRECTION, TABLE

Floats = NDArray[np.float64]
Weights = dict[str, NDArray]

MEANING = {name: feature.meaning for name, feature in (TABLE | ONE_LEVEL | TWO_LEVEL).items()}
"""Name -> what it is."""
DIRECTIONS = DIRECTION | dict.fromkeys(ONE_LEVEL, 1)
"""Name -> which way a right answer moves it, of the features that have one direction (`parts.features.table`)."""


def names_of(settings: Settings) -> tuple[str, ...]:
    """The features of a variant.

    Raises:
        UserError: There is no such feature, one is named twice, or a monotone variant names one without a direction.
    """
    allowed = tuple(DIRECTIONS if settings.monotone else MEANING)
    names = allowed if settings.features == "all" else settings.features
    for name in names:
        if name not in MEANING:
            raise UserError(f"additive: no feature {name!r}. {did_you_mean(name, MEANING)}")
        if name not in allowed:
            raise UserError(f"additive: feature {name} ({MEANING[name]}) has no one direction; leave it out, or leave monotone out")
    if len(set(names)) < len(names):
        raise UserError("additive: a feature is named twice in features; name each once")
    return names


class Inputs:
    """The features of every response of a cohort, computed when asked for."""

    def __init__(self, filters: Weights, cohort: Cohort) -> None:
        self._history, self._filters = History(cohort), Filters(filters, cohort)

    def __getitem__(self, name: str) -> Floats:
        """A feature by its name, `(N,)`."""
        values = TABLE[name].values(self._history) if name in TABLE else self._filters[name]
        return values.astype(np.float64)
