"""The correlation that several losses reward."""

import torch
from torch import Tensor

EPSILON = 1e-8


def correlation_of(x: Tensor, y: Tensor) -> Tensor:
    """Pearson correlation of two vectors, `(N,)` each; 0 where one of them does not vary.

    Example:
        >>> correlation_of(torch.tensor([0.0, 1.0, 2.0]), torch.tensor([0.0, 2.0, 4.0]))
        tensor(1.)
    """
    x, y = x - x.mean(), y - y.mean()
    return (x * y).sum() / torch.sqrt((x.square().sum() * y.square().sum()).clamp(min=EPSILON))
