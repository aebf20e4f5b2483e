"""Means over the correct or the wrong responses of a batch, of which there may be none."""

from torch import Tensor


def mean_where(values: Tensor, where: Tensor) -> Tensor:
    """Mean of `values` where `where`, `(B, L)` each -> a scalar; 0 where nothing is.

    Example:
        >>> import torch
        >>> mean_where(torch.tensor([[1.0, 5.0]]), torch.tensor([[False, True]]))
        tensor(5.)
    """
    return values.masked_fill(~where, 0.0).sum() / where.sum().clamp(min=1)
