"""What runs say of the scored test responses: the same rows in the same order, run by run."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from glasskt.compare.study import Study
from glasskt.errors import UserError

COLUMNS = ["student", "step", "skill", "response", "p_before", "gain", "legacy_gain"]


@dataclass(frozen=True, kw_only=True)
class Traced:
    """One run.

    Attributes:
        variant, fold, seed: Which.
        rows: `COLUMNS` of trajectories.parquet, a row for every response of a test student but the first.
    """

    variant: str
    fold: int
    seed: int
    rows: pd.DataFrame


def read(trajectories: Iterable[Path], metrics: Iterable[Path], study: Study, interactions: pd.DataFrame) -> list[Traced]:
    """Read trajectories.parquet of runs, in the order of the study.

    Arguments:
        trajectories: In any order, each beside the metrics.json of its run.
        metrics: In the order in which the study was read.
        study: The study.
        interactions: interactions.parquet, which says who is a test student.

    Raises:
        UserError: A file has no metrics.json beside it, or the runs do not trace the same responses.
    """
    beside = {path.parent: path for path in trajectories}
    test = set(interactions.loc[interactions["split"] == "test", "student"])
    found: list[Traced] = []
    for path, run in zip(metrics, study.runs.to_dict("records"), strict=True):
        if file := beside.pop(path.parent, None):
            found.append(Traced(variant=run["variant"], fold=int(run["fold"]), seed=int(run["seed"]), rows=_scored(file, test)))
            if not _same(found[0].rows, found[-1].rows):
                raise UserError(
                    f"{file}: not the test responses that the other runs trace; run `glasskt trajectories` again for this study"
                )
    for file in beside.values():
        raise UserError(f"compare: no metrics.json beside {file}: pass the files of every run, once")
    return found


def of(traced: Iterable[Traced], variant: str) -> dict[tuple[int, int], Traced]:
    """The runs of a variant by (fold, seed)."""
    return {(run.fold, run.seed): run for run in traced if run.variant == variant}


def _scored(path: Path, test: set[int]) -> pd.DataFrame:
    rows = pd.read_parquet(path, columns=COLUMNS)
    return rows[(rows["step"] > 0) & rows["student"].isin(test)].reset_index(drop=True)


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in ("student", "step"))
