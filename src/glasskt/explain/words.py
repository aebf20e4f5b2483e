"""Features in words: what each is, under which heading it belongs, and its values as a person would say them."""

import math
from collections.abc import Callable
from typing import NamedTuple

from glasskt.explain.term import probability

Shown = Callable[[float], str]

FILTER = "ability, by the filter"
ALL = "answers to all skills"
SKILL = "answers to this skill"
VISIT = "answers in this visit"
PRACTICE = "practice of this skill, not its answers"
PATH = "path through the skills"
OTHER = "other features"


class Words(NamedTuple):
    """Of one feature: its heading, what it is, and how a value and the usual value are shown."""

    group: str
    note: str
    shown: Shown
    usual: Shown


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−") or "0"


def _count(value: float) -> str:
    return f"{value:.0f}".replace("-", "−")


def _mean(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _of_log(shown: Shown) -> Shown:
    return lambda value: shown(math.expm1(value))


def _answer(value: float) -> str:
    return {1.0: "right", 0.0: "none yet", -1.0: "wrong"}[value]


def _balance(value: float) -> str:
    """The mean of answers, right 1 and wrong −1, as a share of right ones among those given."""
    return f"{'right' if value >= 0 else 'wrong'} more often" if abs(value) > 0.05 else "either"


def _yes(value: float) -> str:
    return "yes" if value else "no"


def _away(value: float) -> str:
    return "never asked" if value < 0 else _count(value)


COUNT: tuple[Shown, Shown] = (_count, _mean)
LOG: tuple[Shown, Shown] = (_of_log(_count), _of_log(_mean))
SHARE: tuple[Shown, Shown] = (_share, _share)
ANSWER: tuple[Shown, Shown] = (_answer, _balance)
FLAG: tuple[Shown, Shown] = (_yes, lambda value: f"yes in {_share(value)}")
NUMBER: tuple[Shown, Shown] = (_number, _number)
ODDS: tuple[Shown, Shown] = (lambda value: _share(probability(value)),) * 2

_OF_GROUP: dict[str, dict[str, tuple[str, tuple[Shown, Shown]]]] = {
    FILTER: {
        "theta": ("ability", NUMBER),
        "theta_logit": ("chance at this skill, by the ability filter", ODDS),
        "general": ("general ability, two levels", NUMBER),
        "general_sd": ("uncertainty of it (sd)", NUMBER),
        "deviation": ("this skill beyond general ability", NUMBER),
        "level": ("general ability and deviation less difficulty", NUMBER),
        "level_sd": ("uncertainty of it (sd)", NUMBER),
        "level_logit": ("chance at this skill, by the two-level filter", ODDS),
    },
    ALL: {
        "successes": ("right answers", COUNT),
        "log_successes": ("right answers, log scale", LOG),
        "success_rate": ("share right", SHARE),
        "recent_50": ("share right of the last few", SHARE),
        "recent_80": ("share right of the last ten or so", SHARE),
        "recent_95": ("share right of the last forty or so", SHARE),
        "right_in_a_row": ("right in a row", COUNT),
        "wrong_in_a_row": ("wrong in a row", COUNT),
        "last_1": ("last answer", ANSWER),
        "last_2": ("second last answer", ANSWER),
        "last_3": ("third last answer", ANSWER),
        "first_contact_rate": ("share right of first answers to skills", SHARE),
        "others_success_rate": ("share right at the other skills", SHARE),
        "return_rate": ("share right when returning to a skill", SHARE),
        "inside_rate": ("share right when staying at a skill", SHARE),
    },
    SKILL: {
        "skill_successes": ("right answers to this skill", COUNT),
        "log_skill_successes": ("right answers to this skill, log scale", LOG),
        "skill_failures": ("wrong answers to this skill", COUNT),
        "log_skill_failures": ("wrong answers to this skill, log scale", LOG),
        "skill_success_rate": ("share right at this skill", SHARE),
        "skill_recent_50": ("share right of the last few to this skill", SHARE),
        "skill_recent_70": ("share right of the last six or so to this skill", SHARE),
        "skill_recent_90": ("share right of the last twenty or so to this skill", SHARE),
        "skill_right_in_a_row": ("right in a row to this skill", COUNT),
        "skill_wrong_in_a_row": ("wrong in a row to this skill", COUNT),
        "skill_last_1": ("last answer to this skill", ANSWER),
        "skill_last_2": ("second last answer to this skill", ANSWER),
        "skill_last_3": ("third last answer to this skill", ANSWER),
        "skill_first": ("first answer to this skill", ANSWER),
        "skill_stopped": ("last three answers to this skill right", FLAG),
        "skill_run_1": ("last answer to this skill right", FLAG),
        "skill_run_2": ("last two answers to this skill right", FLAG),
        "skill_run_5": ("last five answers to this skill right", FLAG),
        "skill_wrong_run_2": ("last two answers to this skill wrong", FLAG),
        "skill_wrong_run_3": ("last three answers to this skill wrong", FLAG),
        "skill_failed": ("ever wrong at this skill", FLAG),
        "skill_failed_before_right": ("wrong answers before the first right one, log scale", LOG),
        "mastered": ("three right in a row to this skill, ever", FLAG),
        "since_mastered": ("responses since three right in a row, log scale", LOG),
        "returns_mastered": ("returns to a skill with three right in a row", FLAG),
        "last_visit_stopped": ("last visit to this skill ended in three right", FLAG),
        "last_visit_last": ("last answer of the last visit to this skill", ANSWER),
    },
    VISIT: {
        "visit_successes": ("right answers here", COUNT),
        "visit_failures": ("wrong answers here", COUNT),
        "visit_last": ("last answer here", ANSWER),
        "visit_first": ("first answer here", ANSWER),
        "visit_run": ("right in a row here", COUNT),
    },
    PRACTICE: {
        "skill_attempts": ("responses to this skill", COUNT),
        "log_skill_attempts": ("responses to this skill, log scale", LOG),
        "skill_attempts_1": ("this skill asked before", FLAG),
        "skill_attempts_2": ("asked twice or more", FLAG),
        "skill_attempts_3": ("asked three times or more", FLAG),
        "skill_attempts_5": ("asked five times or more", FLAG),
        "skill_visits": ("visits to this skill, with this one", COUNT),
        "skill_returned": ("not the first visit to this skill", FLAG),
        "skill_away": ("responses to other skills since", (_away, _mean)),
        "log_skill_away": ("responses to other skills since, log scale", LOG),
        "returns": ("returns to this skill just now", FLAG),
        "last_visit_length": ("responses in the last visit to this skill, log scale", LOG),
        "visit_length": ("responses in this visit", COUNT),
        "log_visit_length": ("responses in this visit, log scale", LOG),
        "starts_visit": ("starts a visit", FLAG),
    },
    PATH: {
        "responses": ("responses so far", COUNT),
        "log_responses": ("responses so far, log scale", LOG),
        "skills_seen": ("skills so far", COUNT),
        "log_skills_seen": ("skills so far, log scale", LOG),
        "visits": ("visits so far, with this one", COUNT),
        "responses_per_visit": ("responses per visit", NUMBER),
        "stops": ("visits that ended in three right", COUNT),
        "stop_rate": ("share of visits that ended in three right", SHARE),
        "previous_visit_stopped": ("the visit before ended in three right", FLAG),
        "previous_visit_length": ("responses in the visit before", COUNT),
    },
}
_WORDS = {name: Words(group, note, *shown) for group, of_name in _OF_GROUP.items() for name, (note, shown) in of_name.items()}


def words(name: str, meaning: str) -> Words:
    """Of a feature by its name; one that has no words yet is told by its meaning, under `OTHER`.

    Example:
        >>> said = words("log_responses", "log(1 + responses so far)")
        >>> said.group, said.note, said.shown(math.log(8.0)), said.usual(1.0)
        ('path through the skills', 'responses so far, log scale', '7', '1.7')
    """
    return _WORDS.get(name, Words(OTHER, meaning, *NUMBER))
