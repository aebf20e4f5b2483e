"""lag_gain: a large gain should be followed by a correct response: 1 - Pearson(g at t, response at t + 1) over the batch.

The notes name this loss and give no formula; this is the plain reading at a lag of one.
"""

from torch import Tensor

from glasskt.models.parts.gain_losses.correlation_of import correlation_of


def lag_gain(gain: Tensor, response: Tensor, valid: Tensor) -> Tensor:
    """Gain of each response, 0 or 1, and where a response exists, `(B, L)` each -> a scalar in [0, 2]; 1 where nobody answers twice.

    Example:
        >>> import torch
        >>> lag_gain(torch.tensor([[0.0, 1.0, 9.0]]), torch.tensor([[1, 0, 1]]), torch.ones(1, 3, dtype=torch.bool))
        tensor(0.)
    """
    followed = valid[:, 1:]  # (B, L - 1)
    if not followed.any():
        return 1 - 0 * gain.sum()
    return 1 - correlation_of(gain[:, :-1][followed], response[:, 1:][followed].to(gain.dtype))
