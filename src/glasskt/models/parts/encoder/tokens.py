"""A history as token indices, shifted by one: position t holds the response before step t."""

import torch
from torch import Tensor

from glasskt.data.cohort import Combinations
from glasskt.models.parts.skill_table import ABSENT, MeanTable, members


def vocabulary(n_skills: int) -> int:
    """Number of tokens: each skill answered wrong or right, and the start token."""
    return 2 * n_skills + 1


def history_tokens(skill: Tensor, response: Tensor, n_skills: int) -> Tensor:
    """Token t stands for response t-1, so that a causal encoder's state t has seen responses 0..t-1 only.

    Arguments:
        skill: Skill index, `(B, L)`.
        response: 0 or 1, `(B, L)`.
        n_skills: Number of skill indices: C, and one more for each combination.

    Returns:
        Indices, `(B, L + 1)`: the start token 2C, then `skill + C * response`.

    Example:
        >>> history_tokens(torch.tensor([[1, 0]]), torch.tensor([[1, 0]]), n_skills=2)
        tensor([[4, 3, 0]])
    """
    start = torch.full_like(skill[:, :1], 2 * n_skills)  # (B, 1)
    return torch.cat([start, skill + n_skills * response], dim=1)  # (B, L + 1)


def token_table(n_skills: int, combinations: Combinations, width: int) -> MeanTable:
    """An embedding of the tokens of C + J skill indices; a combination's is the mean of its skills', for wrong and right apart."""
    skills = members(n_skills, combinations)  # (C + J, M)
    right = torch.where(skills == ABSENT, ABSENT, skills + n_skills)  # (C + J, M)
    start = torch.full((1, skills.shape[1]), ABSENT)
    start[0, 0] = 2 * n_skills
    return MeanTable(torch.cat([skills, right, start]), vocabulary(n_skills), width)
