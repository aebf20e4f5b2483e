"""What every torch family returns: named quantities, never a bare tuple."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Output:
    """Quantities at every step t; *before* = from responses 0..t-1 only, *after* = from 0..t. None where a family has no such quantity.

    Probabilities are held as logits: losses are exact on logits and `quantities` squashes them once. A mastery that is no sigmoid of a
    logit, such as one that saturates below 1, is held as it is.

    Attributes:
        logit_before: Logit of a correct response, the path that is judged, `(B, L)`.
        logit_blackbox_before: The same from a head without inner meaning, `(B, L)`.
        theta_before: Ability in logits, `(B, L)`.
        theta_after: Ability in logits, `(B, L)`.
        beta: Difficulty of the practised skill in logits, `(B, L)`.
        logit_mastery_before: Mastery of the practised skill, `(B, L)`.
        logit_mastery_after: Mastery of the practised skill, `(B, L)`.
        mastery_before: Mastery of the practised skill in [0, 1], in place of its logit, `(B, L)`.
        mastery_after: Mastery of the practised skill in [0, 1], in place of its logit, `(B, L)`.
        gain: What the response adds to the practice of its skill, known after it, `(B, L)`.
        legacy_gain: What the notes exported as the gain: one number for all skills, see `parts.legacy_gain`, `(B, L)`.
    """

    logit_before: Tensor
    logit_blackbox_before: Tensor | None = None
    theta_before: Tensor | None = None
    theta_after: Tensor | None = None
    beta: Tensor | None = None
    logit_mastery_before: Tensor | None = None
    logit_mastery_after: Tensor | None = None
    mastery_before: Tensor | None = None
    mastery_after: Tensor | None = None
    gain: Tensor | None = None
    legacy_gain: Tensor | None = None

    def quantities(self) -> dict[str, Tensor]:
        """Columns of trajectories.parquet that this family has, `(B, L)` each; probabilities in [0, 1]."""
        probabilities = {
            "p_before": self.logit_before,
            "p_blackbox_before": self.logit_blackbox_before,
            "mastery_before": self.logit_mastery_before,
            "mastery_after": self.logit_mastery_after,
        }
        plain = {
            name: getattr(self, name)
            for name in ("theta_before", "theta_after", "beta", "mastery_before", "mastery_after", "gain", "legacy_gain")
        }
        squashed = {name: value.sigmoid() for name, value in probabilities.items() if value is not None}
        return squashed | {name: value for name, value in plain.items() if value is not None}
