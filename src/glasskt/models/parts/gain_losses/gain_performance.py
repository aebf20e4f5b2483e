"""gain_performance: a correct response should teach more than a wrong one, by 0.1.

    ReLU( mean(g | wrong) - mean(g | correct) + 0.1 )

Source: note 004.
"""

from torch import Tensor

from glasskt.models.parts.gain_losses.by_response import mean_where

MARGIN = 0.1


def gain_performance(gain: Tensor, response: Tensor, valid: Tensor) -> Tensor:
    """Gain of the practised skill, 0 or 1, and where a response exists, `(B, L)` each -> a scalar.

    Example:
        >>> import torch
        >>> gain_performance(torch.tensor([[0.5, 0.5]]), torch.tensor([[1, 0]]), torch.tensor([[True, True]]))
        tensor(0.1000)
    """
    return (mean_where(gain, valid & (response == 0)) - mean_where(gain, valid & (response == 1)) + MARGIN).relu()
