"""Difficulties and discriminations read back from items.parquet, and those of responses that practise several skills."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.irt.counts import shares


def difficulties(table: pd.DataFrame, n_skills: int) -> NDArray[np.float64]:
    """beta of every skill from the rows of items.parquet, `(K,)`.

    Raises:
        KeyError: A skill has no row.
    """
    beta: NDArray[np.float64] = table.set_index("skill")["beta"].loc[list(range(n_skills))].to_numpy(np.float64)
    return beta


def discriminations(table: pd.DataFrame, n_skills: int) -> NDArray[np.float64]:
    """a of every skill from the rows of items.parquet, `(K,)`; 1 throughout where the table is a Rasch table without the column.

    Raises:
        KeyError: A skill has no row.
    """
    if "discrimination" not in table:
        return np.ones(n_skills)
    a: NDArray[np.float64] = table.set_index("skill")["discrimination"].loc[list(range(n_skills))].to_numpy(np.float64)
    return a


def of_combinations(
    cohort: Cohort, beta: NDArray[np.float64], discrimination: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """beta and a of every skill index of a cohort: of the skills, `(K,)` each, then of their combinations, `(K + J,)` each.

    The slope and the intercept of a combination are the means of its skills' (`counts.Counts`).
    """
    share = shares(cohort)
    a = share @ discrimination
    return (share @ (discrimination * beta)) / a, a


def refuse_discriminations(discrimination: NDArray[np.float64]) -> None:
    """For models that have none.

    Raises:
        UserError: The static fit is a two-parameter one.
    """
    if (discrimination != 1).any():
        raise UserError("the two-level model has no discriminations: use irt.static.model: rasch (levels: 1 follows a 2pl fit)")
