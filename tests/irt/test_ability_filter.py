"""The filter: brute-force integration, its static limit, no future, known drift."""

import itertools

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from numpy.testing import assert_allclose
from rasch_students import draw
from scipy.special import expit

from glasskt.data.cohort import Cohort
from glasskt.irt import ability_filter, drift, eap, grid, rasch
from glasskt.irt.ability_filter import track
from glasskt.irt.counts import every_response

BETA = np.array([-1.0, 0.3, 1.2])
SIGMA = 0.8
COLUMNS = ("theta_before", "theta_before_sd", "theta_after", "theta_after_sd", "p_before", "p_after")


def one_student(skill, response):
    return Cohort(
        students=np.array([1]), offsets=np.array([0, len(skill)]), skill=np.array(skill), response=np.array(response, np.int8), n_skills=3
    )


def brute_force(skill, response, q):
    """Moments before and after each response from the joint integral over theta_0 and every later move; no filter involved."""
    nodes, weights = hermegauss(15)
    path = np.array(list(itertools.product(nodes, repeat=len(skill))))  # (15^T, T) standard normal coordinates
    weight = np.prod(list(itertools.product(weights / weights.sum(), repeat=len(skill))), axis=1)
    theta = SIGMA * path[:, :1] + np.sqrt(q) * np.c_[np.zeros(len(path)), np.cumsum(path[:, 1:], axis=1)]
    rows = []
    for t in range(len(skill)):
        p = expit(theta[:, t] - BETA[skill[t]])
        before = weight / weight.sum()
        weight = weight * (p if response[t] else 1 - p)
        after = weight / weight.sum()
        moments = [(belief @ theta[:, t], np.sqrt(belief @ theta[:, t] ** 2 - (belief @ theta[:, t]) ** 2)) for belief in (before, after)]
        rows.append((*moments[0], *moments[1], before @ p, after @ p))
    return dict(zip(COLUMNS, np.array(rows).T, strict=True))


