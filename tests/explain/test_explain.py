"""An explanation is the prediction: its terms sum to the logit that the run wrote, and what one more answer would do is what it does."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib import rc_context
from numpy.testing import assert_allclose
from safetensors.numpy import load_file
from scipy.special import logit

from glasskt import config
from glasskt.cli import cli
from glasskt.errors import UserError
from glasskt.explain.explanation import explain
from glasskt.explain.rooms import explained_families
from glasskt.explain.sample import chosen
from glasskt.explain.words import OTHER, words
from glasskt.graph import expand
from glasskt.models.additive.inputs import MEANING
from glasskt.models.family import load_estimator
from glasskt.paper.figures import explained, formats, style
from glasskt.stages import explain as stage
from glasskt.training import cohorts

PARAMS = """
study: made
studies:
  made: {dataset: made, folds: [0], seeds: [1], focus: reference.afm, variants: [reference.afm, additive.*]}
  blind: {dataset: made, folds: [0], seeds: [1], focus: reference.afm, variants: [reference.afm]}
datasets: {made: {format: simulated, students: 90, skills: 5, seed: 0}}
irt: {static: {model: rasch}}
variants:
  reference: {afm: {predictor: afm}}
  additive: {free: {}, monotone: {monotone: true}, plain: {curriculum_sd: 0, features: [theta, skill_last_1, log_responses]}}
