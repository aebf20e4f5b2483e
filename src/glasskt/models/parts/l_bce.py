"""l_bce: how badly a path predicts the responses."""

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from glasskt.models.parts.masked import masked_mean


def l_bce(logit: Tensor, response: Tensor, valid: Tensor) -> Tensor:
    """Mean binary cross-entropy over valid positions, in nats.

    Arguments:
        logit: Logit of a correct response before it, `(B, L)`.
        response: 0 or 1, `(B, L)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> l_bce(torch.zeros(1, 2), torch.tensor([[1, 0]]), torch.tensor([[True, False]]))
        tensor(0.6931)
    """
    return masked_mean(binary_cross_entropy_with_logits(logit, response.to(logit.dtype), reduction="none"), valid)  # (B, L) -> ()
