"""Rows in groups, such as the responses of one student to one skill: what the earlier rows of a row's own group say.

Sums are of whole numbers and recursions start anew in every group, so a group's numbers do not depend on the other groups.
"""

from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Groups:
    """N rows, each in one group; within a group they keep their order.

    Arguments:
        group: Index of each row's group, `(N,)`.

    Example:
        >>> groups, right = Groups(np.array([0, 0, 1, 0])), np.array([1, 1, 0, 1])
        >>> groups.number, groups.earlier(right), groups.in_a_row(right)
        (array([0, 1, 0, 2]), array([0, 1, 0, 2]), array([0, 1, 0, 2]))
    """

    def __init__(self, group: Integers) -> None:
        self._order = np.argsort(group, kind="stable")  # a group's rows side by side
        grouped = group[self._order]
        starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]][: len(grouped)])
        self._start = np.repeat(starts, np.diff(np.r_[starts, len(grouped)]))  # (N,) where the group of each grouped row starts

    @cached_property
    def number(self) -> Integers:
        """Earlier rows of the group, `(N,)`."""
        return self._back(np.arange(len(self._order)) - self._start)

    def earlier(self, event: NDArray) -> Integers:
        """Sum of the whole numbers `event` over the earlier rows of the group, `(N,)`."""
        so_far = np.r_[0, np.cumsum(event[self._order], dtype=np.int64)]
        return self._back(so_far[:-1] - so_far[self._start])

    def so_far(self, event: NDArray) -> Integers:
        """The same with the row itself, `(N,)`."""
        total: Integers = self.earlier(event) + event
        return total

    def in_a_row(self, event: NDArray) -> Integers:
        """How many of the group's rows just before this one have `event`, unbroken, `(N,)`."""
        place = np.arange(len(self._order))
        after_a_miss = np.maximum.accumulate(np.r_[0, np.where(event[self._order], 0, place + 1)])[:-1]
        return self._back(place - np.maximum(after_a_miss, self._start))

    def previous(self, values: NDArray[np.generic], back: int = 1, absent: int = 0) -> NDArray:
        """The value `back` rows earlier in the group; `absent` where it has no such row, `(N,)`."""
        place = np.arange(len(self._order)) - back
        earlier = values[self._order][np.maximum(place, 0)]
        return self._back(np.where(place >= self._start, earlier, np.array(absent, values.dtype)))

    def first(self, values: NDArray[np.generic]) -> NDArray:
        """The value of the group's first row, which is the row itself where it is the first, `(N,)`."""
        return self._back(values[self._order][self._start])

    def recent(self, event: NDArray, keep: float) -> Floats:
        """Mean of 0 or 1 over the earlier rows of the group, each step back weighted `keep` times the one after, `(N,)`.

        A value of 1/2 with weight 1 stands for what is not known: it is the mean where there is no earlier row.
        """
        mean = np.empty(len(self._order))
        _recent(event[self._order].astype(np.float64), self._start, keep, mean)
        return self._back(mean)

    def _back(self, grouped: NDArray) -> NDArray:
        """From the grouped to the given order of rows."""
        given = np.empty_like(grouped)
        given[self._order] = grouped
        return given


@njit
def _recent(event, start, keep, mean):  # type: ignore[no-untyped-def]  # pragma: no cover
    total = weight = 0.0
    for row in range(len(event)):
        if row == start[row]:
            total = weight = 0.0
        mean[row] = (total + 0.5) / (weight + 1.0)
        total, weight = keep * total + event[row], keep * weight + 1.0