"""
ROOT = Path(__file__).parents[2]
BUILT = ("simulate", "preprocess", "fit-irt", "train", "trajectories", "terms")
VARIANTS = ("additive.free", "additive.monotone", "additive.plain")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder in which the runs of `made` are finished, by the engines' own commands."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "params.yaml").write_text(PARAMS)
    shutil.copytree(ROOT / "requirements/pins", folder / "requirements/pins")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for step in expand(config.load()).steps:
            if step.stage.name in BUILT and step.where.get("variant") != "reference.afm":
                done = CliRunner().invoke(cli, shlex.split(step.command)[1:])
                assert done.exit_code == 0, done.exception
    return folder


@pytest.fixture
def here(built, monkeypatch):
    monkeypatch.chdir(built)
    return built


def said_of(variant, where="results/made/fold0"):
    return pd.read_parquet(f"{where}/{variant}/seed1/trajectories.parquet")


def told(**given):
    defaults = dict.fromkeys(("step", "variant", "dataset", "fold", "seed", "plot"))
    return stage.run(config.load(), **{**defaults, "as_json_text": False, "every": False, "width": 110, **given})


def students(variant, number):
    """Settings, weights, and the histories of some held-out students with eight responses or more."""
    known = json.loads(Path("results/made/dataset.json").read_text())
    held = cohorts.held_out(pd.read_parquet("results/made/interactions.parquet"), known, 0)
    settings = config.load().variants[variant]
    weights = load_file(f"results/made/fold0/{variant}/seed1/model.safetensors")
    lengths = held["student"].value_counts(sort=False)
    for student in lengths.index[lengths >= 8][:number]:
        yield settings, weights, cohorts.cohort(held[held["student"] == student], known)


@pytest.mark.parametrize("variant", VARIANTS)
def test_terms_sum_to_the_logit_of_the_run_and_the_next_prediction_is_the_one_that_came(here, variant):
    met = 0
    for settings, weights, history in students(variant, 4):
        estimator = load_estimator("additive", settings, history.n_skills)
        p = estimator.trace(weights, history).quantities["p_before"]
        rows = said_of(variant)
        written = rows.loc[rows["student"] == history.students[0], "p_before"].to_numpy()
        for step in range(0, len(history), 3):
            found = explain("additive", settings, weights, history, step)
            assert sum(term.logit for term in found.now.terms) == pytest.approx(logit(p[step]), abs=1e-6)
            assert found.now.p == pytest.approx(written[step], abs=1e-6)
            assert sum(group.logit for group in found.now.groups) == pytest.approx(found.now.logit, abs=1e-9)
            if step + 1 < len(history) and history.skill[step + 1] == history.skill[step]:
                assert found.after[found.response].p == pytest.approx(p[step + 1], abs=1e-9)
                met += 1
            for answer, after in found.after.items():
                assert sum(move.change for move in found.moved(answer)) == pytest.approx(after.logit - found.now.logit, abs=1e-6)
    assert met > 5


def test_a_right_answer_never_leaves_a_monotone_prediction_lower_than_a_wrong_one(here):
    for settings, weights, history in students("additive.monotone", 6):
        for step in range(0, len(history), 2):
            after = explain("additive", settings, weights, history, step).after
            assert after[1].p >= after[0].p


def test_neither_the_answer_nor_what_comes_later_is_read(here):
    (settings, weights, history), *_ = students("additive.free", 1)
    cut = history.__class__(
        students=history.students,
        offsets=np.array([0, 6]),
        skill=history.skill[:6],
        response=np.r_[history.response[:5], 1 - history.response[5]],
        n_skills=history.n_skills,
    )
    whole, alone = (explain("additive", settings, weights, one, 5) for one in (history, cut))
    assert whole.now == alone.now
    assert whole.after == alone.after


def test_curriculum_terms_name_the_skills_that_came_before_and_when(here):
    for settings, weights, history in students("additive.monotone", 3):
        step = len(history) - 1
        found = {
            term.skill: term.step for term in explain("additive", settings, weights, history, step).now.terms if term.skill is not None
        }
        expected = {int(skill): int(np.argmax(history.skill == skill)) for skill in set(history.skill[:step]) - {history.skill[step]}}
        assert found == expected


@pytest.mark.parametrize("name", MEANING)
def test_every_feature_is_told_in_words(name):
    said = words(name, MEANING[name])
    assert said.group != OTHER
    assert all(said.shown(value) and said.usual(value) for value in (0.0, 1.0))


def test_a_feature_without_words_is_told_by_its_meaning():
    assert words("new_one", "how it rains")[:2] == (OTHER, "how it rains")


def test_the_command_prints_sums_names_the_role_and_draws(here):
    test = said_of("additive.monotone")
    learned = pd.read_parquet("results/made/interactions.parquet").query("fold == 1")["student"].iloc[0]
    row = test.iloc[10]
    command = [sys.executable, "-m", "glasskt.cli", "explain", "--variant", "additive.monotone"]
    student, step = int(row["student"]), int(row["step"])
    given = ["--student", str(student), "--step", str(step), "--plot", "terms.svg"]
    done = subprocess.run([*command, *given], capture_output=True, text=True, check=True)
    assert f"P(right) {100 * row['p_before']:.1f} %" in done.stdout
    assert "not transfer of learning" in " ".join(done.stdout.split())
    assert "0-based" in done.stdout
    assert "learned from" not in done.stdout
    drawn = Path("terms.svg").read_bytes()
    assert drawn.startswith(b"<?xml")
    told(student=str(student), step=step, variant="additive.monotone", plot=Path("again.svg"))
    assert Path("again.svg").read_bytes() == drawn
    assert "learned from: the model was fitted to these very answers" in told(student=str(learned), variant="additive.monotone")


def test_json_holds_every_term_and_the_variant_is_found_where_none_is_named(here):
    student = str(said_of("additive.free").query("step == 7")["student"].iloc[0])
    found = json.loads(told(student=student, step=7, as_json_text=True))
    assert found["variant"] == "additive.free"
    assert len({term["name"] for term in found["now"]["terms"]}) == len(found["now"]["terms"]) > 70
    for part in ("now", "next_if_right", "next_if_wrong"):
        assert_allclose(sum(term["logit"] for term in found[part]["terms"]), found[part]["logit"], atol=1e-9)
        assert_allclose(sum(found[part]["groups"].values()), logit(found[part]["p"]), atol=1e-9)
    shown = told(student=student, step=7, every=True, width=150)
    assert "smaller terms" not in shown
    assert shown.count("skill") > 20


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"variant": "reference.afm"}, "family reference: .* no sums of named terms.*: additive"),
        ({"variant": "additive.fre"}, 'Did you mean "additive.free"'),
        ({"student": "nobody"}, "no student 'nobody'; ids run from"),
        ({"step": 100000}, "no step 100000; steps are 0-based and run from 0 to"),
        ({"step": -1}, "no step -1"),
        ({"seed": 2}, "seed2/model.safetensors: no such file.*seed1/model.safetensors: name its --fold and --seed"),
        ({"dataset": "other"}, "results/other/.*no such file.*Let an engine make it"),
        ({"plot": Path("terms.gif")}, "a plot is one of .svg, .pdf, .png"),
    ],
    ids=str,
)
def test_what_cannot_be_explained_is_one_line(here, given, words):
    asked = {"student": str(said_of("additive.free")["student"].iloc[0]), **given}
    with pytest.raises(UserError, match=words) as error:
        told(**asked)
    assert "\n" not in str(error.value)


def test_a_study_without_such_a_variant_names_studies_with_one(here):
    with pytest.raises(UserError, match=r"study blind: .*--study \(made\)"):
        stage.run(
            config.load(study="blind"),
            **dict.fromkeys(("step", "variant", "dataset", "fold", "seed", "plot")),
            student="0",
            as_json_text=False,
            every=False,
            width=80,
        )


@pytest.fixture
def copied(built, tmp_path, monkeypatch):
    """A copy that a test may spoil."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS)
    for path in built.glob("results/**/*"):
        if path.is_file():
            (tmp_path / path.relative_to(built)).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path.relative_to(built)).write_bytes(path.read_bytes())
    return tmp_path / "results/made/fold0/additive.free/seed1"


