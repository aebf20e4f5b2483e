"""The contract of a model family, held to every variant of every family there is."""

import typing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from numpy.testing import assert_allclose, assert_array_equal
from safetensors.numpy import load_file, save_file

from glasskt.data.batches import assemble
from glasskt.data.cohort import Cohort
from glasskt.models.family import FOLDER, Targets, families, load_estimator, settings_class
from glasskt.training.neural import NeuralEstimator
from glasskt.training.objective import TensorBatch, weighted_total
from glasskt.training.settings import NeuralSettings

C = 5
LSTM = {"kind": "lstm", "width": 8}
ATTENTION = {"kind": "attention", "width": 8, "blocks": 2, "heads": 2}
SHORT = {"epochs": 2, "tokens_per_batch": 64}
FORMS = ("mean", "direct", "standardized", "scale", "dynamic", "weighted")
FAULTS = ({"unmasked": True}, {"zero_filled": "missing"}, {"zero_filled": "every"}, {"broken_scale": True}, {"offset": True})
EVERY_FAULT = {"unmasked": True, "zero_filled": "missing", "broken_scale": True, "offset": True}
PARAMETERS = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text(encoding="utf-8"))
BLOCKS = {
    "additive": PARAMETERS["variants"]["additive"] | {"no-matrix": {"curriculum_sd": 0}},
    "ikt3": {
        f"{form}-{encoder['kind']}": SHORT | {"l_23": {"form": form}, "encoder": encoder} for form in FORMS for encoder in (LSTM, ATTENTION)
    }
    | {f"split-{encoder['kind']}": SHORT | {"split": True, "encoder": encoder} for encoder in (LSTM, ATTENTION)}
    | {"split-direct": SHORT | {"split": True, "encoder": LSTM, "l_23": {"form": "direct"}, "beta_init": "zero"}}
    | {"split-no-delta": SHORT | {"split": True, "delta": False, "encoder": LSTM}}
    | {"own-lambdas": SHORT | {"encoder": LSTM, "lambda": {"l_21": 0.1, "l_23": 0.02}}}
    | {"calibrated": SHORT | {"encoder": LSTM, "calibrate_on": 2}}
    | {"frozen-beta": SHORT | {"encoder": LSTM, "learning_rates": {"beta": 0}}}
    | {
        f"fault-{'-'.join(map(str, *fault.items()))}": SHORT
        | {"encoder": LSTM, "l_23": {"form": "direct"}, "as_found": fault, "pad_to": 15}
        for fault in FAULTS
    }
    | {
        f"{form}-as-found": SHORT | {"encoder": LSTM, "l_23": {"form": form}, "as_found": EVERY_FAULT, "pad_to": 15}
        for form in ("mean", "direct")
    },
    "dkt": {
        f"{head}-{encoder['kind']}": SHORT | {"head": head, "encoder": encoder}
        for head in ("per_skill", "asked")
        for encoder in (LSTM, ATTENTION)
    }
    | {
        "next_skill-lstm": SHORT | {"next_skill": True, "encoder": LSTM},
        "recall-attention": SHORT | {"head": "asked", "recall": True, "encoder": ATTENTION},
        "strong-lstm": PARAMETERS["variants"]["dkt"]["strong"] | SHORT | {"encoder": LSTM},
    },
    "gainakt2": {
        "heads-lstm": SHORT | {"encoder": LSTM},
        "heads-attention": SHORT | {"encoder": ATTENTION},
        "practised-lstm": SHORT | {"encoder": LSTM, "accumulate": "practised", "weights": {"sparsity": 0, "alignment": 0.15}},
        "intrinsic-attention": SHORT | {"encoder": ATTENTION, "intrinsic": True},
    },
    "gainakt3": {
        f"{name}-{encoder['kind']}": {**block, **SHORT, "encoder": encoder}
        for name, block in PARAMETERS["variants"]["gainakt3"].items()
        if not name.endswith(("_half_1", "_half_2", "_full", "_attention"))  # other students or sizes, no other network
        for encoder in (LSTM, ATTENTION)
        if encoder is (ATTENTION if "skill_similarity" in block else LSTM) or name in ("v1", "v3_phase2", "ranged", "initial")
    },
    "statespace": {
        name: {**block, **SHORT, "width": 8, "skill_width": 4}
        for name, block in (
            PARAMETERS["variants"]["statespace"] | {"no-evidence": {"evidence": False}, "no-transfer": {"transfer": False}}
        ).items()
        if not name.endswith(("_half_1", "_half_2"))
    },
}


