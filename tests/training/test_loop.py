"""The loop, through the smallest family."""

import numpy as np
import pandas as pd
import pytest
import torch

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.models.dkt.estimator import estimator
from glasskt.models.dkt.settings import Settings
from glasskt.models.family import Targets
from glasskt.models.ikt3.settings import Settings as Ikt3Settings
from glasskt.training.schedules import constant, warm_up

C = 3


def cohort(students, seed):
    """Half of the students answer everything right, half everything wrong."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(4, 12, students)
    return Cohort(
        students=np.arange(students),
        offsets=np.r_[0, np.cumsum(lengths)].astype(np.int64),
        skill=rng.integers(C, size=lengths.sum()),
        response=np.repeat(np.arange(students) % 2, lengths).astype(np.int8),
        n_skills=C,
    )


def fit(**keys):
    settings = Settings.model_validate({"encoder": {"kind": "lstm", "width": 16}, "tokens_per_batch": 128, "epochs": 4} | keys)
    lines = []
    return estimator(settings, C).fit(cohort(60, 0), cohort(20, 1), Targets(), seed=0, progress=lines.append), lines


def test_what_can_be_learned_is_learned():
    fitted, lines = fit(epochs=10, learning_rate=2e-2)
    assert fitted.facts["valid_auc"] > 0.99
    assert fitted.history["train_l_bce"].iloc[-1] < 0.5 * fitted.history["train_l_bce"].iloc[0]
    assert len(lines) == 10


def test_the_selected_epoch_is_the_best_of_the_history():
    history = fit(select="valid_log_loss")[0].history
    assert fit(select="valid_log_loss")[0].facts["selected_epoch"] == history["epoch"][history["valid_log_loss"].idxmin()]
    assert fit(select="last")[0].facts["selected_epoch"] == 4


def test_a_loss_that_is_not_finite_stops_with_its_place_and_the_fix():
    with pytest.raises(UserError, match=r"epoch \d+, batch \d+: the loss is not finite.*learning_rate"):
        fit(learning_rate=1e30, learning_rate_schedule="constant", clip=1e30, epochs=30)


def test_no_validation_student_is_said_so():
    empty = Cohort.from_table(pd.DataFrame({"student": [], "step": [], "skill": [], "response": []}, dtype=int), C)
    with pytest.raises(UserError, match="no validation students"):
        estimator(Settings(), C).fit(cohort(4, 0), empty, Targets(), seed=0, progress=print)


def test_fitting_leaves_the_random_state_of_its_caller_alone():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    fit(epochs=1)
    assert torch.equal(torch.rand(3), expected)
    assert not torch.are_deterministic_algorithms_enabled()


def test_a_warm_up_is_a_share_of_the_run():
    lambda_ = warm_up(0.5, length=0.5)
    assert [lambda_(share) for share in (0.25, 0.5, 0.75, 1.0)] == [0.25, 0.5, 0.5, 0.5]
    assert warm_up(0.5, length=0.0)(0.01) == constant(0.5)(0.9) == 0.5


def test_no_epoch_within_the_warm_up_may_be_selected():
    assert Ikt3Settings.model_validate({"lambda": {"warmup": 0.75}}).select_from == 0.75
