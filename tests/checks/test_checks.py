"""Each check on planted models whose answer is known."""

import itertools

import numpy as np
import pandas as pd
import pytest
from made_evidence import SKILLS, Files, sigmoid

from glasskt.checks.check import checks, verified
from glasskt.checks.parts.evidence import scored, with_irt
from glasskt.checks.parts.null import permuted_within_skill
from glasskt.compare.l23.quantities import CHECKS

FILES = Files()


@pytest.fixture(scope="module")
def perfect():
    """The model whose every quantity is the static reference."""
    said = FILES.evidence(truth=True, mastery_before=FILES.p, theta_before=FILES.theta, beta=FILES.beta)
    return {entry["quantity"]: entry for entry in verified(said)}


def found(**model):
    return {entry["quantity"]: entry for entry in verified(FILES.evidence(**model))}


@pytest.mark.parametrize("name", checks())
def test_every_check_says_what_it_asks_what_a_pass_means_and_where_it_comes_from(name):
    page = checks()[name].__doc__
    assert "?" in page.splitlines()[0]
    for part in ("pass", "not", "null", "Source:"):
        assert part in page


def test_a_model_without_inner_quantities_yields_nothing():
    assert found(p_blackbox_before=FILES.p) == {}


def test_a_model_without_theta_yields_nothing_on_theta():
    names = {entry["check"] for entry in found(mastery_before=FILES.p).values()}
    assert names == {"mastery_response", "glass_path_auc", "prediction_width", "mastery_irt", "scale", "learning_curve"}


def test_truth_is_asked_of_simulated_students_only(perfect):
    assert not any("true" in name for name in found(theta_before=FILES.theta, beta=FILES.beta))
    assert perfect["r(theta, true theta)"]["value"] == pytest.approx(1)
    assert perfect["r(beta, true beta)"]["value"] == pytest.approx(1)
    assert 0.8 < perfect["r(theta, true theta + state)"]["value"] < 1
    assert perfect["r(theta, true theta + state)"]["null"] > perfect["r(theta, true theta)"]["null"]


def test_the_comparison_finds_every_quantity_that_it_names(perfect):
    short = "r(theta, static theta) after 50"  # too few of these students come so far
    assert {quantity for _, quantity in CHECKS.values()} - set(perfect) == {short}
    assert all(perfect[quantity]["check"] == check for check, quantity in CHECKS.values() if quantity != short)


def test_mastery_that_is_the_true_probability_has_the_r_of_a_calibrated_prediction(perfect):
    rows = FILES.evidence().rows
    p = sigmoid(rows["theta_irt"] - rows["beta_irt"])
    entry = perfect["r(mastery before, response)"]
    assert entry["value"] == pytest.approx(p.std() / rows["response"].std(), abs=0.03)  # cov(p, response) = var(p)
    assert entry["low"] < entry["value"] < entry["high"]


def test_the_null_of_mastery_is_what_its_skill_alone_gives(perfect):
    rows = FILES.evidence().rows
    p = sigmoid(rows["theta_irt"] - rows["beta_irt"])
    easiness = rows.groupby("skill")["response"].transform("mean")
    expected = np.cov(p, easiness)[0, 1] / (p.std() * rows["response"].std())  # permutation expectation
    assert perfect["r(mastery before, response)"]["null"] == pytest.approx(expected, abs=0.015)


def test_a_mastery_blind_to_skills_has_a_null_of_zero_and_a_practice_counter_no_r():
    counter = found(mastery_before=FILES.step / 25)["r(mastery before, response)"]
    assert abs(counter["value"]) < 0.05
    assert abs(counter["null"]) < 0.03


def test_permuted_responses_keep_every_skills_success_rate():
    evidence = FILES.evidence()
    right = np.bincount(evidence.rows["skill"], evidence["response"])
    kept = []
    permuted_within_skill(evidence, lambda y: kept.append(np.bincount(evidence.rows["skill"], y)) or 0.0)
    assert all((counts == right).all() for counts in kept)


def test_theta_that_is_the_reference_agrees_with_it_in_every_way(perfect):
    for quantity in (
        "r(theta, static theta)",
        "rho(theta, static theta)",
        "r(student mean theta, static theta)",
        "r(last theta, static theta)",
        "r(mastery, IRT mastery)",
        "rho(mastery, IRT mastery)",
        "r(beta, IRT beta)",
        "l_23 R2",
    ):
        assert perfect[quantity]["value"] == pytest.approx(1, abs=1e-6), quantity
    for quantity in ("l_23", "l_23 mean form", "l_22", "l_21 KL"):
        assert perfect[quantity]["value"] == pytest.approx(0, abs=1e-6), quantity
    assert perfect["l_21"]["value"] == pytest.approx(perfect["l_21 floor"]["value"])
    assert perfect["l_21 floor"]["value"] > perfect["l_21"]["threshold"]  # why no model can pass
    assert perfect["l_23 dynamic"]["value"] == pytest.approx(0.09, rel=0.1)  # the reference moves with variance 0.3^2
    for name in ("theta", "beta", "mastery"):
        for figure in ("mean", "sd", "min", "max"):
            assert perfect[f"{name} {figure}"]["value"] == pytest.approx(perfect[f"{name} {figure}"]["null"], abs=1e-5)


