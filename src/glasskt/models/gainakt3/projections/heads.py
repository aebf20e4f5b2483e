"""A small network for every skill, which shares no weight with that of another.

    gain[s] = sigmoid( v_s . relu(U_s value + a_s) + b_s ),   U_s (H, D), v_s (H,)

Source: note 002, "explicit per-skill output heads".
"""

import math

import torch
from torch import Tensor, nn

from glasskt.models.gainakt3.projections.every_skill import EverySkill

HIDDEN = 8


class HeadGains(EverySkill):
    """C heads, each with `HIDDEN` units."""

    def __init__(self, width: int, n_skills: int) -> None:
        super().__init__()
        self.inner = nn.Parameter(_uniform((n_skills, HIDDEN, width), width))  # (C, H, D)
        self.inner_bias = nn.Parameter(_uniform((n_skills, HIDDEN), width))  # (C, H)
        self.outer = nn.Parameter(_uniform((n_skills, HIDDEN), HIDDEN))  # (C, H)
        self.outer_bias = nn.Parameter(_uniform((n_skills,), HIDDEN))  # (C,)

    def every(self, value: Tensor, skills: Tensor) -> Tensor:
        """As `EverySkill.every`."""
        hidden = torch.einsum("bld,shd->blsh", value, self.inner).add(self.inner_bias).relu()  # (B, L, C, H)
        return ((hidden * self.outer).sum(dim=-1) + self.outer_bias).sigmoid()  # (B, L, C)


def _uniform(shape: tuple[int, ...], inputs: int) -> Tensor:
    """As torch begins a linear layer with so many inputs."""
    return torch.empty(shape).uniform_(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs))
