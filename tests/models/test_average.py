"""The stage average, file to file: what finished runs say on the mean, and nothing that an average cannot know."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sklearn.metrics import roc_auc_score

from glasskt.cli import cli
from glasskt.errors import UserError
from glasskt.pipeline import TRACED
from glasskt.stages import average

KEYS = ["student", "step", "skill", "response"]
RUNS = ("dkt.base/seed1", "dkt.base/seed2", "additive.free/seed1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """40 students of 6 responses, fold 0 of 3, and three runs that trace those of fold 0 and of test."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"student": np.repeat(np.arange(40), 6), "step": np.tile(np.arange(6, dtype=np.int32), 40)})
    table = table.assign(skill=rng.integers(4, size=240), response=rng.integers(2, size=240))
    table["fold"] = (table["student"] % 3).astype("Int64").where(table["student"] < 30)
    table["split"] = np.where(table["student"] < 30, "train_valid", "test")
    table.to_parquet(tmp_path / "interactions.parquet", index=False)
    (tmp_path / "dataset.json").write_text(json.dumps({"dataset": "tiny", "n_skills": 4, "folds": [0, 1, 2]}))
    traced = table.loc[table["fold"].eq(0).fillna(True), KEYS].reset_index(drop=True)
    for number, run in enumerate(RUNS):
        said = traced.assign(p_before=rng.random(len(traced)).astype(np.float32), theta_before=np.float32(number), beta=np.float32(np.nan))
        (tmp_path / run).mkdir(parents=True)
        said.to_parquet(tmp_path / run / "trajectories.parquet", index=False)
        (tmp_path / run / "fit.json").write_text(json.dumps({"parameters": 10 * (number + 1)}))
    return tmp_path


def averaged(folder: Path, name: str = "out", runs: tuple[str, ...] = RUNS) -> Path:
    """Run the stage; the folder of its outputs."""
    out = folder / name
    average.run(
        parameters={"variants.average.both": {"of": ["dkt.base", "additive.free"]}},
        dataset="tiny",
        fold=0,
        variant="average.both",
        seed=1,
        members=[folder / run / "trajectories.parquet" for run in runs],
        members_fit=[folder / run / "fit.json" for run in runs],
        interactions=folder / "interactions.parquet",
        facts=folder / "dataset.json",
        history=out / "history.csv",
        fit=out / "fit.json",
        **{table: out / f"{table}.parquet" for table in TRACED},
    )
    return out


def test_a_member_weighs_the_same_whatever_its_number_of_runs(folder: Path) -> None:
    said = [pd.read_parquet(folder / run / "trajectories.parquet") for run in RUNS]
    found = pd.read_parquet(averaged(folder) / "trajectories.parquet")
    expected = ((said[0]["p_before"] + said[1]["p_before"]) / 2 + said[2]["p_before"]) / 2
    np.testing.assert_allclose(found["p_before"], expected, atol=1e-6)
    pd.testing.assert_frame_equal(found[KEYS], said[0][KEYS])
    assert found.dtypes.equals(said[0].dtypes)
    assert found[["theta_before", "beta"]].isna().all(axis=None)  # the first member's theta is not the average's


def test_fit_json_has_the_validation_scores_of_the_mean_and_the_parameters_of_all_runs(folder: Path) -> None:
    out = averaged(folder)
    fit, rows = json.loads((out / "fit.json").read_text()), pd.read_parquet(out / "trajectories.parquet")
    scored = rows[(rows["student"] < 30) & (rows["step"] > 0)]
    assert fit["valid_auc"] == pytest.approx(roc_auc_score(scored["response"], scored["p_before"]))
    assert fit["parameters"] == 10 + 20 + 30
    assert fit["runs_averaged"] == 3
    assert pd.read_csv(out / "history.csv")["epoch"].tolist() == [fit["selected_epoch"]]


def test_what_an_average_cannot_be_asked_is_empty_and_typed_as_of_a_model(folder: Path) -> None:
    out = averaged(folder)
    for table in set(TRACED) - {"trajectories"}:
        found = pd.read_parquet(out / f"{table}.parquet")
        assert found.empty
        assert object not in set(found.dtypes)
        assert {"student", "step"} <= set(found)


def test_equal_runs_give_equal_bytes_in_any_order_of_the_files_of_a_member(folder: Path) -> None:
    first, again = averaged(folder), averaged(folder, "again", (RUNS[1], RUNS[0], RUNS[2]))
    for path in first.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_runs_that_trace_other_responses_are_refused(folder: Path) -> None:
    path = folder / RUNS[1] / "trajectories.parquet"
    pd.read_parquet(path).iloc[1:].reset_index(drop=True).to_parquet(path, index=False)
    with pytest.raises(UserError, match="not the responses that"):
        averaged(folder)


@pytest.mark.parametrize(
    ("stage", "variant", "line"),
    [
        ("train", "average.both", "average.both is an average of finished runs: glasskt average makes its run"),
        ("average", "dkt.base", "dkt.base is a model: glasskt train makes its run"),
    ],
)
def test_the_wrong_stage_for_a_variant_names_the_right_one(tmp_path: Path, stage: str, variant: str, line: str) -> None:
    params = tmp_path / "params.yaml"
    params.write_text(
        "study: one\n"
        "studies: {one: {dataset: made, folds: [0], seeds: [1], focus: dkt.base, variants: [dkt.base, average.both]}}\n"
        "datasets: {made: {format: simulated, students: 100, skills: 5}}\n"
        "variants: {dkt: {base: {}}, average: {both: {of: [dkt.base]}}}\n"
    )
    outputs = {"train": ("model", "history", "fit"), "average": (*TRACED, "history", "fit")}[stage]
    given = [word for name in outputs for word in (f"--{name}", str(tmp_path / name))]
    where = ["--dataset", "made", "--fold", "0", "--variant", variant, "--seed", "1", "--params", str(params)]
    with pytest.raises(UserError, match=line):
        CliRunner().invoke(cli, [stage, *where, *given], catch_exceptions=False)
