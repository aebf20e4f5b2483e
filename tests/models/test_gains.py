"""What gains, practice and mastery promise: sums by definition, monotone mastery, several skills, cost, recovery of planted gains."""

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from numpy.testing import assert_allclose
from pydantic import ValidationError
from torch.utils._python_dispatch import TorchDispatchMode

from glasskt.data.batches import assemble
from glasskt.data.catalogue import Simulated
from glasskt.data.cohort import Cohort
from glasskt.data.interactions import table_of
from glasskt.data.readers import pykt
from glasskt.data.simulator import simulate
from glasskt.models.family import Targets, load_estimator, settings_class
from glasskt.models.parts.gain_losses.gain_response import gain_response
from glasskt.models.parts.legacy_gain import legacy_gain
from glasskt.models.parts.practice import every_step, practised
from glasskt.models.parts.skill_table import ABSENT, members, skill_table
from glasskt.training.objective import TensorBatch, weighted_total

BLOCKS = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text(encoding="utf-8"))["variants"]
SOURCES = ["rethink_mlp", "rethink_heads", "rethink_experts", "rethink_groups", "rethink_q_matrix", "rethink_least_sd", "rethink_similar"]
SMALL = {"epochs": 2, "tokens_per_batch": 128, "encoder": {"width": 8}}
COMBINATIONS = ((0, 1), (1, 2, 3))
ITEMS = Targets(items=pd.DataFrame({"skill": range(5), "beta": np.linspace(-1.5, 0.5, 5)}))


def settings_of(family, name, **changes):
    return settings_class(family).model_validate(BLOCKS[family][name] | changes)


def small(family, name):
    """The variant with a small encoder of its own kind."""
    kind = BLOCKS[family][name].get("encoder", {}).get("kind", "lstm")
    return settings_of(family, name, **SMALL | {"encoder": {"kind": kind, "width": 8}})


def cohort(students, n_skills, combinations=(), seed=0, length=(1, 14)):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(*length, size=students)
    n = int(lengths.sum())
    return Cohort(
        students=np.arange(students),
        offsets=np.r_[0, np.cumsum(lengths)],
        skill=rng.integers(n_skills + len(combinations), size=n),
        response=rng.integers(2, size=n).astype(np.int8),
        n_skills=n_skills,
        combinations=combinations,
    )


def whole(students):
    return TensorBatch.of(assemble(students, np.arange(len(students.students))), torch.device("cpu"))


def by_hand(gains, skills, accumulate):
    """Practice before and after each response by the definition, one step and one skill at a time."""
    batch, length, size = skills.shape
    before, after = np.zeros((2, batch, length, size))
    for b in range(batch):
        done = np.zeros(gains.shape[-1])
        for t in range(length):
            asked = [s for s in skills[b, t] if s != ABSENT]
            before[b, t, : len(asked)] = done[asked]
            gaining = range(gains.shape[-1]) if accumulate == "all" else asked
            for s in gaining:
                done[s] += gains[b, t, s]
            after[b, t, : len(asked)] = done[asked]
    return before, after


@pytest.mark.parametrize("accumulate", ["all", "practised"])
def test_practice_is_the_sum_of_earlier_gains(accumulate):
    students = cohort(6, 5, COMBINATIONS)
    skills = members(5, COMBINATIONS)[whole(students).skill]  # (B, L, M)
    gains = torch.rand(*skills.shape[:2], 5, dtype=torch.float64)
    there = skills != ABSENT
    of_practised = gains.gather(-1, skills.clamp(min=0)) * there
    found = every_step(gains, skills) if accumulate == "all" else practised(of_practised, skills)
    before, after = by_hand(gains.numpy(), skills.numpy(), accumulate)
    assert_allclose((found.before * there).numpy(), before, atol=1e-12)
    assert_allclose((found.after * there).numpy(), after, atol=1e-12)


