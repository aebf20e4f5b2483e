"""The runs of a study as tidy tables: metrics and checks, one row per run and figure, and their means over seeds and folds."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasskt.errors import UserError

RUN = ["dataset", "fold", "variant", "seed"]
CHECK = ["check", "quantity", "question", "value", "low", "high", "null", "null_is", "threshold", "better", "source", "n"]
_FIGURE = ["rows", "path", "metric", "value", "low", "high"]
_NUMBERS = ["value", "low", "high", "null", "threshold", "n"]


@dataclass(frozen=True, kw_only=True)
class Study:
    """What `verify` said of every run of a study.

    Attributes:
        runs: One row per run: dataset, fold, variant, seed, settings (dict), fit (dict).
        metrics: One row per run and figure: rows ("validation" or "test"), path ("p_before" or "p_blackbox_before"), metric, value,
            low, high.
        checks: One row per run and entry of checks.json, with its keys.
        history: One row per run and epoch, with the columns of history.csv; a column that a family lacks is NaN.
        by_student: One row per run and test student: what the student adds to each metric of `contributions.METRICS`.
        calibration: One row per run: what metrics.json says of its calibration (dict).
    """

    runs: pd.DataFrame
    metrics: pd.DataFrame
    checks: pd.DataFrame
    history: pd.DataFrame
    by_student: pd.DataFrame
    calibration: pd.DataFrame

    @property
    def variants(self) -> list[str]:
        """Names, in the order of the files."""
        return list(dict.fromkeys(self.runs["variant"]))

    def settings(self, variant: str) -> dict[str, Any]:
        """The settings block of a variant."""
        block: dict[str, Any] = self.runs.loc[self.runs["variant"] == variant, "settings"].iloc[0]
        return block

    def fact(self, variant: str, name: str) -> float:
        """Mean over the runs of a number in fit.json; NaN where the family does not report it."""
        values = [fit.get(name) for fit in self.runs.loc[self.runs["variant"] == variant, "fit"]]
        return float(np.mean([value for value in values if value is not None])) if any(value is not None for value in values) else np.nan

    def kept_epochs(self, variant: str) -> pd.DataFrame:
        """The row of the history that each run of a variant kept; none where the family has no epochs."""
        runs = self.runs.loc[self.runs["variant"] == variant, RUN].copy()
        runs["epoch"] = [fit.get("selected_epoch") for fit in self.runs.loc[self.runs["variant"] == variant, "fit"]]
        return runs.dropna().merge(self.history, on=[*RUN, "epoch"])


def read(metrics: Iterable[Path], checks: Iterable[Path], histories: Iterable[Path], by_students: Iterable[Path]) -> Study:
    """Read metrics.json, checks.json, history.csv and by_student.parquet of every run.

    Arguments:
        metrics, checks: In any order; the files name their runs.
        histories, by_students: In any order, each beside the metrics.json of its run.

    Raises:
        UserError: A file is missing, is not JSON or lacks a key, or the sets of files describe different runs.
    """
    metrics = list(metrics)
    beside, added = ({path.parent: path for path in paths} for paths in (histories, by_students))
    for path in metrics:
        for needed, places in {"history.csv": beside, "by_student.parquet": added}.items():
            if path.parent not in places:
                raise UserError(f"compare: no {needed} beside {path}: pass the four files of every run, once")
    measured = [_load(path, (*RUN, "settings", "fit", "validation", "test", "calibration")) for path in metrics]
    verified = [_load(path, (*RUN, "checks")) for path in checks]
    names = [_run(file) for file in measured]
    other = [_run(file) for file in verified]
    for name in names:
        if names.count(name) > 1 or other.count(name) != 1:
            raise UserError(
                f"compare: run {_words(name)} needs exactly one metrics.json and one checks.json: pass both files of every run, once"
            )
    for name in other:
        if name not in names:
            raise UserError(f"compare: run {_words(name)} has a checks.json but no metrics.json: pass both files of every run")
    return Study(
        runs=pd.DataFrame([{**name, "settings": file["settings"], "fit": file["fit"]} for name, file in zip(names, measured, strict=True)]),
        metrics=_frame([{**name, **row} for name, file in zip(names, measured, strict=True) for row in _figures(file)], [*RUN, *_FIGURE]),
        checks=_frame([{**name, **row} for name, file in zip(other, verified, strict=True) for row in file["checks"]], [*RUN, *CHECK]),
        history=pd.concat([_history(beside[path.parent], name) for path, name in zip(metrics, names, strict=True)], ignore_index=True),
        by_student=pd.concat(
            [pd.read_parquet(added[path.parent]).assign(**name) for path, name in zip(metrics, names, strict=True)], ignore_index=True
        ),
        calibration=pd.DataFrame([{**name, "calibration": file["calibration"]} for name, file in zip(names, measured, strict=True)]),
    )


def over_runs(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Means over the runs of a variant, with the spread over seeds and over folds kept apart from the sampling interval.

    Arguments:
        table: Rows with fold, seed, value, low, high.
        by: Columns that name a figure; the order of first appearance is kept.

    Returns:
        One row per figure: `by`, value (mean), low and high (means of the runs' own 95 % limits: the sampling interval of one run),
        seed_sd (sd over seeds within a fold, pooled over folds), fold_sd (sd over folds of the mean over seeds), runs. The spread of a
        single run is NaN.
    """
    rows = []
    for name, group in table.groupby(list(by), sort=False, dropna=False):
        folds = group.groupby("fold")["value"]
        within, means = folds.var(ddof=1), folds.mean()
        row = dict(zip(by, name, strict=True))
        row |= {column: group[column].mean() for column in ("value", "low", "high")}
        row |= {"seed_sd": float(np.sqrt(within.mean())), "fold_sd": means.std(ddof=1), "runs": len(group)}
        rows.append(row)
    return pd.DataFrame(rows, columns=[*by, "value", "low", "high", "seed_sd", "fold_sd", "runs"])


def _history(path: Path, name: dict[str, Any]) -> pd.DataFrame:
    try:
        return pd.read_csv(path, float_precision="round_trip").assign(**name)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file: run `glasskt train` for this run first") from None


def _load(path: Path, keys: Sequence[str]) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file: run `glasskt verify` for this run first") from None
    except json.JSONDecodeError as error:
        raise UserError(f"{path} line {error.lineno}: not JSON: {error.msg}; delete it and run `glasskt verify` again") from None
    for key in keys:
        if key not in content:
            raise UserError(f"{path}: the key {key!r} is missing; run `glasskt verify` again")
    return content


def _run(file: dict[str, Any]) -> dict[str, Any]:
    return {key: file[key] for key in RUN}


def _words(name: dict[str, Any]) -> str:
    return f"{name['variant']} (fold {name['fold']}, seed {name['seed']})"


def _figures(file: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"rows": rows, "path": path, "metric": metric, **{limit: figure.get(limit) for limit in ("value", "low", "high")}}
        for rows in ("validation", "test")
        for path, scores in (file[rows] or {}).items()
        if scores is not None
        for metric, figure in scores.items()
        if isinstance(figure, dict)
    ]


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    numbers = [column for column in columns if column in _NUMBERS]
    return frame.astype(dict.fromkeys(numbers, float))
