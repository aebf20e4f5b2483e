"""Infit and outfit: 1 where the model holds, moved the right way by planted misfit."""

from dataclasses import replace

import numpy as np
import pytest
from lsat import cohort_of
from numpy.testing import assert_allclose
from rasch_students import draw
from scipy.special import expit

from glasskt.irt import rasch, two_pl
from glasskt.irt.counts import every_response
from glasskt.irt.item_fit import item_fit

GUESSED, STEEP = 3, 7
OTHERS = [skill for skill in range(12) if skill not in (GUESSED, STEEP)]


@pytest.fixture(scope="module")
def planted():
    """12 skills, Rasch but for two: one answered by chance, whoever answers, and one that discriminates three times as much."""
    rng = np.random.default_rng(0)
    slope = np.ones(12)
    slope[GUESSED], slope[STEEP] = 0.0, 3.0
    p = expit(np.linspace(1.5, -0.5, 12) + slope * rng.standard_normal((3000, 1)))
    return every_response(cohort_of((rng.random((3000, 12)) < p).astype(int)))


def test_planted_misfit_stands_out_on_its_own_side(planted):
    found = item_fit(rasch.fit(planted), planted)
    for squares in (found.infit, found.outfit):
        assert squares.argmax() == GUESSED
        assert squares.argmin() == STEEP
        assert squares[GUESSED] > 1.08
        assert squares[STEEP] < 0.92
        assert_allclose(squares[OTHERS], 1, atol=0.06)


def test_a_model_with_discriminations_explains_them(planted):
    found = item_fit(two_pl.fit(planted), planted)
    assert_allclose(found.infit, 1, atol=0.02)
    assert_allclose(found.outfit, 1, atol=0.06)


def test_under_the_model_both_are_1_however_few_the_responses():
    """Students with as little as 3 responses: no bias from an ability that follows the response."""
    many = [draw(students=400, skills=6, seed=seed) for seed in range(10)]
    infit, outfit = [], []
    for drawn in many:
        counts = every_response(drawn.cohort)
        found = item_fit(replace(rasch.fit(counts), beta=drawn.beta, sigma=0.75), counts)  # the truth itself
        infit.append(found.infit @ counts.skill_trials / counts.skill_trials.sum())
        outfit.append(found.outfit @ counts.skill_trials / counts.skill_trials.sum())
    assert np.mean(infit) == pytest.approx(1, abs=0.01)
    assert np.mean(outfit) == pytest.approx(1, abs=0.02)


def test_a_skill_without_responses_has_no_mean_square():
    drawn = draw(students=40, skills=4, seed=1)
    counts = every_response(replace(drawn.cohort, n_skills=5))
    found = item_fit(rasch.fit(counts), counts)
    assert np.isnan([found.infit[4], found.outfit[4]]).all()
    assert np.isfinite(found.infit[:4]).all()
