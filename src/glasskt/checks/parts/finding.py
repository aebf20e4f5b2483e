"""What a check says of one quantity."""

from dataclasses import dataclass
from typing import Any, Literal

from glasskt.compare.metrics import Estimate, finite


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One quantity with its interval, its null and the notes' threshold. Ceilings and verdicts need the whole study and live in `compare`.

    Attributes:
        quantity: Its name in tables, such as "r(mastery before, response)".
        question: What it answers, in a sentence.
        estimate: Value and 95 % interval.
        null: What a model without the property scores; None where there is no such model.
        null_is: That model, in words.
        threshold: What the notes ask for; None where they ask nothing.
        better: The side on which a threshold is met.
        source: Where the check comes from.
        n: Rows (or skills, students) that it is measured on.
    """

    quantity: str
    question: str
    estimate: Estimate
    null: float | None
    null_is: str
    threshold: float | None
    better: Literal["higher", "lower", "none"]
    source: str
    n: int

    def as_json(self, check: str) -> dict[str, Any]:
        """An entry of checks.json, under the name of its check."""
        return {
            "check": check,
            "quantity": self.quantity,
            "question": self.question,
            **self.estimate.as_json(),
            "null": finite(self.null),
            "null_is": self.null_is,
            "threshold": self.threshold,
            "better": self.better,
            "source": self.source,
            "n": self.n,
        }
