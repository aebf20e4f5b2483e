"""A projection that begins at the Q-matrix: practised skills gain, the others hardly do.

    gain[s] = sigmoid( w_s . value + b_s + mean over practised q of R[q, s] ),   R begins at KAPPA on the diagonal and at -KAPPA off it

R is learned from there. Source: note 001, "Q-matrix
pre-initialization to guide gains_projection".
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

from glasskt.models.gainakt3.projections.every_skill import EverySkill
from glasskt.models.parts.skill_table import ABSENT

KAPPA = 2.0
"""sigmoid(2) = 0.88 for what is practised, 0.12 for what is not."""


class QMatrixGains(EverySkill):
    """The linear projection, and what the practised skills add to it."""

    def __init__(self, width: int, n_skills: int) -> None:
        super().__init__()
        self.projection = nn.Linear(width, n_skills)
        self.practised = nn.Parameter(KAPPA * (2 * torch.eye(n_skills) - 1))  # (C, C)

    def every(self, value: Tensor, skills: Tensor) -> Tensor:
        """As `EverySkill.every`."""
        there = (skills != ABSENT)[..., None]  # (B, L, M, 1)
        added = (embedding(skills.clamp(min=0), self.practised) * there).sum(dim=-2) / there.sum(dim=-2)  # (B, L, C)
        logits: Tensor = self.projection(value) + added  # (B, L, C)
        return logits.sigmoid()
