"""The slopes of an additive model: how large over skills, how sure, and whether what tells skills apart repeats in other students.

The interval of a mean slope comes from the folds, each of which leaves out one group of the training students (`jackknife`). A bootstrap
over skills would be several times too narrow: the slopes of all skills are drawn to shared ones, and another student moves the shared
slopes of features that move together. Reliability is between fits to two halves of the students; its interval is over skills.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from glasskt.compare.jackknife import half_width
from glasskt.compare.layout import interval, number
from glasskt.compare.learned import Learned, meanings, values
from glasskt.compare.replication.members import halves_of
from glasskt.compare.replication.reliability import agreement, of_whole
from glasskt.compare.study import Study

TEXT = ("variant", "feature", "meaning")
ALL = "all"
"""The row of all features: slopes less the mean of their feature."""
_NUMBERS = ("slope", "slope_low", "slope_high", "slope_sd", "same_sign", "half_1_slope", "half_2_slope", "r", "reliability")
COLUMNS = [*TEXT, *_NUMBERS, "reliability_low", "reliability_high", "skills", "runs"]
PRINTED = 20
"""Features of a variant that are printed, the largest."""


def table(study: Study, learned: Sequence[Learned], folds: int) -> pd.DataFrame:
    """One row per variant that has halves and feature, by falling size, after one of all features; none without such variants.

    Columns: variant, feature, meaning; slope (mean over skills and runs, in logits per standard deviation of the feature), slope_low,
    slope_high (95 %; none on fewer than three folds), slope_sd (over skills), same_sign (share of skills with the commoner sign;
    a slope of 0 has none), half_1_slope, half_2_slope (the mean in each half of the students), r (over skills, between the halves),
    reliability (of the fit to all students), reliability_low, reliability_high (95 %, over skills), skills, runs.

    Arguments:
        study: The study.
        learned: What its runs say of skills.
        folds: Of the data set, of which each run leaves one out.
    """
    rows = [row for variant, halves in halves_of(study).items() for row in _rows(learned, variant, halves, folds)]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[len(TEXT) :], float))


def shown(slopes: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    frame = pd.DataFrame({"": slopes["feature"], "feature": slopes["meaning"], "model": slopes["variant"]})
    heads = {"slope": "mean slope", "slope_sd": "sd", "same_sign": "same sign", "half_1_slope": "half 1", "half_2_slope": "half 2"}
    for column, head in {**heads, "r": "r", "reliability": "reliability"}.items():
        frame[head] = [text(column, value) for value in slopes[column]]
        if f"{column}_low" in slopes:
            limits = zip(slopes[f"{column}_low"], slopes[f"{column}_high"], strict=True)
            frame[f"{head}, 95 %"] = [interval(low, high, _digits(column)) for low, high in limits]
    return frame


def leading(slopes: pd.DataFrame, variant: str) -> pd.DataFrame:
    """The row of all features and the `PRINTED` largest of one variant."""
    return slopes[slopes["variant"] == variant].head(PRINTED + 1)


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    return number(value, _digits(column))


def _digits(column: str) -> int:
    return 0 if column in ("skills", "runs") else 3 if "slope" in column else 2


def _rows(learned: Sequence[Learned], variant: str, halves: tuple[str, str], folds: int) -> list[dict[str, Any]]:
    first, second = (values(learned, half, "slope") for half in halves)
    wholes = values(learned, variant, "slope")
    pairs = [(first[run], second[run]) for run in first if run in second]
    if not wholes or not pairs:
        return []
    words = meanings(learned, variant)
    means = pd.DataFrame({run: slopes.mean() for run, slopes in wholes.items()}).T.groupby(level=0).mean()  # (folds, F)
    in_halves = [pd.DataFrame([pair[half].mean() for pair in pairs]).mean() for half in (0, 1)]
    width = dict(zip(means, half_width(means.to_numpy(), folds), strict=True))
    largest = means.mean().abs().sort_values(ascending=False, kind="stable").index
    rows = [
        {
            **_figures(list(wholes.values()), pairs, [name]),
            **{"feature": name, "meaning": words[name], "slope": means[name].mean()},
            **{"slope_low": means[name].mean() - width[name], "slope_high": means[name].mean() + width[name]},
            **{"half_1_slope": in_halves[0][name], "half_2_slope": in_halves[1][name]},
        }
        for name in largest
    ]
    of_all = {
        "feature": ALL,
        "meaning": "all slopes, each less the mean of its feature",
        **_figures(list(wholes.values()), pairs, list(largest)),
    }
    return [{"variant": variant, **row, "runs": len(wholes)} for row in (of_all, *rows)]


def _figures(wholes: list[pd.DataFrame], pairs: list[tuple[pd.DataFrame, pd.DataFrame]], names: list[str]) -> dict[str, Any]:
    """What tells skills apart in some features together."""
    found = agreement([(_apart(one[names]), _apart(other[names])) for one, other in pairs])
    return {
        "slope_sd": np.mean([np.sqrt(slopes[names].var(ddof=1).mean()) for slopes in wholes]),
        "same_sign": np.mean([np.maximum(slopes[names].gt(0).mean(), slopes[names].lt(0).mean()).mean() for slopes in wholes]),
        "r": found.value,
        "reliability": of_whole(found.value),
        "reliability_low": of_whole(found.low),
        "reliability_high": of_whole(found.high),
        "skills": np.mean([len(one.index.intersection(other.index)) for one, other in pairs]),
    }


def _apart(slopes: pd.DataFrame) -> "pd.Series[float]":
    """Slopes less the mean of their feature, by skill and feature."""
    return cast("pd.Series[float]", (slopes - slopes.mean()).stack())
