"""Weights along a run, and their keys in params.yaml."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from glasskt.training.schedules import FORMS, ScheduleSettings, constant, curriculum, two_phase, warm_up

EXAMPLES = {
    "constant": {"weight": 0.5},
    "warm_up": {"weight": 0.5, "length": 0.25},
    "inverse_warm_up": {"first": 1.0, "weight": 0.5, "length": 0.25, "curve": "cosine"},
    "two_phase": {"first": 1.0, "weight": 0.5, "length": 0.25, "blend": 0.25, "curve": "cosine"},
    "curriculum": {"points": [(0.0, 2.0), (0.25, 1.0), (0.5, 0.5)]},
}


def weight_of(share, **keys):
    return ScheduleSettings.model_validate(keys).schedule()(share)


def test_there_is_an_example_of_every_form():
    assert EXAMPLES.keys() == FORMS.keys()


@pytest.mark.parametrize("form", FORMS)
@given(share=st.floats(0, 1, exclude_min=True))
def test_a_weight_stays_between_its_least_and_its_largest_and_ends_at_its_last(form, share):
    schedule = ScheduleSettings.model_validate({"form": form} | EXAMPLES[form]).schedule()
    assert 0 <= schedule(share) <= 2.0
    assert schedule(1.0) == 0.5


def test_a_warm_up_rises_in_a_straight_line_to_its_weight():
    assert [warm_up(0.5, length=0.5)(share) for share in (0.25, 0.5, 0.75, 1.0)] == [0.25, 0.5, 0.5, 0.5]
    assert warm_up(0.5, length=0.0)(0.01) == constant(0.5)(0.9) == 0.5


def test_two_phases_jump_at_the_end_of_the_first_unless_they_blend():
    jump = {"form": "two_phase", "first": 1.0, "weight": 0.3, "length": 0.5}
    assert [weight_of(share, **jump) for share in (0.01, 0.5, 0.51, 1.0)] == [1.0, 1.0, 0.3, 0.3]
    linear, cosine = ([weight_of(share, **jump, blend=0.4, curve=curve) for share in (0.6, 0.7, 0.8)] for curve in ("linear", "cosine"))
    assert linear == pytest.approx([0.825, 0.65, 0.475])
    assert cosine == pytest.approx([0.3 + 0.7 * (1 + 0.5**0.5) / 2, 0.65, 0.3 + 0.7 * (1 - 0.5**0.5) / 2])


def test_a_curriculum_of_two_points_is_a_blend():
    through = curriculum([(0.25, 1.0), (0.75, 0.2)])
    blend = two_phase(1.0, 0.2, length=0.25, blend=0.5)
    assert [through(share) for share in (0.1, 0.25, 0.4, 0.75, 0.9)] == [blend(share) for share in (0.1, 0.25, 0.4, 0.75, 0.9)]


def test_a_number_alone_is_constant():
    assert ScheduleSettings.model_validate(0.3).schedule()(0.7) == 0.3


WRONG = [
    (-0.1, "greater than or equal to 0"),
    ({"form": "warm_up", "weight": -1, "length": 0.5}, "greater than or equal to 0"),
    ({"form": "warm_up", "weight": 1, "length": 1.5}, "less than or equal to 1"),
    ({"form": "two_phase", "first": 1, "weight": 0, "length": 0.8, "blend": 0.4}, "more than the whole run"),
    ({"form": "two_phase", "weight": 1}, "form two_phase needs first"),
    ({"form": "constant", "weight": 1, "length": 0.5}, "length is no key of form constant, which has weight"),
    ({"form": "sideways", "weight": 1}, "'constant', 'warm_up'"),
    ({"form": "curriculum", "points": []}, "at least one"),
    ({"form": "curriculum", "points": [(0.5, 1.0), (0.5, 2.0)]}, "rising order"),
    ({"form": "curriculum", "points": [(0.5, -1.0)]}, "greater than or equal to 0"),
    ({"form": "warm_up", "weight": 1, "length": 0.5, "curve": "steep"}, "'linear' or 'cosine'"),
    ({}, "form constant needs weight"),
]


@pytest.mark.parametrize(("value", "said"), WRONG, ids=lambda value: str(value))
def test_a_weight_that_makes_no_sense_is_refused_with_the_reason(value, said):
    with pytest.raises(ValidationError, match=said):
        ScheduleSettings.model_validate(value)
