"""The smoother: brute-force integration, the filter where they must agree, known truth."""

import itertools

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from numpy.testing import assert_allclose
from rasch_students import draw
from scipy.special import expit

from glasskt.data.cohort import Cohort
from glasskt.irt.ability_filter import track
from glasskt.irt.ability_smoother import smooth

BETA = np.array([-1.0, 0.3, 1.2])
SIGMA = 0.8


def one_student(skill, response):
    return Cohort(
        students=np.array([1]), offsets=np.array([0, len(skill)]), skill=np.array(skill), response=np.array(response, np.int8), n_skills=3
    )


def brute_force(skill, response, q):
    """Mean and sd of theta_t from the joint integral over theta_0 and every move, all responses seen."""
    nodes, weights = hermegauss(19)
    path = np.array(list(itertools.product(nodes, repeat=len(skill))))  # (19^T, T) standard normal coordinates
    weight = np.prod(list(itertools.product(weights / weights.sum(), repeat=len(skill))), axis=1)
    theta = SIGMA * path[:, :1] + np.sqrt(q) * np.c_[np.zeros(len(path)), np.cumsum(path[:, 1:], axis=1)]
    for t, r in enumerate(response):
        weight = weight * expit((theta[:, t] - BETA[skill[t]]) * (1 if r else -1))
    weight /= weight.sum()
    mean = weight @ theta
    return mean, np.sqrt(weight @ theta**2 - mean**2)


@pytest.mark.parametrize("q", [0.0, 0.0005, 0.01, 0.3])
@pytest.mark.parametrize("response", [[1, 1, 1, 1], [0, 1, 0, 0], [1, 0, 0, 1]])
def test_every_moment_is_that_of_the_joint_integral(response, q):
    skill = [0, 1, 1, 2]
    found, (mean, sd) = smooth(one_student(skill, response), BETA, SIGMA, q), brute_force(skill, response, q)
    assert_allclose(found.theta, mean, rtol=0, atol=1e-6)
    assert_allclose(found.theta_sd, sd, rtol=0, atol=1e-6)


@pytest.mark.parametrize("q", [0.0, 0.001, 0.02])
def test_at_the_last_response_it_is_the_filter(q):
    drawn = draw(students=60, seed=20)
    filtered, smoothed = track(drawn.cohort, drawn.beta, SIGMA, q), smooth(drawn.cohort, drawn.beta, SIGMA, q)
    last = drawn.cohort.offsets[1:] - 1
    assert_allclose(smoothed.theta[last], filtered.theta_after[last], rtol=0, atol=1e-6)
    assert_allclose(smoothed.theta_sd[last], filtered.theta_after_sd[last], rtol=0, atol=1e-6)


def test_without_drift_it_is_the_last_belief_throughout():
    drawn = draw(students=60, seed=21)
    filtered, smoothed = track(drawn.cohort, drawn.beta, SIGMA, 0.0), smooth(drawn.cohort, drawn.beta, SIGMA, 0.0)
    last = np.repeat(drawn.cohort.offsets[1:] - 1, drawn.cohort.lengths)
    assert_allclose(smoothed.theta, filtered.theta_after[last], atol=1e-8)


@pytest.mark.parametrize("q", [0.0, 1e-5, 0.01])
def test_a_history_that_contradicts_itself_keeps_finite_moments(q):
    cohort = one_student(np.ones(800, int), np.r_[np.ones(400, int), np.zeros(400, int)])
    smoothed = smooth(cohort, BETA, SIGMA, q)
    assert np.isfinite(smoothed.theta).all()
    assert (smoothed.theta_sd > 0).all()
    assert smoothed.theta[400] == pytest.approx(BETA[1], abs=0.2)  # where the two halves meet, up to the prior's pull


def test_two_halves_that_mirror_each_other_give_mirrored_moments():
    """Skill of difficulty 0, responses and their complements: theta changes sign."""
    rng = np.random.default_rng(22)
    response = rng.integers(2, size=30)
    plain, mirrored = (smooth(one_student(np.zeros(30, int), r), np.zeros(3), SIGMA, 0.01) for r in (response, 1 - response))
    assert_allclose(plain.theta, -mirrored.theta, atol=1e-9)
    assert_allclose(plain.theta_sd, mirrored.theta_sd, atol=1e-9)


def test_the_future_narrows_the_belief_on_average():
    drawn = draw(students=200, seed=23, drift=0.02)
    filtered, smoothed = track(drawn.cohort, drawn.beta, 0.75, 0.02), smooth(drawn.cohort, drawn.beta, 0.75, 0.02)
    assert (smoothed.theta_sd**2).mean() < 0.9 * (filtered.theta_after_sd**2).mean()
