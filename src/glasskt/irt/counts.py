"""Sufficient statistics of the static models: successes and trials of every student on every skill, repeats counted.

A response that practises several skills counts for their combination, an index beyond the last skill. The parameters of a combination are
the means of its skills' (a compensatory rule: a strong skill makes up for a weak one), so that no parameter is added; a Q-matrix whose
rows are divided by their sums says which means. Of such a response each of m skills gets the share 1/m in the sums over skills.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from glasskt.data.cohort import Cohort


@dataclass(frozen=True, kw_only=True)
class Counts:
    """M cells, one for each student and skill that met; sorted by student, then skill.

    Attributes:
        student: Index of the student in the cohort, `(M,)`.
        skill: 0 to K - 1, or the index of a combination, up to I - 1, `(M,)`.
        successes: Correct responses, `(M,)`.
        trials: Responses, at least 1, `(M,)`.
        n_students: S.
        n_skills: K.
        share: Share of each skill in each of the I skills and combinations, rows summing to 1, `(I, K)`.
    """

    student: NDArray[np.int64]
    skill: NDArray[np.int64]
    successes: NDArray[np.float64]
    trials: NDArray[np.float64]
    n_students: int
    n_skills: int
    share: csr_array

    @cached_property
    def trials_matrix(self) -> csr_array:
        """Trials, `(S, I)`."""
        return csr_array((self.trials, (self.student, self.skill)), shape=(self.n_students, self.share.shape[0]))

    @cached_property
    def successes_matrix(self) -> csr_array:
        """Successes, `(S, I)`."""
        return csr_array((self.successes, (self.student, self.skill)), shape=(self.n_students, self.share.shape[0]))

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
        """Each response by its skills' shares, `(K,)`."""
        return self.by_share(_summed(self.skill, self.successes, self.share.shape[0]))

    @cached_property
    def skill_trials(self) -> NDArray[np.float64]:
        """Each response by its skills' shares, `(K,)`."""
        return self.by_share(_summed(self.skill, self.trials, self.share.shape[0]))

    @cached_property
    def skill_responses(self) -> NDArray[np.int64]:
        """Responses that practise the skill, alone or with others, `(K,)`."""
        practised = (self.share.T > 0) @ _summed(self.skill, self.trials, self.share.shape[0])
        return np.asarray(practised, np.int64)

    def mean_over_skills(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """From a value per skill that of every skill and combination, `(K,)` -> `(I,)`."""
        means: NDArray[np.float64] = self.share @ value
        return means

    def by_share(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """From sums over responses per skill and combination those per skill, `(I, ...)` -> `(K, ...)`."""
        sums: NDArray[np.float64] = self.share.T @ value
        return sums

    def over_successes(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of a skill's value over each student's successes, `(K,)` -> `(S,)`."""
        return _summed(self.student, self.successes * self.mean_over_skills(value)[self.skill], self.n_students)

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
    return cohort.student_of_row * _indices(cohort) + cohort.skill


def _indices(cohort: Cohort) -> int:
    return cohort.n_skills + len(cohort.combinations)


def _counts(cohort: Cohort, cell: NDArray[np.int64], successes: NDArray[np.float64], trials: NDArray[np.float64]) -> Counts:
    return Counts(
        student=cell // _indices(cohort),
        skill=cell % _indices(cohort),
        successes=successes,
        trials=trials,
        n_students=len(cohort.students),
        n_skills=cohort.n_skills,
        share=shares(cohort),
    )


def shares(cohort: Cohort) -> csr_array:
    """The Q-matrix with its rows divided by their sums, `(C + J, C)`."""
    q = cohort.q_matrix
    return csr_array(diags_array(1 / q.sum(axis=1)) @ q)