@pytest.mark.parametrize(
    ("family", "name"), [("gainakt3", name) for name in ("v0", "v1", "ranged_response", "initial")] + [("gainakt2", "heads")]
)
def test_the_mean_mastery_is_the_mean_over_skills_of_what_each_would_have_if_it_were_asked(family, name):
    torch.manual_seed(4)
    network = load_estimator(family, small(family, name), 5).network().eval()
    batch = whole(cohort(4, 5, seed=3, length=(6, 7)))
    with torch.no_grad():
        found = network.mean_mastery(batch.skill, batch.response)
        for t in range(batch.skill.shape[1]):
            asked = [batch.skill.clone() for _ in range(5)]
            for skill, skills in enumerate(asked):
                skills[:, t] = skill
            each = [network(skills, batch.response).mastery_before[:, t] for skills in asked]
            assert_allclose(found[:, t].numpy(), torch.stack(each).mean(dim=0).numpy(), atol=1e-6)


def test_the_running_clamp_of_the_notes_is_the_clamped_sum():
    gains = torch.rand(3, 40, 4, dtype=torch.float64) * 2
    start = torch.rand(3, 1, 4, dtype=torch.float64)
    running, m = [], start[:, 0]
    for t in range(40):
        m = (m + 0.1 * gains[:, t]).clamp(0, 1)
        running.append(m)
    assert_allclose((start + 0.1 * gains.cumsum(dim=1)).clamp(max=1).numpy(), torch.stack(running, dim=1).numpy(), atol=1e-12)


MONOTONE = [("gainakt2", "heads"), ("gainakt2", "intrinsic")] + [
    ("gainakt3", name) for name in BLOCKS["gainakt3"] if settings_of("gainakt3", name).monotone
]


@pytest.mark.parametrize(("family", "name"), MONOTONE)
def test_practice_never_lowers_mastery_where_that_is_promised(family, name):
    torch.manual_seed(1)
    network = load_estimator(family, small(family, name), 5).network().eval()
    students = cohort(30, 5, seed=2)
    batch = whole(students)
    with torch.no_grad():
        output = network(batch.skill, batch.response)
    after, before, skill = output.mastery_after.numpy(), output.mastery_before.numpy(), batch.skill.numpy()
    assert (after >= before).all()
    assert ((before >= 0) & (after <= 1)).all()
    again = [
        before[b, t] - after[b, max(earlier)]
        for b in range(len(skill))
        for t in range(skill.shape[1])
        if (earlier := [u for u in range(t) if skill[b, u] == skill[b, t]])
    ]
    assert len(again) > 30
    assert min(again) > -1e-6


def test_a_combination_reads_the_mean_of_its_skills():
    table = skill_table(5, COMBINATIONS, 3)
    assert_allclose(table(torch.tensor([6])).detach().numpy()[0], table.weight[[1, 2, 3]].mean(dim=0).detach().numpy(), atol=1e-7)
    assert_allclose(table(torch.tensor([4])).detach().numpy()[0], table.weight[4].detach().numpy())


@pytest.mark.parametrize(("family", "name"), [(f, n) for f in ("gainakt2", "gainakt3") for n in BLOCKS[f]])
def test_a_response_may_practise_several_skills(family, name):
    settings = small(family, name)
    estimator = load_estimator(family, settings, 5, COMBINATIONS)
    train, valid = cohort(30, 5, COMBINATIONS), cohort(10, 5, COMBINATIONS, seed=1)
    fit = estimator.fit(train, valid, ITEMS, seed=0, progress=lambda line: None)
    found = estimator.trace(fit.weights, valid)
    assert all(np.isfinite(values).all() for values in found.quantities.values())
    flipped = dataclasses.replace(valid, response=np.where(valid.step == 3, 1 - valid.response, valid.response))
    disturbed = estimator.trace(fit.weights, flipped).quantities["p_before"]
    assert_allclose(disturbed[valid.step <= 3], found.quantities["p_before"][valid.step <= 3], atol=1e-6)