def blocks(family):
    """The list above; a family with a choice of predictors is taken through all of them; any other as its defaults make it."""
    if family in BLOCKS:
        return BLOCKS[family]
    predictor = settings_class(family).model_fields.get("predictor")
    return {name: {"predictor": name} for name in typing.get_args(predictor.annotation)} if predictor else {"default": {}}


FITTABLE = [family for family in families() if (FOLDER / family / "estimator.py").exists()]
VARIANTS = [(family, name) for family in FITTABLE for name in blocks(family)]
UNMASKED = [(family, name) for family, name in VARIANTS if (blocks(family)[name].get("as_found") or {}).get("unmasked")]
TORCH_VARIANTS = [(family, name) for family, name in VARIANTS if issubclass(settings_class(family), NeuralSettings)]


def cohort(sequences):
    """From (student, skills, responses)."""
    rows = [(student, step, *pair) for student, *both in sequences for step, pair in enumerate(zip(*both, strict=True))]
    return Cohort.from_table(pd.DataFrame(rows, columns=["student", "step", "skill", "response"]), C)


def simulated(seed, students, first_id):
    """Rasch students who answer 1 to 12 times."""
    rng = np.random.default_rng(seed)
    beta = np.linspace(-1.5, 0.5, C)
    for student in range(first_id, first_id + students):
        skills = rng.integers(C, size=rng.integers(1, 13))
        yield student, skills, (rng.random(len(skills)) < 1 / (1 + np.exp(beta[skills] - rng.normal()))).astype(int)


TRAIN_SEQUENCES, VALID_SEQUENCES = list(simulated(0, 40, 0)), list(simulated(1, 12, 100))
TRAIN, VALID = cohort(TRAIN_SEQUENCES), cohort(VALID_SEQUENCES)


def targets(train=TRAIN, valid=VALID):
    """Shaped like the outputs of fit-irt and track-ability."""
    both = (train, valid)
    seen = [pd.DataFrame({"student": c.students[c.student_of_row], "step": c.step, "response": c.response}) for c in both]
    table = pd.concat(seen, ignore_index=True)
    by_student = table.groupby("student")["response"].agg(["mean", "size"]).reset_index()
    before = table.groupby("student")["response"].transform(lambda r: r.cumsum().shift(fill_value=0)) - 0.7 * table["step"]
    return Targets(
        items=pd.DataFrame({"skill": range(C), "beta": np.linspace(-1.5, 0.5, C), "se": 0.1, "n_responses": 9}),
        students=pd.DataFrame(
            {
                "student": by_student["student"],
                "theta": by_student["mean"] - 0.7,
                "sd": 0.5,
                "role": "train",
                "n_responses": by_student["size"],
            }
        ),
        theta=table[["student", "step"]].assign(
            theta_before=0.3 * before, theta_before_sd=0.5, theta_after=0.3 * before, theta_after_sd=0.5, p_before=0.7
        ),
        irt_fit={"sigma": 0.8},
        as_found_items=pd.DataFrame({"skill": range(C), "beta": np.linspace(-9.0, 1.0, C)}),
        as_found_students=pd.DataFrame({"student": train.students, "theta": np.linspace(-8.0, 0.0, len(train.students))}),
    )


