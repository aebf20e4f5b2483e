"""The checks on gains and mastery, on planted gains whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from made_evidence import SKILLS, STEPS, Files

from glasskt.checks.check import verified
from glasskt.checks.mastery_as_noted import within
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.metrics import pearson

FILES = Files()
OF_SKILL = np.linspace(0.1, 0.6, SKILLS)
SCORED = FILES.test & (FILES.step > 0)


def found(**model):
    return {entry["quantity"]: entry for entry in verified(FILES.evidence(**model))}


def test_the_spread_over_skills_is_that_of_the_gains_of_all_of_them():
    entry = found(gain=OF_SKILL[FILES.skill], gains=OF_SKILL)["sd of gains over skills"]
    assert entry["value"] == pytest.approx(OF_SKILL.std(), abs=1e-6)
    assert entry["low"] == pytest.approx(entry["high"])  # the same gains at every interaction
    assert (entry["null"], entry["threshold"], entry["better"]) == (0.0, 0.10, "higher")


def test_one_gain_for_all_skills_has_no_spread_and_no_cv():
    entries = found(gain=np.full(len(FILES.skill), 0.6), gains=np.full(SKILLS, 0.6))
    for quantity in ("sd of gains over skills", "sd of practised gains", "CV of skill mean gains"):
        assert entries[quantity]["value"] == pytest.approx(0, abs=1e-6)
    assert entries["mean of practised gains"]["value"] == pytest.approx(0.6)


def test_the_cv_is_that_of_the_planted_gains_and_its_null_is_what_chance_leaves():
    rng = np.random.default_rng(1)
    entry = found(gain=OF_SKILL[FILES.skill] + 0.1 * rng.standard_normal(len(FILES.skill)))["CV of skill mean gains"]
    assert entry["value"] == pytest.approx(OF_SKILL.std() / OF_SKILL.mean(), rel=0.02)
    assert entry["low"] < entry["value"] < entry["high"]
    rows = np.bincount(FILES.skill[SCORED]).mean()
    assert entry["null"] == pytest.approx(np.hypot(OF_SKILL.std(), 0.1) / np.sqrt(rows) / OF_SKILL.mean(), rel=0.8)


def test_the_ratio_by_response_is_that_of_the_planted_gains_and_never_passes():
    entries = found(gain=np.where(FILES.response == 1, 0.6, 0.2), legacy_gain=np.full(len(FILES.skill), 0.59))
    ratio = entries["gain after right / after wrong"]
    assert ratio["value"] == pytest.approx(3)
    assert ratio["better"] == "none"
    assert entries["r(gain, response)"]["value"] == pytest.approx(1)
    assert entries["legacy scalar after right / after wrong"]["value"] == pytest.approx(1)


def test_a_gain_that_is_the_response_has_no_finite_ratio():
    assert found(gain=FILES.response.astype(float))["gain after right / after wrong"]["value"] is None


def test_mastery_that_only_grows_is_a_clock_by_the_notes_measure():
    entry = found(mastery_all_before=1 - 0.9**FILES.step)["r(mean mastery, response) within students"]
    by_student = pd.DataFrame({"student": FILES.student, "x": 1 - 0.9**FILES.step, "y": FILES.response})[SCORED].groupby("student")
    each = [pearson(rows["x"].to_numpy(), rows["y"].to_numpy(float)) for _, rows in by_student if rows["y"].nunique() == 2]
    assert entry["value"] == pytest.approx(np.mean(each), abs=1e-6)
    assert entry["n"] == len(each)
    assert abs(entry["value"] - entry["null"]) < 0.05


def test_a_student_whose_responses_are_all_equal_has_no_correlation():
    students = Clusters.of(np.repeat([1, 2], 4))
    r = within(np.tile([0.0, 1, 2, 3], 2), np.array([0.0, 0, 1, 1, 1, 1, 1, 1]), students)
    assert r[0] == pytest.approx(2 / np.sqrt(5))
    assert np.isnan(r[1])


@pytest.mark.parametrize("lowered", ["within a response", "between two of one skill"])
def test_every_response_that_lowers_mastery_is_counted(lowered):
    before = np.tile(np.arange(STEPS) / STEPS, len(FILES.step) // STEPS)
    after = before + 0.5 / STEPS
    gain = np.full(len(before), 0.1)
    assert found(mastery_before=before, mastery_after=after, gain=gain)["share of responses that lower mastery"]["value"] == 0
    fallen = FILES.step == 7
    if lowered == "within a response":
        after = np.where(fallen, before - 0.01, after)
        expected = 1 / (STEPS - 1)
    else:
        before, after = np.where(fallen, -1.0, before), np.where(fallen, -0.5, after)
        pairs = pd.DataFrame({"student": FILES.student, "skill": FILES.skill})[SCORED]
        expected = (pairs.groupby(["student", "skill"]).cumcount().to_numpy()[fallen[SCORED]] > 0).mean() / (STEPS - 1)
    value = found(mastery_before=before, mastery_after=after, gain=gain)["share of responses that lower mastery"]["value"]
    assert value == pytest.approx(expected, abs=1e-6)


def test_a_head_that_predicts_beside_the_mastery_is_no_glass_path():
    beside = found(mastery_before=FILES.p, p_blackbox_before=FILES.p)
    assert "r(mastery before, response)" in beside
    assert not {"AUC of p before", "range of p before"} & set(beside)
    assert {"AUC of p before", "range of p before"} <= set(found(mastery_before=FILES.p, p_blackbox_before=FILES.p**0.9))


def test_the_mean_of_a_group_in_a_resample_is_that_of_its_drawn_rows():
    clusters = Clusters.of(np.repeat(np.arange(30), 5), resamples=4)
    rng = np.random.default_rng(0)
    values, group = rng.random(150), rng.integers(4, size=150)
    drawn = clusters.means_by_group(values, group)
    for b, weights in enumerate(clusters.weights):
        of_row = weights[clusters.code]
        expected = [np.average(values[group == g], weights=of_row[group == g]) for g in range(4)]
        assert drawn[b] == pytest.approx(expected)
