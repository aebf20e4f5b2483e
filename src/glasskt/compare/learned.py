"""What runs learned of each skill, as the step `skills` wrote it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from glasskt.compare.study import Study
from glasskt.errors import UserError

LEAST_RESPONSES = 30
"""To a skill that a run learned from: what it says of a skill with fewer is what it says of all the others."""


@dataclass(frozen=True, kw_only=True)
class Learned:
    """One run.

    Attributes:
        variant, fold, seed: Which.
        rows: skills.parquet: kind, name, meaning, skill, n, value.
    """

    variant: str
    fold: int
    seed: int
    rows: pd.DataFrame


def read(files: Iterable[Path], metrics: Iterable[Path], study: Study) -> list[Learned]:
    """Read skills.parquet of runs, in the order of the study.

    Arguments:
        files: In any order, each beside the metrics.json of its run.
        metrics: In the order in which the study was read.
        study: The study.

    Raises:
        UserError: A file has no metrics.json beside it.
    """
    beside = {path.parent: path for path in files}
    found = [
        Learned(variant=run["variant"], fold=int(run["fold"]), seed=int(run["seed"]), rows=pd.read_parquet(file))
        for path, run in zip(metrics, study.runs.to_dict("records"), strict=True)
        if (file := beside.pop(path.parent, None))
    ]
    for file in beside.values():
        raise UserError(f"compare: no metrics.json beside {file}: pass the files of every run, once")
    return found


def values(learned: Sequence[Learned], variant: str, kind: str) -> dict[tuple[int, int], pd.DataFrame]:
    """By (fold, seed) the values of a kind in the runs of a variant, `(C, F)`: skills with `LEAST_RESPONSES` by names."""
    rows = {(run.fold, run.seed): run.rows[run.rows["kind"] == kind] for run in learned if run.variant == variant}
    return {run: _by_skill(each) for run, each in rows.items() if not each.empty}


def meanings(learned: Sequence[Learned], variant: str) -> dict[str, str]:
    """Name -> what it is."""
    rows = next(run.rows for run in learned if run.variant == variant).drop_duplicates("name")
    return dict(zip(rows["name"], rows["meaning"], strict=True))


def _by_skill(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows[rows["n"] >= LEAST_RESPONSES]
    return known.pivot(index="skill", columns="name", values="value")[rows["name"].unique()]
