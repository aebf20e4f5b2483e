"""Responses to several skills: which skills an index stands for, and tables whose row for a combination is the mean of its skills' rows.

A skill index below C is a skill; C + j stands for all skills of the j-th combination, as in `data.cohort.Cohort`.
"""

import torch
from torch import Tensor, nn

from glasskt.data.cohort import Combinations

ABSENT = -1
"""Fills the rows of `members` that have fewer skills than the longest."""


def members(n_skills: int, combinations: Combinations = ()) -> Tensor:
    """The skills of every skill index.

    Returns:
        `(C + J, M)`, M the size of the largest combination, 1 without any; rows end in `ABSENT`.

    Example:
        >>> members(2, ((0, 1),)).tolist()
        [[0, -1], [1, -1], [0, 1]]
    """
    sets = [(skill,) for skill in range(n_skills)] + list(combinations)
    longest = max(map(len, sets))
    return torch.tensor([list(skills) + [ABSENT] * (longest - len(skills)) for skills in sets])


class MeanTable(nn.Embedding):
    """An embedding read at sets of rows: the mean over each set. Its weights are those of the single rows, `(R, D)`."""

    sets: Tensor

    def __init__(self, sets: Tensor, rows: int, width: int) -> None:
        """From the rows of each set, `(I, M)`, padded with `ABSENT`."""
        super().__init__(rows, width)
        self.register_buffer("sets", sets, persistent=False)

    def forward(self, index: Tensor) -> Tensor:
        """`(...)` set indices -> `(..., D)`."""
        rows = self.sets[index]  # (..., M)
        if rows.shape[-1] == 1:
            return super().forward(rows.squeeze(-1))
        there = (rows != ABSENT).unsqueeze(-1)  # (..., M, 1)
        return (super().forward(rows.clamp(min=0)) * there).sum(dim=-2) / there.sum(dim=-2)


def skill_table(n_skills: int, combinations: Combinations, width: int) -> MeanTable:
    """A row for every skill; a combination has the mean of its skills'."""
    return MeanTable(members(n_skills, combinations), n_skills, width)
