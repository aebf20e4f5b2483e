"""Each guard trips on the fault it is for, and on nothing sound."""

from dataclasses import replace

import numpy as np
import pytest
from rasch_students import draw

from glasskt.errors import UserError
from glasskt.irt import guards, rasch
from glasskt.irt.counts import every_response


@pytest.fixture(scope="module")
def counts():
    return every_response(draw(students=1500, seed=10).cohort)


@pytest.fixture(scope="module")
def sound(counts):
    return rasch.fit(counts)


@pytest.mark.parametrize("seed", range(10))
def test_a_sound_fit_of_50_students_passes(seed):
    counts = every_response(draw(students=50, seed=100 + seed).cohort)
    guards.hold(rasch.fit(counts), counts)


def test_a_sound_fit_of_many_students_passes(sound, counts):
    assert all(verdict.passed for verdict in guards.hold(sound, counts))


FAULTS = {
    "distance to the maximum": lambda fit: replace(fit, gradient_norm=1.0),
    "log-likelihood change": lambda fit: replace(fit, log_likelihood_change=5.0),
    r"\|mean intercept - logit\(base rate\)\|": lambda fit: replace(fit, beta=fit.beta - 4.4),  # note 003's mean of -5.76
    r"largest \|intercept\|": lambda fit: replace(fit, beta=np.where(np.arange(20) == 3, 9.0, fit.beta)),
    r"sd\(theta\) is .* at least": lambda fit: replace(fit, sigma=0.05),
    r"sd\(theta\) is .* at most": lambda fit: replace(fit, sigma=4.0),
    r"r\(intercept": lambda fit: replace(fit, beta=fit.beta[::-1]),
    r"observed success rate\| of a skill": lambda fit: replace(fit, expected=fit.expected + 0.02),
}


@pytest.mark.parametrize("words", FAULTS)
def test_a_fault_is_an_error_that_names_value_and_bound(words, sound, counts):
    with pytest.raises(UserError, match=words) as raised:
        guards.hold(FAULTS[words](sound), counts)
    assert "allowed is" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_fit_cut_off_early_is_not_handed_on(counts):
    with pytest.raises(UserError, match="did not converge"):
        guards.hold(rasch.fit(counts, max_iterations=2), counts)


def test_students_who_differ_by_chance_only_are_refused():
    counts = every_response(draw(students=3000, sigma=0.0, seed=11).cohort)
    with pytest.raises(UserError, match=r"sd\(theta\)"):
        guards.hold(rasch.fit(counts), counts)


def test_a_value_that_is_not_a_number_does_not_pass(sound, counts):
    assert not guards.gradient(replace(sound, gradient_norm=float("nan")), counts).passed
