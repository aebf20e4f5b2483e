"""The number that the notes exported as every skill's gain: one scalar per response, made of the value stream.

    legacy = sigmoid( mean over D of ReLU(value) )

The value stream leaves a layer normalisation, so its D numbers have mean 0 and spread 1, and the mean of their positive parts is
1 / sqrt(2 pi) = 0.399 for any roughly normal vector: the scalar sits near 0.598, with a spread that falls as 1 / sqrt(D); what is
learned moves it only through the normalisation's own weights. Kept beside the true gains of the same model to show what was measured.
Source: notes 000 and 001.
"""

from torch import Tensor


def legacy_gain(value: Tensor) -> Tensor:
    """`(..., D)` -> `(...)`.

    Example:
        >>> import torch
        >>> legacy_gain(torch.tensor([1.0, -1.0]))
        tensor(0.6225)
    """
    return value.relu().mean(dim=-1).sigmoid()
