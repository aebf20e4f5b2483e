"""monotonicity: mastery of the practised skill that its practice lowers: mean ReLU(m_before - m_after). Source: note 004."""

from torch import Tensor

from glasskt.models.parts.masked import masked_mean


def monotonicity(before: Tensor, after: Tensor, valid: Tensor) -> Tensor:
    """Mastery of the practised skill before and after, and where a response exists, `(B, L)` each -> a scalar.

    Example:
        >>> import torch
        >>> monotonicity(torch.tensor([[0.5, 0.5]]), torch.tensor([[0.25, 1.0]]), torch.tensor([[True, True]]))
        tensor(0.1250)
    """
    return masked_mean((before - after).relu(), valid)  # (B, L) -> ()