def estimator_of(family, name):
    return load_estimator(family, settings_class(family).model_validate(blocks(family)[name]), C)


@pytest.fixture(scope="module", params=VARIANTS, ids="-".join)
def fitted(request):
    estimator = estimator_of(*request.param)
    return estimator, estimator.fit(TRAIN, VALID, targets(), seed=3, progress=lambda line: None)


def trace(fitted, sequences):
    estimator, fit = fitted
    return estimator.trace(fit.weights, cohort(sequences)).quantities


def test_p_before_is_there_and_is_a_probability_for_every_response(fitted):
    p = trace(fitted, VALID_SEQUENCES)["p_before"]
    assert p.shape == (len(VALID),)
    assert ((p > 0) & (p < 1)).all()


def test_nothing_called_before_knows_its_own_or_a_later_response(fitted):
    skills, responses = np.array([0, 1, 1, 2, 4, 3, 0, 2]), np.array([1, 0, 1, 1, 0, 1, 0, 1])
    plain = trace(fitted, [(0, skills, responses)])
    for t in range(len(skills)):
        flipped = trace(fitted, [(0, skills, np.where(np.arange(len(skills)) == t, 1 - responses, responses))])
        for name, values in plain.items():
            seen = t + 1 if name.endswith("_before") or name == "beta" else t
            assert_allclose(flipped[name][:seen], values[:seen], atol=1e-6, err_msg=f"{name}, response {t} flipped")


def test_appended_steps_leave_earlier_ones_as_they_were(fitted):
    skills, responses = np.array([0, 1, 1, 2, 4, 3]), np.array([1, 0, 1, 1, 0, 1])
    short, long = trace(fitted, [(0, skills[:3], responses[:3])]), trace(fitted, [(0, skills, responses)])
    for name, values in short.items():
        assert_allclose(long[name][:3], values, atol=1e-6, err_msg=name)


def test_after_a_step_is_before_the_next(fitted):
    skills, responses = np.array([0, 1, 1, 2, 4, 3]), np.array([1, 0, 1, 1, 0, 1])
    found = trace(fitted, [(0, skills, responses)])
    if "theta_after" in found:
        assert_allclose(found["theta_after"][:-1], found["theta_before"][1:], atol=1e-6)
    if "mastery_after" in found:
        assert_allclose(found["mastery_after"][1], found["mastery_before"][2], atol=1e-6)  # the same skill twice