def test_theta_on_another_scale_keeps_r_and_loses_l_23():
    stretched = found(theta_before=FILES.moving * 30 + 28)
    assert stretched["r(theta, dynamic theta)"]["value"] == pytest.approx(1)
    assert stretched["l_23 dynamic"]["value"] > 100
    assert stretched["l_23 R2 dynamic"]["value"] < 0


def test_the_best_constant_theta_scores_the_null_of_l_23():
    target = FILES.evidence()["theta_irt"]
    constant = found(theta_before=np.full(len(FILES.theta), target.mean()))
    assert constant["l_23"]["value"] == pytest.approx(constant["l_23"]["null"], rel=1e-5)
    assert constant["l_23 R2"]["value"] == pytest.approx(0, abs=1e-5)
    assert constant["r(theta, static theta)"]["value"] is None


def test_the_null_of_l_22_is_the_mean_over_all_permutations():
    claimed = np.array([0.3, -1.0, 0.2, 0.8, -0.4, 0.0])
    entry = found(beta=claimed[FILES.skill])["l_22"]
    rows = FILES.evidence().rows
    over = [((np.array(order)[rows["skill"]] - rows["beta_irt"]) ** 2).mean() for order in itertools.permutations(claimed)]
    assert entry["null"] == pytest.approx(np.mean(over), rel=1e-5)
    assert entry["value"] == pytest.approx(((claimed[rows["skill"]] - rows["beta_irt"]) ** 2).mean(), rel=1e-5)


def test_the_null_of_l_21_is_the_best_that_one_constant_per_skill_can_do(perfect):
    evidence = FILES.evidence()
    reference, skill = evidence["p_irt"], evidence.rows["skill"].to_numpy()

    def cross_entropy(constants):
        return -(reference * np.log(constants[skill]) + (1 - reference) * np.log(1 - constants[skill])).mean()

    best = np.array([reference[skill == k].mean() for k in range(SKILLS)])
    assert perfect["l_21"]["null"] == pytest.approx(cross_entropy(best), rel=1e-6)
    assert all(perfect["l_21"]["null"] < cross_entropy(best + shift) for shift in (-0.02, 0.02))


def test_width_is_that_of_the_predictions():
    entries = found(mastery_before=FILES.p, p_before=np.where(FILES.step % 2, 0.2, 0.7))
    assert entries["range of p before"]["value"] == pytest.approx(0.5)
    assert entries["range of p before"]["low"] is None
    assert entries["central 95 % width of p before"]["value"] == pytest.approx(0.5)


def test_skills_without_a_reference_difficulty_are_left_out_and_counted_out():
    evidence = FILES.evidence(beta=FILES.beta, theta_before=FILES.theta)
    evidence.rows.loc[evidence.rows["skill"] == 0, ["beta_irt", "p_irt"]] = np.nan
    entries = {entry["quantity"]: entry for entry in verified(evidence)}
    assert entries["r(beta, IRT beta)"]["n"] == SKILLS - 1
    assert entries["l_22"]["n"] == (evidence.rows["skill"] != 0).sum()


def test_a_response_to_several_skills_is_judged_once_by_the_means_of_their_parameters():
    rows = pd.DataFrame({"student": [1, 1, 1, 1], "step": [0, 1, 1, 2], "skill": [0, 0, 1, 1], "response": [1, 0, 0, 1]})
    interactions = rows.assign(split="test", fold=pd.array([None] * 4, "Int64"))
    trajectories = rows.iloc[[0, 1, 3]].assign(p_before=0.5, p_blackbox_before=np.nan)
    items = pd.DataFrame({"skill": [0, 1], "beta": [-1.0, 2.0], "discrimination": [1.0, 0.5]})
    theta = pd.DataFrame({"student": [1, 1, 1], "step": [0, 1, 2], "theta_before": 0.0, "p_before": 0.5})
    students = pd.DataFrame({"student": [1], "theta": [0.4]})
    judged = with_irt(scored(trajectories, interactions), interactions, items, students, theta)
    assert judged["step"].tolist() == [1, 2]
    assert judged["a_irt"].tolist() == pytest.approx([0.75, 0.5])
    assert (-judged["a_irt"] * judged["beta_irt"]).tolist() == pytest.approx([(1.0 - 1.0) / 2, -1.0])
    assert judged["p_irt"].tolist() == pytest.approx([sigmoid(0.75 * 0.4 + 0.0), sigmoid(0.5 * (0.4 - 2.0))])
