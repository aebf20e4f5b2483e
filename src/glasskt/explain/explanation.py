"""One prediction of one student: its terms, and the prediction for the same skill next, had this answer been wrong or right.

A family is explained by its room in `families/`, found by its file and imported alone: a function `terms` that gives the addends of logits.
"""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.explain.rooms import explained_families
from glasskt.explain.term import Prediction, Term

Terms = Callable[[Any, dict[str, NDArray], Cohort, Sequence[int]], list[tuple[Term, ...]]]
"""`terms(settings, weights, cohort, rows)`: for each of some rows of a cohort the terms of its prediction, from earlier responses only."""
UNMOVED = 1e-9
"""Logits."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """A term before and after one more answer; None where it is not there."""

    before: Term | None
    after: Term | None

    @property
    def term(self) -> Term:
        """The term as it is after the answer, or as it was."""
        found = self.after or self.before
        assert found
        return found

    @property
    def change(self) -> float:
        """Logits."""
        return (self.after.logit if self.after else 0.0) - (self.before.logit if self.before else 0.0)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A response and what was predicted of it.

    Attributes:
        student: Id.
        step: 0-based.
        skill: Index of the skill that was asked.
        response: The answer: 1 right, 0 wrong. No term knows it.
        now: The prediction.
        after: Answer -> the prediction for the same skill at the next step, had this answer been so: wrong (0) and right (1).
    """

    student: int | str
    step: int
    skill: int
    response: int
    now: Prediction
    after: dict[int, Prediction]

    def moved(self, answer: int) -> list[Move]:
        """What the answer moves, the largest first."""
        before, after = ({term.name: term for term in one.terms} for one in (self.now, self.after[answer]))
        moves = [Move(before=before.get(name), after=after.get(name)) for name in {**before, **after}]
        return sorted((move for move in moves if abs(move.change) > UNMOVED), key=lambda move: -abs(move.change))


def refuse_unexplained(family: str) -> None:
    """
    Raises:
        UserError: The family's predictions are not sums of named terms.
    """
    if family not in explained_families():
        known = ", ".join(explained_families())
        raise UserError(f"family {family}: its predictions are no sums of named terms. Families that can be explained: {known}")


def explain(family: str, settings: Any, weights: dict[str, NDArray], student: Cohort, step: int) -> Explanation:
    """Explain the prediction of one response.

    Arguments:
        family: Of the model.
        settings: Of the variant.
        weights: As in model.safetensors.
        student: The responses of one student.
        step: Of the response, 0-based. Later responses are not read.

    Raises:
        UserError: The family cannot be explained, or the student has no such step.
    """
    refuse_unexplained(family)
    if not 0 <= step < len(student):
        raise UserError(f"student {student.students[0]}: no step {step}; steps are 0-based and run from 0 to {len(student) - 1}")
    terms: Terms = importlib.import_module(f"glasskt.explain.families.{family}").terms
    now, wrong, right = terms(settings, weights, _asked_again(student, step), [step, step + 1, 2 * step + 3])
    name = student.students[0]
    return Explanation(
        student=name if isinstance(name, str) else int(name),
        step=step,
        skill=int(student.skill[step]),
        response=int(student.response[step]),
        now=Prediction(now),
        after={0: Prediction(wrong), 1: Prediction(right)},
    )


def _asked_again(student: Cohort, step: int) -> Cohort:
    """Two histories: up to the step, answered wrong and answered right, with the same skill asked once more."""
    places = np.r_[: step + 1, step]
    response = np.tile(student.response[places], (2, 1))  # (2, step + 2)
    response[:, step] = (0, 1)
    return replace(
        student,
        students=np.arange(2),
        offsets=np.array([0, step + 2, 2 * (step + 2)]),
        skill=np.tile(student.skill[places], 2),
        response=response.ravel(),
    )
