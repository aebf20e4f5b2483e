"""What both ways to gains return: all of it by value, nothing left on a layer."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class States:
    """States and what is read from them.

    Attributes:
        context: State t has seen responses 0..t-1, `(B, L + 1, D)`.
        value: What the legacy gain is made of, after each response, `(B, L, D)`.
        gain: Gains of the practised skills after each response, at least 0, `(B, L, M)`.
        every: Gains of all skills, `(B, L, C)`; None where nothing needs them.
        initial: Mastery of the practised skills before any practice, in [0, 1], `(B, L, M)`.
    """

    context: Tensor
    value: Tensor
    gain: Tensor
    every: Tensor | None
    initial: Tensor
