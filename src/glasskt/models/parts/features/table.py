"""All features of a history, and which way a right answer moves each of them.

A feature *rises* if a right answer in place of a wrong one, at any earlier response of the student and all else as it was, never lowers
it; it *falls* if its negative rises; it is *response-free* if it depends on the skills asked only. A weighted sum of features whose weights
have these signs can never be lowered by a right answer. None of them needs the time of a response.
"""

from glasskt.models.parts.features.history import FEATURES
from glasskt.models.parts.features.runs import RUNS

TABLE = FEATURES | RUNS
"""Name -> what it is, and its values."""
RESPONSE_FREE = frozenset(
    {
        "last_visit_length",
        "log_responses",
        "log_skill_attempts",
        "log_skill_away",
        "log_skills_seen",
        "log_visit_length",
        "previous_visit_length",
        "responses",
        "responses_per_visit",
        "returns",
        "skill_attempts",
        "skill_attempts_1",
        "skill_attempts_2",
        "skill_attempts_3",
        "skill_attempts_5",
        "skill_away",
        "skill_returned",
        "skill_visits",
        "skills_seen",
        "starts_visit",
        "visit_length",
        "visits",
    }
)
FALLS = frozenset(
    {
        "log_skill_failures",
        "skill_failed",
        "skill_failed_before_right",
        "skill_failures",
        "skill_wrong_in_a_row",
        "skill_wrong_run_2",
        "skill_wrong_run_3",
        "visit_failures",
        "wrong_in_a_row",
    }
)
DIRECTION = {name: 0 if name in RESPONSE_FREE else -1 if name in FALLS else 1 for name in TABLE}
"""Name -> 1: the feature rises, -1: it falls, 0: it is response-free."""
