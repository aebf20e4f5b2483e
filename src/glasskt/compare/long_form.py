"""The figures of runs in long form: a row per group of runs, and per metric where a program reads it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from tabulate import tabulate

from glasskt.compare.layout import interval, number
from glasskt.errors import UserError, did_you_mean

GROUPS = ("dataset", "fold", "family", "variant", "seed")
"""What tells runs apart, by which they can be grouped."""

SPLITS = {"test": "test", "valid": "validation"}
"""Word of the command line -> key of metrics.json."""

LOWER_IS_BETTER = ("log_loss", "brier", "ece")
FIGURE = ("value", "low", "high")
DIGITS = 4


def of_run(content: dict[str, Any], split: str) -> dict[str, dict[str, float | None]]:
    """Every figure of a run by name.

    Arguments:
        content: Its metrics.json.
        split: One of `SPLITS`.

    Returns:
        Name -> value, and low and high where it has an interval: auc and its like of the judged path; of a second path with `blackbox_`
        before the name; numbers of the fit with `fit_`, of the calibration on the test rows with `calibration_`.
    """
    paths = content[SPLITS[split]]
    facts = {part: {name: {"value": value} for name, value in (content.get(part) or {}).items()} for part in ("fit", "calibration")}
    named = {"": paths["p_before"], "blackbox_": paths.get("p_blackbox_before"), **{f"{part}_": found for part, found in facts.items()}}
    return {
        f"{prefix}{name}": figure if isinstance(figure, dict) else {"value": figure}
        for prefix, figures in named.items()
        for name, figure in (figures or {}).items()
        if _is_number(figure["value"] if isinstance(figure, dict) else figure)
    }


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def tidy(runs: Sequence[dict[str, Any]], split: str) -> pd.DataFrame:
    """One row per run and figure.

    Arguments:
        runs: metrics.json of each, with a further key `rev`.
        split: One of `SPLITS`.

    Returns:
        Columns rev, dataset, fold, family, variant, seed, metric, value, low, high; NaN where there is none.
    """
    rows = [
        {
            **{key: run[key] for key in ("rev", "dataset", "fold", "variant", "seed")},
            "family": run["variant"].partition(".")[0],
            "metric": metric,
            **figure,
        }
        for run in runs
        for metric, figure in of_run(run, split).items()
    ]
    return pd.DataFrame(rows, columns=["rev", *GROUPS, "metric", *FIGURE]).astype(dict.fromkeys(FIGURE, float))


def check_columns(by: Sequence[str]) -> None:
    """Raise UserError where a name is none of `GROUPS`, or stands twice."""
    for name in by:
        if name not in GROUPS:
            raise UserError(f"--by: no column {name!r}. {did_you_mean(name, GROUPS)}")
        if by.count(name) > 1:
            raise UserError(f"--by: {name} stands twice; name each column once")


def table(rows: pd.DataFrame, by: Sequence[str], metrics: Sequence[str], sort: str | None = None) -> pd.DataFrame:
    """One row per group and metric; the values of each column in the order in which runs have them.

    Arguments:
        rows: From `tidy`.
        by: Columns that make a group; the first changes slowest.
        metrics: Names, in the order wanted.
        sort: A metric: the group with the best mean comes first.

    Returns:
        `by`, metric, runs, mean, sd (divisor n - 1, over the runs of the group; NaN for one), low and high (95 % interval; NaN but for
        a group of one run).

    Raises:
        UserError: No run has such a metric.
    """
    known = rows["metric"].unique().tolist()
    for option, metric in [*([("--sort", sort)] if sort is not None else []), *(("--metric", metric) for metric in metrics)]:
        if metric not in known:
            raise UserError(f"{option}: no run has {metric!r}. {did_you_mean(metric, known)}")
    keys = [*by, "metric"]
    there = rows.dropna(subset="value")
    found = there.groupby(keys, sort=False)["value"].agg(runs="size", mean="mean", sd="std")
    limits = there.set_index(keys)[["low", "high"]]
    found = found.join(limits.loc[limits.index.isin(found.index[found["runs"] == 1])])
    order = rows[list(by)].drop_duplicates().sort_values(list(by), key=lambda column: pd.Series(pd.factorize(column)[0], column.index))
    if sort is not None:
        falling = sort.removeprefix("blackbox_").removeprefix("calibration_") not in LOWER_IS_BETTER
        means = found.xs(sort, level="metric")["mean"].rename("rank").reset_index()
        order = order.merge(means, how="left").sort_values("rank", ascending=not falling, kind="stable").drop(columns="rank")
    whole = order.merge(pd.DataFrame({"metric": list(metrics)}), how="cross").merge(found.reset_index(), how="left", on=keys)
    return whole.assign(runs=whole["runs"].fillna(0).astype(int))


def shown(long: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The table for reading, all text: a row per group, a column per metric."""
    metrics = long["metric"].unique().tolist()
    columns = {metric: long[long["metric"] == metric].reset_index(drop=True) for metric in metrics}
    first = columns[metrics[0]]
    names = {column: [str(value) for value in first[column]] for column in by}
    runs = [number(value, 0) for value in pd.concat([part["runs"] for part in columns.values()], axis=1).max(axis=1)]
    return pd.DataFrame({**names, "runs": runs, **{metric: _cells(part) for metric, part in columns.items()}})


def _cells(part: pd.DataFrame) -> list[str]:
    known = part["mean"].dropna()
    digits = 0 if (known == known.round()).all() else max(0, DIGITS + 1 - len(f"{known.abs().max():.0f}"))
    figures = zip(*(part[column] for column in ("runs", "mean", "sd", "low", "high")), strict=True)
    return [_cell(*row, digits=digits) for row in figures]


def _cell(runs: int, mean: float, sd: float, low: float, high: float, *, digits: int) -> str:
    spread = f"± {number(sd, digits)}" if runs > 1 else interval(low, high, digits)
    return f"{number(mean, digits)} {spread}".rstrip()


def footnote(rows: pd.DataFrame, long: pd.DataFrame, by: Sequence[str], split: str) -> str:
    """What the cells of `shown` mean: rows scored, and in what the runs of a group differ."""
    several, single = bool((long["runs"] > 1).any()), bool(long["low"].notna().any())
    differ = [name for name in ("dataset", "fold", "variant", "seed") if (rows.groupby(list(by))[name].nunique() > 1).any()]
    parts = [
        f"{SPLITS[split]} rows",
        *([f"mean ± sd over runs that differ in {', '.join(differ)}"] if several else []),
        *(["[95 % interval of a single run, resampling students]"] if single else []),
    ]
    return "; ".join(parts)


def as_text(text: pd.DataFrame) -> str:
    """A table of text in aligned columns."""
    aligned: str = tabulate(text, headers="keys", tablefmt="simple", showindex=False, disable_numparse=True, colalign=_sides(text))
    return aligned


def _sides(text: pd.DataFrame) -> list[str]:
    return ["right" if column in ("fold", "seed", "runs") else "left" for column in text]


def records(long: pd.DataFrame) -> list[dict[str, Any]]:
    """The table for JSON: numbers with every digit, None where there is none."""
    return [
        {str(key): None if isinstance(value, float) and np.isnan(value) else value for key, value in row.items()}
        for row in long.to_dict("records")
    ]
