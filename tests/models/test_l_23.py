"""The alignment losses on numbers worked out by hand."""

import pytest
import torch

from glasskt.models.ikt3.l_21 import divergence, l_21
from glasskt.models.ikt3.l_22 import l_22
from glasskt.models.ikt3.l_23 import FORMS

THETA = torch.tensor([[0.0, 1.0, 2.0], [4.0, 0.0, 0.0]])
VALID = torch.tensor([[True, True, True], [True, False, False]])
STATIC = torch.tensor([2.0, 1.0])
DYNAMIC = torch.tensor([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
BY_HAND = {
    "mean": (STATIC, ((1 - 2) ** 2 + (4 - 1) ** 2) / 2),
    "direct": (STATIC, (4 + 1 + 0 + 9) / 4),
    "dynamic": (DYNAMIC, (0 + 1 + 4 + 4) / 4),
}


def test_every_form_has_a_number_by_hand():
    assert set(FORMS) == set(BY_HAND)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_equals_its_number_by_hand(form):
    target, expected = BY_HAND[form]
    assert FORMS[form](THETA, target, VALID).item() == pytest.approx(expected)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rubbish", [1e6, float("nan"), float("inf")])
def test_what_stands_at_a_padded_position_never_counts(form, rubbish):
    target, expected = BY_HAND[form]
    assert FORMS[form](THETA.masked_fill(~VALID, rubbish), target, VALID).item() == pytest.approx(expected)


@pytest.mark.parametrize("form", FORMS)
def test_no_gradient_comes_from_a_padded_position(form):
    theta = THETA.masked_fill(~VALID, 1e6).requires_grad_()
    FORMS[form](theta, BY_HAND[form][0], VALID).backward()
    assert (theta.grad[~VALID] == 0).all()


@pytest.mark.parametrize("form", FORMS)
def test_a_met_target_costs_nothing(form):
    met = torch.tensor([[2.0, 2.0, 2.0], [1.0, 7.0, 7.0]])
    target = met if form == "dynamic" else STATIC
    assert FORMS[form](met, target, VALID).item() == 0


def test_l_22_weighs_a_skill_by_its_responses():
    beta, beta_irt = torch.tensor([[0.0, 0.0, 5.0]]), torch.tensor([[1.0, 1.0, 3.0]])
    assert l_22(beta, beta_irt, torch.tensor([[True, True, True]])).item() == pytest.approx((1 + 1 + 4) / 3)


def test_l_21_has_the_entropy_of_its_targets_as_floor_and_the_divergence_has_none():
    logit, valid = torch.tensor([[-1.0, 0.5, 2.0]]), torch.ones(1, 3, dtype=torch.bool)
    reference = torch.sigmoid(logit)
    entropy = -(reference * reference.log() + (1 - reference) * (1 - reference).log()).mean()
    assert l_21(logit, reference, valid).item() == pytest.approx(entropy.item(), rel=1e-6)
    assert divergence(logit, reference, valid).item() == pytest.approx(0, abs=1e-6)
    assert divergence(logit + 1, reference, valid).item() > 0.01
