"""A history as token indices, shifted by one: position t holds the response before step t."""

import torch
from torch import Tensor


def vocabulary(n_skills: int) -> int:
    """Number of tokens: each skill answered wrong or right, and the start token."""
    return 2 * n_skills + 1


def history_tokens(skill: Tensor, response: Tensor, n_skills: int) -> Tensor:
    """Token t stands for response t-1, so that a causal encoder's state t has seen responses 0..t-1 only.

    Arguments:
        skill: Skill index, `(B, L)`.
        response: 0 or 1, `(B, L)`.
        n_skills: Number of skills C.

    Returns:
        Indices, `(B, L + 1)`: the start token 2C, then `skill + C * response`.

    Example:
        >>> history_tokens(torch.tensor([[1, 0]]), torch.tensor([[1, 0]]), n_skills=2)
        tensor([[4, 3, 0]])
    """
    start = torch.full_like(skill[:, :1], 2 * n_skills)  # (B, 1)
    return torch.cat([start, skill + n_skills * response], dim=1)  # (B, L + 1)
