"""adversarial: the cross-entropy of a discriminator between gains of a model and gains that differ as they should.

    ( mean over responses of log(1 + exp(z)) + mean over the reference of log(1 + exp(-z)) ) / 2,   z the logit of being of the reference

The discriminator lowers it; what makes the gains raises it, its gradient being turned round. Source: note 002; Goodfellow et al. 2014.
"""

from torch import Tensor
from torch.nn.functional import softplus

from glasskt.models.parts.masked import masked_mean


def adversarial(of_gains: Tensor, of_reference: Tensor, valid: Tensor) -> Tensor:
    """Logits of the gains of each response, `(B, L)`, of the reference, `(R,)`, and where a response exists, `(B, L)` -> a scalar, in nats.

    Example:
        >>> import torch
        >>> adversarial(torch.zeros(1, 2), torch.zeros(3), torch.tensor([[True, False]]))
        tensor(0.6931)
    """
    return (masked_mean(softplus(of_gains), valid) + softplus(-of_reference).mean()) / 2
