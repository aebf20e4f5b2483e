"""Which earlier responses a response looks back on, and what lay between, for all pairs of a history at once."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor


def since(length: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """How many responses lie between row t and column t', and whether t' is earlier, `(L, L)` each; 0 where it is not."""
    step = torch.arange(length, device=device)
    between = (step[:, None] - step - 1).to(torch.get_default_dtype())  # (L, L)
    return between.clamp(min=0), between >= 0


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Row t and column t' that practise one skill; 0 where t' is no earlier response to the skill of t. `(B, L, L)` each."""

    own: Tensor  # 1 where it is
    attempts: Tensor  # responses to that skill between the two
    others: Tensor  # responses to other skills between the two

    @classmethod
    def of(cls, skill: Tensor) -> Self:
        """Of the skills asked, `(B, L)`.

        Example:
            >>> pairs = Pairs.of(torch.tensor([[0, 1, 0, 0]]))
            >>> [one[0, 3].int().tolist() for one in (pairs.own, pairs.attempts, pairs.others)]
            [[1, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]]
        """
        between, earlier = since(skill.shape[1], skill.device)
        own = ((skill[:, :, None] == skill[:, None, :]) & earlier).to(between.dtype)  # (B, L, L)
        number = own.sum(dim=-1)  # (B, L), earlier responses to the skill
        attempts = (number[:, :, None] - number[:, None, :] - 1) * own
        return cls(own=own, attempts=attempts, others=between * own - attempts)
