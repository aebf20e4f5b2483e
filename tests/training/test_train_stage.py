"""The stages train and trajectories, file to file."""

import json

import numpy as np
import pandas as pd
import pytest

from glasskt.errors import UserError
from glasskt.pipeline import TRACED
from glasskt.stages import train, trajectories
from glasskt.training import cohorts

BLOCK = {"encoder": {"kind": "lstm", "width": 8}, "epochs": 1}
COLUMNS = ["student", "step", "skill", "response"]
QUANTITIES = [
    "p_before",
    "p_blackbox_before",
    "mastery_before",
    "mastery_after",
    "mastery_all_before",
    "gain",
    "legacy_gain",
    "theta_before",
    "theta_after",
    "beta",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    lengths = rng.integers(2, 9, 30)
    student = np.repeat(np.arange(30), lengths)
    table = pd.DataFrame({"student": student, "skill": rng.integers(4, size=len(student)), "response": rng.integers(2, size=len(student))})
    table["step"] = table.groupby("student").cumcount().astype(np.int32)
    table["fold"] = (table["student"] % 3).astype("Int64").where(table["student"] < 24)
    table["split"] = np.where(table["student"] < 24, "train_valid", "test")
    table.to_parquet(tmp_path / "interactions.parquet")
    (tmp_path / "dataset.json").write_text(json.dumps({"dataset": "tiny", "n_skills": 4, "folds": [0, 1, 2]}))
    return tmp_path


def run_train(folder, name, fold=0, variant="dkt.base", **block):
    where = {
        "dataset": "tiny",
        "fold": fold,
        "variant": variant,
        "seed": 1,
        "interactions": folder / "interactions.parquet",
        "facts": folder / "dataset.json",
    }
    outputs = {"model": folder / f"{name}.safetensors", "history": folder / f"{name}.csv", "fit": folder / f"{name}.json"}
    train.run(parameters={f"variants.{variant}": BLOCK | block}, **where, **outputs)
    return where, outputs


def run_trajectories(folder, where, model):
    outputs = {table: folder / f"{table}.parquet" for table in TRACED}
    trajectories.run(parameters={f"variants.{where['variant']}": BLOCK}, **where, model=model, **outputs)
    return {table: pd.read_parquet(path) for table, path in outputs.items()}


def test_equal_runs_give_equal_bytes(folder):
    (_, first), (_, again) = run_train(folder, "first"), run_train(folder, "again")
    for output, path in first.items():
        assert path.read_bytes() == again[output].read_bytes()


def test_the_halves_of_the_training_students_share_none_and_leave_none_out(folder):
    table = cohorts.training(pd.read_parquet(folder / "interactions.parquet"), {"folds": [0, 1, 2]}, 0)
    halves = [set(cohorts.half_of(table, half)["student"]) for half in (1, 2)]
    assert halves[0] | halves[1] == set(table["student"])
    assert not halves[0] & halves[1]
    assert min(map(len, halves)) > len(halves[0] | halves[1]) // 2 - 1
    (_, whole), *parts = [run_train(folder, f"half{half}", half=half) for half in (0, 1, 2)]
    weights = {path.read_bytes() for path in (whole["model"], *(outputs["model"] for _, outputs in parts))}
    assert len(weights) == 3


def test_the_halves_begin_from_seeds_of_their_own(folder, monkeypatch):
    seeds = []

    class StoppedError(Exception):
        """Nothing is fitted here."""

    class Asked:
        def fit(self, *cohorts, seed, **rest):
            seeds.append(seed)
            raise StoppedError

    monkeypatch.setattr(train, "load_estimator", lambda *named: Asked())
    for half in (0, 1, 2):
        with pytest.raises(StoppedError):
            run_train(folder, "asked", half=half)
    assert seeds == [1, 2, 3]


def test_trajectories_hold_validation_and_test_students_in_the_order_of_the_interactions(folder):
    where, outputs = run_train(folder, "run")
    traced = run_trajectories(folder, where, outputs["model"])
    interactions, rows = pd.read_parquet(folder / "interactions.parquet"), traced["trajectories"]
    held_out = interactions[(interactions["split"] == "test") | (interactions["fold"] == 0).fillna(False)]
    pd.testing.assert_frame_equal(rows[COLUMNS], held_out[COLUMNS].reset_index(drop=True))
    assert list(rows.columns) == COLUMNS + QUANTITIES
    assert (rows[QUANTITIES].dtypes == np.float32).all()
    assert rows["p_before"].between(0, 1).all()
    assert rows[QUANTITIES[1:]].isna().all(axis=None)
    assert list(traced["gains"].columns) == ["student", "step", "skill", "gain"]
    assert len(traced["gains"]) == 0


def test_a_response_to_several_skills_is_one_row(folder):
    path = folder / "interactions.parquet"
    table = pd.read_parquet(path)
    second = table[table["step"] == 1].assign(skill=3)
    both = pd.concat([table.assign(skill=table["skill"] % 3), second]).sort_values(["student", "step", "skill"], kind="stable")
    both.reset_index(drop=True).to_parquet(path)
    facts = {"dataset": "tiny", "n_skills": 4, "folds": [0, 1, 2], "combinations": [[0, 3], [1, 3], [2, 3]]}
    (folder / "dataset.json").write_text(json.dumps(facts))
    where, outputs = run_train(folder, "run", variant="gainakt3.ranged")
    rows = run_trajectories(folder, where, outputs["model"])["trajectories"]
    held_out = table[(table["split"] == "test") | (table["fold"] == 0).fillna(False)].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows[["student", "step", "response"]], held_out[["student", "step", "response"]])
    # where skill k and 3 are practised together stands their combination: 4 skills, then (0, 3), (1, 3), (2, 3)
    assert rows["skill"].tolist() == (held_out["skill"] % 3 + 4 * (held_out["step"] == 1)).tolist()
    assert rows[["p_before", "gain", "legacy_gain"]].notna().all(axis=None)


def test_a_missing_fold_is_answered_with_the_folds_there_are(folder):
    with pytest.raises(UserError, match=r"fold 7: tiny has no such fold \(one of: 0, 1, 2\)"):
        run_train(folder, "run", fold=7)
