"""Differences of areas under the ROC curve on the same responses, with intervals that know the students.

The area is the mean over right responses of their placement, the share of wrong responses with a lower prediction (a tie counts one half);
so each student's responses move it by an amount that is known in closed form, and its variance is the sum of the squares of these amounts
over students. The difference of two models takes the difference of the amounts, student by student, which pairs them; a mean over seeds
takes their mean. No resamples are needed: a million rows take a second. Source: Obuchowski (1997), "Nonparametric analysis of clustered ROC
curve data", Biometrics 53, 567-578, doi 10.2307/2533958; for one response per student it is DeLong's (1988).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasskt.compare.bootstrap import Floats
from glasskt.compare.metrics import Estimate

NORMAL = 1.959963984540054
"""97.5 % quantile of the normal distribution."""


@dataclass(frozen=True, kw_only=True)
class Area:
    """An area and what each of S students adds to it beyond the mean student: `of_student`, `(S,)`, sums to 0."""

    value: float
    of_student: Floats


def area(p: Floats, response: Floats, student: NDArray[np.intp]) -> Area:
    """The area of one prediction.

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
    return Area(value=float(value), of_student=moved)


def mean_difference(areas: Sequence[Area], others: Sequence[Area]) -> Estimate:
    """Mean over pairs of runs on the same students of area - other, with its 95 % interval.

    The interval speaks of the sampling of students; it holds the trained models fixed.
    """
    value = float(np.mean([one.value - other.value for one, other in zip(areas, others, strict=True)]))
    moved = np.mean([one.of_student - other.of_student for one, other in zip(areas, others, strict=True)], axis=0)  # (S,)
    spread = NORMAL * float(np.sqrt(len(moved) / (len(moved) - 1) * (moved**2).sum())) if len(moved) > 1 else np.nan
    return Estimate(value, value - spread, value + spread)


def _share_below(values: Floats, others: Floats) -> Floats:
    """Share of `others` below each of `values`, `(N,)`; a tie counts one half."""
    ordered = np.sort(others)
    below, through = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    share: Floats = (below + through) / (2 * len(others))
    return share