def test_neither_padding_nor_company_nor_order_changes_a_student(fitted):
    together = trace(fitted, VALID_SEQUENCES)
    backwards = trace(fitted, VALID_SEQUENCES[::-1])
    alone = [trace(fitted, [sequence]) for sequence in VALID_SEQUENCES]
    ends = np.r_[0, np.cumsum(VALID.lengths[::-1])]
    for name, values in together.items():
        assert_allclose(values, np.concatenate([one[name] for one in alone]), atol=1e-6, err_msg=name)
        reversed_back = np.concatenate([backwards[name][ends[i] : ends[i + 1]] for i in range(len(ends) - 1)][::-1])
        assert_allclose(values, reversed_back, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("variant", VARIANTS, ids="-".join)
def test_the_same_seed_gives_the_same_bits(variant):
    torch.rand(1)  # a state of one's own must not matter
    runs = [estimator_of(*variant).fit(TRAIN, VALID, targets(), seed=3, progress=lambda line: None) for _ in range(2)]
    assert runs[0].weights.keys() == runs[1].weights.keys()
    for name, values in runs[0].weights.items():
        assert_array_equal(values, runs[1].weights[name])
    pd.testing.assert_frame_equal(runs[0].history, runs[1].history)
    assert runs[0].facts == runs[1].facts


def test_saved_and_loaded_weights_give_the_same_trace(fitted, tmp_path):
    estimator, fit = fitted
    save_file(fit.weights, tmp_path / "model.safetensors")
    loaded = estimator.trace(load_file(tmp_path / "model.safetensors"), VALID).quantities
    for name, values in estimator.trace(fit.weights, VALID).quantities.items():
        assert_array_equal(loaded[name], values)


@pytest.mark.parametrize("variant", TORCH_VARIANTS, ids="-".join)
def test_a_gradient_reaches_every_parameter(variant):
    estimator = estimator_of(*variant)
    assert isinstance(estimator, NeuralEstimator)
    torch.manual_seed(0)
    network = estimator.network().eval()
    batch = whole(TRAIN)
    objective = estimator.objective(TRAIN, targets())
    terms = objective.terms(network(batch.skill, batch.response), batch)
    weighted_total(terms, objective.weights(1.0)).backward()
    silent = [name for name, parameter in network.named_parameters() if parameter.grad is None or not parameter.grad.any()]
    assert silent == []


@pytest.mark.parametrize("variant", TORCH_VARIANTS, ids="-".join)
def test_what_the_loop_is_told_of_a_network_is_in_it(variant):
    estimator = estimator_of(*variant)
    network = estimator.network()
    own = {id(parameter) for parameter in network.parameters()}
    groups = estimator.groups(network)
    grouped = [id(parameter) for parameters in groups.values() for parameter in parameters]
    assert set(groups) <= set(estimator.settings.parameter_groups)
    assert set(grouped) <= own
    assert len(set(grouped)) == len(grouped)
    shared = {id(parameter) for parameter in estimator.shared(network)}
    assert shared
    assert shared <= own
    assert all(value.numel() for value in estimator.learned(network).values())


@pytest.mark.parametrize("variant", TORCH_VARIANTS, ids="-".join)
def test_calibrated_to_magnitudes_an_objective_weighs_the_same_terms(variant):
    objective = estimator_of(*variant).objective(TRAIN, targets())
    torch.manual_seed(0)
    network = estimator_of(*variant).network().eval()
    batch = whole(TRAIN)
    magnitudes = {name: term.item() for name, term in objective.terms(network(batch.skill, batch.response), batch).items()}
    weights = objective.calibrated(magnitudes).weights(1.0)
    assert weights.keys() == objective.weights(1.0).keys() <= magnitudes.keys()
    assert all(np.isfinite(weight) and weight >= 0 for weight in weights.values())


@pytest.mark.parametrize("variant", [variant for variant in TORCH_VARIANTS if variant not in UNMASKED], ids="-".join)
def test_padded_positions_add_nothing_to_any_term(variant):
    for name, (plain, disturbed) in terms_with_rubbish_in_the_padding(variant).items():
        assert plain == pytest.approx(disturbed, abs=1e-6), name


@pytest.mark.parametrize("variant", UNMASKED, ids="-".join)
def test_padded_positions_count_where_the_fault_is_asked_for(variant):
    terms = terms_with_rubbish_in_the_padding(variant)
    assert all(terms[name][0] != pytest.approx(terms[name][1], abs=1e-3) for name in ("l_bce", "l_21"))


def terms_with_rubbish_in_the_padding(variant):
    estimator = estimator_of(*variant)
    torch.manual_seed(0)
    network = estimator.network().eval()
    objective = estimator.objective(TRAIN, targets())
    batch = whole(TRAIN)
    wrong = TensorBatch(
        students=batch.students,
        rows=batch.rows,
        skill=torch.where(batch.valid, batch.skill, C - 1),
        response=torch.where(batch.valid, batch.response, 1),
        valid=batch.valid,
    )
    plain = objective.terms(network(batch.skill, batch.response), batch)
    disturbed = objective.terms(network(wrong.skill, wrong.response), wrong)
    return {name: (term.item(), disturbed[name].item()) for name, term in plain.items()}


def whole(students):
    return TensorBatch.of(assemble(students, np.arange(len(students.students))), torch.device("cpu"))
