"""Which earlier responses a response looks back on, and what lay between, for all pairs of a history at once."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from glasskt.models.statespace.practices import Practices


def since(step: Tensor) -> tuple[Tensor, Tensor]:
    """How many responses lie between row t and column t' (0 if t' is not earlier), and whether it is, `(..., P)` -> `(..., P, P)` each."""
    between = (step[..., :, None] - step[..., None, :] - 1).to(torch.get_default_dtype())
    return between.clamp(min=0), between >= 0


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Row t and column t' that practise one skill; 0 where t' is no earlier practice of the skill of t. `(B, P, P)` each."""

    own: Tensor  # 1 where it is
    attempts: Tensor  # responses to that skill between the two
    others: Tensor  # responses without that skill between the two

    @classmethod
    def of(cls, practices: Practices) -> Self:
        """Of the skills asked.

        Example:
            >>> pairs = Pairs.of(Practices.of(torch.tensor([[[0], [1], [0], [0]]])))
            >>> [one[0, 3].int().tolist() for one in (pairs.own, pairs.attempts, pairs.others)]
            [[1, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]]
        """
        skill = practices.skill
        between, earlier = since(practices.step)
        own = ((skill[:, :, None] == skill[:, None, :]) & earlier).to(between.dtype)  # (B, P, P)
        number = own.sum(dim=-1)  # (B, P), earlier practices of the skill
        attempts = (number[:, :, None] - number[:, None, :] - 1) * own
        return cls(own=own, attempts=attempts, others=between * own - attempts)
