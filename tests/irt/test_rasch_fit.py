"""The static fit: known truth, published answers, another library, derivatives."""

import lsat
import numpy as np
import pandas as pd
import pytest
from girth import rasch_mml
from lsat import cohort_of
from numpy.testing import assert_allclose
from rasch_students import draw
from scipy.optimize import approx_fprime

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.irt import eap, rasch
from glasskt.irt.counts import every_response, first_responses

# marginal maximum likelihood: slope and difficulties on the N(0, 1) scale, log-likelihood (Rizopoulos 2006, Journal of Statistical Software
# 17(5), p. 10: R package ltm, rasch(LSAT)). mirt's test suite has the same fit on our scale: variance 0.57, intercepts 2.73 to 2.099
SLOPE, DIFFICULTY, LOG_LIKELIHOOD = 0.7551, np.array([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802]), -2466.938


@pytest.fixture(scope="module")
def drawn():
    return draw(students=3000, skills=20, seed=1)


@pytest.fixture(scope="module")
def recovered(drawn):
    return rasch.fit(every_response(drawn.cohort))


def test_lsat6_gives_the_published_estimates():
    fit = rasch.fit(every_response(cohort_of(lsat.section_6())))
    assert fit.sigma == pytest.approx(SLOPE, abs=1e-3)
    assert_allclose(fit.beta, SLOPE * DIFFICULTY, atol=2e-3)
    assert fit.log_likelihood == pytest.approx(LOG_LIKELIHOOD, abs=5e-3)


def test_girth_agrees_where_it_assumes_the_same_spread():
    """girth fixes sigma at 1; responses drawn with sigma 1, at which both maximise the same likelihood."""
    rng = np.random.default_rng(0)
    beta = np.linspace(-2, 1, 8)
    matrix = (rng.random((1500, 8)) < 1 / (1 + np.exp(beta - rng.standard_normal((1500, 1))))).astype(int)
    fit = rasch.fit(every_response(cohort_of(matrix)))
    girth = rasch_mml(matrix.T)["Difficulty"]
    assert_allclose(fit.beta, girth, atol=0.05)
    assert np.corrcoef(fit.beta, girth)[0, 1] > 0.9999


def test_the_truth_is_recovered_from_a_ragged_incidence(drawn, recovered):
    assert np.corrcoef(recovered.beta, drawn.beta)[0, 1] > 0.98
    off = (recovered.beta - drawn.beta) / recovered.beta_se
    assert np.abs(off).max() < 4
    assert 0.5 < np.sqrt((off**2).mean()) < 1.6
    spread = drawn.theta.std()
    assert abs(recovered.sigma - spread) < 4 * recovered.sigma_se


def test_gradient_and_information_are_the_derivatives_of_the_likelihood(drawn):
    few = draw(students=30, skills=4, seed=2)
    likelihood = rasch.MarginalLikelihood(every_response(few.cohort))
    at = np.array([-1.0, -0.5, 0.2, -2.0, 0.8])
    assert_allclose(
        likelihood.value_and_gradient(at)[1], approx_fprime(at, lambda x: likelihood.value_and_gradient(x)[0], 1e-6), rtol=1e-4, atol=1e-3
    )
    numeric = np.array(
        [(likelihood.value_and_gradient(at + h)[1] - likelihood.value_and_gradient(at - h)[1]) / 2e-5 for h in 1e-5 * np.eye(5)]
    )
    assert_allclose(likelihood.information(at), -numeric, rtol=1e-5, atol=1e-5)


def test_repeats_are_counted_and_first_responses_are_first():
    table = pd.DataFrame({"student": 1, "step": range(5), "skill": [0, 1, 0, 0, 1], "response": [0, 1, 1, 1, 0]})
    cohort = Cohort.from_table(table, 3)
    every, first = every_response(cohort), first_responses(cohort)
    assert (every.successes.tolist(), every.trials.tolist()) == ([2, 1], [3, 2])
    assert (first.successes.tolist(), first.trials.tolist()) == ([0, 1], [1, 1])
    assert every.skill_trials.tolist() == [3, 2, 0]


def test_a_skill_without_a_failure_or_without_a_response_has_a_finite_difficulty():
    rng = np.random.default_rng(3)
    matrix = (rng.random((200, 4)) < 0.7).astype(int)
    matrix[:, 3] = 1
    cohort = cohort_of(matrix)
    fit = rasch.fit(every_response(Cohort(**{**vars_of(cohort), "n_skills": 5})))
    assert np.isfinite(fit.beta).all()
    assert fit.beta[3] < fit.beta[:3].min() - 2
    assert fit.pseudo.tolist() == [0, 0, 0, 1, 1]
    assert fit.beta[4] == pytest.approx(-np.log(matrix.mean() / (1 - matrix.mean())), abs=1e-3)


def vars_of(cohort):
    return {name: getattr(cohort, name) for name in ("students", "offsets", "skill", "response", "n_skills")}


def test_responses_that_are_all_correct_are_refused_in_one_line():
    with pytest.raises(UserError, match="no success or no failure"):
        rasch.fit(every_response(cohort_of(np.ones((5, 3), int))))


def test_eap_scores_shrink_and_their_reliability_is_that_of_the_truth(drawn, recovered):
    scores = eap.score(every_response(drawn.cohort), recovered.beta, recovered.sigma)
    assert scores.theta.std() < recovered.sigma
    assert scores.reliability == pytest.approx(np.corrcoef(scores.theta, drawn.theta)[0, 1] ** 2, abs=0.05)
    assert np.mean(np.abs(scores.theta - drawn.theta) < 1.96 * scores.sd) == pytest.approx(0.95, abs=0.02)


@pytest.mark.real
def test_assist2015_has_the_known_scale(assist2015_fold0):
    fit = rasch.fit(every_response(assist2015_fold0["train"]))
    assert fit.beta.mean() == pytest.approx(-1.325, abs=0.005)
    assert fit.beta.std() == pytest.approx(0.692, abs=0.005)
    assert (fit.beta.min(), fit.beta.max()) == pytest.approx((-2.90, 0.22), abs=0.01)
    assert fit.sigma == pytest.approx(0.739, abs=0.003)
