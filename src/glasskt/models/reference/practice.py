"""Practice before each response: how often the student succeeded and failed at the same skill."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort


@dataclass(frozen=True, kw_only=True)
class Practice:
    """Earlier responses of the same student to the same skill, `(N,)` each."""

    successes: NDArray[np.int64]
    failures: NDArray[np.int64]

    @classmethod
    def of(cls, cohort: Cohort) -> "Practice":
        """Counted over all responses of a cohort; a response does not count itself.

        Example:
            >>> cohort = Cohort(students=np.array([7]), offsets=np.array([0, 4]), skill=np.array([0, 1, 0, 0]),
            ...                 response=np.array([1, 1, 0, 1], np.int8), n_skills=2)
            >>> Practice.of(cohort)
            Practice(successes=array([0, 0, 1, 1]), failures=array([0, 0, 0, 1]))
        """
        cell = cohort.student_of_row * cohort.n_skills + cohort.skill
        order = np.argsort(cell, kind="stable")  # a student's responses to one skill side by side, in their order
        starts = np.flatnonzero(np.r_[True, np.diff(cell[order]) > 0])
        before_cell = np.repeat(starts, np.diff(np.r_[starts, len(order)]))
        return cls(successes=_earlier(cohort.response, order, before_cell), failures=_earlier(1 - cohort.response, order, before_cell))


def _earlier(event: NDArray[np.int8], order: NDArray[np.int64], before_cell: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum of `event` over the earlier rows of the same cell, in the original order."""
    so_far = np.r_[0, np.cumsum(event[order], dtype=np.int64)]
    earlier = np.empty(len(order), np.int64)
    earlier[order] = so_far[:-1] - so_far[before_cell]
    return earlier