def test_files_that_do_not_belong_together_are_refused(copied):
    rows = pd.read_parquet(copied / "trajectories.parquet")
    student = str(rows["student"].iloc[0])
    rows.assign(p_before=rows["p_before"] - 0.01).to_parquet(copied / "trajectories.parquet")
    with pytest.raises(UserError, match=r"trajectories.parquet: p_before .* the terms give"):
        told(student=student)
    (copied / "model.safetensors").write_bytes((copied.parents[1] / "additive.plain/seed1/model.safetensors").read_bytes())
    with pytest.raises(UserError, match=r"model\.safetensors: not the file of the run that"):
        told(student=student)
    (copied / "train.run.json").unlink()
    with pytest.raises(UserError, match=r"train\.run\.json: no record of the run"):
        told(student=student)


def test_the_paper_reads_the_terms_of_three_test_students_where_a_model_has_terms(here):
    of_paper = {study: expand(config.load(study=study)).steps[-1].inputs.get("terms") for study in ("made", "blind")}
    place = "results/made/fold0/additive.free/seed1/terms.csv"  # the first that can be explained: the focus cannot
    assert of_paper == {"made": [place], "blind": None}
    terms, said = pd.read_csv(place), said_of("additive.free").set_index(["student", "step"])["p_before"]
    for (_, student, step), rows in terms.groupby(["level", "student", "step"]):
        assert rows["logit"].sum() == pytest.approx(logit(said[student, step]), abs=1e-5)
    with rc_context(style.look()):
        drawn = formats.exported(explained.draw(terms))["svg"]
        assert drawn == formats.exported(explained.draw(pd.read_csv(place)))["svg"]
        assert drawn != formats.exported(explained.draw(None))["svg"]


def test_three_test_students_by_hand():
    lengths, right = {1: 50, 2: 50, 3: 50, 4: 50, 5: 50, 6: 10}, {1: 10, 2: 20, 3: 30, 4: 40, 5: 45, 6: 8}
    rows = [(student, step, int(step < right[student])) for student, length in lengths.items() for step in range(length)]
    table = pd.DataFrame(rows, columns=["student", "step", "response"]).assign(split="test")
    assert chosen(table) == {"weak": 2, "middling": 3, "strong": 4}
    assert set(chosen(table[table["student"] == 6]).values()) == {6}
    with pytest.raises(UserError, match="no row of the split 'test'"):
        chosen(table.assign(split="train_valid"))


def test_families_are_found_by_their_rooms():
    assert "additive" in explained_families()
