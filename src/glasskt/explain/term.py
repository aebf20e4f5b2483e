"""What a prediction is made of."""

import math
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Term:
    """One addend of a logit.

    Attributes:
        name: Unique within a prediction; what one more answer moves is told by it.
        group: Heading under which it is summed with others.
        note: What it is, in words.
        logit: What it adds.
        value: What it says of this history, in words; None where the note says all.
        usual: The same of the training responses, at which the term is 0; None where that means nothing.
        skill: Index of another skill that it speaks of.
        step: The earlier response that it comes from, 0-based.
    """

    name: str
    group: str
    note: str
    logit: float
    value: str | None = None
    usual: str | None = None
    skill: int | None = None
    step: int | None = None


@dataclass(frozen=True)
class Prediction:
    """Terms whose sum is a logit. The first is what the sum starts from, such as the skill's intercept."""

    terms: tuple[Term, ...]

    @cached_property
    def logit(self) -> float:
        """Of a right answer."""
        return math.fsum(term.logit for term in self.terms)

    @cached_property
    def p(self) -> float:
        """Probability of a right answer."""
        return probability(self.logit)

    @property
    def ordered(self) -> tuple[Term, ...]:
        """The first term, then the others, the largest first."""
        return _ordered(self.terms)

    @property
    def groups(self) -> tuple[Term, ...]:
        """The sum of each group, named by it, in the same order."""
        sums = {group: [term for term in self.terms if term.group == group] for group in dict.fromkeys(term.group for term in self.terms)}
        return _ordered(
            tuple(
                Term(name=group, group=group, note=group, logit=math.fsum(term.logit for term in terms), value=str(len(terms)))
                for group, terms in sums.items()
            )
        )


def probability(logit: float) -> float:
    """
    Example:
        >>> probability(0.0), round(probability(-800.0), 3)
        (0.5, 0.0)
    """
    return (1 + math.tanh(logit / 2)) / 2


def log_odds(p: float) -> float:
    """
    Example:
        >>> log_odds(0.5), round(log_odds(probability(1.25)), 9)
        (0.0, 1.25)
    """
    return math.log(p / (1 - p))


def _ordered(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return (*terms[:1], *sorted(terms[1:], key=lambda term: -abs(term.logit)))
