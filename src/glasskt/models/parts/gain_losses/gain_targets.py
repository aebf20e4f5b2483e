"""gain_targets: gains should be those of a synthetic pattern in which all skills differ.

    mean over responses and skills of (g[s] - target_s)^2,   target_s = 0.1 + 0.8 frac((s + 1) phi),   phi = (sqrt 5 - 1) / 2

Multiples of the golden ratio fill [0, 1] evenly and in no order of the skills. Source: note 002, "synthetic differentiated gain targets".
"""

import math

import torch
from torch import Tensor

from glasskt.models.parts.masked import masked_mean

LEAST, RANGE = 0.1, 0.8
PHI = (math.sqrt(5) - 1) / 2


def targets(n_skills: int) -> Tensor:
    """The pattern, `(C,)`.

    Example:
        >>> targets(3)
        tensor([0.5944, 0.2889, 0.7833])
    """
    return LEAST + RANGE * torch.arange(1, n_skills + 1).mul(PHI).frac()


def gain_targets(gains: Tensor, valid: Tensor) -> Tensor:
    """Gain of every skill at every response, `(B, L, C)`, and where a response exists, `(B, L)` -> a scalar.

    Example:
        >>> gain_targets(targets(3)[None, None] + 0.5, torch.tensor([[True]]))
        tensor(0.2500)
    """
    pattern = targets(gains.shape[-1]).to(gains)  # (C,)
    return masked_mean((gains - pattern).square().mean(dim=-1), valid)  # (B, L, C) -> ()
