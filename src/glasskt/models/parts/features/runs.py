"""More features of a student's history: runs, visits and the mastery stop, and counts on a scale on which a slope can follow them.

They are known before their response, as those of `history`; *here* means in the present visit, a *return* starts a visit to a skill that
was visited before.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from glasskt.models.parts.features.history import STOP, Feature, History

Values = Callable[[History], NDArray]


def _log(count: Values) -> Values:
    return lambda h: np.log1p(np.maximum(count(h), 0))


def _at_least(count: Values, bound: int) -> Values:
    return lambda h: count(h) >= bound


def _rate(among: Values) -> Values:
    """Success rate of the student's earlier responses at which `among` holds, one success and one failure more counted."""
    return lambda h: (h.student.earlier(h.right * among(h)) + 1.0) / (h.student.earlier(among(h)) + 2.0)


def _away(h: History) -> NDArray:
    return np.where(h.first_contact, -1, h.student.number - h.skill.previous(h.student.number) - 1)


def _is_return(h: History) -> NDArray:
    starts: NDArray = h.starts_visit & ~h.first_contact
    return starts


def _is_inside(h: History) -> NDArray:
    inside: NDArray = ~h.starts_visit
    return inside


def _stopped(h: History) -> NDArray:
    """Whether this response is the third right one in a row to its skill, or a later one of such a run."""
    stopped: NDArray = h.right * (h.skill.in_a_row(h.right) >= STOP - 1)
    return stopped


def _mastered(h: History) -> NDArray:
    return h.skill.earlier(_stopped(h)) > 0


def _since_mastered(h: History) -> NDArray:
    ever = (h.skill.so_far(_stopped(h)) > 0).astype(np.int64)
    return h.skill.earlier(ever)


def _last_of_visit(h: History, values: NDArray) -> NDArray:
    """The value at the last response of the student's visit before this one to the same skill, 0 where there is none."""
    before = h.skill.previous(values)
    held: NDArray = h.visit.first(before)  # at the first response of a visit the skill's previous response ended its last visit
    return held


RUNS: dict[str, Feature] = {
    "log_responses": Feature("log(1 + responses so far)", _log(lambda h: h.student.number)),
    "log_skills_seen": Feature("log(1 + different skills so far)", _log(lambda h: h.skills_seen)),
    "responses_per_visit": Feature("responses so far per visit", lambda h: h.student.number / h.student.so_far(h.starts_visit)),
    "log_skill_attempts": Feature("log(1 + responses to this skill)", _log(lambda h: h.skill.number)),
    "skill_attempts_1": Feature("1: this skill was asked before", _at_least(lambda h: h.skill.number, 1)),
    "skill_attempts_2": Feature("1: twice or more", _at_least(lambda h: h.skill.number, 2)),
    "skill_attempts_3": Feature("1: three times or more", _at_least(lambda h: h.skill.number, 3)),
    "skill_attempts_5": Feature("1: five times or more", _at_least(lambda h: h.skill.number, 5)),
    "log_skill_away": Feature("log(1 + responses to other skills since the last to this one)", _log(_away)),
    "returns": Feature("1: this response starts a return", _is_return),
    "skill_returned": Feature("1: this visit to the skill is not the first", lambda h: h.skill.so_far(h.starts_visit) >= 2),
    "starts_visit": Feature("1: this response starts a visit", lambda h: h.starts_visit),
    "log_visit_length": Feature("log(1 + responses here)", _log(lambda h: h.visit.number)),
    "last_visit_length": Feature(
        "log(1 + responses in the last visit to this skill)", lambda h: np.log1p(_last_of_visit(h, h.visit.number + 1))
    ),
    "log_successes": Feature("log(1 + right answers so far)", _log(lambda h: h.student.earlier(h.right))),
    "log_skill_successes": Feature("log(1 + right answers to this skill)", _log(lambda h: h.skill.earlier(h.right))),
    "log_skill_failures": Feature("log(1 + wrong answers to this skill)", _log(lambda h: h.skill.earlier(h.wrong))),
    "skill_run_1": Feature("1: the last response to this skill is right", _at_least(lambda h: h.skill.in_a_row(h.right), 1)),
    "skill_run_2": Feature("1: the last two are right", _at_least(lambda h: h.skill.in_a_row(h.right), 2)),
    "skill_run_5": Feature("1: the last five are right", _at_least(lambda h: h.skill.in_a_row(h.right), 5)),
    "skill_wrong_run_2": Feature("1: the last two are wrong", _at_least(lambda h: h.skill.in_a_row(h.wrong), 2)),
    "skill_wrong_run_3": Feature("1: the last three are wrong", _at_least(lambda h: h.skill.in_a_row(h.wrong), 3)),
    "skill_failed": Feature("1: this skill has a wrong answer", _at_least(lambda h: h.skill.earlier(h.wrong), 1)),
    "skill_failed_before_right": Feature(
        "log(1 + responses to this skill before its first right answer)",
        lambda h: np.log1p(h.skill.earlier(h.skill.so_far(h.right) == 0)),
    ),
    "mastered": Feature("1: this skill ever had three right in a row", _mastered),
    "since_mastered": Feature("log(1 + responses to this skill from the third of them on)", _log(_since_mastered)),
    "returns_mastered": Feature("1: a return to a skill that had three right in a row", lambda h: _is_return(h) & _mastered(h)),
    "last_visit_stopped": Feature(
        "1: the last visit to this skill ended in three right in a row", lambda h: _last_of_visit(h, _stopped(h))
    ),
    "last_visit_last": Feature(
        "last response of the last visit to this skill: 1 right, -1 wrong, 0 none", lambda h: _last_of_visit(h, h.sign)
    ),
    "visit_last": Feature("last response here: 1 right, -1 wrong, 0 none", lambda h: h.visit.previous(h.sign)),
    "visit_first": Feature("first response here, 0 none", lambda h: h.visit.first(h.sign) * ~h.starts_visit),
    "visit_run": Feature("last responses here, all right", lambda h: h.visit.in_a_row(h.right)),
    "visit_failures": Feature("wrong answers here", lambda h: h.visit.earlier(h.wrong)),
    "stop_rate": Feature(
        "share of visits so far that ended in three right in a row",
        lambda h: (h.student.so_far(h.left_after_stop) + 1.0) / (h.student.so_far(h.starts_visit) + 2.0),
    ),
    "return_rate": Feature("success rate at earlier returns", _rate(_is_return)),
    "inside_rate": Feature("success rate at earlier responses that start no visit", _rate(_is_inside)),
}
"""Name -> what it is, and its values."""
