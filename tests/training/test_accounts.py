"""The history says what the loss is made of, and saying so changes nothing."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from pydantic import ValidationError
from toy import TRAIN, TwoTerms, fit, toy

from glasskt.data.batches import batches
from glasskt.errors import UserError
from glasskt.training.gradients import measure
from glasskt.training.objective import TensorBatch
from glasskt.training.schedules import two_phase

TERMS = ("l_bce", "small")


@pytest.fixture(scope="module")
def fitted():
    return fit(toy())[0]


def test_weighted_terms_make_the_total_and_shares_make_one(fitted):
    history = fitted.history
    weighted = np.stack([history[f"weighted_{name}"] for name in TERMS])
    shares = np.stack([history[f"share_{name}"] for name in TERMS])
    assert_allclose(weighted.sum(axis=0), history["train_total"], rtol=1e-6)
    assert_allclose(weighted[0], 0.75 * history["train_l_bce"], rtol=1e-12)
    assert_allclose(shares.sum(axis=0), 1, rtol=1e-12)
    assert ((shares >= 0) & (shares <= 1)).all()


def test_a_term_that_is_not_minimised_is_logged_and_has_no_share(fitted):
    assert_array_equal(fitted.history["train_seen"], fitted.history["train_small"])
    assert not [column for column in fitted.history if "seen" in column and column not in ("train_seen", "valid_seen")]


def test_a_term_whose_weight_is_off_has_no_share():
    schedules = {"l_bce": two_phase(1.0, 1.0, length=0.5), "small": two_phase(0.0, 1.0, length=0.5)}
    share = fit(toy(TwoTerms(schedules)))[0].history["share_small"]
    assert (share[:2] == 0).all()
    assert (share[2:] > 0).all()


@pytest.mark.parametrize("kind", ["lstm", "attention"])
def test_measuring_gradients_leaves_every_bit_of_the_training_alone(kind):
    encoder = {"kind": kind, "width": 8, "dropout": 0.3} | ({"blocks": 1, "heads": 2} if kind == "attention" else {})
    with_, without = (fit(toy(encoder=encoder, gradient_batches=n))[0] for n in (3, 0))
    for name, values in with_.weights.items():
        assert_array_equal(values, without.weights[name])
    assert with_.history[without.history.columns].equals(without.history)
    assert {column for column in with_.history if column not in without.history} == {
        "gradient_norm_l_bce",
        "gradient_norm_small",
        "gradient_cosine_l_bce_small",
    }


def test_norms_and_cosines_are_those_of_each_term_alone():
    estimator, objective = toy(), TwoTerms()
    torch.manual_seed(0)
    network = estimator.network()
    batch = TensorBatch.of(next(batches(TRAIN, 64)), torch.device("cpu"))
    shared = list(estimator.shared(network))
    found = measure({name: objective.terms(network.eval()(batch.skill, batch.response), batch)[name] for name in TERMS}, shared)
    alone = {}
    for name in TERMS:
        network.zero_grad()
        objective.terms(network(batch.skill, batch.response), batch)[name].backward()
        alone[name] = torch.cat([parameter.grad.flatten() for parameter in network.encoder.parameters()]).double().numpy()
        assert found[f"gradient_norm_{name}"] == pytest.approx(np.linalg.norm(alone[name]), rel=1e-5)
    cosine = alone["l_bce"] @ alone["small"] / np.prod([np.linalg.norm(gradient) for gradient in alone.values()])
    assert found["gradient_cosine_l_bce_small"] == pytest.approx(cosine, rel=1e-4)


def test_a_term_that_does_not_reach_the_shared_parameters_has_norm_0_and_no_cosine():
    x, y = (torch.nn.Parameter(torch.ones(2)) for _ in range(2))
    assert measure({"a": x.sum(), "b": y.sum(), "c": torch.tensor(1.0)}, [x]) == {
        "gradient_norm_a": pytest.approx(2**0.5),
        "gradient_norm_b": 0.0,
        "gradient_norm_c": 0.0,
    }


def test_learned_quantities_are_followed_from_epoch_to_epoch(fitted):
    last = fitted.history.iloc[fitted.facts["selected_epoch"] - 1]
    bias = fitted.weights["head.outputs.bias"]
    found = [last[f"bias_{what}"] for what in ("mean", "std", "min", "max")]
    assert_allclose(found, [bias.mean(), bias.std(), bias.min(), bias.max()], rtol=1e-6)


def test_calibration_measures_the_initial_network_on_the_first_batches_and_learns_nothing():
    plain, calibrated = toy(), toy(calibrate_on=2)
    magnitudes = fit(calibrated)[0].facts["magnitudes"]
    torch.manual_seed(0)
    network = plain.network().eval()
    first = [TensorBatch.of(batch, torch.device("cpu")) for batch in list(batches(TRAIN, 64, np.random.default_rng(0)))[:2]]
    values = [TwoTerms().terms(network(batch.skill, batch.response), batch)["l_bce"].item() for batch in first]
    assert magnitudes["l_bce"] == pytest.approx(np.average(values, weights=[batch.valid.sum() for batch in first]))
    history = fit(calibrated)[0].history
    assert_allclose(history["weight_l_bce"], 0.75 / magnitudes["l_bce"])
    assert "magnitudes" not in fit(plain)[0].facts
    untouched = fit(toy(objective=TwoTerms(magnitudes=magnitudes)))[0]
    assert_array_equal(untouched.history["valid_total"], history["valid_total"])  # the same weights, the same training


def test_a_group_has_its_own_learning_rate_and_a_factor_of_0_holds_it_where_it_began():
    held = toy(learning_rates={"head": 0.0}, learning_rate_schedule="constant")
    fitted = fit(held)[0]
    torch.manual_seed(0)
    assert_array_equal(fitted.weights["head.outputs.weight"], held.network().head.outputs.weight.detach().numpy())
    assert (fitted.history["learning_rate_head"] == 0).all()
    faster = fit(toy(learning_rates={"head": 3.0}))[0].history
    assert_allclose(faster["learning_rate_head"], 3 * faster["learning_rate"])


def test_a_factor_of_1_is_no_factor():
    one, none = fit(toy(learning_rates={"head": 1.0}))[0], fit(toy())[0]
    for name, values in one.weights.items():
        assert_allclose(values, none.weights[name], rtol=1e-5, atol=1e-6)


def test_a_group_that_there_is_not_is_answered_with_those_there_are():
    with pytest.raises(ValidationError, match=r"no group of parameters 'haed'\. Did you mean"):
        toy(learning_rates={"haed": 2.0})
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        toy(learning_rates={"head": -1.0})
    without = replace(toy(learning_rates={"head": 2.0}), groups=lambda network: {"embedding": network.encoder.embedding.parameters()})
    with pytest.raises(UserError, match=r"learning_rates.head: this variant has no such group of parameters. \(one of: embedding\)"):
        fit(without)