@pytest.mark.parametrize("q", [0.0, 0.0005, 0.01, 0.3])
@pytest.mark.parametrize("response", [[1, 1, 1, 1], [0, 1, 0, 0], [1, 0, 0, 1]])
def test_every_moment_is_that_of_the_joint_integral(response, q):
    skill = [0, 1, 1, 2]
    found, expected = track(one_student(skill, response), BETA, SIGMA, q), brute_force(skill, response, q)
    for name in COLUMNS:
        assert_allclose(getattr(found, name), expected[name], rtol=0, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("q", [0.0005, 0.0085, 0.03])
@pytest.mark.parametrize(("response", "tolerance"), [(np.arange(300) % 4 > 0, 1e-6), (np.arange(300) // 75 % 2, 2e-5)])
def test_hundreds_of_responses_later_it_is_still_the_filter_of_a_finer_grid(response, tolerance, q, monkeypatch):
    """0.2 sds of the narrowest belief between nodes instead of 0.27: a steady student, and one who turns from all wrong to all right."""
    if q < 0.001 and tolerance > 1e-6:
        tolerance = 0.03  # the posterior travels to where a slow drift had left a tail of 1e-18
    student = one_student(np.arange(300) % 3, response.astype(int))
    found = track(student, BETA, SIGMA, q)
    monkeypatch.setattr(grid, "SHARE", 0.2)
    monkeypatch.setattr(ability_filter, "NEGLIGIBLE", 1e-40)
    finer = track(student, BETA, SIGMA, q)
    for name in COLUMNS:
        assert_allclose(getattr(found, name), getattr(finer, name), rtol=0, atol=tolerance, err_msg=name)


def test_a_steep_skill_has_nodes_enough():
    drawn = draw(students=30, seed=11)
    steep = np.full(20, 4.0)
    rescaled = track(drawn.cohort, 4 * drawn.beta, 4 * SIGMA, 16 * 0.005)  # the same model, its unit a quarter of a logit
    found = track(drawn.cohort, drawn.beta, SIGMA, 0.005, steep)
    assert_allclose(found.theta_after, rescaled.theta_after / 4, rtol=0, atol=1e-6)


@pytest.mark.parametrize("q", [0.0, 0.01])
def test_a_student_is_filtered_to_the_same_bits_alone_and_in_company(q):
    drawn = draw(students=20, seed=12)
    together = track(drawn.cohort, drawn.beta, SIGMA, q)
    for index in (19, 0, 7):
        rows = slice(*drawn.cohort.offsets[index : index + 2])
        student = Cohort(
            students=np.array([1]),
            offsets=np.array([0, rows.stop - rows.start]),
            skill=drawn.cohort.skill[rows],
            response=drawn.cohort.response[rows],
            n_skills=20,
        )
        alone = track(student, drawn.beta, SIGMA, q)
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(alone, name), getattr(together, name)[rows])


def test_before_the_first_response_the_belief_is_the_prior():
    found = track(one_student([0], [1]), BETA, SIGMA, 0.01)
    assert_allclose((found.theta_before[0], found.theta_before_sd[0]), (0.0, SIGMA), atol=1e-8)


def test_without_drift_the_last_mean_is_the_eap_score():
    drawn = draw(students=100, seed=4)
    scores = eap.score(every_response(drawn.cohort), drawn.beta, SIGMA)
    found = track(drawn.cohort, drawn.beta, SIGMA, 0.0)
    last = drawn.cohort.offsets[1:] - 1
    assert_allclose(found.theta_after[last], scores.theta, atol=1e-9)
    assert_allclose(found.theta_after_sd[last], scores.sd, atol=1e-7)


def test_without_drift_the_one_step_predictions_multiply_to_the_marginal_likelihood():
    drawn = draw(students=200, seed=5)
    likelihood = rasch.MarginalLikelihood(every_response(drawn.cohort))
    marginal = likelihood.students(np.r_[drawn.beta, SIGMA])[0].sum()
    assert track(drawn.cohort, drawn.beta, SIGMA, 0.0).log_likelihood(drawn.cohort.response) == pytest.approx(marginal, abs=1e-3)


@pytest.mark.parametrize("q", [0.0, 0.01])
def test_a_response_changes_nothing_before_it_and_nothing_called_before_at_it(q):
    rng = np.random.default_rng(6)
    skill, response = rng.integers(3, size=12), rng.integers(2, size=12)
    plain = track(one_student(skill, response), BETA, SIGMA, q)
    for t in range(12):
        flipped = track(one_student(skill, np.where(np.arange(12) == t, 1 - response, response)), BETA, SIGMA, q)
        for name in COLUMNS:
            seen = t + 1 if "before" in name else t
            np.testing.assert_array_equal(getattr(flipped, name)[:seen], getattr(plain, name)[:seen])
        assert flipped.theta_after[t] != plain.theta_after[t]


@pytest.mark.parametrize("q", [0.0, 0.01])
def test_a_correct_response_never_lowers_the_ability(q):
    drawn = draw(students=50, seed=7)
    found = track(drawn.cohort, drawn.beta, SIGMA, q)
    rise = found.theta_after - found.theta_before
    assert (np.sign(rise) == np.where(drawn.cohort.response == 1, 1, -1)).all()


@pytest.mark.parametrize("q", [0.0, 0.01])
def test_long_one_sided_students_keep_finite_moments(q):
    responses = np.r_[np.ones(400, int), np.zeros(400, int)]
    found = track(one_student(np.ones(800, int), responses), BETA, SIGMA, q)
    for name in COLUMNS:
        assert np.isfinite(getattr(found, name)).all()
    assert ((found.p_before > 0) & (found.p_before < 1)).all()
    # 400 of each kind: the static posterior is centred where the skill is, up to the prior's pull
    if q == 0.0:
        assert found.theta_after[-1] == pytest.approx(BETA[1], abs=0.02)


def test_a_known_drift_is_learned_and_no_drift_is_not_invented():
    moving, still = (draw(students=1500, drift=q, seed=8) for q in (0.03, 0.0))
    assert drift.learn(moving.cohort, moving.beta, 0.75).variance == pytest.approx(0.03, rel=0.25)
    learned = drift.learn(still.cohort, still.beta, 0.75)
    assert learned.variance < 0.003
    assert learned.log_likelihood >= learned.log_likelihood_static


@pytest.mark.parametrize("sigma", [0.0, 1e-7, 0.01])
def test_a_population_without_spread_is_filtered_on_a_grid_of_bounded_size(sigma):
    assert len(grid.abilities(sigma, 0.01)) < 3000
    found = track(one_student([0, 1, 1], [1, 0, 1]), BETA, sigma, 0.0)
    assert np.abs(found.theta_after).max() < 0.01


def test_a_given_drift_is_taken_as_it_is():
    drawn = draw(students=20, seed=9)
    chosen = drift.choose(0.02, drawn.cohort, drawn.beta, 0.75)
    assert chosen.variance == 0.02
    assert drift.choose(0, drawn.cohort, drawn.beta, 0.75).log_likelihood == chosen.log_likelihood_static
