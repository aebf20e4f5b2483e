"""The alignment losses on numbers worked out by hand."""

from dataclasses import replace

import pytest
import torch

from glasskt.models.ikt3.l_21 import divergence, l_21
from glasskt.models.ikt3.l_22 import l_22
from glasskt.models.ikt3.l_23 import FORMS, Target

THETA = torch.tensor([[0.0, 1.0, 2.0], [4.0, 0.0, 0.0]])
VALID = torch.tensor([[True, True, True], [True, False, False]])
STATIC = Target(theta=torch.tensor([[2.0], [1.0]]).expand(2, 3), by_student=torch.tensor([2.0, 1.0]), mean=0.3, sd=0.5)
DYNAMIC = Target(theta=torch.tensor([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]]), weight=torch.tensor([[0.5, 0.5, 1.5], [1.5, 0.0, 0.0]]))
MET = torch.tensor([[2.0, 2.0, 2.0], [1.0, 7.0, 7.0]])
DIRECT = (4 + 1 + 0 + 9) / 4
BY_HAND = {
    "mean": (STATIC, ((1 - 2) ** 2 + (4 - 1) ** 2) / 2),
    "direct": (STATIC, DIRECT),
    "standardized": (STATIC, DIRECT / 0.5**2),
    "scale": (STATIC, DIRECT + (2.1875**0.5 - 0.1875**0.5) ** 2),  # variances of 0, 1, 2, 4 and of 2, 2, 2, 1
    "dynamic": (DYNAMIC, (0 + 1 + 4 + 4) / 4),
    "weighted": (DYNAMIC, (0 + 0.5 * 1 + 1.5 * 4 + 1.5 * 4) / 4),
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
    assert theta.grad[VALID].any()


@pytest.mark.parametrize("form", FORMS)
def test_a_met_target_costs_nothing_and_has_a_finite_gradient(form):
    target = BY_HAND[form][0]
    theta = (MET if target is STATIC else DYNAMIC.theta).clone().requires_grad_()
    loss = FORMS[form](theta, target, VALID)
    loss.backward()
    assert loss.item() == 0
    assert theta.grad.isfinite().all()


@pytest.mark.parametrize(("factor", "shift"), [(1.0, 7.0), (4.0, 0.0), (0.1, -3.0)])
def test_the_standardized_form_does_not_know_the_scale_of_the_targets(factor, shift):
    moved = replace(STATIC, theta=factor * STATIC.theta + shift, mean=factor * STATIC.mean + shift, sd=factor * STATIC.sd)
    there = FORMS["standardized"](factor * THETA + shift, moved, VALID)
    assert there.item() == pytest.approx(FORMS["standardized"](THETA, STATIC, VALID).item(), rel=1e-5)


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
