"""What each student adds to a metric: intervals and tests of metrics, and of differences of models on the same responses.

Every metric here is, to first order, a mean of amounts that are known in closed form, student by student; its variance is the sum of
their squares, and the difference of two models takes the difference of the amounts, which pairs them. A mean over seeds takes their mean.
Nothing is resampled, so a million rows take a second; the bootstrap over students of `bootstrap` gives the same intervals. Sources: for
the area under the curve Obuchowski (1997), "Nonparametric analysis of clustered ROC curve data", Biometrics 53, 567-578, doi
10.2307/2533958 (for one response per student it is DeLong's); for the correlation its influence function, Devlin, Gnanadesikan and
Kettenring (1975), doi 10.1093/biomet/62.3.531.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from glasskt.compare.bootstrap import Floats
from glasskt.compare.metrics import CUT, Estimate, pearson, surprise

NORMAL = 1.959963984540054
"""97.5 % quantile of the normal distribution."""
METRICS = ("auc", "log_loss", "accuracy", "brier", "r")


@dataclass(frozen=True, kw_only=True)
class Contributions:
    """A metric and what each of S students adds to it beyond the mean student: `of_student`, `(S,)`, sums to 0."""

    value: float
    of_student: Floats


def table(p: Floats, response: Floats, student: NDArray) -> pd.DataFrame:
    """One row per student, in the order of first appearance: student, then of each metric what the student adds.

    Arguments:
        p: Prediction, `(N,)`.
        response: 0 or 1, `(N,)`.
        student: Whose response it is, `(N,)`.
    """
    code, names = pd.factorize(student)
    found = {
        "auc": area(p, response, code) if np.ptp(response) else None,
        "log_loss": mean(surprise(p, response), code),
        "accuracy": mean(((p >= CUT) == (response == 1)).astype(np.float64), code),
        "brier": mean((p - response) ** 2, code),
        "r": correlation(p, response, code),
    }
    absent = np.full(len(names), np.nan)
    return pd.DataFrame({"student": names, **{name: absent if of is None else of.of_student for name, of in found.items()}})


def area(p: Floats, response: Floats, student: NDArray[np.intp]) -> Contributions:
    """The area under the ROC curve: the mean over right responses of the share of wrong ones with a lower prediction, ties one half.

    Arguments:
        p: Prediction, `(N,)`.
        response: 0 or 1, both of them present, `(N,)`.
        student: 0..S-1, `(N,)`.
    """
    right, wrong = np.flatnonzero(response == 1), np.flatnonzero(response == 0)
    of_right = _share_below(p[right], p[wrong])  # (N right,)
    of_wrong = 1 - _share_below(p[wrong], p[right])  # (N wrong,)
    value = of_right.mean()
    size = int(student.max()) + 1
    moved: Floats = np.bincount(student[right], of_right - value, size) / len(right)
    moved += np.bincount(student[wrong], of_wrong - value, size) / len(wrong)
    return Contributions(value=float(value), of_student=moved)


def mean(values: Floats, student: NDArray[np.intp]) -> Contributions:
    """A mean over rows, `(N,)`, `(N,)` of 0..S-1."""
    value = values.mean()
    return Contributions(value=float(value), of_student=np.bincount(student, values - value) / len(values))


def correlation(x: Floats, y: Floats, student: NDArray[np.intp]) -> Contributions:
    """Pearson's r over rows, `(N,)`, `(N,)`, `(N,)` of 0..S-1; NaN where one of the two is constant."""
    r = pearson(x, y)
    if np.isnan(r):
        return Contributions(value=r, of_student=np.full(int(student.max()) + 1, np.nan))
    x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    return Contributions(value=r, of_student=np.bincount(student, x * y - r * (x * x + y * y) / 2) / len(x))


def mean_difference(these: Sequence[Contributions], others: Sequence[Contributions]) -> Estimate:
    """Mean over pairs of runs on the same students of this - other, with its 95 % interval.

    The interval speaks of the sampling of students; it holds the trained models fixed.
    """
    value = float(np.mean([one.value - other.value for one, other in zip(these, others, strict=True)]))
    moved = np.mean([one.of_student - other.of_student for one, other in zip(these, others, strict=True)], axis=0)  # (S,)
    spread = NORMAL * standard_error(moved)
    return Estimate(value, value - spread, value + spread)


def standard_error(of_student: Floats) -> float:
    """Of a metric or a difference, from what students add, `(S,)`; NaN for one student."""
    size = len(of_student)
    return float(np.sqrt(size / (size - 1) * (of_student**2).sum())) if size > 1 else np.nan


def p_value(difference: float, error: float) -> float:
    """Two-sided, of no difference, by the normal distribution; NaN where the error is."""
    return float(2 * norm.sf(abs(difference) / error)) if error > 0 else np.nan


def _share_below(values: Floats, others: Floats) -> Floats:
    """Share of `others` below each of `values`, `(N,)`; a tie counts one half."""
    ordered = np.sort(others)
    below, through = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    share: Floats = (below + through) / (2 * len(others))
    return share
