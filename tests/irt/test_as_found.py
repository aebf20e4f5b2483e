"""The notes' calibration repeated: the guards refuse it, on simulated and on real students, and no sound model can read it."""

import sys

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from rasch_students import draw

from glasskt.data.cohort import Cohort
from glasskt.irt import as_found, options, py_irt_backend
from glasskt.irt.counts import every_response, last_responses
from glasskt.irt.settings import AsFoundSettings, PyIrtSettings
from glasskt.pipeline import STAGES
from glasskt.stages import fit_as_found, preprocess, simulate

needs_py_irt = pytest.mark.skipif(sys.version_info >= (3, 12), reason="py-irt 0.7.1 needs Python below 3.12")
SHORT = {"epochs": [50, 100], "epochs_kept": 100}
COHORT = {"datasets.cohort": {"format": "simulated", "students": 300, "skills": 8, "mastery_stop": 3, "seed": 2}}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    root = tmp_path_factory.mktemp("as_found")
    truth = {f"truth_{what}": root / f"{what}.parquet" for what in ("steps", "skills", "students")}
    simulate.run(parameters=COHORT, dataset="cohort", responses=root / "responses.csv", **truth)
    files = {"interactions": root / "interactions.parquet", "facts": root / "dataset.json"}
    preprocess.run(parameters=COHORT, dataset="cohort", raw=[root / "responses.csv"], **files)
    return files


def run(inputs, into):
    places = {f"as_found_{what}": into / f"{what}.parquet" for what in ("fits", "items", "students")}
    fit_as_found.run(parameters={"irt.as_found": SHORT}, dataset="cohort", fold=0, **inputs, **places)
    return {name: pd.read_parquet(path) for name, path in places.items()}


@pytest.fixture(scope="module")
def outputs(inputs, tmp_path_factory):
    return run(inputs, tmp_path_factory.mktemp("outputs"))


@needs_py_irt
def test_the_guards_refuse_the_vague_fits_of_the_simulated_cohort_and_no_other(outputs):
    fits = outputs["as_found_fits"]
    assert list(fits) == list(as_found.COLUMNS)
    assert [tuple(row) for row in fits[["fit", "responses", "epochs"]].fillna(0).to_numpy()] == [
        ("mml", "all", 0), ("2pl", "all", 0), ("mml", "first", 0), ("2pl", "first", 0),
        ("py-irt", "all", 300), ("vague", "all", 50), ("vague", "all", 100), ("vague", "last", 100)
    ]  # fmt: skip
    refused = fits["refused_by"] != ""
    assert refused.tolist() == [False] * 5 + [True] * 3
    assert fits["refused_by"].str.contains("location")[5:7].all()
    assert fits["mml_r"][4] > 0.99
    assert (fits["n_responses"][7] < fits["n_responses"][[0, 1, 4, 5, 6]]).all()
    assert fits["n_responses"][2] == fits["n_responses"][3] == fits["n_responses"][7]  # one of each student and skill


@pytest.mark.real
@needs_py_irt
def test_the_guards_refuse_the_vague_fit_of_assist2015(assist2015_fold0):
    settings = AsFoundSettings(epochs=[100], epochs_kept=100)
    fits = [as_found.sound(assist2015_fold0["train"])]
    fits += as_found.vague(fits[0].counts, settings, "all", settings.epochs)
    table = as_found.table(fits)
    assert table["refused_by"][0] == ""
    assert {"movement", "location", "extremes", "largest_spread", "prediction"} <= set(table["refused_by"][1].split(", "))
    assert table["beta_mean"][0] == pytest.approx(-1.325, abs=0.02)
    assert table["beta_mean"][1] < -3


@needs_py_irt
def test_a_shorter_run_is_the_beginning_of_a_longer_one():
    counts = every_response(draw(students=100, skills=5, seed=1).cohort)
    short, long = (
        py_irt_backend.run(counts, np.zeros(5), PyIrtSettings(start="own", epochs=epochs), seed=3, theta_after=[20]) for epochs in (20, 40)
    )
    assert short.beta.shape == (21, 5)
    np.testing.assert_array_equal(short.beta, long.beta[:21])
    np.testing.assert_array_equal(short.theta[20], long.theta[20])
    assert (long.beta[40] != long.beta[20]).all()


