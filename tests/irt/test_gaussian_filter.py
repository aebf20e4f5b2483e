"""The Gaussian filter: its integrals, its distance from the exact grid, its limits."""

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from numpy.testing import assert_allclose, assert_array_equal
from rasch_students import draw
from scipy.special import expit

from glasskt.data.cohort import Cohort
from glasskt.irt import ability_filter, ability_smoother, gaussian_filter
from glasskt.irt.gaussian_response import bend, bend_further

SIGMA = 0.75


@pytest.fixture(scope="module")
def drawn():
    return draw(students=400, seed=30, drift=0.01)


@pytest.mark.parametrize("sd", [0.05, 0.5, 0.9, 1.3])
@pytest.mark.parametrize("mean", [-3.0, 0.0, 1.3])
@pytest.mark.parametrize("response", [0, 1])
def test_probability_and_bend_are_those_of_the_integral(mean, sd, response):
    nodes, weights = hermegauss(120)
    weights = weights / weights.sum()

    def log_evidence(m):
        return np.log(weights @ expit((m + sd * nodes) * (1 if response else -1)))

    p, first, second = bend(mean, sd**2, response)
    h = 1e-3
    below, here, above = (log_evidence(mean + step) for step in (-h, 0, h))
    assert np.log(p if response else 1 - p) == pytest.approx(here, abs=1e-5)
    assert first == pytest.approx((above - below) / (2 * h), abs=1e-5)
    assert second == pytest.approx((above - 2 * here + below) / h**2, abs=2e-5)


@pytest.mark.parametrize("response", [0, 1])
def test_the_higher_bends_are_the_derivatives_of_the_lower(response):
    mean, variance, h = 0.7, 1.4, 1e-4
    p = bend_further(mean, variance, response)[0]
    assert_allclose(bend_further(mean, variance, response)[1:3], bend(mean, variance, response)[1:], atol=1e-12)
    assert bend(mean, variance, response)[0] == pytest.approx(p if response else 1 - p, abs=1e-12)
    (_, _, _, third_below, _), (_, _, _, third_above, _) = (bend_further(mean + step, variance, response) for step in (-h, h))
    second_below, second_above = (bend(mean + step, variance, response)[2] for step in (-h, h))
    _, _, _, third, fourth = bend_further(mean, variance, response)
    assert third == pytest.approx((second_above - second_below) / (2 * h), abs=1e-6)
    assert fourth == pytest.approx((third_above - third_below) / (2 * h), abs=1e-6)


@pytest.mark.parametrize("q", [0.0, 0.01])
def test_it_stays_near_the_exact_grid(drawn, q):
    exact, gaussian = (module.track(drawn.cohort, drawn.beta, SIGMA, q) for module in (ability_filter, gaussian_filter))
    for name in ("theta_before", "theta_before_sd", "theta_after", "theta_after_sd"):
        off = getattr(gaussian, name) - getattr(exact, name)
        assert np.sqrt((off**2).mean()) < 0.02, name
        assert np.abs(off).max() < 0.3, name
    for name in ("p_before", "p_after"):
        assert np.sqrt(((getattr(gaussian, name) - getattr(exact, name)) ** 2).mean()) < 0.004, name
    assert gaussian.log_likelihood(drawn.cohort.response) == pytest.approx(exact.log_likelihood(drawn.cohort.response), rel=5e-4)


@pytest.mark.parametrize("q", [0.0, 0.01])
def test_its_smoother_stays_near_the_exact_one(drawn, q):
    exact, gaussian = (module.smooth(drawn.cohort, drawn.beta, SIGMA, q) for module in (ability_smoother, gaussian_filter))
    for name in ("theta", "theta_sd"):
        off = getattr(gaussian, name) - getattr(exact, name)
        assert np.sqrt((off**2).mean()) < 0.025, name
    last = drawn.cohort.offsets[1:] - 1
    assert_allclose(gaussian.theta[last], gaussian_filter.track(drawn.cohort, drawn.beta, SIGMA, q).theta_after[last], atol=1e-12)


def test_the_first_response_is_exact():
    """The belief before it is normal: nothing is approximated yet."""
    cohort = Cohort(students=np.arange(2), offsets=np.arange(3), skill=np.array([0, 1]), response=np.array([1, 0], np.int8), n_skills=2)
    exact, gaussian = (module.track(cohort, np.array([-1.0, 0.4]), SIGMA, 0.0) for module in (ability_filter, gaussian_filter))
    for name in ("p_before", "theta_after", "theta_after_sd"):
        assert_allclose(getattr(gaussian, name), getattr(exact, name), atol=1e-6)


def test_long_one_sided_students_keep_finite_moments():
    responses = np.r_[np.ones(400, np.int8), np.zeros(400, np.int8)]
    cohort = Cohort(students=np.array([1]), offsets=np.array([0, 800]), skill=np.zeros(800, np.int64), response=responses, n_skills=1)
    for q in (0.0, 0.01):
        found = gaussian_filter.track(cohort, np.array([0.3]), SIGMA, q)
        assert all(np.isfinite(values).all() for values in vars(found).values())


def test_a_response_changes_nothing_before_it_and_nothing_called_before_at_it():
    rng = np.random.default_rng(6)
    response = rng.integers(2, size=12).astype(np.int8)

    def tracked(r):
        cohort = Cohort(students=np.array([1]), offsets=np.array([0, 12]), skill=np.zeros(12, np.int64), response=r, n_skills=1)
        return gaussian_filter.track(cohort, np.array([-1.0]), SIGMA, 0.01)

    plain = tracked(response)
    for t in range(12):
        flipped = tracked(np.where(np.arange(12) == t, 1 - response, response).astype(np.int8))
        for name, values in vars(plain).items():
            seen = t + 1 if "before" in name else t
            assert_array_equal(getattr(flipped, name)[:seen], values[:seen])
