"""Means that padding cannot enter."""

from torch import Tensor


def masked_mean(values: Tensor, valid: Tensor) -> Tensor:
    """Mean over the positions where a response exists.

    Arguments:
        values: Any number per position, `(B, L)`; what stands at padded positions is never read, not even a NaN.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> masked_mean(torch.tensor([[1.0, 3.0, float("nan")]]), torch.tensor([[True, True, False]]))
        tensor(2.)
    """
    return values.masked_fill(~valid, 0.0).sum() / valid.sum()  # (B, L) -> ()


def masked_mean_by_student(values: Tensor, valid: Tensor) -> Tensor:
    """Mean over each student's own responses, `(B, L)` -> `(B,)`; every student has at least one."""
    return values.masked_fill(~valid, 0.0).sum(dim=1) / valid.sum(dim=1)  # (B, L) -> (B,)
