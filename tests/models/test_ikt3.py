"""What the keys of an iKT3 variant do, and what each fault of the notes does, by numbers worked out by hand."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from pydantic import ValidationError

from glasskt.data.batches import assemble
from glasskt.data.cohort import Cohort
from glasskt.models.family import Targets, load_estimator
from glasskt.models.ikt3.objective import Alignment
from glasskt.models.ikt3.settings import Settings
from glasskt.models.parts.output import Output
from glasskt.training.objective import TensorBatch

BETA = np.array([-1.0, 0.5])
ROWS = [(0, 0, 0, 1), (0, 1, 1, 0), (1, 0, 1, 1), (1, 1, 0, 1), (1, 2, 1, 0)]  # student, step, skill, response
COHORT = Cohort.from_table(pd.DataFrame(ROWS, columns=["student", "step", "skill", "response"]), 2)
STATIC = np.array([0.8, -0.4])  # student 1 is not a training student
BEFORE, SD = np.array([0.0, 0.2, 0.0, 0.3, 0.5]), np.array([1.0, 0.5, 1.0, 0.5, 0.5])
TARGETS = Targets(
    items=pd.DataFrame({"skill": [0, 1], "beta": BETA}),
    students=pd.DataFrame({"student": [0, 1], "theta": STATIC, "role": ["train", "valid"]}),
    theta=pd.DataFrame(
        {"student": [row[0] for row in ROWS], "step": [row[1] for row in ROWS], "theta_before": BEFORE, "theta_before_sd": SD}
    ),
    as_found_items=pd.DataFrame({"skill": [0, 1], "beta": [-9.0, -3.0]}),
    as_found_students=pd.DataFrame({"student": [0], "theta": [-6.0]}),
)
PAD = 4
BATCH = TensorBatch.of(assemble(COHORT, np.array([0, 1]), pad_to=PAD), torch.device("cpu"))
THETA = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]])
OUTPUT = Output(logit_before=THETA, theta_before=THETA, beta=torch.zeros(2, PAD))
LENGTHS = np.array([2, 3])
SKILL = np.array([[0, 1, 0, 0], [1, 0, 1, 0]])


def objective(**keys):
    settings = Settings.model_validate({"l_23": {"form": "direct"}} | keys)
    return load_estimator("ikt3", settings, 2).objective(COHORT, TARGETS)


def terms(**keys):
    return {name: term.item() for name, term in objective(**keys).terms(OUTPUT, BATCH).items()}


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, float)))


def cross_entropy(theta, reference):
    return np.log1p(np.exp(theta)) - reference * theta


def over(values, counted):
    return np.asarray(values)[counted].mean()


VALID = np.arange(PAD) < LENGTHS[:, None]
SOUND_REF = sigmoid(STATIC[:, None] - BETA[SKILL])
T = THETA.numpy().astype(float)


def test_lambda_weighs_alignment_against_prediction_and_rises_over_its_share_of_the_run():
    weights = objective(**{"lambda": {"target": 0.8, "warmup": 0.5}, "c": 0.03}).weights
    assert weights(0.25) == pytest.approx({"l_bce": 0.6, "l_21": 0.4, "l_22": 0.03, "l_23": 0.4})
    assert weights(0.5) == weights(1.0) == pytest.approx({"l_bce": 0.2, "l_21": 0.8, "l_22": 0.03, "l_23": 0.8})


def test_l_21_and_l_23_may_have_weights_of_their_own():
    weights = objective(**{"lambda": {"target": 0.4, "warmup": 0.5, "l_21": 0.1, "l_23": 0.02}}).weights
    assert weights(0.25) == pytest.approx({"l_bce": 0.8, "l_21": 0.05, "l_22": 0.01, "l_23": 0.01})


def test_calibrated_terms_begin_at_gamma_of_the_prediction_loss():
    magnitudes = {"l_bce": 0.6, "l_21": 3.0, "l_22": 0.0, "l_23": 0.2, "kl_21": 1.0}
    plain = objective(gamma=0.1)
    weights = plain.calibrated(magnitudes).weights(1.0)
    assert [weights[name] * magnitudes[name] for name in ("l_21", "l_23")] == pytest.approx([0.1 * weights["l_bce"] * 0.6] * 2)
    assert plain.weights(1.0)["l_21"] == 0.5


def test_a_target_weighs_by_its_precision_and_the_weights_have_mean_one():
    weight = objective(l_23={"form": "weighted"}).reference.weight.numpy()
    assert_allclose(weight, SD**-2 / (SD**-2).mean(), rtol=1e-6)
    assert weight.mean() == pytest.approx(1)


def test_targets_are_standardized_by_the_training_students_alone():
    table = TARGETS.students.assign(theta=[0.8, 99.0])
    more = pd.concat([table, pd.DataFrame({"student": [2], "theta": [0.2], "role": ["train"]})])
    settings = Settings.model_validate({"l_23": {"form": "standardized"}})
    reference = Alignment(settings, COHORT, Targets(items=TARGETS.items, students=more)).reference
    assert (reference.mean, reference.sd) == pytest.approx((0.5, 0.3))


@pytest.mark.parametrize(
    ("keys", "moves"), [({}, True), ({"learning_rates": {"beta": 0}}, False), ({"beta_init": "zero", "c": 0}, True)], ids=str
)
def test_difficulties_move_unless_they_are_frozen(keys, moves):
    settings = Settings.model_validate(
        {"epochs": 2, "encoder": {"kind": "lstm", "width": 4}, "l_23": {"form": "direct"}, "select": "last"} | keys
    )
    fit = load_estimator("ikt3", settings, 2).fit(COHORT, COHORT, TARGETS, seed=0, progress=lambda line: None)
    start = np.zeros(2) if settings.beta_init == "zero" else BETA
    beta = fit.weights["glass.difficulty.weight"][:, 0]
    assert np.array_equal(beta, start.astype(np.float32)) != moves
    assert fit.history["beta_mean"].iloc[-1] == pytest.approx(beta.mean(), abs=1e-6)
    assert {"valid_theta_mean", "valid_theta_sd", "valid_mastery_mean", "valid_mastery_sd"} <= set(fit.history)


def test_without_the_deviation_mastery_is_ability_less_difficulty():
    settings = Settings.model_validate({"split": True, "delta": False, "encoder": {"kind": "lstm", "width": 4}})
    output = load_estimator("ikt3", settings, 2).network().eval()(BATCH.skill, BATCH.response)
    assert_array_equal(output.logit_before.detach(), (output.theta_before - output.beta).detach())


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"delta": False}, "delta: false only with split"),
        ({"as_found": {"offset": True}, "l_23": {"form": "dynamic"}}, "as_found only with"),
        ({"lambda": {"l_21": -1}}, "greater than or equal to 0"),
        ({"learning_rates": {"betta": 0}}, "beta"),
    ],
    ids=str,
)
def test_keys_that_do_not_fit_are_refused(keys, words):
    with pytest.raises(ValidationError, match=words):
        Settings.model_validate(keys)


def test_without_a_fault_the_objective_of_the_notes_is_the_sound_one():
    assert terms(as_found={}) == terms()


def test_padded_positions_count_as_wrong_responses_with_reference_0_and_the_students_own_target():
    found = terms(as_found={"unmasked": True})
    response = np.array([[1, 0, 0, 0], [1, 1, 0, 0]])
    assert found["l_bce"] == pytest.approx(cross_entropy(T, response).mean(), rel=1e-5)
    assert found["l_21"] == pytest.approx(cross_entropy(T, SOUND_REF * VALID).mean(), rel=1e-5)
    assert found["l_22"] == pytest.approx((BETA[SKILL] ** 2).mean(), rel=1e-5)
    assert found["l_23"] == pytest.approx(((T - STATIC[:, None]) ** 2).mean(), rel=1e-5)
    averaged = terms(as_found={"unmasked": True}, l_23={"form": "mean"})["l_23"]
    assert averaged == pytest.approx(((T.mean(axis=1) - STATIC) ** 2).mean(), rel=1e-5)


def test_students_missing_from_the_file_have_targets_0():
    found = terms(as_found={"zero_filled": "missing"})
    known = np.array([[1.0], [0.0]])
    assert found["l_23"] == pytest.approx(over((T - known * STATIC[:, None]) ** 2, VALID), rel=1e-5)
    assert found["l_21"] == pytest.approx(over(cross_entropy(T, known * SOUND_REF), VALID), rel=1e-5)
    assert found["l_bce"] == terms()["l_bce"]


def test_where_no_student_is_found_abilities_are_0_and_the_reference_knows_skills_only():
    found = terms(as_found={"zero_filled": "every"})
    reference = np.array([[1.0], [0.0]]) * sigmoid(STATIC[0] - BETA[SKILL])
    assert found["l_23"] == pytest.approx(over(T**2, VALID), rel=1e-5)
    assert found["l_21"] == pytest.approx(over(cross_entropy(T, reference), VALID), rel=1e-5)


def test_the_broken_scale_comes_with_its_difficulties_and_scores_strangers_by_the_recipe():
    found = terms(as_found={"broken_scale": True})
    beta = np.array([-9.0, -3.0])
    stranger = (beta[[1, 0, 1]] + np.log(3) * np.array([1, 1, -1])).mean()
    theta = np.array([-6.0, stranger])
    assert found["l_22"] == pytest.approx(over(beta[SKILL] ** 2, VALID), rel=1e-5)
    assert found["l_23"] == pytest.approx(over((T - theta[:, None]) ** 2, VALID), rel=1e-5)
    assert found["l_21"] == pytest.approx(over(cross_entropy(T, sigmoid(theta[:, None] - beta[SKILL])), VALID), rel=1e-5)


def test_the_offset_compares_with_the_reference_of_the_response_before():
    reference = np.concatenate([SOUND_REF[:, :1], SOUND_REF[:, :-1]], axis=1)
    found, sound = terms(as_found={"offset": True}), terms()
    assert found["l_21"] == pytest.approx(over(cross_entropy(T, reference), VALID), rel=1e-5)
    assert {name: found[name] for name in ("l_bce", "l_22", "l_23")} == {name: sound[name] for name in ("l_bce", "l_22", "l_23")}


def test_no_sound_variant_loads_the_faults():
    script = """
import sys
from glasskt.models.family import load_estimator, settings_class
load_estimator("ikt3", settings_class("ikt3")(), 2)
assert "glasskt.models.ikt3.objective" in sys.modules
print(*(name for name in sys.modules if "as_found" in name))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
