"""Sufficient statistics of the static models: successes and trials of every student on every skill, repeats counted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from glasskt.data.cohort import Cohort


@dataclass(frozen=True, kw_only=True)
class Counts:
    """M cells, one for each student and skill that met; sorted by student, then skill.

    Attributes:
        student: Index of the student in the cohort, `(M,)`.
        skill: 0 to K - 1, `(M,)`.
        successes: Correct responses, `(M,)`.
        trials: Responses, at least 1, `(M,)`.
        n_students: S.
        n_skills: K.
    """

    student: NDArray[np.int64]
    skill: NDArray[np.int64]
    successes: NDArray[np.float64]
    trials: NDArray[np.float64]
    n_students: int
    n_skills: int

    @cached_property
    def trials_matrix(self) -> csr_array:
        """Trials, `(S, K)`."""
        return csr_array((self.trials, (self.student, self.skill)), shape=(self.n_students, self.n_skills))

    @cached_property
    def successes_matrix(self) -> csr_array:
        """Successes, `(S, K)`."""
        return csr_array((self.successes, (self.student, self.skill)), shape=(self.n_students, self.n_skills))

    @cached_property
    def student_successes(self) -> NDArray[np.float64]:
        """`(S,)`."""
        return _summed(self.student, self.successes, self.n_students)

    @cached_property
    def student_trials(self) -> NDArray[np.float64]:
        """`(S,)`."""
        return _summed(self.student, self.trials, self.n_students)

    @cached_property
    def skill_successes(self) -> NDArray[np.float64]:
        """`(K,)`."""
        return _summed(self.skill, self.successes, self.n_skills)

    @cached_property
    def skill_trials(self) -> NDArray[np.float64]:
        """`(K,)`."""
        return _summed(self.skill, self.trials, self.n_skills)

    def over_successes(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of a skill's value over each student's successes, `(K,)` -> `(S,)`."""
        return _summed(self.student, self.successes * value[self.skill], self.n_students)

    @property
    def base_rate(self) -> float:
        """Share of correct responses; NaN without responses."""
        trials = self.trials.sum()
        return float(self.successes.sum() / trials) if trials else float("nan")


def every_response(cohort: Cohort) -> Counts:
    """Counts of all responses of a cohort."""
    cell, inverse = np.unique(_cell(cohort), return_inverse=True)
    successes = _summed(inverse, cohort.response, len(cell))
    return _counts(cohort, cell, successes, _summed(inverse, np.ones(len(inverse)), len(cell)))


def first_responses(cohort: Cohort) -> Counts:
    """Counts of each student's first response to each skill."""
    cell, first = np.unique(_cell(cohort), return_index=True)  # the index of the first occurrence
    return _counts(cohort, cell, cohort.response[first].astype(np.float64), np.ones(len(cell)))


def last_responses(cohort: Cohort) -> Counts:
    """Counts of each student's last response to each skill: what a table of one response per student and skill keeps."""
    cell, from_the_end = np.unique(_cell(cohort)[::-1], return_index=True)
    return _counts(cohort, cell, cohort.response[::-1][from_the_end].astype(np.float64), np.ones(len(cell)))


COUNTED: dict[str, Callable[[Cohort], Counts]] = {"all": every_response, "first": first_responses}
"""By the setting `irt.static.responses`."""


def _summed(index: NDArray, values: NDArray, size: int) -> NDArray[np.float64]:
    return np.bincount(index, values, minlength=size).astype(np.float64, copy=False)


def _cell(cohort: Cohort) -> NDArray[np.int64]:
    return cohort.student_of_row * cohort.n_skills + cohort.skill


def _counts(cohort: Cohort, cell: NDArray[np.int64], successes: NDArray[np.float64], trials: NDArray[np.float64]) -> Counts:
    return Counts(
        student=cell // cohort.n_skills,
        skill=cell % cohort.n_skills,
        successes=successes,
        trials=trials,
        n_students=len(cohort.students),
        n_skills=cohort.n_skills,
    )
