"""A file of responses to several skills, with its Q-matrix, through every family and every check: each response counts once."""

import json
import typing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from glasskt.checks.check import checks
from glasskt.models.family import FOLDER, families, settings_class
from glasskt.pipeline import TRACED
from glasskt.stages import fit_irt, preprocess, track_ability, train, trajectories, verify
from glasskt.training.settings import NeuralSettings

ALONE = (0, 1, 3, 4, 5, 7)
COMBINATIONS = [[0, 1], [2, 3], [4, 5, 6]]
SKILLS_OF = {f"p{number}": skills for number, skills in enumerate([*([skill] for skill in ALONE), *COMBINATIONS])}
SKILLS, STUDENTS, STEPS = 8, 110, 50
TRUTH = {"theta_truth", "p_truth", "gain_truth"}
"""Checks that ask the simulator, whose students practise one skill at a time."""
BLOCK = {
    "format": "long",
    "table": "log.csv",
    "q_matrix": "q.csv",
    "columns": {"item": "item", "skill": None},
    "folds": 2,
    "test_share": 0.45,
}
NAMED = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text(encoding="utf-8"))["variants"]
SHORT = {"epochs": 1, "encoder": {"kind": "lstm", "width": 8}}


def variants():
    """The first of every family that follows several skills, and those that have what it lacks."""
    following = [family for family in families() if settings_class(family).several_skills and (FOLDER / family / "estimator.py").exists()]
    first = {f"{family}.{next(iter(NAMED[family]))}" for family in following if family in NAMED} - {"additive.free"}  # small is faster
    predictors = typing.get_args(settings_class("reference").model_fields["predictor"].annotation)
    more = {"additive.small", "ikt3.split", "gainakt3.theta", "gainakt3.v2"}
    blocks = {name: NAMED[name.partition(".")[0]][name.partition(".")[2]] for name in sorted(first | more)}
    short = {
        name: block | SHORT if issubclass(settings_class(name.partition(".")[0]), NeuralSettings) else block
        for name, block in blocks.items()
    }
    return short | {f"reference.{name}": {"predictor": name} for name in predictors}


VARIANTS = variants()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Rasch students at items whose difficulty is the mean of their skills', up to the targets of item response theory."""
    folder, rng = tmp_path_factory.mktemp("several"), np.random.default_rng(0)
    beta = np.linspace(-1.2, 0.8, SKILLS)
    rows = [
        (student, item, int(rng.random() < 1 / (1 + np.exp(beta[SKILLS_OF[item]].mean() - theta))))
        for student, theta in enumerate(rng.normal(size=STUDENTS))
        for item in rng.choice(sorted(SKILLS_OF), size=STEPS)
    ]
    pd.DataFrame(rows, columns=["student", "item", "response"]).to_csv(folder / "log.csv", index=False)
    pairs = [(item, skill) for item, skills in SKILLS_OF.items() for skill in skills]
    pd.DataFrame(pairs, columns=["item", "skill"]).to_csv(folder / "q.csv", index=False)
    at = {name: folder / f"{name}.parquet" for name in ("interactions", "items", "students", "theta")}
    at |= {name: folder / f"{name}.json" for name in ("facts", "irt_fit", "tracking")}
    cohort = {name: at[name] for name in ("interactions", "facts")}
    preprocess.run(parameters={"datasets.mine": BLOCK}, dataset="mine", raw=[folder / "log.csv", folder / "q.csv"], **cohort)
    here = {"dataset": "mine", "fold": 0, **cohort}
    fit_irt.run(parameters={"irt.static": {}}, **here, **{name: at[name] for name in ("items", "students", "irt_fit")})
    track_ability.run(
        parameters={"irt.dynamic": {"drift": 0.005}}, **here, **{name: at[name] for name in ("items", "irt_fit", "theta", "tracking")}
    )
    return at


@pytest.fixture(scope="module")
def verified():
    """Names of the checks that have spoken of some variant."""
    return set()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_check_counts_a_response_to_several_skills_once(data, verified, tmp_path, variant):
    family, _, _ = variant.partition(".")
    parameters, cohort = {f"variants.{variant}": VARIANTS[variant]}, {name: data[name] for name in ("interactions", "facts")}
    run = {"parameters": parameters, "dataset": "mine", "fold": 0, "variant": variant, "seed": 1, **cohort}
    asked = settings_class(family).model_validate(VARIANTS[variant]).irt_files
    own = {name: tmp_path / name for name in ("model", "history", "fit", "metrics", "checks", "by_student")}
    traced = {name: tmp_path / f"{name}.parquet" for name in TRACED}
    train.run(**run, **{name: data[name] for name in asked}, **{name: own[name] for name in ("model", "history", "fit")})
    trajectories.run(**run, model=own["model"], **traced)
    targets = {name: data[name] for name in ("items", "students", "theta")}
    verify.run(**run, **traced, **targets, **{name: own[name] for name in ("history", "fit", "metrics", "checks", "by_student")})

    facts, rows = json.loads(data["facts"].read_text()), pd.read_parquet(traced["trajectories"])
    assert facts["combinations"] == COMBINATIONS
    assert not rows.duplicated(["student", "step"]).any()
    assert set(rows["skill"]) == {*ALONE, *range(SKILLS, SKILLS + len(COMBINATIONS))}
    scored = facts["scored_test"]
    assert json.loads(own["metrics"].read_text())["test"]["p_before"]["n"] == scored
    found = {entry["quantity"]: entry for entry in json.loads(own["checks"].read_text())["checks"]}
    verified |= {entry["check"] for entry in found.values()}
    assert all(entry["n"] <= scored for entry in found.values() if entry["check"] not in ("gain_spread", "skills_moved"))
    assert found["share of rows that leak"]["value"] == 0
    if "r(beta, IRT beta)" in found:
        assert found["r(beta, IRT beta)"]["n"] == len(ALONE)  # a combination's difficulty is no further evidence


def test_every_check_has_spoken(verified):
    assert verified >= set(checks()) - TRUTH, "run the whole file: the variants above gather what the checks said"
