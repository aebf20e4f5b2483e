"""variance: how far the gains of one response are from differing between skills as much as they can.

    1/4 - mean over responses of Var_s g[s]

Gains in [0, 1] have a variance of at most 1/4. Source: note 001 (V2), -mean Var_s g, which has the same gradient.
"""

from torch import Tensor

from glasskt.models.parts.masked import masked_mean


def variance(gains: Tensor, valid: Tensor) -> Tensor:
    """At least 0.

    Arguments:
        gains: Gain of every skill at every response, in [0, 1], `(B, L, C)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> variance(torch.tensor([[[0.0, 1.0]]]), torch.tensor([[True]]))
        tensor(0.)
    """
    return 0.25 - masked_mean(gains.var(dim=-1, correction=0), valid)  # (B, L, C) -> ()
