"""gain_response: gains should be larger after a correct response, within every skill.

    1 - mean over skills of Pearson(g of the responses to s, those responses)

over the skills of the batch whose responses differ. Source: note 002 (phase 2), -mean_s Pearson.
"""

import torch
from torch import Tensor

from glasskt.models.parts.skill_table import ABSENT

EPSILON = 1e-8


def gain_response(gain: Tensor, response: Tensor, skills: Tensor, valid: Tensor, n_skills: int) -> Tensor:
    """In [0, 2]; 0 where no skill was answered both ways.

    Arguments:
        gain: Gain of each skill of each response, `(B, L, M)`.
        response: 0 or 1, `(B, L)`.
        skills: Those skills, filled up with `ABSENT`, `(B, L, M)`.
        valid: True where a response exists, `(B, L)`.
        n_skills: Number of skills C.

    Returns:
        A scalar.
    """
    there = valid[..., None] & (skills != ABSENT)  # (B, L, M)
    skill = skills[there]  # (N,)
    g, r = gain[there], response[..., None].expand_as(gain)[there].to(gain.dtype)  # (N,) each

    def total(values: Tensor) -> Tensor:
        return torch.zeros(n_skills, dtype=gain.dtype, device=gain.device).index_add(0, skill, values)  # (N,) -> (C,)

    count = total(torch.ones_like(g)).clamp(min=1)  # (C,)
    g, r = g - (total(g) / count)[skill], r - (total(r) / count)[skill]  # (N,) each
    of_gain, of_response = total(g * g), total(r * r)  # (C,) each
    both = of_response > EPSILON  # (C,)
    correlation = total(g * r) / torch.sqrt((of_gain * of_response).clamp(min=EPSILON))  # (C,)
    return ((1 - correlation) * both).sum() / both.sum().clamp(min=1)
