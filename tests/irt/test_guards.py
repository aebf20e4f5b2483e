"""Each guard trips on the fault it is for, and on nothing sound."""

import json
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from rasch_students import draw

from glasskt.errors import UserError
from glasskt.irt import guards, rasch, settings, two_pl
from glasskt.irt.counts import every_response
from glasskt.irt.settings import StaticSettings


@pytest.fixture(scope="module")
def counts():
    return every_response(draw(students=1500, seed=10).cohort)


@pytest.fixture(scope="module")
def sound(counts):
    return rasch.fit(counts)


def false_alarms(samples, fit=rasch.fit):
    """Sound samples of 30 to 120 students that some guard refuses."""
    refused = []
    for seed in range(samples):
        counts = every_response(draw(students=(30, 50, 80, 120)[seed % 4], skills=10, seed=10_000 + seed).cohort)
        failed = [verdict.name for verdict in guards.inspect(fit(counts), counts) if not verdict.passed]
        refused.extend([(seed, failed)] if failed else [])
    return refused


def test_small_sound_samples_pass():
    assert false_alarms(40) == []


@pytest.mark.slow
def test_fewer_than_1_in_100_small_sound_samples_is_refused():
    assert len(false_alarms(1000)) < 10


@pytest.mark.slow
def test_fewer_than_1_in_100_small_sound_samples_is_refused_by_the_two_parameter_model():
    assert len(false_alarms(300, two_pl.fit)) < 3


def test_a_sound_fit_of_many_students_passes(sound, counts):
    assert all(verdict.passed for verdict in guards.hold(sound, counts))


FAULTS = {
    "gradient": lambda fit: replace(fit, gradient_norm=1.0),
    "last_change": lambda fit: replace(fit, log_likelihood_change=5.0),
    "movement": lambda fit: replace(fit, movement=0.4),
    "two_starts": lambda fit: replace(fit, second_start=fit.intercept[::-1]),
    "location": lambda fit: replace(fit, beta=fit.beta - 4.4),  # note 003's mean of -5.76
    "extremes": lambda fit: replace(fit, beta=np.where(np.arange(20) == 3, 9.0, fit.beta)),
    "smallest_spread": lambda fit: replace(fit, sigma=0.05),
    "largest_spread": lambda fit: replace(fit, sigma=4.0),
    "agreement": lambda fit: replace(fit, beta=fit.beta[::-1]),
    "prediction": lambda fit: replace(fit, expected=fit.expected + 0.02),
}


def test_every_guard_has_a_name_that_settings_know_and_a_fault_here():
    assert tuple(guard.__name__ for guard in guards.GUARDS) == settings.GUARDS == tuple(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_an_error_that_names_guard_value_and_bound(name, sound, counts):
    with pytest.raises(UserError, match=rf"\b{name}: .* allowed is at ") as raised:
        guards.hold(FAULTS[name](sound), counts)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", FAULTS)
def test_an_overridden_failure_is_recorded_not_passed(name, sound, counts):
    faulty = FAULTS[name](sound)
    failed = [verdict.name for verdict in guards.inspect(faulty, counts) if not verdict.passed]
    recorded = {fact["guard"]: fact for fact in (verdict.facts() for verdict in guards.hold(faulty, counts, override=failed))}
    assert recorded[name]["passed"] is False
    assert [guard for guard, fact in recorded.items() if fact["overridden"]] == failed
    assert json.dumps(recorded, allow_nan=False)


def test_an_override_covers_its_own_guard_only(sound, counts):
    with pytest.raises(UserError, match="largest_spread"):
        guards.hold(replace(sound, sigma=4.0), counts, override=["smallest_spread"])


def test_an_unknown_guard_to_override_is_an_error_with_the_nearest_name():
    with pytest.raises(ValidationError, match='Did you mean "two_starts"'):
        StaticSettings(override=["two_start"])


def test_a_flat_difficulty_where_a_is_small_is_no_extreme(sound, counts):
    """The bound is on d = -a beta: beta = -6.3 with a = 0.21, as in a sound two-parameter fit of ASSIST2015."""
    flat = replace(sound, beta=np.where(np.arange(20) == 3, -6.3, sound.beta), discrimination=np.where(np.arange(20) == 3, 0.21, 1.0))
    assert guards.extremes(flat, counts).passed


def test_a_fit_cut_off_early_is_not_handed_on(counts):
    with pytest.raises(UserError, match="did not converge"):
        guards.hold(rasch.fit(counts, max_iterations=2), counts)


def test_the_second_start_is_far_from_the_first_and_ends_beside_it(sound, counts):
    near, far = rasch.MarginalLikelihood(counts).starts()
    assert np.corrcoef(near[:-1], far[:-1])[0, 1] < -0.99
    np.testing.assert_allclose(sound.second_start, sound.intercept, atol=1e-3)


def test_students_who_differ_by_chance_only_are_refused():
    counts = every_response(draw(students=3000, sigma=0.0, seed=11).cohort)
    with pytest.raises(UserError, match=r"sd\(a theta\)"):
        guards.hold(rasch.fit(counts), counts)


def test_a_value_that_is_not_a_number_does_not_pass(sound, counts):
    assert not guards.gradient(replace(sound, gradient_norm=float("nan")), counts).passed
