"""triplet: skills of like difficulty should gain alike, skills of unlike difficulty not.

    mean over skills a of ReLU( |gbar_a - gbar_p| - |gbar_a - gbar_n| + 0.1 ),   gbar_s = mean of g[s] over responses

The skills of a batch stand in order of their success rates in it: p is the neighbour of a, n lies half of them away. Source: note 002,
"triplet loss: anchor/positive/negative skills", which leaves open what makes two skills alike; Schroff et al. 2015.
"""

import torch
from torch import Tensor

from glasskt.models.parts.skill_table import ABSENT

MARGIN = 0.1
FEWEST = 4
"""Skills in a batch from which on p and n differ for every a."""


def triplet(gains: Tensor, response: Tensor, skills: Tensor, valid: Tensor) -> Tensor:
    """0 where a batch has fewer than `FEWEST` skills.

    Arguments:
        gains: Gain of every skill at every response, `(B, L, C)`.
        response: 0 or 1, `(B, L)`.
        skills: The practised skills, filled up with `ABSENT`, `(B, L, M)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.
    """
    means = gains.masked_fill(~valid[..., None], 0.0).sum(dim=(0, 1)) / valid.sum()  # (C,)
    ordered = means[_by_success(response, skills, valid, gains.shape[-1])]  # (P,)
    n_present = len(ordered)
    if n_present < FEWEST:
        return 0 * means.sum()
    place = torch.arange(n_present, device=gains.device)  # (P,)
    positive = torch.where(place < n_present - 1, place + 1, place - 1)  # (P,)
    negative = (place + n_present // 2) % n_present  # (P,)
    near, far = (ordered - ordered[positive]).abs(), (ordered - ordered[negative]).abs()  # (P,) each
    return (near - far + MARGIN).relu().mean()


def _by_success(response: Tensor, skills: Tensor, valid: Tensor, n_skills: int) -> Tensor:
    """The skills that the batch practises, from the lowest to the highest success rate, `(P,)`."""
    there = valid[..., None] & (skills != ABSENT)  # (B, L, M)
    skill = skills[there]  # (N,)
    right = response[..., None].expand_as(skills)[there]  # (N,)
    trials = torch.bincount(skill, minlength=n_skills)  # (C,)
    successes = torch.bincount(skill[right == 1], minlength=n_skills)  # (C,)
    order = (successes / trials.clamp(min=1)).sort(stable=True).indices  # (C,)
    return order[trials[order] > 0]