def test_all_skills_of_a_response_are_needed():
    for combine, of in (("product", np.prod), ("min", np.min)):
        network = load_estimator("gainakt3", settings_of("gainakt3", "ranged", combine=combine), 5, COMBINATIONS).network().eval()
        with torch.no_grad():
            network.mastery.raw_m_sat.copy_(torch.linspace(-2, 2, 5))
        first = torch.tensor([[0], [1], [2], [3], [5], [6]])
        p = network(first, torch.ones_like(first)).logit_before.sigmoid().flatten().tolist()
        assert p[4:] == pytest.approx([of(p[:2]), of(p[1:4])], rel=1e-5)


def test_gains_of_all_skills_agree_with_those_of_the_practised():
    for family, name in (("gainakt2", "heads"), ("gainakt2", "intrinsic"), *(("gainakt3", name) for name in ("ranged", "v2", *SOURCES))):
        estimator = load_estimator(family, small(family, name), 5)
        train, valid = cohort(20, 5), cohort(8, 5, seed=1, length=(10, 14))
        fit = estimator.fit(train, valid, Targets(), seed=0, progress=lambda line: None)
        found = estimator.trace(fit.weights, valid)
        assert len(found.gains) == 5 * len(valid)
        rows = pd.DataFrame({"student": valid.students[valid.student_of_row], "step": valid.step, "skill": valid.skill})
        both = rows.assign(practised=found.quantities["gain"]).merge(found.gains, on=["student", "step", "skill"])
        assert_allclose(both["gain"], both["practised"], atol=1e-6)
        assert both["gain"].std() > 0


def test_gain_response_is_the_mean_correlation_within_skills():
    students = cohort(30, 3, ((0, 2),))
    batch = whole(students)
    skills = members(3, ((0, 2),))[batch.skill]  # (B, L, M)
    gain = torch.rand(*skills.shape, dtype=torch.float64)
    there = (batch.valid[..., None] & (skills != ABSENT)).numpy()
    response = np.broadcast_to(batch.response.numpy()[..., None], there.shape)
    of = [(there & (skills.numpy() == skill)) for skill in range(3)]
    by_hand = np.mean([np.corrcoef(gain.numpy()[rows], response[rows])[0, 1] for rows in of])
    assert gain_response(gain, batch.response, skills, batch.valid, 3).item() == pytest.approx(1 - by_hand)


def test_no_loss_is_negative_and_none_breaks_on_students_of_one_response():
    every = list(settings_class("gainakt3").model_fields["weights"].annotation.model_fields)
    apart = [[name for name in every if name not in left_out] for left_out in (("im",), ("im_easy", "im_medium", "im_hard"))]
    for names, students in itertools.product(apart, (cohort(30, 5), cohort(3, 5, length=(1, 2)))):
        settings = settings_of("gainakt3", "v1", weights={"im": 0} | dict.fromkeys(names, 1.0))
        estimator, batch = load_estimator("gainakt3", settings, 5), whole(students)
        network = estimator.network()
        terms = estimator.objective(students, Targets()).terms(network(batch.skill, batch.response), batch)
        assert set(terms) == {f"l_{name}" for name in names}
        assert all(term.item() >= 0 for term in terms.values())
        torch.stack(list(terms.values())).sum().backward()
        assert all(weight.grad.isfinite().all() for weight in network.parameters())


