"""The two-parameter fit: published answers, another library, known truth, derivatives, and those who read it."""

import lsat
import numpy as np
import pandas as pd
import pytest
from girth import twopl_mml
from lsat import cohort_of
from numpy.testing import assert_allclose
from rasch_students import draw
from scipy.optimize import approx_fprime
from scipy.special import expit

from glasskt.irt import eap, guards, rasch, two_pl
from glasskt.irt.ability_filter import track
from glasskt.irt.counts import every_response
from glasskt.irt.difficulties import discriminations

# marginal maximum likelihood on theta ~ N(0, 1), logistic metric without the factor 1.7
# LSAT 6: difficulty b and discrimination a of a (theta - b), and the log-likelihood: printed by R's ltm, summary(ltm(LSAT ~ z1)), 21 nodes
B_6, A_6, LOG_LIKELIHOOD_6 = [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], [0.8254, 0.7229, 0.8905, 0.6886, 0.6575], -2466.653
# LSAT 7: slope a1 and intercept d of a1 theta + d: expected by mirt's own test suite (tests/testthat/test-01-mirtOne.R, first model), to
# 1e-2; the log-likelihood: printed in its reference page of mirt::mirt
A_7, D_7, LOG_LIKELIHOOD_7 = [0.988, 1.081, 1.706, 0.765, 0.736], [1.856, 0.808, 1.804, 0.486, 1.855], -2658.805


def answers(matrix, a, beta, theta, rng):
    return (rng.random(matrix) < expit(np.asarray(a) * (theta[:, None] - np.asarray(beta)))).astype(int)


@pytest.fixture(scope="module")
def sample():
    rng = np.random.default_rng(1)
    a, beta, theta = rng.lognormal(0, 0.4, 12), rng.normal(-1, 0.8, 12), rng.standard_normal(3000)
    counts = every_response(cohort_of(answers((3000, 12), a, beta, theta, rng)))
    return a, beta, theta, counts, two_pl.fit(counts)


def test_lsat6_gives_the_published_estimates():
    """ltm's, as its users print them; its example data are those of Bock and Lieberman (1970)."""
    fit = two_pl.fit(every_response(cohort_of(lsat.section_6())), prior_sd=None)
    assert_allclose(fit.discrimination, A_6, atol=0.005)
    assert_allclose(fit.beta, B_6, atol=0.005)
    assert fit.log_likelihood == pytest.approx(LOG_LIKELIHOOD_6, abs=0.005)


def test_lsat7_gives_the_published_estimates():
    """mirt's, with 61 nodes."""
    fit = two_pl.fit(every_response(cohort_of(lsat.section_7())), prior_sd=None)
    assert_allclose(fit.discrimination, A_7, atol=0.005)
    assert_allclose(fit.intercept, D_7, atol=0.005)
    assert fit.log_likelihood == pytest.approx(LOG_LIKELIHOOD_7, abs=0.005)


@pytest.mark.parametrize("section", [lsat.section_6, lsat.section_7])
def test_girth_agrees_on_the_law_school_test_to_two_decimals(section):
    matrix = section()
    fit, girth = two_pl.fit(every_response(cohort_of(matrix)), prior_sd=None), twopl_mml(matrix.T)
    assert_allclose(fit.discrimination, girth["Discrimination"], rtol=0, atol=0.01)
    assert_allclose(fit.intercept, -girth["Discrimination"] * girth["Difficulty"], rtol=0, atol=0.01)


def test_girth_agrees():
    rng = np.random.default_rng(0)
    matrix = answers((1500, 8), np.linspace(0.6, 1.6, 8), np.linspace(-2, 1, 8), rng.standard_normal(1500), rng)
    fit, girth = two_pl.fit(every_response(cohort_of(matrix)), prior_sd=None), twopl_mml(matrix.T)
    assert_allclose(fit.beta, girth["Difficulty"], atol=0.05)
    assert_allclose(fit.discrimination, girth["Discrimination"], atol=0.05)


