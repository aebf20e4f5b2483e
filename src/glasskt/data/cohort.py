"""A cohort: the ordered responses of some students as ragged arrays, the form that filters, features and batches read."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """N responses of S students, one student after another, each in order.

    Attributes:
        students: Student ids, `(S,)`.
        offsets: Student i owns rows `offsets[i]` to `offsets[i + 1]`, `(S + 1,)`.
        skill: Skill index in 0..n_skills-1, `(N,)`.
        response: 0 or 1, `(N,)`.
        n_skills: Number of skills C of the data set.
    """

    students: NDArray
    offsets: NDArray[np.int64]
    skill: NDArray[np.int64]
    response: NDArray[np.int8]
    n_skills: int

    @classmethod
    def from_table(cls, table: pd.DataFrame, n_skills: int) -> "Cohort":
        """From rows of interactions.parquet, sorted by student and step.

        Raises:
            UserError: A response practises more than one skill.
        """
        student, step = table["student"].to_numpy(), table["step"].to_numpy()
        starts = np.flatnonzero(np.r_[True, student[1:] != student[:-1]]) if len(table) else np.empty(0, np.int64)
        same = (student[1:] == student[:-1]) & (step[1:] == step[:-1])
        if same.any():
            row = int(np.flatnonzero(same)[0]) + 1
            raise UserError(
                f"interactions: student {student[row]} step {step[row]} practises several skills; "
                "this stage reads single-skill responses only"
            )
        return cls(
            students=student[starts],
            offsets=np.r_[starts, len(table)].astype(np.int64),
            skill=table["skill"].to_numpy(np.int64),
            response=table["response"].to_numpy(np.int8),
            n_skills=n_skills,
        )

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
