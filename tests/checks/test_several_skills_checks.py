"""A simulated log of responses to several skills, with its Q-matrix, through every family and every check: each response counts once."""

import json
import typing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from glasskt.checks.check import checks
from glasskt.models.average.settings import members
from glasskt.models.family import families, settings_class
from glasskt.pipeline import TRACED
from glasskt.stages import average, fit_irt, preprocess, track_ability, train, trajectories, verify

ALONE = (0, 1, 3, 4, 5, 7)
COMBINATIONS = [[0, 1], [2, 3], [4, 5, 6]]
SETS = [*([skill] for skill in ALONE), *COMBINATIONS]
SKILLS, STUDENTS, STEPS = 8, 110, 50
BETA, GAIN = np.linspace(-0.8, 1.2, SKILLS), np.linspace(0.02, 0.1, SKILLS)
BLOCK = {
    "format": "long",
    "table": "log.csv",
    "q_matrix": "q.csv",
    "columns": {"item": "item", "skill": None},
    "folds": 2,
    "test_share": 0.45,
}
NAMED = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text(encoding="utf-8"))["variants"]
SHORT = {"epochs": 1, "encoder": {"kind": "lstm", "width": 8}, "width": 8}
MORE = {"additive.small", "average.two", "dkt.strong", "gainakt3.theta", "gainakt3.v2", "ikt3.split", "statespace.monotone"}
"""Beside the first variant of each family: those that have what it lacks, or are faster."""


def shortened(family, block):
    """The same on a small scale; the keys are those that the family has."""
    return block | {name: value for name, value in SHORT.items() if name in settings_class(family).model_fields}


def variants():
    """Blocks by name, of every family there is."""
    named = {f"{family}.{name}": block for family, blocks in NAMED.items() for name, block in blocks.items()}
    named["average.two"] = {"of": ["reference.afm", "reference.pfa"]}
    first = {f"{family}.{next(iter(NAMED[family]))}" for family in families()} - {"additive.free", "average.strong"}
    predictors = typing.get_args(settings_class("reference").model_fields["predictor"].annotation)
    asked = {name: shortened(name.partition(".")[0], named[name]) for name in sorted(first | MORE)}
    return asked | {f"reference.{name}": {"predictor": name} for name in predictors}


VARIANTS = variants()


def simulated(rng):
    """student, step, item, response, theta, state_before, p: logit p = theta + the mean over the skills of state - beta."""
    for student, theta in enumerate(rng.normal(size=STUDENTS)):
        state = np.zeros(SKILLS)
        for step, item in enumerate(rng.integers(len(SETS), size=STEPS)):
            skills = SETS[item]
            before = state[skills].mean()
            p = 1 / (1 + np.exp(BETA[skills].mean() - before - theta))
            yield student, step, f"p{item}", int(rng.random() < p), theta, before, p
            state[skills] += GAIN[skills]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """From the raw files up to the targets of item response theory, and the truth."""
    folder = tmp_path_factory.mktemp("several")
    columns = ["student", "step", "item", "response", "theta", "state_before", "p"]
    log = pd.DataFrame(simulated(np.random.default_rng(0)), columns=columns)
    log[["student", "item", "response"]].to_csv(folder / "log.csv", index=False)
    pairs = [(f"p{item}", skill) for item, skills in enumerate(SETS) for skill in skills]
    pd.DataFrame(pairs, columns=["item", "skill"]).to_csv(folder / "q.csv", index=False)
    tables = ("interactions", "items", "students", "theta", "truth_steps", "truth_skills", "truth_students")
    at = {name: folder / f"{name}.parquet" for name in tables} | {
        name: folder / f"{name}.json" for name in ("facts", "irt_fit", "tracking")
    }
    log[["student", "step", "state_before", "p"]].to_parquet(at["truth_steps"])
    log[["student", "theta"]].drop_duplicates().to_parquet(at["truth_students"])
    sets = [*([skill] for skill in range(SKILLS)), *COMBINATIONS]
    gain = [GAIN[skills].mean() for skills in sets]
    truth = {"skill": range(len(sets)), "beta": [BETA[skills].mean() for skills in sets], "gain_correct": gain, "gain_wrong": gain}
    pd.DataFrame(truth).to_parquet(at["truth_skills"])
    cohort = {name: at[name] for name in ("interactions", "facts")}
    preprocess.run(parameters={"datasets.mine": BLOCK}, dataset="mine", raw=[folder / "log.csv", folder / "q.csv"], **cohort)
    here = {"dataset": "mine", "fold": 0, **cohort}
    fit_irt.run(parameters={"irt.static": {}}, **here, **{name: at[name] for name in ("items", "students", "irt_fit")})
    track_ability.run(
        parameters={"irt.dynamic": {"drift": 0.005}}, **here, **{name: at[name] for name in ("items", "irt_fit", "theta", "tracking")}
    )
    return at


