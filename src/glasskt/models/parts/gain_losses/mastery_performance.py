"""mastery_performance: little mastery where the response is correct, much where it is wrong.

    mean(1 - m | correct) + mean(m | wrong),   m of the asked skill before the response

Source: note 004, whose m also knew the response.
"""

from torch import Tensor

from glasskt.models.parts.gain_losses.by_response import mean_where


def mastery_performance(mastery: Tensor, response: Tensor, valid: Tensor) -> Tensor:
    """Mastery before, 0 or 1, and where a response exists, `(B, L)` each -> a scalar in [0, 2].

    Example:
        >>> import torch
        >>> mastery_performance(torch.tensor([[0.75, 0.5]]), torch.tensor([[1, 0]]), torch.tensor([[True, True]]))
        tensor(0.7500)
    """
    correct, wrong = valid & (response == 1), valid & (response == 0)  # (B, L) each
    return mean_where(1 - mastery, correct) + mean_where(mastery, wrong)
