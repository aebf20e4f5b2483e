"""ASSIST2015 as the IRT stages see it."""

import pytest

from glasskt.data.cohort import Cohort
from glasskt.data.interactions import table_of
from glasskt.data.readers import pykt


@pytest.fixture(scope="session")
def assist2015_fold0(assist2015_dir):
    """Cohorts of fold 0: train, validation, test."""
    table = table_of(pykt.read(assist2015_dir / "train_valid.csv", assist2015_dir / "test.csv", 100))
    fold = table["fold"].to_numpy(float, na_value=-1)
    rows = {"train": fold > 0, "validation": fold == 0, "test": fold == -1}
    return {role: Cohort.from_table(table[chosen], 100) for role, chosen in rows.items()}
