"""sparsity: gains of skills that a response does not practise: mean |g| over them. Source: note 004."""

from torch import Tensor

from glasskt.models.parts.masked import masked_mean
from glasskt.models.parts.skill_table import ABSENT


def sparsity(gains: Tensor, skills: Tensor, valid: Tensor) -> Tensor:
    """Mean over the skills not practised, then over responses.

    Arguments:
        gains: Gain of every skill at every response, `(B, L, C)`.
        skills: The practised skills, filled up with `ABSENT`, `(B, L, M)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> sparsity(torch.tensor([[[5.0, 1.0, 3.0]]]), torch.tensor([[[0]]]), torch.tensor([[True]]))
        tensor(2.)
    """
    there = skills != ABSENT  # (B, L, M)
    size = gains.abs()  # (B, L, C)
    of_practised = (size.gather(-1, skills.clamp(min=0)) * there).sum(dim=-1)  # (B, L)
    others = (gains.shape[-1] - there.sum(dim=-1)).clamp(min=1)  # (B, L)
    return masked_mean((size.sum(dim=-1) - of_practised) / others, valid)
