"""beta_spread: skills should not all learn at one rate: max(0, 0.3 - sd of beta)^2. Source: note 002 (V3), as in its code."""

from torch import Tensor

LEAST = 0.3


def beta_spread(beta: Tensor) -> Tensor:
    """Learning rates of the skills, `(C,)` -> a scalar; 0 once their standard deviation is at least 0.3.

    Example:
        >>> import torch
        >>> beta_spread(torch.ones(2))
        tensor(0.0900)
    """
    variance = beta.var(correction=0)
    return (LEAST - (variance + 1e-12).sqrt()).relu().square()  # the root of 0 has no slope
