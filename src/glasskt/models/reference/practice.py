"""Practice before each response: how often the student succeeded and failed at each skill that it practises."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.models.parts.combinations import practised
from glasskt.models.parts.features.groups import Groups


@dataclass(frozen=True, kw_only=True)
class Practice:
    """Earlier responses of the same student to the same skill, `(E,)` each, E as in `parts.combinations.practised`."""

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
        row, skill = practised(cohort)
        cells = Groups(cohort.student_of_row[row] * cohort.n_skills + skill)  # a student's responses to one skill
        right = cohort.response[row]
        return cls(successes=cells.earlier(right), failures=cells.earlier(1 - right))
