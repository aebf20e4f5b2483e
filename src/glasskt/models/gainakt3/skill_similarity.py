"""Attention that prefers related skills: how alike the skills of two responses are is added to their score.

    score[t, u] = q_t . k_u / sqrt(D/H) - slope (t - u) + scale_h cos(e[skill of t], e[skill of u])

e and the scale of each head are learned; the scale begins at 1. Source: note 001, option 3 (skill-aware attention).
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from glasskt.data.cohort import Combinations
from glasskt.models.parts.encoder.attention import AttentionEncoder, recency_bias
from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.models.parts.encoder.tokens import history_tokens
from glasskt.models.parts.skill_table import ABSENT, MeanTable, members


class SimilarityBias(nn.Module):
    """How alike the skills of every two positions are; the start token counts as a skill of its own."""

    def __init__(self, settings: EncoderSettings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        skills = members(n_skills, combinations)  # (C + J, M)
        start = torch.full((1, skills.shape[1]), ABSENT)
        start[0, 0] = n_skills
        self.start = len(skills)
        self.skill = MeanTable(torch.cat([skills, start]), n_skills + 1, settings.width)
        self.scale = nn.Parameter(torch.ones(settings.heads))  # (H,)

    def forward(self, skill: Tensor) -> Tensor:
        """`(B, L)` skill indices -> what is added to scores between the L + 1 tokens, `(B, H, L + 1, L + 1)`."""
        shifted = torch.cat([torch.full_like(skill[:, :1], self.start), skill], dim=1)  # (B, L + 1)
        e = normalize(self.skill(shifted), dim=-1)  # (B, L + 1, D)
        alike: Tensor = e @ e.transpose(1, 2)  # (B, L + 1, L + 1)
        return self.scale[:, None, None] * alike[:, None]


class SimilarityEncoder(AttentionEncoder):
    """The two-stream encoder, read at its value stream, with that bias in every block."""

    def __init__(self, settings: EncoderSettings, n_skills: int, combinations: Combinations = ()) -> None:
        super().__init__(settings, n_skills, combinations, reads="value")
        self.similarity = SimilarityBias(settings, n_skills, combinations)

    def forward(self, skill: Tensor, response: Tensor) -> Tensor:
        """State t has seen responses 0..t-1: `(B, L)`, `(B, L)` -> `(B, L + 1, D)`."""
        tokens = history_tokens(skill, response, self.n_indices)  # (B, L + 1)
        context, value = self.context_embedding(tokens), self.value_embedding(tokens)  # (B, L + 1, D) each
        bias = recency_bias(self.slopes, tokens.shape[1]) + self.similarity(skill)  # (B, H, L + 1, L + 1)
        for block in self.blocks:
            context, value = block(context, value, bias)
        states: Tensor = value
        return states
