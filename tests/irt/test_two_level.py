"""The two-level filter and its learning: derivatives, limits, integrals, no future, known truth."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit
from two_level_students import draw, parameters

from glasskt.data.cohort import Cohort
from glasskt.irt import gaussian_filter, rasch, two_level
from glasskt.irt.counts import every_response
from glasskt.irt.two_level_filter import TwoLevel, track
from glasskt.irt.two_level_gradient import LogLikelihood

COLUMNS = tuple(TwoLevel.__dataclass_fields__)
TRUTH = parameters()


def one_student(skill, response):
    return Cohort(
        students=np.array([1]), offsets=np.array([0, len(skill)]), skill=np.array(skill), response=np.array(response, np.int8), n_skills=4
    )


def test_without_skill_deviations_it_is_the_gaussian_filter():
    cohort = draw(TRUTH, students=30)
    plain = replace(TRUTH, tau=0.0, drift_skill=0.0, learning=np.zeros((4, 2)))
    found, expected = track(cohort, plain), gaussian_filter.track(cohort, plain.beta, plain.sigma, plain.drift_general)
    assert_allclose(found.general_before, expected.theta_before, atol=1e-12)
    assert_allclose(found.general_before_sd, expected.theta_before_sd, atol=1e-12)
    assert_allclose(found.p_before, expected.p_before, atol=1e-12)
    assert_allclose(found.level_before, found.general_before - plain.beta[cohort.skill], atol=1e-12)


def test_it_stays_near_the_joint_integral():
    """Three responses to two skills, every drift integrated: a nine-dimensional normal in 6 coordinates, no filter involved."""
    skill, response = [0, 1, 0], [1, 0, 0]
    nodes, weights = hermegauss(11)
    g0, g1, g2, s0, s1, s2 = np.meshgrid(*[nodes] * 6, indexing="ij", sparse=True)
    weight = np.einsum("a,b,c,d,e,f->abcdef", *[weights / weights.sum()] * 6)
    general = [TRUTH.sigma * g0]
    general += [general[0] + np.sqrt(TRUTH.drift_general) * g1]
    general += [general[1] + np.sqrt(TRUTH.drift_general) * g2]
    first = TRUTH.tau * s0
    deviation = [first, TRUTH.tau * s1, first + TRUTH.learning[0, response[0]] + np.sqrt(TRUTH.drift_skill) * s2]
    p_before, mean_general = [], []
    for t in range(3):
        p = expit(general[t] + deviation[t] - TRUTH.beta[skill[t]])
        p_before.append((weight * p).sum() / weight.sum())
        weight = weight * (p if response[t] else 1 - p)
        mean_general.append((weight * general[t]).sum() / weight.sum())
    found = track(one_student(skill, response), TRUTH)
    assert_allclose(found.p_before[:2], p_before[:2], atol=2e-3)
    assert_allclose(found.p_before, p_before, atol=5e-3)
    assert_allclose(found.general_after, mean_general, atol=0.02)


def test_the_first_contact_with_a_skill_knows_the_general_ability_only():
    found = track(one_student([0, 0, 0, 1], [1, 1, 1, 1]), TRUTH)
    assert found.general_before[3] > 0
    assert found.level_before[3] == pytest.approx(found.general_before[3] - TRUTH.beta[1], abs=1e-12)
    assert found.level_before_sd[3] ** 2 == pytest.approx(found.general_before_sd[3] ** 2 + TRUTH.tau**2, abs=1e-12)


def test_a_response_changes_nothing_before_it_and_nothing_called_before_at_it():
    rng = np.random.default_rng(6)
    skill, response = rng.integers(4, size=14), rng.integers(2, size=14)
    plain = track(one_student(skill, response), TRUTH)
    for t in range(14):
        flipped = track(one_student(skill, np.where(np.arange(14) == t, 1 - response, response)), TRUTH)
        for name in COLUMNS:
            seen = t + 1 if "before" in name else t
            assert_array_equal(getattr(flipped, name)[:seen], getattr(plain, name)[:seen])
        assert flipped.general_after[t] != plain.general_after[t]


def test_what_comes_after_is_what_comes_before_the_next():
    found = track(one_student([0, 0, 1, 1, 0], [1, 0, 1, 1, 0]), TRUTH)
    assert_allclose(found.general_after[:-1], found.general_before[1:], atol=1e-12)
    for t in (0, 2):  # the same skill twice in a row
        assert found.level_after[t] == pytest.approx(found.level_before[t + 1], abs=1e-12)
        assert found.p_after[t] == pytest.approx(found.p_before[t + 1], abs=1e-12)


def test_the_names_of_the_skills_do_not_matter():
    cohort, order = draw(TRUTH, students=30), np.array([2, 0, 3, 1])
    renamed = replace(TRUTH, beta=TRUTH.beta[np.argsort(order)], learning=TRUTH.learning[np.argsort(order)])
    other = Cohort(students=cohort.students, offsets=cohort.offsets, skill=order[cohort.skill], response=cohort.response, n_skills=4)
    assert_array_equal(track(other, renamed).p_before, track(cohort, TRUTH).p_before)


@pytest.mark.parametrize("sign", [0, 1])
def test_long_one_sided_students_keep_finite_moments(sign):
    found = track(one_student(np.arange(800) % 3, np.full(800, sign)), TRUTH)
    assert all(np.isfinite(getattr(found, name)).all() for name in COLUMNS)


def test_the_gradient_is_the_derivative_of_the_filters_log_likelihood():
    cohort, h = draw(TRUTH, students=40), 1e-5
    value, of_variances, of_skills, _ = LogLikelihood(cohort)(TRUTH)

    def at(**changed):
        return track(cohort, replace(TRUTH, **changed)).log_likelihood(cohort.response)

    assert value == pytest.approx(at(), abs=1e-8)
    powers = {"sigma": 2, "tau": 2, "drift_general": 1, "drift_skill": 1}
    for (name, power), found in zip(powers.items(), of_variances, strict=True):
        below, above = (at(**{name: (getattr(TRUTH, name) ** power + step) ** (1 / power)}) for step in (-h, h))
        assert found == pytest.approx((above - below) / (2 * h), rel=1e-3, abs=1e-3), name
    for k in range(4):
        unit = h * (np.arange(4) == k)
        assert of_skills[k, 0] == pytest.approx((at(beta=TRUTH.beta + unit) - at(beta=TRUTH.beta - unit)) / (2 * h), rel=1e-3, abs=1e-3)
        for r in (0, 1):
            unit = h * ((np.arange(4) == k)[:, None] & (np.arange(2) == r))
            below, above = (at(learning=TRUTH.learning + step) for step in (-unit, unit))
            assert of_skills[k, 1 + r] == pytest.approx((above - below) / (2 * h), rel=1e-3, abs=1e-3)


def test_known_truth_is_learned_and_its_intervals_hold_it():
    truth = parameters(12, seed=3)
    cohort = draw(truth, students=2500)
    static = rasch.fit(every_response(cohort))
    fit = two_level.learn(cohort, static.beta, static.sigma)
    found = fit.parameters
    assert found.sigma == pytest.approx(truth.sigma, rel=0.1)
    assert found.tau == pytest.approx(truth.tau, rel=0.1)
    assert found.drift_skill == pytest.approx(truth.drift_skill, rel=0.3)
    assert found.drift_general == pytest.approx(truth.drift_general, rel=0.6)
    off = np.column_stack([found.beta - truth.beta, found.learning - truth.learning]) / fit.se
    assert np.abs(off).max() < 5
    assert 0.5 < np.sqrt((off**2).mean()) < 1.6
    for r in (0, 1):
        assert np.corrcoef(found.learning[:, r], truth.learning[:, r])[0, 1] > 0.9
    assert fit.log_likelihood >= track(cohort, truth).log_likelihood(cohort.response)


def test_a_sample_is_whole_students_at_even_distances():
    cohort = draw(TRUTH, students=30)
    few = two_level.sample(cohort, 10)
    assert len(few.students) == 10
    assert (few.students[0], few.students[-1]) == (0, 29)
    for i, student in enumerate(few.students):
        mine, whole = (slice(c.offsets[j], c.offsets[j + 1]) for c, j in ((few, i), (cohort, student)))
        assert_array_equal(few.response[mine], cohort.response[whole])
        assert_array_equal(few.skill[mine], cohort.skill[whole])
    assert two_level.sample(cohort, 30) is cohort


@pytest.mark.slow
@pytest.mark.real
def test_gains_of_assist2015_agree_between_two_halves_of_the_students(assist2015_fold0):
    train = assist2015_fold0["train"]
    static = rasch.fit(every_response(train))
    even, odd = (two_level.learn(_students(train, parity), static.beta, static.sigma).parameters.learning for parity in (0, 1))
    for r in (0, 1):
        assert np.corrcoef(even[:, r], odd[:, r])[0, 1] > 0.70


def _students(cohort, parity):
    mine = cohort.student_of_row % 2 == parity
    return Cohort(
        students=cohort.students[parity::2],
        offsets=np.r_[0, np.cumsum(cohort.lengths[parity::2])],
        skill=cohort.skill[mine],
        response=cohort.response[mine],
        n_skills=cohort.n_skills,
    )
