"""Responses laid out as practices, one of every skill of every response, so that a sum over the practices of a skill is written once."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from glasskt.models.parts.skill_table import ABSENT


@dataclass(frozen=True, kw_only=True)
class Practices:
    """P places for each student; where each response practises one skill, the places are the responses.

    Attributes:
        skill: `(B, P)`; 0 where a place is empty.
        step: Of the response, `(B, P)` or `(1, P)`; L, which is later than every response, where a place is empty.
        within: 1 where the response of the row practises at the place of the column, `(B, L, P)`; None where places are responses.
    """

    skill: Tensor
    step: Tensor
    within: Tensor | None

    @classmethod
    def of(cls, skills: Tensor) -> Self:
        """From the skills of each response, filled up with `ABSENT`, `(B, L, M)`.

        Example:
            >>> practices = Practices.of(torch.tensor([[[3, ABSENT], [1, 3]], [[1, ABSENT], [2, ABSENT]]]))
            >>> practices.skill.tolist(), practices.step.tolist()
            ([[3, 1, 3], [1, 2, 0]], [[0, 1, 1], [0, 1, 2]])
            >>> practices.mean(torch.tensor([[5.0, 1.0, 3.0], [7.0, 8.0, 0.0]])).tolist()
            [[5.0, 2.0], [7.0, 8.0]]
        """
        length, most = skills.shape[1:]
        step = torch.arange(length, device=skills.device)  # (L,)
        if most == 1:
            return cls(skill=skills.squeeze(-1), step=step[None], within=None)
        there = (skills != ABSENT).flatten(1)  # (B, LM)
        order = there.int().argsort(dim=1, descending=True, stable=True)[:, : int(there.sum(dim=1).max())]  # (B, P)
        taken = there.gather(1, order)  # (B, P)
        of_step = torch.where(taken, step.repeat_interleave(most)[order], length)  # (B, P)
        return cls(
            skill=torch.where(taken, skills.flatten(1).gather(1, order), 0),
            step=of_step,
            within=(of_step[:, None, :] == step[:, None]).to(torch.get_default_dtype()),
        )

    def each(self, values: Tensor) -> Tensor:
        """What is known of a response, at each of its practices, `(B, L)` -> `(B, P)`."""
        if self.within is None:
            return values
        return values.gather(1, self.step.clamp(max=values.shape[1] - 1))

    def mean(self, values: Tensor) -> Tensor:
        """Over the practices of each response, `(B, P)` -> `(B, L)`."""
        if self.within is None:
            return values
        return (self.within @ values[..., None]).squeeze(-1) / self.within.sum(dim=-1)

    def between_responses(self, pairs: Tensor) -> Tensor:
        """What practices give to practices as what responses give to responses, the mean over those asked, `(B, P, P)` -> `(B, L, L)`."""
        if self.within is None:
            return pairs
        return self.within @ pairs @ self.within.mT / self.within.sum(dim=-1, keepdim=True)