@pytest.mark.parametrize("gain", ["zero", "one", "response", "scalar"])
def test_a_loss_that_fixed_gains_leave_nothing_to_say_is_refused_and_every_other_is_finite(gain):
    students = cohort(12, 5)
    batch, refused = whole(students), set()
    for name in settings_class("gainakt3").model_fields["weights"].annotation.model_fields:
        weights = {"im": 0 if name.startswith("im_") else 1, name: 1.0}
        block = {"gain": gain, "accumulate": "practised", "blackbox": True, "encoder": {"width": 8}, "weights": weights}
        try:
            settings = settings_class("gainakt3").model_validate(block)
        except ValidationError:
            refused.add(name)
            continue
        estimator = load_estimator("gainakt3", settings, 5)
        terms = estimator.objective(students, ITEMS).terms(estimator.network()(batch.skill, batch.response), batch)
        assert all(term.isfinite() for term in terms.values()), name
    assert ({"beta_spread", "beta_prior"} <= refused) == (gain == "zero")
    assert {"variance", "contrastive", "triplet"} <= refused


def test_the_legacy_scalar_is_nearly_constant_whatever_the_gains_are():
    value = torch.nn.functional.layer_norm(torch.randn(4000, 256, generator=torch.Generator().manual_seed(0)), (256,))
    found = legacy_gain(value)
    assert found.mean().item() == pytest.approx(0.5985, abs=0.0005)  # lineage of the notes: 0.5985 +- 0.00158
    assert found.std().item() == pytest.approx(0.00158, abs=0.0003)


def test_a_student_without_a_rate_gets_the_training_mean():
    estimator = load_estimator("gainakt3", small("gainakt3", "v1"), 5)
    network = estimator.sized(3)
    with torch.no_grad():
        network.mastery.log_gamma_of_student.copy_(torch.tensor([0.0, 0.5, -1.0]))
    rates = network.mastery.gamma(torch.arange(3))
    assert network.mastery.gamma(None).item() == pytest.approx(rates.mean().item())
    fit = estimator.fit(cohort(20, 5), cohort(8, 5, seed=1), Targets(), seed=0, progress=lambda line: None)
    assert fit.weights["mastery.log_gamma_of_student"].std() > 0
    assert {"gamma_mean", "gamma_std", "beta_mean", "m_sat_mean", "theta_global_mean", "offset_mean"} <= set(fit.history)


def test_v3s_target_lets_a_response_speak_for_itself():
    batch = whole(cohort(20, 5))
    for target, knows in (("next", False), ("current", True)):
        estimator = load_estimator("gainakt3", settings_of("gainakt3", "ranged", im_target=target), 5)
        torch.manual_seed(0)
        network, objective = estimator.network().eval(), estimator.objective(cohort(20, 5), Targets())
        only_first = dataclasses.replace(batch, valid=batch.valid & (torch.arange(batch.valid.shape[1]) == 0))
        objective.terms(network(batch.skill, batch.response), only_first)["l_im"].backward()
        assert bool(network.gain.weight.grad.any()) is knows  # before a first response there is no gain to learn from


def test_auxiliary_losses_pull_and_shares_account_for_the_whole_loss():
    fit = load_estimator("gainakt2", small("gainakt2", "heads"), 5).fit(
        cohort(40, 5), cohort(10, 5, seed=1), Targets(), seed=0, progress=lambda line: None
    )
    shares = fit.history[[name for name in fit.history if name.startswith("share_")]]
    assert list(shares) == ["share_l_bce", "share_l_sparsity", "share_l_alignment"]
    assert shares.to_numpy().min() > 0
    assert_allclose(shares.sum(axis=1), 1)
    assert fit.history[["gradient_norm_l_sparsity", "gradient_norm_l_alignment"]].to_numpy().min() > 0


class Largest(TorchDispatchMode):
    """The size of the largest tensor that any operation makes, weights and their gradients apart."""

    def __init__(self, weights):
        super().__init__()
        self.shapes = {tuple(weight.shape) for weight in weights}
        self.largest = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, tuple | list) else (result,):
            if isinstance(tensor, torch.Tensor) and tuple(tensor.shape) not in self.shapes:
                self.largest = max(self.largest, tensor.numel())
        return result


