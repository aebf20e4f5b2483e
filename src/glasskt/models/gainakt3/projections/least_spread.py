"""A hard constraint: the gains of a response spread over the skills by at least so much.

    gain'[s] = m + max(1, c / sd) (gain[s] - m),   m and sd over the skills of one response, c the least sd

then raised by what the smallest lacks to 0, so that no practice lowers a skill; neither changes sd >= c. A gain may then exceed 1.
Source: note 002, "hard constraint on gain std", there as gradients to be refused; a projection needs no change of how one learns.
"""

from torch import Tensor

from glasskt.models.gainakt3.projections.every_skill import EverySkill

TINY = 1e-6
"""Below it gains count as equal, which no factor can spread."""


def spread_out(gains: Tensor, least: float) -> Tensor:
    """`(..., C)` -> `(..., C)`, at least 0, sd over the last dimension at least `least` unless all are equal.

    Example:
        >>> import torch
        >>> spread_out(torch.tensor([[0.5, 0.75], [0.0, 1.0]]), 0.25)
        tensor([[0.3750, 0.8750],
                [0.0000, 1.0000]])
    """
    mean = gains.mean(dim=-1, keepdim=True)  # (..., 1)
    sd = (gains.var(dim=-1, correction=0, keepdim=True) + TINY**2).sqrt()  # (..., 1)
    spread = mean + (least / sd).clamp(min=1) * (gains - mean)  # (..., C)
    return spread + (-spread.amin(dim=-1, keepdim=True)).relu()


class LeastSpread(EverySkill):
    """Another source under the constraint."""

    def __init__(self, source: EverySkill, least: float) -> None:
        super().__init__()
        self.source = source
        self.least = least

    def every(self, value: Tensor, skills: Tensor) -> Tensor:
        """As `EverySkill.every`."""
        return spread_out(self.source.every(value, skills), self.least)
