"""consistency: mastery should rise by a tenth of the gain: mean |(m_after - m_before) - 0.1 g|.

Source: note 004. 0 by construction where mastery is that sum, until it is full.
"""

from torch import Tensor

from glasskt.models.parts.masked import masked_mean

STEP = 0.1


def consistency(before: Tensor, after: Tensor, gain: Tensor, valid: Tensor) -> Tensor:
    """Mastery of the practised skill before and after, its gain, and where a response exists, `(B, L)` each -> a scalar.

    Example:
        >>> import torch
        >>> consistency(torch.tensor([[0.5]]), torch.tensor([[0.75]]), torch.tensor([[0.5]]), torch.tensor([[True]]))
        tensor(0.2000)
    """
    return masked_mean((after - before - STEP * gain).abs(), valid)  # (B, L) -> ()
