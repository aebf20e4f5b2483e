"""A cohort: the ordered responses of some students as ragged arrays, the form that filters, features and batches read."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from glasskt.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """N responses of S students, one student after another, each in order.

    Attributes:
        students: Student ids, `(S,)`.
        offsets: Student i owns rows `offsets[i]` to `offsets[i + 1]`, `(S + 1,)`.
        skill: Skill index in 0..C-1; C + j stands for all skills of the j-th combination, `(N,)`.
        response: 0 or 1, `(N,)`.
        n_skills: Number of skills C of the data set.
        combinations: Sets of two or more skills that a response practises together, J of them; none in single-skill data.
    """

    students: NDArray
    offsets: NDArray[np.int64]
    skill: NDArray[np.int64]
    response: NDArray[np.int8]
    n_skills: int
    combinations: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def from_table(cls, table: pd.DataFrame, n_skills: int) -> "Cohort":
        """From rows of interactions.parquet, sorted by student and step, of which each holds one response.

        Raises:
            UserError: A response practises more than one skill.
        """
        cohort = cls.with_combinations(table, n_skills)
        if cohort.combinations:
            row = int(np.argmax(cohort.skill >= n_skills))
            raise UserError(
                f"interactions: student {cohort.students[cohort.student_of_row[row]]} step {cohort.step[row]} practises several skills; "
                "this stage reads single-skill responses only"
            )
        return cohort

    @classmethod
    def with_combinations(cls, table: pd.DataFrame, n_skills: int) -> "Cohort":
        """As `from_table`; the rows of one student and step are one response that practises all of their skills."""
        student, step = table["student"].to_numpy(), table["step"].to_numpy()
        new_student = np.r_[True, student[1:] != student[:-1]] if len(table) else np.empty(0, bool)
        first = np.flatnonzero(new_student | np.r_[True, step[1:] != step[:-1]]) if len(table) else np.empty(0, np.int64)
        starts = np.flatnonzero(new_student[first])
        skill, combinations = _combined(table["skill"].to_numpy(np.int64), first, n_skills)
        return cls(
            students=student[first[starts]],
            offsets=np.r_[starts, len(first)].astype(np.int64),
            skill=skill,
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


def _combined(skill: NDArray[np.int64], first: NDArray[np.int64], n_skills: int) -> tuple[NDArray[np.int64], tuple[tuple[int, ...], ...]]:
    """The skill index of each response that begins at `first`, and the combinations that occur, the smaller ones first."""
    sizes = np.diff(np.r_[first, len(skill)])
    index = skill[first]
    combinations: list[tuple[int, ...]] = []
    for size in np.unique(sizes[sizes > 1]):
        several = np.flatnonzero(sizes == size)
        sets = np.sort(skill[first[several][:, None] + np.arange(size)], axis=1)  # (n, size)
        distinct, which = np.unique(sets, axis=0, return_inverse=True)
        index[several] = n_skills + len(combinations) + which.ravel()
        combinations += [tuple(map(int, skills)) for skills in distinct]
    return index, tuple(combinations)
