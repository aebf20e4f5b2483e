"""Difficulties and discriminations read back from items.parquet."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


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
