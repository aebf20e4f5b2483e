"""contrastive: how far the mean gains of the skills are from lying apart.

    1 - mean over pairs of skills of |gbar_s - gbar_s'|,   gbar_s = mean of g[s] over responses

Source: note 002 (V3), -mean |gbar_s - gbar_s'| as in its code; its text describes the variance instead.
"""

import torch
from torch import Tensor


def contrastive(gains: Tensor, valid: Tensor) -> Tensor:
    """At least 0 for gains in [0, 1]. Pairs are counted from the sorted means: C log C, not C squared.

    Arguments:
        gains: Gain of every skill at every response, in [0, 1], `(B, L, C)`; at least two skills.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> contrastive(torch.tensor([[[0.0, 1.0, 1.0]]]), torch.tensor([[True]]))
        tensor(0.3333)
    """
    means = gains.masked_fill(~valid[..., None], 0.0).sum(dim=(0, 1)) / valid.sum()  # (C,)
    n_skills = len(means)
    rank = torch.arange(n_skills, device=means.device, dtype=means.dtype)  # (C,)
    distances = ((2 * rank - n_skills + 1) * means.sort().values).sum()
    return 1 - distances / (n_skills * (n_skills - 1) / 2)
