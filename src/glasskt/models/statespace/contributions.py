"""What each earlier response adds to a logit."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Contributions:
    """The parts of every logit, in logits; they sum to it.

    Attributes:
        skill: Less the difficulty of the asked skill, `(B, L)`.
        theta: The ability, `(B, L)`.
        practice: What remains of the gain of each earlier response to the same skill, `(B, L, L)`.
        evidence: What remains of the surprise in it, `(B, L, L)`.
        transfer: What remains of what each earlier response to another skill gave, `(B, L, L)`.
    """

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
