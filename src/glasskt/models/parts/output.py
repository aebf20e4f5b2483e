"""What every torch family returns: named quantities, never a bare tuple."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Output:
    """Quantities at every step t; *before* = from responses 0..t-1 only, *after* = from 0..t. None where a family has no such quantity.

    Probabilities are held as logits: losses are exact on logits and `quantities` squashes them once.

    Attributes:
        logit_before: Logit of a correct response, the path that is judged, `(B, L)`.
        logit_blackbox_before: The same from a head without inner meaning, `(B, L)`.
        theta_before: Ability in logits, `(B, L)`.
        theta_after: Ability in logits, `(B, L)`.
        beta: Difficulty of the practised skill in logits, `(B, L)`.
        logit_mastery_before: Mastery of the practised skill, `(B, L)`.
        logit_mastery_after: Mastery of the practised skill, `(B, L)`.
    """

    logit_before: Tensor
    logit_blackbox_before: Tensor | None = None
    theta_before: Tensor | None = None
    theta_after: Tensor | None = None
    beta: Tensor | None = None
    logit_mastery_before: Tensor | None = None
    logit_mastery_after: Tensor | None = None

    def quantities(self) -> dict[str, Tensor]:
        """Columns of trajectories.parquet that this family has, `(B, L)` each; probabilities in [0, 1]."""
        probabilities = {
            "p_before": self.logit_before,
            "p_blackbox_before": self.logit_blackbox_before,
            "mastery_before": self.logit_mastery_before,
            "mastery_after": self.logit_mastery_after,
        }
        logits = {"theta_before": self.theta_before, "theta_after": self.theta_after, "beta": self.beta}
        squashed = {name: value.sigmoid() for name, value in probabilities.items() if value is not None}
        return squashed | {name: value for name, value in logits.items() if value is not None}
