"""Which rows of the interactions a run of one fold learns from, selects on and is judged on."""

from typing import Any

import pandas as pd

from glasskt.data.cohort import Cohort
from glasskt.data.splits import divide
from glasskt.errors import UserError


def cohort(table: pd.DataFrame, facts: dict[str, Any]) -> Cohort:
    """Rows of interactions.parquet as a cohort of the data set that `facts` (dataset.json) describes."""
    return Cohort.from_table(table, facts["n_skills"], tuple(tuple(skills) for skills in facts.get("combinations", ())))


def training(table: pd.DataFrame, facts: dict[str, Any], fold: int) -> pd.DataFrame:
    """Rows to learn from: neither this fold nor test.

    Raises:
        UserError: The data set has no such fold.
    """
    return table[_known(table, facts, fold).ne(fold).fillna(False).to_numpy(bool)]


def half_of(table: pd.DataFrame, half: int) -> pd.DataFrame:
    """Rows of the students of half 1 or 2, the same split at every call; all rows for 0.

    Raises:
        UserError: There are fewer than two students.
    """
    if not half:
        return table
    students = table["student"].unique()  # in the table's order, which is sorted
    of_student = pd.Series(divide(len(students), folds=2, test_share=0, seed=0), index=students)
    return table[(table["student"].map(of_student) == half - 1).to_numpy()]


def validation(table: pd.DataFrame, facts: dict[str, Any], fold: int) -> pd.DataFrame:
    """Rows to select on: this fold.

    Raises:
        UserError: The data set has no such fold.
    """
    return table[_known(table, facts, fold).eq(fold).fillna(False).to_numpy(bool)]


def held_out(table: pd.DataFrame, facts: dict[str, Any], fold: int) -> pd.DataFrame:
    """Rows of every student that the run did not learn from: this fold and test.

    Raises:
        UserError: The data set has no such fold.
    """
    return table[_known(table, facts, fold).eq(fold).fillna(True).to_numpy(bool)]


def _known(table: pd.DataFrame, facts: dict[str, Any], fold: int) -> "pd.Series[int]":
    if fold not in facts["folds"]:
        raise UserError(f"fold {fold}: {facts['dataset']} has no such fold (one of: {', '.join(map(str, facts['folds']))})")
    folds: pd.Series[int] = table["fold"]  # null for test
    return folds
