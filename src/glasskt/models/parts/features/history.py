"""The features of a student's history, by name: what each is and how it is computed.

Every one is known before its response: it is a function of the student's earlier responses and of the skills asked so far, this one
included. A *visit* is an unbroken run of responses to one skill. A success rate counts one success and one failure more than were seen.
"""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.models.parts.features.groups import Groups

Floats = NDArray[np.float64]
STOP = 3
"""Right answers in a row after which tutors of the mastery-stop kind go on to another skill."""


class History:
    """A cohort's responses, grouped in the three ways that the features need; arrays are `(N,)`."""

    def __init__(self, cohort: Cohort) -> None:
        self.right = cohort.response.astype(np.int64)
        self.wrong = 1 - self.right
        self.sign = self.right - self.wrong
        self.student = Groups(cohort.student_of_row)
        self.skill = Groups(cohort.student_of_row * (cohort.n_skills + len(cohort.combinations)) + cohort.skill)
        self.starts_visit = (cohort.step == 0) | (np.diff(cohort.skill, prepend=-1) != 0)
        self.visit = Groups(np.cumsum(self.starts_visit))

    @cached_property
    def first_contact(self) -> NDArray[np.bool_]:
        """Whether the skill was never asked before."""
        first: NDArray[np.bool_] = self.skill.number == 0
        return first

    @cached_property
    def skills_seen(self) -> NDArray[np.int64]:
        """Different skills before this response."""
        return self.student.earlier(self.first_contact)

    @cached_property
    def left_after_stop(self) -> NDArray[np.bool_]:
        """Whether a visit starts here, and the one before it ended in `STOP` right answers in a row to its skill."""
        reached = (self.right == 1) & (self.skill.in_a_row(self.right) >= STOP - 1)
        left: NDArray[np.bool_] = self.starts_visit & self.student.previous(reached)
        return left


class Feature(NamedTuple):
    """One column: what it is, and its values for a history, `(N,)`."""

    meaning: str
    values: Callable[[History], NDArray]


def _rate(successes: NDArray[np.int64], attempts: NDArray[np.int64]) -> Floats:
    return (successes + 1.0) / (attempts + 2.0)


FEATURES: dict[str, Feature] = {
    "responses": Feature("responses so far", lambda h: h.student.number),
    "successes": Feature("right answers so far", lambda h: h.student.earlier(h.right)),
    "success_rate": Feature("success rate so far", lambda h: _rate(h.student.earlier(h.right), h.student.number)),
    "recent_50": Feature("success rate, halved weight per response back", lambda h: h.student.recent(h.right, 0.5)),
    "recent_80": Feature("the same with weight 0.8", lambda h: h.student.recent(h.right, 0.8)),
    "recent_95": Feature("the same with weight 0.95", lambda h: h.student.recent(h.right, 0.95)),
    "right_in_a_row": Feature("last responses, all right", lambda h: h.student.in_a_row(h.right)),
    "wrong_in_a_row": Feature("last responses, all wrong", lambda h: h.student.in_a_row(h.wrong)),
    "last_1": Feature("the last response: 1 right, -1 wrong, 0 none", lambda h: h.student.previous(h.sign)),
    "last_2": Feature("the one before it", lambda h: h.student.previous(h.sign, 2)),
    "last_3": Feature("the third last", lambda h: h.student.previous(h.sign, 3)),
    "skills_seen": Feature("different skills so far", lambda h: h.skills_seen),
    "first_contact_rate": Feature(
        "success rate of first responses to skills", lambda h: _rate(h.student.earlier(h.right * h.first_contact), h.skills_seen)
    ),
    "skill_attempts": Feature("responses to this skill so far", lambda h: h.skill.number),
    "skill_successes": Feature("right answers to this skill", lambda h: h.skill.earlier(h.right)),
    "skill_failures": Feature("wrong answers to this skill", lambda h: h.skill.earlier(h.wrong)),
    "skill_success_rate": Feature("success rate at this skill", lambda h: _rate(h.skill.earlier(h.right), h.skill.number)),
    "skill_recent_50": Feature("the same, halved weight per response back", lambda h: h.skill.recent(h.right, 0.5)),
    "skill_recent_70": Feature("the same with weight 0.7", lambda h: h.skill.recent(h.right, 0.7)),
    "skill_recent_90": Feature("the same with weight 0.9", lambda h: h.skill.recent(h.right, 0.9)),
    "skill_right_in_a_row": Feature("last responses to this skill, all right", lambda h: h.skill.in_a_row(h.right)),
    "skill_wrong_in_a_row": Feature("last responses to this skill, all wrong", lambda h: h.skill.in_a_row(h.wrong)),
    "skill_last_1": Feature("the last response to this skill: 1 right, -1 wrong, 0 none", lambda h: h.skill.previous(h.sign)),
    "skill_last_2": Feature("the one before it", lambda h: h.skill.previous(h.sign, 2)),
    "skill_last_3": Feature("the third last", lambda h: h.skill.previous(h.sign, 3)),
    "skill_first": Feature("the first response to this skill, 0 none", lambda h: h.skill.first(h.sign) * ~h.first_contact),
    "skill_stopped": Feature("1: this skill's last three responses are right", lambda h: h.skill.in_a_row(h.right) >= STOP),
    "skill_away": Feature(
        "responses to other skills since the last to this one, -1 never asked",
        lambda h: np.where(h.first_contact, -1, h.student.number - h.skill.previous(h.student.number) - 1),
    ),
    "skill_visits": Feature("visits to this skill, this one included", lambda h: h.skill.so_far(h.starts_visit)),
    "others_success_rate": Feature(
        "success rate at all other skills",
        lambda h: _rate(h.student.earlier(h.right) - h.skill.earlier(h.right), h.student.number - h.skill.number),
    ),
    "visit_length": Feature("responses in this visit so far", lambda h: h.visit.number),
    "visit_successes": Feature("right answers in this visit", lambda h: h.visit.earlier(h.right)),
    "visits": Feature("visits so far, this one included", lambda h: h.student.so_far(h.starts_visit)),
    "stops": Feature("visits so far that ended in three right in a row", lambda h: h.student.so_far(h.left_after_stop)),
    "previous_visit_stopped": Feature("1: the visit before this one ended so", lambda h: h.visit.first(h.left_after_stop)),
    "previous_visit_length": Feature(
        "responses in the visit before this one, 0 none", lambda h: h.visit.first(h.student.previous(h.visit.number + 1))
    ),
}
"""Name -> what it is, and its values."""


def features(cohort: Cohort) -> dict[str, Floats]:
    """Every feature of every response, `(N,)` each, by the names of `FEATURES`.

    Example:
        >>> cohort = Cohort(students=np.array([7]), offsets=np.array([0, 4]), skill=np.array([0, 1, 0, 0]),
        ...                 response=np.array([1, 1, 0, 1], np.int8), n_skills=2)
        >>> table = features(cohort)
        >>> table["skill_attempts"], table["skill_away"]
        (array([0., 0., 1., 2.]), array([-1., -1.,  1.,  0.]))
    """
    history = History(cohort)
    return {name: feature.values(history).astype(np.float64) for name, feature in FEATURES.items()}
