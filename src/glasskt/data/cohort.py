"""A cohort: the ordered responses of some students as ragged arrays, the form that filters, features and batches read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

Combinations = tuple[tuple[int, ...], ...]
"""Sets of two or more skills that a response practises together; none in single-skill data."""


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """N responses of S students, one student after another, each in order.

    Attributes:
        students: Student ids, `(S,)`.
        offsets: Student i owns rows `offsets[i]` to `offsets[i + 1]`, `(S + 1,)`.
        skill: Skill index in 0..C-1; C + j stands for all skills of the j-th combination, `(N,)`.
        response: 0 or 1, `(N,)`.
        n_skills: Number of skills C of the data set.
        combinations: Sets of two or more skills that some response of the data set practises together, J of them.
    """

    students: NDArray
    offsets: NDArray[np.int64]
    skill: NDArray[np.int64]
    response: NDArray[np.int8]
    n_skills: int
    combinations: Combinations = ()

    @classmethod
    def from_table(cls, table: pd.DataFrame, n_skills: int, combinations: Combinations = ()) -> "Cohort":
        """From rows of interactions.parquet, sorted by student and step; those of one student and step are one response.

        Arguments:
            table: student, step, skill, response.
            n_skills: Of the data set.
            combinations: Of the data set; all that occur in the table must be there.
        """
        student, step = table["student"].to_numpy(), table["step"].to_numpy()
        first = response_starts(student, step)
        new_student = np.r_[True, student[first[1:]] != student[first[:-1]]] if len(first) else np.empty(0, bool)
        starts = np.flatnonzero(new_student)
        return cls(
            students=student[first[starts]],
            offsets=np.r_[starts, len(first)].astype(np.int64),
            skill=_indices(table["skill"].to_numpy(np.int64), first, n_skills, combinations),
            response=table["response"].to_numpy(np.int8)[first],
            n_skills=n_skills,
            combinations=combinations,
        )

    @property
    def q_matrix(self) -> csr_array:
        """Which skills each skill index practises, 0 or 1, `(C + J, C)`: the identity, then a row per combination."""
        sets = [(skill,) for skill in range(self.n_skills)] + list(self.combinations)
        row = np.repeat(np.arange(len(sets)), [len(skills) for skills in sets])
        column = np.concatenate([np.array(skills, np.int64) for skills in sets])
        return csr_array((np.ones(len(row)), (row, column)), shape=(len(sets), self.n_skills))

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Responses per student, `(S,)`."""
        return np.diff(self.offsets)

    @cached_property
    def student_of_row(self) -> NDArray[np.int64]:
        """Index into `students` for every response, `(N,)`."""
        return np.repeat(np.arange(len(self.students)), self.lengths)

    @cached_property
    def step(self) -> NDArray[np.int64]:
        """0-based position of every response within its student, `(N,)`."""
        return np.arange(len(self.skill)) - np.repeat(self.offsets[:-1], self.lengths)

    def __len__(self) -> int:
        return len(self.skill)


def response_starts(student: NDArray, step: NDArray) -> NDArray[np.int64]:
    """First row of every response, `(N,)`, in rows sorted by student and step, of which a response may have several."""
    if not len(student):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.r_[True, (student[1:] != student[:-1]) | (step[1:] != step[:-1])])


def combinations_of(table: pd.DataFrame) -> Combinations:
    """Every set of two or more skills that one response practises, the smaller sets first; rows as for `Cohort.from_table`."""
    skill, first = table["skill"].to_numpy(np.int64), response_starts(table["student"].to_numpy(), table["step"].to_numpy())
    sets = [np.unique(together, axis=0) for _, together in _sets(skill, first)]
    return tuple(tuple(map(int, skills)) for size in sets for skills in size)


def _sets(skill: NDArray[np.int64], first: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """For each size m from 2: the responses that practise m skills, `(n,)`, and those skills in order, `(n, m)`."""
    sizes = np.diff(np.r_[first, len(skill)])
    for size in np.unique(sizes[sizes > 1]):
        several = np.flatnonzero(sizes == size)
        yield several, np.sort(skill[first[several][:, None] + np.arange(size)], axis=1)


def _indices(skill: NDArray[np.int64], first: NDArray[np.int64], n_skills: int, combinations: Combinations) -> NDArray[np.int64]:
    """The skill index of each response."""
    index = skill[first]
    place = {skills: n_skills + number for number, skills in enumerate(combinations)}
    for several, together in _sets(skill, first):
        distinct, which = np.unique(together, axis=0, return_inverse=True)
        index[several] = np.array([place[tuple(skills)] for skills in distinct.tolist()])[which.ravel()]
    return index
