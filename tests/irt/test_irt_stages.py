"""fit-irt and track-ability: their files, from a simulated data set to the rows."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from rasch_students import draw

from glasskt.errors import UserError
from glasskt.irt import follow, online
from glasskt.stages import fit_irt, track_ability

STATIC = {"irt.static": {"model": "rasch", "responses": "all", "backend": "mml"}}
DYNAMIC = {"irt.dynamic": {"levels": 1, "drift": "learned"}}
OUTPUTS = ("items.parquet", "students.parquet", "fit.json", "theta.parquet", "tracking.json")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    root = tmp_path_factory.mktemp("irt")
    cohort = draw(students=300, skills=8, seed=12).cohort
    fold = np.where(cohort.student_of_row % 6 == 5, -1, cohort.student_of_row % 6)
    table = pd.DataFrame(
        {
            "student": cohort.students[cohort.student_of_row],
            "step": cohort.step.astype(np.int32),
            "skill": cohort.skill.astype(np.int32),
            "response": cohort.response,
            "fold": pd.arrays.IntegerArray(fold.astype(np.int64), fold == -1),
            "split": np.where(fold == -1, "test", "train_valid"),
        }
    )
    table.to_parquet(root / "interactions.parquet", index=False)
    (root / "dataset.json").write_text(json.dumps({"dataset": "drawn", "n_skills": 8, "folds": [0, 1, 2, 3, 4]}))
    return root


def run_both(inputs, into, fold=0, static=STATIC):
    places = {"interactions": inputs / "interactions.parquet", "facts": inputs / "dataset.json", "dataset": "drawn", "fold": fold}
    items, students, fit, theta, tracking = (into / name for name in OUTPUTS)
    fit_irt.run(parameters=static, **places, items=items, students=students, irt_fit=fit)
    track_ability.run(parameters=DYNAMIC, **places, items=items, irt_fit=fit, theta=theta, tracking=tracking)


@pytest.fixture(scope="module")
def outputs(inputs, tmp_path_factory):
    into = tmp_path_factory.mktemp("outputs")
    run_both(inputs, into)
    return into


def test_every_skill_student_and_response_has_its_row(inputs, outputs):
    table = pd.read_parquet(inputs / "interactions.parquet")
    items, students, theta = (pd.read_parquet(outputs / f"{name}.parquet") for name in ("items", "students", "theta"))
    assert list(items) == ["skill", "beta", "se", "discrimination", "discrimination_se", "infit", "outfit", "n_responses", "success_rate"]
    assert items["skill"].tolist() == list(range(8))
    assert list(students) == ["student", "theta", "sd", "role", "n_responses"]
    assert students["role"].value_counts().to_dict() == {"train": 200, "validation": 50, "test": 50}
    assert students["n_responses"].sum() == len(table)
    filtered = ["theta_before", "theta_before_sd", "theta_after", "theta_after_sd", "p_before"]
    assert list(theta) == ["student", "step", *filtered, "theta_smoothed", "theta_smoothed_sd"]
    pd.testing.assert_frame_equal(theta[["student", "step"]], table[["student", "step"]])
    assert not theta.isna().any().any()


def test_fit_and_tracking_hold_their_facts(outputs):
    fit, tracking = (json.loads((outputs / name).read_text()) for name in ("fit.json", "tracking.json"))
    assert fit["converged"] is True
    assert fit["n_students"] == 200
    assert {"model", "backend", "sigma", "sigma_se", "log_likelihood", "gradient_norm", "iterations", "reliability", "eap_sd"} <= set(fit)
    assert all(guard["passed"] and not guard["overridden"] for guard in fit["guards"])
    assert tracking["log_likelihood"] >= tracking["log_likelihood_static"]
    assert tracking["drift_variance"] >= 0


def test_the_drift_is_learned_on_as_many_students_as_asked_for_and_follows_all(inputs, outputs, tmp_path):
    files = {"items": outputs / "items.parquet", "irt_fit": outputs / "fit.json"}
    places = {"interactions": inputs / "interactions.parquet", "facts": inputs / "dataset.json", "dataset": "drawn", "fold": 0}
    into = {"theta": tmp_path / "theta.parquet", "tracking": tmp_path / "tracking.json"}
    track_ability.run(parameters={"irt.dynamic": {"drift_students": 50}}, **places, **files, **into)
    few, all_ = (json.loads((root / "tracking.json").read_text()) for root in (tmp_path, outputs))
    assert (few["n_students"], few["drift_students"], all_["n_students"]) == (50, 50, 200)
    assert few["log_likelihood"] > all_["log_likelihood"]  # of fewer responses
    assert len(pd.read_parquet(into["theta"])) == len(pd.read_parquet(outputs / "theta.parquet"))


def test_the_two_parameter_model_goes_through_both_stages(inputs, outputs, tmp_path):
    run_both(inputs, tmp_path, static={"irt.static": STATIC["irt.static"] | {"model": "2pl"}})
    rasch, two = (pd.read_parquet(root / "items.parquet") for root in (outputs, tmp_path))
    assert (rasch["discrimination"] == 1).all()
    assert two["discrimination"].std() > 0
    assert (two["discrimination_se"] > 0).all()
    facts = [json.loads((root / "fit.json").read_text()) for root in (outputs, tmp_path)]
    assert [fit["n_parameters"] for fit in facts] == [9, 16]
    for fit in facts:
        assert fit["aic"] == pytest.approx(2 * fit["n_parameters"] - 2 * fit["log_likelihood"])
    assert facts[1]["sigma"] == 1.0
    thetas = [pd.read_parquet(root / "theta.parquet")["theta_before"] for root in (outputs, tmp_path)]
    assert 0.9 < np.corrcoef(*thetas)[0, 1] < 1 - 1e-6


def test_an_overridden_guard_lets_the_files_be_written_and_stands_in_them(inputs, tmp_path):
    table = pd.read_parquet(inputs / "interactions.parquet")
    rng = np.random.default_rng(0)
    ability = 6 * rng.standard_normal(table["student"].nunique())  # nearly every student is all correct or all wrong
    table["response"] = (rng.random(len(table)) < 1 / (1 + np.exp(-ability[table["student"]]))).astype(np.int8)
    table.to_parquet(tmp_path / "interactions.parquet", index=False)
    (tmp_path / "dataset.json").write_bytes((inputs / "dataset.json").read_bytes())
    with pytest.raises(UserError, match="largest_spread") as raised:
        run_both(tmp_path, tmp_path / "refused")
    assert not (tmp_path / "refused").exists()
    names = re.search(r"override: \[([a-z_, ]+)\]", str(raised.value))[1].split(", ")
    run_both(tmp_path, tmp_path / "accepted", static={"irt.static": STATIC["irt.static"] | {"override": names}})
    recorded = json.loads((tmp_path / "accepted" / "fit.json").read_text())["guards"]
    assert [guard["guard"] for guard in recorded if guard["overridden"]] == names
    assert not any(guard["passed"] for guard in recorded if guard["overridden"])


def test_students_outside_training_do_not_move_the_items(inputs, outputs, tmp_path):
    table = pd.read_parquet(inputs / "interactions.parquet")
    outside = (table["fold"] == 0).fillna(True).astype(bool)
    table["response"] = table["response"].where(~outside, 1 - table["response"])
    table.to_parquet(tmp_path / "interactions.parquet", index=False)
    (tmp_path / "dataset.json").write_bytes((inputs / "dataset.json").read_bytes())
    run_both(tmp_path, tmp_path / "again")
    for name in ("items.parquet", "fit.json", "tracking.json"):
        assert (tmp_path / "again" / name).read_bytes() == (outputs / name).read_bytes()


def test_equal_inputs_give_equal_bytes(inputs, outputs, tmp_path):
    run_both(inputs, tmp_path)
    for name in OUTPUTS:
        assert (tmp_path / name).read_bytes() == (outputs / name).read_bytes()


def test_an_unknown_fold_names_those_there_are(inputs, tmp_path):
    with pytest.raises(UserError, match=r"fold 7.*0, 1, 2, 3, 4"):
        run_both(inputs, tmp_path, fold=7)
    assert list(tmp_path.iterdir()) == []


def test_two_levels_add_the_practised_skill_and_can_be_followed_online(inputs, outputs, tmp_path):
    theta, tracking = tmp_path / "theta.parquet", tmp_path / "tracking.json"
    files = {"items": outputs / "items.parquet", "irt_fit": outputs / "fit.json"}
    places = {"interactions": inputs / "interactions.parquet", "facts": inputs / "dataset.json", "dataset": "drawn", "fold": 0}
    track_ability.run(parameters={"irt.dynamic": {"levels": 2}}, **places, **files, theta=theta, tracking=tracking)
    rows, one_level = pd.read_parquet(theta), pd.read_parquet(outputs / "theta.parquet")
    assert list(rows)[: len(one_level.columns)] == list(one_level)
    sds = ("level_before", "level_after", "level_smoothed")
    assert list(rows)[len(one_level.columns) :] == [name for level in sds for name in (level, f"{level}_sd")]
    assert not rows.isna().any().any()
    facts = json.loads(tracking.read_text())
    assert facts["log_likelihood"] > facts["log_likelihood_static"]
    state = online.start(follow.model(**files, tracking=tracking))
    table = pd.read_parquet(places["interactions"])
    mine = (table["student"] == table["student"].iloc[-1]).to_numpy()
    for skill, response, p in zip(table["skill"][mine], table["response"][mine], rows["p_before"][mine], strict=True):
        assert online.mastery(state, skill).p == pytest.approx(p, abs=1e-6)
        state = online.update(state, skill, response)