def traced(data, variant, folder):
    """What a run of the variant writes, by name of the output; the runs of which it is an average before it."""
    family = variant.partition(".")[0]
    settings = settings_class(family).model_validate(VARIANTS[variant])
    cohort = {name: data[name] for name in ("interactions", "facts")}
    run = {"parameters": {f"variants.{variant}": VARIANTS[variant]}, "dataset": "mine", "fold": 0, "variant": variant, "seed": 1, **cohort}
    place = folder / variant / "seed1"
    told, tables = {name: place / name for name in ("history", "fit")}, {name: place / f"{name}.parquet" for name in TRACED}
    if members(settings):
        runs = [traced(data, member, folder) for member in members(settings)]
        given = {"members": [one["trajectories"] for one in runs], "members_fit": [one["fit"] for one in runs]}
        average.run(**run, **given, **tables, **told)
    else:
        train.run(**run, **{name: data[name] for name in settings.irt_files}, model=place / "model", **told)
        trajectories.run(**run, model=place / "model", **tables)
    return tables | told


@pytest.fixture(scope="module")
def verified():
    """Names of the checks that have spoken of some variant."""
    return set()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_check_counts_a_response_to_several_skills_once(data, verified, tmp_path, variant):
    written = traced(data, variant, tmp_path)
    reference = {name: path for name, path in data.items() if name not in ("irt_fit", "tracking")}
    told = {name: tmp_path / name for name in ("metrics", "checks", "by_student")}
    parameters = {f"variants.{variant}": VARIANTS[variant]}
    verify.run(parameters=parameters, dataset="mine", fold=0, variant=variant, seed=1, **written, **reference, **told)

    facts, rows = json.loads(data["facts"].read_text()), pd.read_parquet(written["trajectories"])
    assert facts["combinations"] == COMBINATIONS
    assert not rows.duplicated(["student", "step"]).any()
    assert set(rows["skill"]) == {*ALONE, *range(SKILLS, SKILLS + len(COMBINATIONS))}
    scored = facts["scored_test"]
    assert json.loads(told["metrics"].read_text())["test"]["p_before"]["n"] == scored
    found = {entry["quantity"]: entry for entry in json.loads(told["checks"].read_text())["checks"]}
    verified |= {entry["check"] for entry in found.values()}
    assert all(entry["n"] <= scored for entry in found.values() if entry["check"] not in ("gain_spread", "skills_moved"))
    if not variant.startswith("average."):  # which cannot be asked again
        assert found["share of rows that leak"]["value"] == 0
    for of_skills in {"r(beta, IRT beta)", "r(beta, true beta)"} & found.keys():
        assert found[of_skills]["n"] == len(ALONE)  # a combination's difficulty is no further evidence


def test_every_family_and_every_check_has_spoken(verified):
    assert {variant.partition(".")[0] for variant in VARIANTS} == set(families())
    assert verified >= set(checks()), "run the whole file: the variants above gather what the checks said"
