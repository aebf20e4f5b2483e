"""The scale term: how far the spread of theta_t lies from the spread that item response theory assigns. Source: experiment I3.6."""

from torch import Tensor

from glasskt.models.parts.masked import masked_mean


def scale(theta: Tensor, theta_irt: Tensor, valid: Tensor) -> Tensor:
    """Squared difference of the standard deviations over the responses of a batch.

    Arguments:
        theta: Ability before each response, in logits, `(B, L)`.
        theta_irt: Target at each response, in logits, `(B, L)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> scale(torch.tensor([[0.0, 2.0]]), torch.tensor([[0.0, 6.0]]), torch.tensor([[True, True]]))
        tensor(4.)
    """
    return (_spread(theta, valid) - _spread(theta_irt, valid)) ** 2


def _spread(values: Tensor, valid: Tensor) -> Tensor:
    variance = masked_mean((values - masked_mean(values, valid)) ** 2, valid)  # (B, L) -> ()
    return variance.clamp(min=1e-12).sqrt()  # a root has no gradient at 0
