"""l_21, performance alignment: how far sigmoid(theta_t - beta_q) lies from the probability that item response theory assigns.

Source: note 003, l_21 = BCE(M_IRT, M_ref) with soft targets M_ref = sigmoid(theta_ref - beta_IRT). A cross-entropy against soft targets
cannot fall below their own entropy, so `divergence` reports what lies above it: the Kullback-Leibler divergence, 0 for perfect agreement.
In the split form M_IRT is read from theta_t alone, without the deviation: the deviation is what item response theory does not know.
"""

from torch import Tensor
from torch.nn.functional import binary_cross_entropy, binary_cross_entropy_with_logits

from glasskt.models.parts.masked import masked_mean


def l_21(logit: Tensor, reference: Tensor, valid: Tensor) -> Tensor:
    """Mean cross-entropy against soft targets, in nats.

    Arguments:
        logit: theta_t - beta_q, `(B, L)`.
        reference: M_ref in (0, 1), `(B, L)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar, at least the mean entropy of `reference`.

    Example:
        >>> import torch
        >>> l_21(torch.zeros(1, 1), torch.full((1, 1), 0.5), torch.ones(1, 1, dtype=torch.bool))
        tensor(0.6931)
    """
    return masked_mean(binary_cross_entropy_with_logits(logit, reference, reduction="none"), valid)  # (B, L) -> ()


def divergence(logit: Tensor, reference: Tensor, valid: Tensor) -> Tensor:
    """`l_21` less the mean entropy of `reference`: the mean Kullback-Leibler divergence, in nats.

    Example:
        >>> import torch
        >>> divergence(torch.zeros(1, 1), torch.full((1, 1), 0.5), torch.ones(1, 1, dtype=torch.bool))
        tensor(0.)
    """
    entropy = binary_cross_entropy(reference, reference, reduction="none")  # (B, L)
    return l_21(logit, reference, valid) - masked_mean(entropy, valid)
