"""The focus variant against every other: paired differences on the same test responses, corrected for how many there are.

Intervals and p-values speak of the sampling of students and pair each student with himself; the spread over seeds stands beside them,
since another seed is another model. Holm's correction is over the variants, metric by metric. Source: Holm (1979), Scandinavian Journal
of Statistics 6, 65-70.
"""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.bootstrap import Floats
from glasskt.compare.contributions import METRICS, NORMAL, p_value, standard_error
from glasskt.compare.layout import interval, number
from glasskt.compare.study import Study

TEXT = ("variant", "metric")
COLUMNS = [*TEXT, "difference", "low", "high", "seed_sd", "p", "p_holm", "runs"]
HEADS = {"auc": "AUC", "log_loss": "log loss", "accuracy": "accuracy", "brier": "Brier", "r": "r"}
TESTED = ("auc", "log_loss")
"""Metrics whose intervals and adjusted p-values are printed."""
DIGITS = 4


def table(study: Study, focus: str) -> pd.DataFrame:
    """One row per other variant and metric: focus - variant.

    Columns: variant, metric, difference (of means over the seeds of a fold, then over the folds that both have), low, high (95 %, by
    student), seed_sd (of the difference of two single runs), p (two-sided), p_holm, runs (of the variant).
    """
    means = study.by_student.groupby(["variant", "fold", "student"], sort=False)[list(METRICS)].mean()
    values = _values(study)
    rows = [_row(means, values, focus, variant, metric) for variant in study.variants if variant != focus for metric in METRICS]
    frame = pd.DataFrame([row for row in rows if row], columns=COLUMNS)
    adjusted = frame.groupby("metric", sort=False)["p"].transform(lambda p: holm(p.to_numpy(np.float64)))
    return frame.assign(p_holm=adjusted).astype(dict.fromkeys(COLUMNS[2:], float))


def holm(p: Floats) -> Floats:
    """Adjusted p-values, `(M,)`; NaN stays and does not count.

    Example:
        >>> holm(np.array([0.01, 0.04, 0.03]))
        array([0.03, 0.06, 0.06])
    """
    adjusted = np.full(len(p), np.nan)
    order = np.argsort(p, kind="stable")[: int(np.isfinite(p).sum())]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def shown(pairs: pd.DataFrame) -> pd.DataFrame:
    """The table as text: a row per variant; of AUC and log loss also the interval and the adjusted p."""
    rows = [_cells(str(variant), part.set_index("metric")) for variant, part in pairs.groupby("variant", sort=False)]
    heads = [head for metric, name in HEADS.items() for head in ((name, f"{name}, 95 %", f"{name}, p") if metric in TESTED else (name,))]
    return pd.DataFrame(rows, columns=["", *heads])


def _cells(variant: str, figures: pd.DataFrame) -> dict[str, str]:
    row = {"": variant}
    for metric, head in HEADS.items():
        difference, low, high, p = figures.loc[[metric], ["difference", "low", "high", "p_holm"]].to_numpy(np.float64)[0]
        row[head] = number(difference, DIGITS)
        if metric in TESTED:
            row |= {f"{head}, 95 %": interval(low, high, DIGITS), f"{head}, p": p_text(p)}
    return row


def p_text(p: float) -> str:
    """A p-value as text.

    Example:
        >>> p_text(0.00003), p_text(0.0312)
        ('< 0.001', '0.031')
    """
    return "< 0.001" if p < 0.001 else number(p, 3)


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    return p_text(value) if column in ("p", "p_holm") else number(value, 0 if column == "runs" else DIGITS)


def _values(study: Study) -> "pd.Series[float]":
    """Test values of the judged path by variant, fold, metric and seed."""
    judged = study.metrics[(study.metrics["rows"] == "test") & (study.metrics["path"] == "p_before")]
    return judged.set_index(["variant", "fold", "metric", "seed"])["value"].sort_index()


def _row(means: pd.DataFrame, values: "pd.Series[float]", focus: str, variant: str, metric: str) -> dict[str, Any]:
    folds = [fold for fold in means.loc[focus].index.unique("fold") if fold in means.loc[variant].index.unique("fold")]
    if not folds:
        return {}
    own, others = ([values[name, fold, metric] for fold in folds] for name in (focus, variant))
    moved = sum(means.loc[(focus, fold), metric] - means.loc[(variant, fold), metric] for fold in folds) / len(folds)  # (S,)
    difference = float(np.mean([one.mean() - other.mean() for one, other in zip(own, others, strict=True)]))
    error = standard_error(moved.to_numpy(np.float64))
    spread = [one.var(ddof=1) + (other.var(ddof=1) if len(other) > 1 else 0.0) for one, other in zip(own, others, strict=True)]
    return {
        "variant": variant,
        "metric": metric,
        "difference": difference,
        "low": difference - NORMAL * error,
        "high": difference + NORMAL * error,
        "seed_sd": float(np.sqrt(np.mean(spread))),
        "p": p_value(difference, error),
        "p_holm": np.nan,
        "runs": sum(len(other) for other in others),
    }