def test_the_truth_is_recovered_with_errors_of_the_stated_size(sample):
    a, beta, _, _, fit = sample
    for found, se, truth in ((fit.discrimination, fit.discrimination_se, a), (fit.beta, fit.beta_se, beta)):
        assert np.corrcoef(found, truth)[0, 1] > 0.9
        off = (found - truth) / se
        assert np.abs(off).max() < 4
        assert 0.5 < np.sqrt((off**2).mean()) < 1.6


def test_a_sound_fit_passes_the_guards_and_both_starts_meet(sample):
    *_, counts, fit = sample
    assert all(verdict.passed for verdict in guards.hold(fit, counts))
    assert_allclose(fit.second_start, fit.intercept, atol=2e-3)


@pytest.mark.parametrize("seed", range(6))
def test_a_sound_fit_of_80_students_passes_the_guards(seed):
    counts = every_response(draw(students=80, skills=10, seed=200 + seed).cohort)
    guards.hold(two_pl.fit(counts), counts)


@pytest.mark.parametrize("prior_sd", [None, 0.5])
def test_gradient_and_information_are_the_derivatives_of_the_likelihood(prior_sd):
    likelihood = two_pl._Likelihood(every_response(draw(students=30, skills=3, seed=2).cohort), prior_sd)
    at = np.array([1.0, 0.5, -0.2, 0.3, -0.4, 0.1])
    value, gradient = (lambda x: likelihood.value_and_gradient(x)[0]), (lambda x: likelihood.value_and_gradient(x)[1])
    assert_allclose(gradient(at), approx_fprime(at, value, 1e-6), rtol=1e-4, atol=1e-3)
    numeric = np.array([(gradient(at + h) - gradient(at - h)) / 2e-5 for h in 1e-5 * np.eye(6)])
    assert_allclose(likelihood.information(at), -numeric, rtol=1e-5, atol=1e-4)


def test_the_prior_pulls_a_towards_1_and_keeps_that_of_a_rare_skill_finite():
    counts = every_response(draw(students=60, skills=12, seed=3).cohort)
    free, held = two_pl.fit(counts, prior_sd=None), two_pl.fit(counts, prior_sd=0.2)
    assert np.log(held.discrimination).std() < np.log(free.discrimination).std()
    assert (np.abs(np.log(held.discrimination)) < 0.6).all()


def test_it_never_fits_worse_than_the_rasch_model_within_it(sample):
    *_, counts, fit = sample
    assert two_pl.fit(counts, prior_sd=None).log_likelihood > rasch.fit(counts).log_likelihood
    assert fit.n_parameters == 24


def test_a_skill_without_a_failure_keeps_finite_parameters():
    matrix = (np.random.default_rng(4).random((300, 4)) < 0.7).astype(int)
    matrix[:, 3] = 1
    fit = two_pl.fit(every_response(cohort_of(matrix)), prior_sd=None)
    assert fit.pseudo.tolist() == [0, 0, 0, 1]
    assert np.isfinite(fit.beta[3])
    assert 0.1 < fit.discrimination[3] < 10


def test_scores_weigh_a_response_by_its_discrimination_and_the_filter_ends_at_them(sample):
    a, beta, theta, counts, fit = sample
    scores = eap.score(counts, fit.beta, 1.0, fit.discrimination)
    assert np.corrcoef(scores.theta, theta)[0, 1] > np.corrcoef(eap.score(counts, beta, 1.0).theta, theta)[0, 1]
    cohort = draw(students=100, skills=12, seed=5).cohort
    found = track(cohort, beta, 1.0, 0.0, a)
    last = eap.score(every_response(cohort), beta, 1.0, a)
    assert_allclose(found.theta_after[cohort.offsets[1:] - 1], last.theta, atol=1e-9)


def test_a_table_without_the_column_discriminates_alike():
    assert discriminations(pd.DataFrame({"skill": [1, 0], "beta": [0.0, 1.0]}), 2).tolist() == [1, 1]
    assert discriminations(pd.DataFrame({"skill": [1, 0], "discrimination": [0.5, 2.0]}), 2).tolist() == [2.0, 0.5]
