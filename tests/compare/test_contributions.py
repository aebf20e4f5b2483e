"""What students add to metrics: the same intervals as the bootstrap; corrections, calibration."""

import time

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss

from glasskt.compare import contributions
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.calibration import calibration, equal_counts
from glasskt.compare.metrics import scores
from glasskt.compare.pairs import holm


def cohort(students, rows_each, seed=0):
    """Calibrated predictions of clustered responses."""
    rng = np.random.default_rng(seed)
    student = np.repeat(np.arange(students), rows_each)
    logit = np.repeat(0.7 * rng.standard_normal(students), rows_each) + 0.8 * rng.standard_normal(len(student)) + 1.0
    p = 1 / (1 + np.exp(-logit))
    return p, (rng.random(len(p)) < p).astype(float), student


def test_every_metric_has_the_standard_error_that_the_bootstrap_gives():
    p, response, student = cohort(300, 25)
    table = contributions.table(p, response, student)
    assert table["student"].tolist() == list(range(300))
    found = scores(p, response, Clusters.of(student))
    for metric in contributions.METRICS:
        of_student = table[metric].to_numpy()
        assert of_student.sum() == pytest.approx(0, abs=1e-12)
        width = found[metric]["high"] - found[metric]["low"]
        assert 2 * contributions.NORMAL * contributions.standard_error(of_student) == pytest.approx(width, rel=0.12), metric


def test_a_student_who_is_left_out_moves_the_metric_by_what_the_table_says():
    p, response, student = cohort(200, 20)
    table = contributions.table(p, response, student).set_index("student")
    whole, without = (scores(p[keep], response[keep], Clusters.of(student[keep], 2)) for keep in (student >= 0, student != 7))
    for metric in contributions.METRICS:
        moved = whole[metric]["value"] - without[metric]["value"]
        assert table.loc[7, metric] == pytest.approx(moved, rel=0.15), metric


def test_a_difference_of_equal_models_is_nothing_and_of_paired_ones_is_narrower_than_of_strangers():
    p, response, student = cohort(300, 25)
    noisy = np.clip(p + 0.02 * np.random.default_rng(1).standard_normal(len(p)), 0.01, 0.99)
    one, other = (contributions.area(each, response, student) for each in (p, noisy))
    same = contributions.mean_difference([one], [one])
    assert (same.value, same.low, same.high) == (0, 0, 0)
    paired = contributions.mean_difference([one], [other])
    apart = np.hypot(contributions.standard_error(one.of_student), contributions.standard_error(other.of_student))
    assert (paired.high - paired.low) / (2 * contributions.NORMAL) < apart / 3


def test_p_values_of_no_difference_are_uniform():
    p = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        _, response, student = cohort(60, 10, seed)
        one, other = (contributions.mean((response - rng.random(len(response))) ** 2, student) for _ in range(2))
        difference = contributions.mean_difference([one], [other])
        p.append(contributions.p_value(difference.value, (difference.high - difference.low) / (2 * contributions.NORMAL)))
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.04)
    assert np.mean(p) == pytest.approx(0.5, abs=0.07)


def test_holm_agrees_with_the_example_of_its_paper_and_leaves_unknown_ones_out():
    assert holm(np.array([0.01, 0.02, 0.022, 0.09])) == pytest.approx([0.04, 0.06, 0.06, 0.09])
    found = holm(np.array([0.04, np.nan, 0.01]))
    assert found[[0, 2]] == pytest.approx([0.04, 0.02])
    assert np.isnan(found[1])


def test_the_parts_of_the_brier_score_add_up_to_it():
    p, response, student = cohort(100, 30)
    parts = calibration(p, response, Clusters.of(student, 50))
    assert parts["brier"] == pytest.approx(brier_score_loss(response, p))
    assert parts["reliability"] - parts["resolution"] + parts["uncertainty"] + parts["within_bins"] == pytest.approx(parts["brier"])
    assert abs(parts["within_bins"]) < 0.001
    assert sum(each["n"] for each in parts["bins"]) == len(p)
    assert all(each["rate_low"] <= each["rate"] <= each["rate_high"] for each in parts["bins"] if each["n"] > 100)


def test_overconfident_predictions_show_in_reliability_alone():
    p, response, student = cohort(200, 50)
    stretched = 1 / (1 + np.exp(-2 * np.log(p / (1 - p))))
    sound, over = (calibration(each, response, Clusters.of(student, 2)) for each in (p, stretched))
    assert over["reliability"] > 10 * sound["reliability"]
    assert over["ece"] > 5 * sound["ece"]
    assert over["resolution"] == pytest.approx(sound["resolution"], rel=0.1)


def test_bins_of_equal_counts_hold_as_many_rows_each_but_for_ties():
    p = np.random.default_rng(0).random(1500)
    assert set(np.bincount(equal_counts(p))) == {100}
    assert len(np.unique(equal_counts(np.full(10, 0.3)))) == 1


def test_all_metrics_of_a_full_test_set_with_a_thousand_resamples_take_less_than_ten_seconds():
    rng = np.random.default_rng(0)
    lengths = rng.multinomial(134_640 - 3_818, np.full(3_818, 1 / 3_818)) + 1
    student = np.repeat(np.arange(3_818), lengths)
    logit = np.repeat(0.7 * rng.standard_normal(3_818), lengths) + 0.7 * rng.standard_normal(len(student)) + 1.2
    p = 1 / (1 + np.exp(-logit))
    response = (rng.random(len(p)) < p).astype(float)
    scores(p[:1000], response[:1000], Clusters.of(student[:1000]))
    begun = time.process_time()
    scores(p, response, Clusters.of(student))
    assert time.process_time() - begun < 10
    assert pd.Series(lengths).sum() == 134_640
