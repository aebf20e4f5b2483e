"""The curriculum matrix N: what it says of skill k that skill j was practised before, whatever the answers were.

    term of a response to k  =  sum over the skills j != k that the student has practised before of N[k, j]

It encodes curriculum, not transfer: which skills came before says which class, book and path a student is on. On ASSIST2015, of the
entries that 250 responses or more of each half of the training students speak to, the two halves agree at r = .47 only, and N and its
transpose at -.03.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from glasskt.data.cohort import Cohort
from glasskt.models.parts.features.groups import Groups

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Before:
    """Which other skills the student of each response has practised before it, of a cohort of N responses."""

    def __init__(self, cohort: Cohort) -> None:
        self._skill, self._n_skills = cohort.skill, cohort.n_skills
        first_contact = Groups(cohort.student_of_row * cohort.n_skills + cohort.skill).number == 0
        self._contacts = cohort.skill[first_contact]
        contacts_so_far = np.r_[0, np.cumsum(first_contact)]
        self._start = contacts_so_far[cohort.offsets[:-1]][cohort.student_of_row]  # (N,) first contact of the row's student
        self._seen = contacts_so_far[:-1] - self._start  # (N,) skills practised before the row

    def pairs(self, rows: Integers) -> tuple[Integers, Integers]:
        """For every skill practised before one of some rows, and other than its own: the place of the row in `rows`, and that skill."""
        seen = self._seen[rows]
        place = np.repeat(np.arange(len(rows)), seen)
        number = np.arange(seen.sum()) - np.repeat(np.cumsum(seen) - seen, seen)
        skill = self._contacts[np.repeat(self._start[rows], seen) + number]
        other = skill != self._skill[rows][place]
        return place[other], skill[other]

    def table(self, rows: Integers) -> csr_array:
        """1 where a skill was practised before, `(R, C)`."""
        place, skill = self.pairs(rows)
        return csr_array((np.ones(len(place)), (place, skill)), shape=(len(rows), self._n_skills))


def offsets(matrix: Floats, cohort: Cohort) -> csr_array:
    """N[k, j] at every response to k for every skill j practised before it, `(N, C)`; a row sums to the term of its response."""
    place, skill = Before(cohort).pairs(np.arange(len(cohort)))
    return csr_array((matrix[cohort.skill[place], skill], (place, skill)), shape=(len(cohort), cohort.n_skills))
