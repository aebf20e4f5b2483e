"""non_negativity: gains below 0: mean ReLU(-g). Source: note 004; 0 for gains that a sigmoid or a ReLU made."""

from torch import Tensor

from glasskt.models.parts.masked import masked_mean


def non_negativity(gain: Tensor, valid: Tensor) -> Tensor:
    """Gain of each response and where one exists, `(B, L)` each -> a scalar.

    Example:
        >>> import torch
        >>> non_negativity(torch.tensor([[-1.0, 3.0]]), torch.tensor([[True, True]]))
        tensor(0.5000)
    """
    return masked_mean((-gain).relu(), valid)  # (B, L) -> ()
