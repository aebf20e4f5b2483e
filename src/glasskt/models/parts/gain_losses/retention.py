"""retention: mastery once reached should stay: mean ReLU(highest m so far - m), m of the asked skill, over earlier steps with that skill.

The notes name this loss and give no formula; this is the plain reading. 0 where mastery cannot fall.
"""

import torch
from torch import Tensor

from glasskt.models.parts.masked import masked_mean


def retention(before: Tensor, after: Tensor, skill: Tensor, valid: Tensor) -> Tensor:
    """How far mastery before a response lies below the highest that it had after earlier responses to the same skill index.

    Arguments:
        before: Mastery of the asked skill before, `(B, L)`.
        after: Mastery of the asked skill after, `(B, L)`.
        skill: Skill index, `(B, L)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> before, after = torch.tensor([[0.0, 0.5]]), torch.tensor([[1.0, 0.5]])
        >>> retention(before, after, torch.tensor([[3, 3]]), torch.tensor([[True, True]]))
        tensor(0.2500)
    """
    length = skill.shape[1]
    earlier = torch.ones(length, length, dtype=torch.bool, device=skill.device).tril(-1)  # (L, L)
    same = (skill[:, :, None] == skill[:, None, :]) & earlier  # (B, L, L)
    highest = after[:, None, :].expand(same.shape).masked_fill(~same, 0.0).amax(dim=-1)  # (B, L)
    return masked_mean((highest - before).relu(), valid)
