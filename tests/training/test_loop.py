"""The loop, through the smallest family."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
import toy
from toy import TRAIN, VALID, C, TwoTerms

from glasskt.data.batches import batches
from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.models.dkt.estimator import estimator
from glasskt.models.dkt.settings import Settings
from glasskt.models.family import Targets
from glasskt.models.ikt3.settings import Settings as Ikt3Settings


def fit(**keys):
    settings = Settings.model_validate({"encoder": {"kind": "lstm", "width": 16}, "tokens_per_batch": 128, "epochs": 4} | keys)
    lines = []
    return estimator(settings, C).fit(TRAIN, VALID, Targets(), seed=0, progress=lines.append), lines


def test_what_can_be_learned_is_learned():
    fitted, lines = fit(epochs=10, learning_rate=2e-2)
    assert fitted.facts["valid_auc"] > 0.99
    assert fitted.history["train_l_bce"].iloc[-1] < 0.5 * fitted.history["train_l_bce"].iloc[0]
    assert len(lines) == 10


def test_the_selected_epoch_is_the_best_of_the_history():
    history = fit(select="valid_log_loss")[0].history
    assert fit(select="valid_log_loss")[0].facts["selected_epoch"] == history["epoch"][history["valid_log_loss"].idxmin()]
    assert fit(select="last")[0].facts["selected_epoch"] == 4


class Broken(TwoTerms):
    """After `responses` responses have been seen, `small` is not a number, or only its gradient is not."""

    def __init__(self, spoil, responses):
        super().__init__()
        object.__setattr__(self, "spoil", spoil)
        object.__setattr__(self, "left", [responses])

    def terms(self, output, batch):
        self.left[0] -= int(batch.valid.sum())
        terms = super().terms(output, batch)
        return terms | ({"small": self.spoil(terms["small"])} if self.left[0] < 0 else {})


def infinite_slope(term):
    """0, with an infinite derivative."""
    return torch.sqrt(term - term.detach())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda term: term * float("nan"), r"epoch 1, batch 3: the loss is not finite: small is nan \(finite: l_bce 0\.\d+.*learning_rate"),
        (infinite_slope, r"epoch 1, batch 3: every term is finite, the gradient of encoder.* is not; lower learning_rate"),
    ],
    ids=["term", "gradient"],
)
def test_what_is_not_finite_is_named_with_its_place_and_the_fix(spoil, said):
    sizes = [int(batch.valid.sum()) for batch in batches(TRAIN, toy.KEYS["tokens_per_batch"], np.random.default_rng(0))]
    with pytest.raises(UserError, match=said):
        toy.fit(toy.toy(Broken(spoil, sum(sizes[:2]))))


def test_a_learning_rate_that_is_far_too_high_stops_with_the_fix():
    with pytest.raises(UserError, match=r"epoch \d+, batch \d+: .*lower learning_rate"):
        fit(learning_rate=1e30, learning_rate_schedule="constant", clip=1e30, epochs=30)


def test_patience_ends_a_run_so_many_epochs_after_its_best():
    history = fit(epochs=12, learning_rate=0.3, learning_rate_schedule="constant", select="valid_log_loss")[0].history
    fitted, lines = fit(epochs=12, learning_rate=0.3, learning_rate_schedule="constant", select="valid_log_loss", patience=2)
    assert len(lines) == fitted.facts["epochs_run"] < 12
    assert fitted.facts["epochs_run"] - fitted.facts["selected_epoch"] == 2
    pd.testing.assert_frame_equal(fitted.history, history.iloc[: len(lines)])


def test_patience_is_counted_from_the_first_epoch_that_may_be_selected():
    class Late(toy.Toy):
        @property
        def select_from(self):
            return 0.75

    settings = Late.model_validate(toy.KEYS | {"epochs": 8, "patience": 1, "learning_rate": 0.3, "learning_rate_schedule": "constant"})
    fitted, lines = toy.fit(replace(toy.toy(), settings=settings))
    assert fitted.facts["selected_epoch"] >= 6
    assert len(lines) >= 7


def test_no_validation_student_is_said_so():
    empty = Cohort.from_table(pd.DataFrame({"student": [], "step": [], "skill": [], "response": []}, dtype=int), C)
    with pytest.raises(UserError, match="no validation students"):
        estimator(Settings(), C).fit(TRAIN, empty, Targets(), seed=0, progress=print)


def test_fitting_leaves_the_random_state_of_its_caller_alone():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    fit(epochs=1)
    assert torch.equal(torch.rand(3), expected)
    assert not torch.are_deterministic_algorithms_enabled()


def test_no_epoch_within_the_warm_up_may_be_selected():
    assert Ikt3Settings.model_validate({"lambda": {"warmup": 0.75}}).select_from == 0.75
