"""The two-level smoother: conditioning of the joint normal, its limits, known truth."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from two_level_students import draw, parameters

from glasskt.data.cohort import Cohort
from glasskt.irt import gaussian_filter
from glasskt.irt.gaussian_response import bend
from glasskt.irt.two_level_filter import track
from glasskt.irt.two_level_smoother import smooth

TRUTH = parameters()


@pytest.mark.parametrize("seed", range(3))
def test_every_moment_is_that_of_the_conditioned_joint_normal(seed):
    """The whole path as one normal vector, each response as the Gaussian message that the filter took it for; no recursion."""
    rng = np.random.default_rng(seed)
    skill, response = rng.integers(4, size=15), rng.integers(2, size=15)
    cohort = Cohort(students=np.array([1]), offsets=np.array([0, 15]), skill=skill, response=response.astype(np.int8), n_skills=4)
    filtered, step = track(cohort, TRUTH), np.arange(15)
    same = skill[:, None] == skill
    practised = np.array([(skill[:t] == skill[t]).sum() for t in step])
    learned = np.array([TRUTH.learning[skill[t], response[:t][skill[:t] == skill[t]]].sum() for t in step])
    of_general = TRUTH.sigma**2 + TRUTH.drift_general * np.minimum(step[:, None], step)  # (15, 15)
    of_level = of_general + same * (TRUTH.tau**2 + TRUTH.drift_skill * np.minimum(practised[:, None], practised))
    mean = learned - TRUTH.beta[skill]
    bends = np.array([bend(m, sd**2, r)[1:] for m, sd, r in zip(filtered.level_before, filtered.level_before_sd, response, strict=True)])
    noise = -1 / bends[:, 1] - filtered.level_before_sd**2
    observed = filtered.level_before - bends[:, 0] / bends[:, 1]
    weight = np.linalg.inv(of_level + np.diag(noise))
    found = smooth(cohort, TRUTH)
    assert_allclose(found.level, mean + of_level @ weight @ (observed - mean), atol=1e-9)
    assert_allclose(found.level_sd**2, np.diag(of_level - of_level @ weight @ of_level), atol=1e-9)
    assert_allclose(found.general, of_general @ weight @ (observed - mean), atol=1e-9)
    assert_allclose(found.general_sd**2, np.diag(of_general - of_general @ weight @ of_general), atol=1e-9)


def test_without_skill_deviations_it_is_the_gaussian_smoother():
    cohort = draw(TRUTH, students=30)
    plain = replace(TRUTH, tau=0.0, drift_skill=0.0, learning=np.zeros((4, 2)))
    found, expected = smooth(cohort, plain), gaussian_filter.smooth(cohort, plain.beta, plain.sigma, plain.drift_general)
    assert_allclose(found.general, expected.theta, atol=1e-9)
    assert_allclose(found.general_sd, expected.theta_sd, atol=1e-9)


def test_at_the_last_response_it_is_the_filter():
    cohort = draw(TRUTH, students=30)
    last = cohort.offsets[1:] - 1
    assert_allclose(smooth(cohort, TRUTH).general[last], track(cohort, TRUTH).general_after[last], atol=1e-9)


def test_the_future_narrows_the_belief():
    cohort = draw(TRUTH, students=100)
    filtered, smoothed = track(cohort, TRUTH), smooth(cohort, TRUTH)
    assert (smoothed.general_sd <= filtered.general_before_sd + 1e-9).all()
    assert (smoothed.level_sd <= filtered.level_before_sd + 1e-9).all()
