"""What each earlier response adds to a logit."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Contributions:
    """The parts of every logit, in logits; they sum to it.

    Attributes:
        ability: That the filter has before each response, `(B, L)`; no part.
        shared: Whether an earlier response practises a skill of this one, `(B, L, L)`.
        left: Share that remains of what each earlier response gave, `(B, L, L)`: of the practice of a shared skill (of several, the mean)
            where there is one, else of what it transferred; 0 where nothing is transferred. No part.
        skill: Less the difficulty of the asked skill, `(B, L)`.
        theta: The ability, `(B, L)`.
        practice: What remains of the gain of each earlier response to the same skill, `(B, L, L)`.
        evidence: What remains of the surprise in it, `(B, L, L)`.
        transfer: What remains of what each earlier response to another skill gave, `(B, L, L)`.
    """

    ability: Tensor
    shared: Tensor
    left: Tensor
    skill: Tensor
    theta: Tensor
    practice: Tensor
    evidence: Tensor
    transfer: Tensor

    def terms(self) -> Iterator[tuple[str, Tensor]]:
        """Each part by name, summed over the earlier responses, `(B, L)` each."""
        yield "skill", self.skill
        yield "theta", self.theta
        for name in PAST:
            yield name, getattr(self, name).sum(dim=-1)


PAST = ("practice", "evidence", "transfer")
"""The parts that earlier responses have."""
