"""The features of a history are known before their response, are what their names say, and are a student's own."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from glasskt.data.cohort import Cohort
from glasskt.models.parts.features.groups import Groups
from glasskt.models.parts.features.history import FEATURES, History, features
from glasskt.models.parts.features.runs import RUNS
from glasskt.models.parts.features.table import TABLE

SKILLS = 4


def cohort(sequences):
    """From (skills, responses)."""
    lengths = [len(skills) for skills, _ in sequences]
    return Cohort(
        students=np.arange(len(sequences)),
        offsets=np.r_[0, np.cumsum(lengths)].astype(np.int64),
        skill=np.concatenate([skills for skills, _ in sequences]).astype(np.int64),
        response=np.concatenate([responses for _, responses in sequences]).astype(np.int8),
        n_skills=SKILLS,
    )


def random_sequences(seed, students=30):
    """Students who stay with a skill more often than not, some of whom answer once."""
    rng = np.random.default_rng(seed)
    for length in rng.integers(1, 25, size=students):
        stays = rng.random(length) < 0.6
        skills = rng.integers(SKILLS, size=length)[np.maximum.accumulate(np.where(stays, 0, np.arange(length)))]
        yield skills, (rng.random(length) < 0.7).astype(int)


def every_feature(cohort):
    history = History(cohort)
    return {name: feature.values(history) for name, feature in TABLE.items()}


def assert_equal_features(found, expected, rows=slice(None), of=slice(None)):
    for name in TABLE:
        assert_array_equal(found[name][rows], expected[name][of], err_msg=name)


@pytest.mark.parametrize("seed", range(5))
def test_no_feature_knows_its_response_or_a_later_one(seed):
    rng = np.random.default_rng(seed)
    sequences = list(random_sequences(seed))
    whole = every_feature(cohort(sequences))
    start = 0
    for skills, responses in sequences:
        t = rng.integers(len(skills))
        rows = slice(start, start + t + 1)
        flipped = np.r_[responses[:t], 1 - responses[t:]]
        elsewhere = np.r_[skills[: t + 1], rng.integers(SKILLS, size=len(skills) - t - 1)]
        assert_equal_features(every_feature(cohort([(elsewhere, flipped)])), whole, slice(t + 1), rows)
        assert_equal_features(every_feature(cohort([(skills[: t + 1], responses[: t + 1])])), whole, of=rows)
        start += len(skills)


@pytest.mark.parametrize("seed", range(3))
def test_neither_company_nor_order_of_students_changes_a_feature(seed):
    sequences = list(random_sequences(seed))
    together, backwards = every_feature(cohort(sequences)), every_feature(cohort(sequences[::-1]))
    alone = [every_feature(cohort([sequence])) for sequence in sequences]
    for name, values in together.items():
        assert_array_equal(values, np.concatenate([one[name] for one in alone]), err_msg=name)
        lengths = [len(skills) for skills, _ in sequences[::-1]]
        parts = np.split(backwards[name], np.cumsum(lengths)[:-1])
        assert_array_equal(values, np.concatenate(parts[::-1]), err_msg=name)


def test_a_history_of_seven_responses_by_hand():
    skills, responses = [0, 0, 0, 1, 0, 1, 1], [1, 1, 1, 0, 0, 1, 0]
    expected = {
        "responses": [0, 1, 2, 3, 4, 5, 6],
        "successes": [0, 1, 2, 3, 3, 3, 4],
        "success_rate": [1 / 2, 2 / 3, 3 / 4, 4 / 5, 4 / 6, 4 / 7, 5 / 8],
        "recent_50": [1 / 2, 1.5 / 2, 2 / 2.5, 2.25 / 2.75, 1.375 / 2.875, 0.9375 / 2.9375, 1.71875 / 2.96875],
        "recent_80": [1 / 2, 1.5 / 2, 2.3 / 2.8, 2.94 / 3.44, 2.452 / 3.952, 2.0616 / 4.3616, 2.74928 / 4.68928],
        "recent_95": [1 / 2, 1.5 / 2, 2.45 / 2.95, 3.3525 / 3.8525, 3.209875 / 4.709875, 3.07438125 / 5.52438125, 3.94566219 / 6.29816219],
        "right_in_a_row": [0, 1, 2, 3, 0, 0, 1],
        "wrong_in_a_row": [0, 0, 0, 0, 1, 2, 0],
        "last_1": [0, 1, 1, 1, -1, -1, 1],
        "last_2": [0, 0, 1, 1, 1, -1, -1],
        "last_3": [0, 0, 0, 1, 1, 1, -1],
        "skills_seen": [0, 1, 1, 1, 2, 2, 2],
        "first_contact_rate": [1 / 2, 2 / 3, 2 / 3, 2 / 3, 2 / 4, 2 / 4, 2 / 4],
        "skill_attempts": [0, 1, 2, 0, 3, 1, 2],
        "skill_successes": [0, 1, 2, 0, 3, 0, 1],
        "skill_failures": [0, 0, 0, 0, 0, 1, 1],
        "skill_success_rate": [1 / 2, 2 / 3, 3 / 4, 1 / 2, 4 / 5, 1 / 3, 2 / 4],
        "skill_recent_50": [1 / 2, 1.5 / 2, 2 / 2.5, 1 / 2, 2.25 / 2.75, 0.5 / 2, 1.5 / 2.5],
        "skill_recent_70": [1 / 2, 1.5 / 2, 2.2 / 2.7, 1 / 2, 2.69 / 3.19, 0.5 / 2, 1.5 / 2.7],
        "skill_recent_90": [1 / 2, 1.5 / 2, 2.4 / 2.9, 1 / 2, 3.21 / 3.71, 0.5 / 2, 1.5 / 2.9],
        "skill_right_in_a_row": [0, 1, 2, 0, 3, 0, 1],
        "skill_wrong_in_a_row": [0, 0, 0, 0, 0, 1, 0],
        "skill_last_1": [0, 1, 1, 0, 1, -1, 1],
        "skill_last_2": [0, 0, 1, 0, 1, 0, -1],
        "skill_last_3": [0, 0, 0, 0, 1, 0, 0],
        "skill_first": [0, 1, 1, 0, 1, -1, -1],
        "skill_stopped": [0, 0, 0, 0, 1, 0, 0],
        "skill_away": [-1, 0, 0, -1, 1, 1, 0],
        "skill_visits": [1, 1, 1, 1, 2, 2, 2],
        "others_success_rate": [1 / 2, 1 / 2, 1 / 2, 4 / 5, 1 / 3, 4 / 6, 4 / 6],
        "visit_length": [0, 1, 2, 0, 0, 0, 1],
        "visit_successes": [0, 1, 2, 0, 0, 0, 1],
        "visits": [1, 1, 1, 2, 3, 4, 4],
        "stops": [0, 0, 0, 1, 1, 1, 1],
        "previous_visit_stopped": [0, 0, 0, 1, 0, 0, 0],
        "previous_visit_length": [0, 0, 0, 3, 1, 1, 1],
    }
    assert expected.keys() == FEATURES.keys()
    found = features(cohort([(skills, responses)]))
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-8, err_msg=name)


def test_runs_and_visits_of_seven_responses_by_hand():
    skills, responses = [0, 0, 0, 1, 0, 1, 1], [1, 1, 1, 0, 0, 1, 0]
    expected = {
        "log_responses": np.log1p([0, 1, 2, 3, 4, 5, 6]),
        "log_skills_seen": np.log1p([0, 1, 1, 1, 2, 2, 2]),
        "responses_per_visit": [0, 1, 2, 3 / 2, 4 / 3, 5 / 4, 6 / 4],
        "log_skill_attempts": np.log1p([0, 1, 2, 0, 3, 1, 2]),
        "skill_attempts_1": [0, 1, 1, 0, 1, 1, 1],
        "skill_attempts_2": [0, 0, 1, 0, 1, 0, 1],
        "skill_attempts_3": [0, 0, 0, 0, 1, 0, 0],
        "skill_attempts_5": [0, 0, 0, 0, 0, 0, 0],
        "log_skill_away": np.log1p([0, 0, 0, 0, 1, 1, 0]),
        "returns": [0, 0, 0, 0, 1, 1, 0],
        "skill_returned": [0, 0, 0, 0, 1, 1, 1],
        "starts_visit": [1, 0, 0, 1, 1, 1, 0],
        "log_visit_length": np.log1p([0, 1, 2, 0, 0, 0, 1]),
        "last_visit_length": np.log1p([0, 0, 0, 0, 3, 1, 1]),
        "log_successes": np.log1p([0, 1, 2, 3, 3, 3, 4]),
        "log_skill_successes": np.log1p([0, 1, 2, 0, 3, 0, 1]),
        "log_skill_failures": np.log1p([0, 0, 0, 0, 0, 1, 1]),
        "skill_run_1": [0, 1, 1, 0, 1, 0, 1],
        "skill_run_2": [0, 0, 1, 0, 1, 0, 0],
        "skill_run_5": [0, 0, 0, 0, 0, 0, 0],
        "skill_wrong_run_2": [0, 0, 0, 0, 0, 0, 0],
        "skill_wrong_run_3": [0, 0, 0, 0, 0, 0, 0],
        "skill_failed": [0, 0, 0, 0, 0, 1, 1],
        "skill_failed_before_right": np.log1p([0, 0, 0, 0, 0, 1, 1]),
        "mastered": [0, 0, 0, 0, 1, 0, 0],
        "since_mastered": np.log1p([0, 0, 0, 0, 1, 0, 0]),
        "returns_mastered": [0, 0, 0, 0, 1, 0, 0],
        "last_visit_stopped": [0, 0, 0, 0, 1, 0, 0],
        "last_visit_last": [0, 0, 0, 0, 1, -1, -1],
        "visit_last": [0, 1, 1, 0, 0, 0, 1],
        "visit_first": [0, 1, 1, 0, 0, 0, 1],
        "visit_run": [0, 1, 2, 0, 0, 0, 1],
        "visit_failures": [0, 0, 0, 0, 0, 0, 0],
        "stop_rate": [1 / 3, 1 / 3, 1 / 3, 2 / 4, 2 / 5, 2 / 6, 2 / 6],
        "return_rate": [1 / 2, 1 / 2, 1 / 2, 1 / 2, 1 / 2, 1 / 3, 2 / 4],
        "inside_rate": [1 / 2, 1 / 2, 2 / 3, 3 / 4, 3 / 4, 3 / 4, 3 / 4],
    }
    assert expected.keys() == RUNS.keys()
    found = every_feature(cohort([(skills, responses)]))
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-12, err_msg=name)


def test_long_runs_by_hand():
    found = every_feature(cohort([([0] * 9, [0, 0, 0, 1, 1, 1, 1, 1, 1])]))
    expected = {
        "skill_attempts_5": [0, 0, 0, 0, 0, 1, 1, 1, 1],
        "skill_wrong_run_2": [0, 0, 1, 1, 0, 0, 0, 0, 0],
        "skill_wrong_run_3": [0, 0, 0, 1, 0, 0, 0, 0, 0],
        "skill_run_5": [0, 0, 0, 0, 0, 0, 0, 0, 1],
        "visit_failures": [0, 1, 2, 3, 3, 3, 3, 3, 3],
        "skill_failed_before_right": np.log1p([0, 1, 2, 3, 3, 3, 3, 3, 3]),
        "since_mastered": np.log1p([0, 0, 0, 0, 0, 0, 1, 2, 3]),
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-12, err_msg=name)


def test_groups_agree_with_pandas():
    rng = np.random.default_rng(1)
    group, event = rng.integers(9, size=300), rng.integers(2, size=300)
    by_group, groups = pd.Series(event).groupby(group), Groups(group)
    assert_array_equal(groups.number, by_group.cumcount())
    assert_array_equal(groups.earlier(event), by_group.cumsum() - event)
    assert_array_equal(groups.previous(event, 2, absent=7), by_group.shift(2, fill_value=7))
    assert_array_equal(groups.first(event), by_group.transform("first"))
