"""Metrics agree with scikit-learn, SciPy and torchmetrics; the bootstrap agrees with resamples written out row by row and with DeLong."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, r2_score, roc_auc_score
from torchmetrics.functional.classification import binary_calibration_error

from glasskt.compare import metrics
from glasskt.compare.bootstrap import Clusters, interval


def responses(n, seed=0):
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 1.2, n)
    return p, (rng.random(n) < p).astype(float)


@st.composite
def weighted_rows(draw):
    n = draw(st.integers(2, 30))
    p = draw(st.lists(st.sampled_from([0.1, 0.25, 0.5, 0.50001, 0.9]), min_size=n, max_size=n))
    y = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    student = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    weights = draw(st.lists(st.integers(0, 3), min_size=6, max_size=6))
    return np.array(p), np.array(y, float), np.array(student), np.array([weights], float)


@given(weighted_rows())
@settings(max_examples=150, deadline=None)
def test_weighted_auc_with_ties_is_scikit_learns_with_sample_weights(case):
    p, y, student, weights = case
    weight = weights[0, student]
    ours = Clusters(code=student, weights=weights).auc(p, y)[0]
    if len(np.unique(y[weight > 0])) < 2:
        assert np.isnan(ours)
    else:
        np.testing.assert_allclose(ours, roc_auc_score(y, p, sample_weight=weight), rtol=1e-12)


def test_every_weighted_statistic_is_the_plain_one_on_resamples_written_out():
    p, y = responses(300)
    students = Clusters.of(np.repeat(np.arange(60), 5), resamples=20)
    drawn = [np.repeat(np.arange(300), weight[students.code].astype(int)) for weight in students.weights]
    np.testing.assert_allclose(students.auc(p, y), [roc_auc_score(y[rows], p[rows]) for rows in drawn])
    np.testing.assert_allclose(students.pearson(p, y), [np.corrcoef(p[rows], y[rows])[0, 1] for rows in drawn])
    np.testing.assert_allclose(students.mean(p), [p[rows].mean() for rows in drawn])
    np.testing.assert_allclose(students.sd(p), [p[rows].std() for rows in drawn])
    levels = [0.025, 0.5, 0.975]
    np.testing.assert_allclose(students.quantiles(p, levels), [np.quantile(p[rows], levels, method="inverted_cdf") for rows in drawn])


def test_a_resample_holds_as_many_students_as_there_are():
    students = Clusters.of(np.array(["b", "a", "b", "c"]), resamples=50)
    assert students.code.tolist() == [0, 1, 0, 2]
    np.testing.assert_array_equal(students.weights.sum(1), 3)


def test_bootstrap_standard_error_of_auc_agrees_with_delong_where_rows_are_independent():
    p, y = responses(1500, seed=3)
    right, wrong = p[y == 1], p[y == 0]
    concordance = (right[:, None] > wrong).astype(float)  # DeLong, DeLong and Clarke-Pearson (1988): variances of the two margins
    delong = np.sqrt(concordance.mean(1).var(ddof=1) / len(right) + concordance.mean(0).var(ddof=1) / len(wrong))
    np.testing.assert_allclose(Clusters.of(np.arange(1500)).auc(p, y).std(), delong, rtol=0.1)


def test_repeated_rows_of_a_student_add_no_certainty():
    p, y = responses(400, seed=1)
    once = Clusters.of(np.arange(400)).auc(p, y).std()
    four = np.repeat(np.arange(400), 4)
    np.testing.assert_allclose(Clusters.of(four).auc(p[four], y[four]).std(), once, rtol=1e-9)
    assert Clusters.of(np.arange(1600)).auc(p[four], y[four]).std() < 0.6 * once  # rows taken for independent


def test_equal_students_see_equal_resamples_so_that_differences_are_paired():
    np.testing.assert_array_equal(Clusters.of(np.arange(9)).weights, Clusters.of(np.arange(9)).weights)


def test_scores_are_those_of_scikit_learn():
    p, y = responses(500)
    p[0], y[0] = 1.0, 0.0  # an impossible event happened: the loss stays finite
    found = metrics.scores(p, y, Clusters.of(np.arange(500) // 5))
    assert found["n"] == 500
    expected = {
        "auc": roc_auc_score(y, p),
        "accuracy": accuracy_score(y, p >= 0.5),
        "log_loss": log_loss(y, p),
        "brier": brier_score_loss(y, p),
        "r": np.corrcoef(p, y)[0, 1],
    }
    for name, value in expected.items():
        assert found[name]["value"] == pytest.approx(value, rel=1e-12)
        assert found[name]["low"] < value < found[name]["high"]
    assert set(found["ece"]) == {"value"}


@pytest.mark.parametrize("seed", range(3))
def test_calibration_error_is_that_of_torchmetrics(seed):
    p, y = responses(777, seed)
    theirs = binary_calibration_error(torch.from_numpy(p), torch.from_numpy(y).long(), n_bins=metrics.BINS, norm="l1")
    assert metrics.calibration_error(p, y) == pytest.approx(float(theirs), abs=1e-6)


def test_spearman_with_ties_is_that_of_scipy():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 5, 200).astype(float), rng.integers(0, 7, 200).astype(float)
    found = metrics.rank_correlation(x, y, Clusters.of(np.arange(200)))
    assert found.value == pytest.approx(spearmanr(x, y).statistic)
    assert metrics.spearman(x, y) == found.value


def test_r2_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    target = rng.standard_normal(200)
    values = target + rng.standard_normal(200)
    found = metrics.explained(values, target, Clusters.of(np.arange(200)))
    assert found.value == pytest.approx(r2_score(target, values))
    assert found.low < found.value < found.high


def test_what_is_not_defined_is_null_in_json():
    students = Clusters.of(np.arange(10))
    constant, moving = np.full(10, 0.7), np.linspace(0, 1, 10)
    undefined = {"value": None, "low": None, "high": None}
    assert metrics.correlation(constant, moving, students).as_json() == undefined
    assert metrics.explained(moving, constant, students).as_json() == undefined
    assert metrics.scores(moving, np.ones(10), students)["auc"] == undefined
    assert all(np.isnan(interval(np.full(5, np.nan))))