def largest_tensor(name, n_skills):
    """Of one step of training on 8 students with 30 responses each."""
    students = dataclasses.replace(cohort(8, 50, length=(30, 31)), n_skills=n_skills)
    estimator = load_estimator("gainakt3", small("gainakt3", name), n_skills)
    network, batch, objective = estimator.network(), whole(students), estimator.objective(students, Targets())
    with Largest(network.parameters()) as counted:
        weighted_total(objective.terms(network(batch.skill, batch.response), batch), objective.weights(1.0)).backward()
    return counted.largest


@pytest.mark.parametrize("name", ["v0", "ranged", "theta", "initial"])
def test_no_tensor_over_all_skills_and_steps_is_built_when_only_practised_skills_gain(name):
    assert largest_tensor(name, 5000) == largest_tensor(name, 100)
    assert largest_tensor("v1", 5000) >= 8 * 30 * 5000  # the count sees such a tensor


@pytest.mark.slow
def test_theta_finds_the_gains_planted_in_simulated_students():
    """Skills hard enough that nobody is at the ceiling, where no gain can be seen; gains do not depend on the response.

    A response moves its skill by beta times its gain. Only that product is in the data, and is what was planted: from beta = 0.1 it is the
    betas that come to differ, from beta = 1 the gains.
    `ranged` makes no such claim: it has no ability, so that its gains after a correct response hold the student's ability too.
    """
    plan = {"students": 3000, "skills": 15, "beta_mean": 1.0, "gain_correct": 0.2, "gain_wrong": None, "gain_spread": 0.7, "seed": 3}
    truth = simulate(Simulated(format="simulated", mastery_stop=None, run_length=8, **plan))
    rows = truth.responses.rename(columns={"order": "step"})
    held_out = rows["split"].eq("test").to_numpy()
    train, valid = (Cohort.from_table(rows[which], 15) for which in (~held_out, held_out))
    for initial in ({"beta": 0.1}, {"beta": 1.0}):
        estimator = load_estimator("gainakt3", settings_of("gainakt3", "theta", initial=initial), 15)
        fit = estimator.fit(train, valid, Targets(), seed=0, progress=lambda line: None)
        beta = torch.nn.functional.softplus(torch.from_numpy(fit.weights["mastery.raw_beta"])).numpy()  # (C,)
        gain = pd.Series(estimator.trace(fit.weights, valid).quantities["gain"]).groupby(valid.skill).mean()  # (C,)
        assert np.corrcoef(beta * gain, truth.skills["gain_correct"])[0, 1] > 0.8


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize(("name", "least"), [("ranged", 0.68), ("theta", 0.715)])
def test_on_assist2015_the_glass_path_predicts_as_a_prototype_did(assist2015_dir, name, least):
    table = table_of(pykt.read(assist2015_dir / "train_valid.csv", assist2015_dir / "test.csv", 100))
    fold = table["fold"].to_numpy(float, na_value=-1)
    train, valid = (Cohort.from_table(table[rows], 100) for rows in (fold > 0, fold == 0))
    estimator = load_estimator("gainakt3", settings_of("gainakt3", name), 100)
    fit = estimator.fit(train, valid, Targets(), seed=42, progress=lambda line: None)
    found = estimator.trace(fit.weights, valid).quantities
    assert fit.facts["valid_auc"] > least
    assert found["gain"].std() > 0.1
    assert found["legacy_gain"].std() < 0.01


FULL = [(family, name) for family in ("gainakt2", "gainakt3") for name in BLOCKS[family] if name.endswith("_full")]


@pytest.mark.parametrize(("family", "name"), FULL)
def test_a_variant_of_the_notes_own_size_trains_in_small_batches(family, name):
    students = cohort(12, 5, seed=6, length=(3, 6))
    estimator = load_estimator(family, settings_of(family, name, epochs=1, tokens_per_batch=24), 5)
    fitted = estimator.fit(students, students, Targets(), seed=0, progress=lambda line: None)
    assert np.isfinite(fitted.history.filter(like="train_").to_numpy(float)).all()
    assert fitted.facts["parameters"] > 1e6