@needs_py_irt
def test_the_kept_scores_are_the_notes_recipe_on_the_kept_difficulties(inputs, outputs):
    table, beta = pd.read_parquet(inputs["interactions"]), outputs["as_found_items"]["beta"].to_numpy()
    train = table[table["fold"].ne(0).fillna(False).astype(bool)]
    by_student = train.assign(beta=beta[train["skill"]]).groupby("student").agg(beta=("beta", "mean"), accuracy=("response", "mean"))
    expected = by_student["beta"] + 1.0986 * (2 * by_student["accuracy"] - 1)  # lineage of the notes
    scores = outputs["as_found_students"].set_index("student")["theta"]
    assert scores.index.tolist() == expected.index.tolist()
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    assert beta.mean() == pytest.approx(outputs["as_found_fits"]["beta_mean"][6])


def test_first_attempts_measure_less_reliably_than_all_and_slopes_that_differ_measure_better():
    slopes = np.where(np.arange(8) % 2, 0.4, 2.5)
    alike, unlike = (
        as_found.table([as_found.sound(cohort), *options.fits(cohort)]).set_index(["fit", "responses"])["reliability"]
        for cohort in (students(np.ones(8)), students(slopes))
    )
    for reliability in (alike, unlike):
        assert reliability["mml", "first"] < reliability["mml", "all"] - 0.1
        assert reliability["2pl", "first"] < reliability["2pl", "all"] - 0.1
    assert alike["2pl", "all"] == pytest.approx(alike["mml", "all"], abs=0.02)
    assert unlike["2pl", "all"] > unlike["mml", "all"] + 0.03


def students(slopes):
    """400 of ability N(0, 1), who answer every skill four times with such discriminations."""
    rng = np.random.default_rng(0)
    beta, theta = np.linspace(-1, 1, len(slopes)), rng.normal(0, 1, 400)
    skill = np.tile(np.arange(len(slopes)), (400, 4))
    response = rng.random(skill.shape) < 1 / (1 + np.exp(-slopes[skill] * (theta[:, None] - beta[skill])))
    steps = np.arange(skill.shape[1])
    table = pd.DataFrame({"student": np.repeat(np.arange(400), len(steps)), "step": np.tile(steps, 400)})
    return Cohort.from_table(table.assign(skill=skill.ravel(), response=response.ravel().astype(int)), len(slopes))


@needs_py_irt
def test_equal_inputs_give_equal_bytes(inputs, outputs, tmp_path):
    for name, table in run(inputs, tmp_path).items():
        pd.testing.assert_frame_equal(table, outputs[name], check_exact=True)


def test_the_last_response_to_each_skill_is_the_one_that_counts():
    table = pd.DataFrame({"student": [1, 1, 1, 2], "step": [0, 1, 2, 0], "skill": [0, 1, 0, 0], "response": [1, 1, 0, 1]})
    counts = last_responses(Cohort.from_table(table, 2))
    assert counts.skill_trials.tolist() == [2, 1]
    assert counts.student_successes.tolist() == [1, 1]


def test_without_py_irt_the_marginal_fits_stand_alone_and_one_line_says_why(inputs, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "py_irt.training", None)  # as where it is not installed
    outputs = run(inputs, tmp_path)
    assert outputs["as_found_fits"]["fit"].tolist() == ["mml", "2pl", "mml", "2pl"]
    assert outputs["as_found_items"].empty
    assert outputs["as_found_students"].empty
    said = capsys.readouterr().err
    assert "py-irt cannot be imported" in said
    assert said.count("\n") == 1


def test_no_stage_that_evaluates_a_model_reads_the_fits_targets():
    readers = {name for name, stage in STAGES.items() if {"as_found_items", "as_found_students"} & set(stage.inputs)}
    assert readers <= {"train"}  # which takes them for the variants that ask for them by name


@pytest.mark.parametrize("wrong", [{"epochs": [100, 50], "epochs_kept": 50}, {"epochs": [100], "epochs_kept": 50}])
def test_the_kept_fit_is_one_of_the_fits(wrong):
    with pytest.raises(ValidationError, match="epochs"):
        AsFoundSettings.model_validate(wrong)
