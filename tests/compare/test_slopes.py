"""What runs learned of each skill: planted reliability is recovered, intervals cover, and studies without halves have no such rows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from glasskt import config, graph
from glasskt.compare import slopes_table
from glasskt.compare.jackknife import half_width
from glasskt.compare.learned import LEAST_RESPONSES, Learned, read
from glasskt.compare.replication import models, reliability
from glasskt.compare.replication.traced import Traced
from glasskt.compare.study import CHECK, RUN, Study
from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.models.additive.inputs import MEANING
from glasskt.models.additive.settings import Settings as Additive
from glasskt.models.statespace.estimator import estimator as state_space
from glasskt.models.statespace.settings import Settings as StateSpace
from glasskt.skills.families import additive, statespace

WHOLE, HALVES = "additive.monotone", ("additive.monotone_half_1", "additive.monotone_half_2")


def study(*variants: str) -> Study:
    settings = [{"monotone": True} | ({"half": int(name[-1])} if "_half_" in name else {}) for name in variants]
    runs = pd.DataFrame({"dataset": "made", "fold": 0, "variant": variants, "seed": 1, "settings": settings, "fit": [{} for _ in variants]})
    metrics = pd.DataFrame(columns=[*RUN, "rows", "path", "metric", "value", "low", "high"])
    history = pd.DataFrame(columns=[*RUN, "epoch"])
    return Study(runs=runs, metrics=metrics, checks=spreads(variants), history=history, by_student=metrics, calibration=metrics)


def spreads(variants):
    """The check by which a variant is known to have gains."""
    rows = [
        {"dataset": "made", "fold": 0, "variant": name, "seed": 1, "quantity": "sd of gains over skills", "value": 0.1} for name in variants
    ]
    return pd.DataFrame(rows, columns=[*RUN, *CHECK]).assign(check="gain_spread")


def said(variant, values, kind="slope", fold=0, n=1000):
    """`values`: name -> (C,)."""
    rows = [
        pd.DataFrame({"kind": kind, "name": name, "meaning": f"the {name}", "skill": range(len(v)), "n": n, "value": v})
        for name, v in values.items()
    ]
    return Learned(variant=variant, fold=fold, seed=1, rows=pd.concat(rows, ignore_index=True))


def planted(skills=4000):
    """Two features: of one, two thirds of the variance of a half are shared by the other half; of the other, none."""
    rng = np.random.default_rng(0)
    true, noise = rng.normal(0, 1, skills), rng.normal(0, np.sqrt(0.5), (2, skills))
    halves = [{"real": 3 + true + one, "noise": -1 + 0.1 * rng.normal(size=skills)} for one in noise]
    return [said(WHOLE, {name: (halves[0][name] + halves[1][name]) / 2 for name in halves[0]}), *map(said, HALVES, halves)]


def planted_halves(skills):
    return [said(half, {"slope": np.random.default_rng(place).normal(size=skills)}) for place, half in enumerate(HALVES)]


def test_a_planted_reliability_is_recovered_and_noise_has_none():
    found = slopes_table.table(study(WHOLE, *HALVES), planted(), folds=5).set_index("feature")
    assert found.index.tolist() == ["all", "real", "noise"]  # by falling size
    real, noise = found.loc["real"], found.loc["noise"]
    assert real["r"] == pytest.approx(2 / 3, abs=0.03)
    assert real["reliability"] == pytest.approx(0.8, abs=0.02)  # of a fit with half the noise: 1 / (1 + 0.5 / 2)
    assert real["reliability_low"] < 0.8 < real["reliability_high"]
    assert noise["reliability_low"] < 0 < noise["reliability_high"]
    assert real["slope"] == pytest.approx((real["half_1_slope"] + real["half_2_slope"]) / 2)
    assert real["slope_sd"] == pytest.approx(np.sqrt(1.25), abs=0.03)
    assert (noise["same_sign"], noise["skills"]) == (1, 4000)
    assert np.isnan(real["slope_low"])  # one fold says nothing of other students
    assert slopes_table.shown(found.reset_index()).shape == (3, 12)


def test_the_jackknife_covers_the_mean_that_fits_to_four_fifths_of_the_students_estimate():
    students = np.random.default_rng(1).normal(0, 1, (2000, 5, 20))  # 2,000 studies of five groups
    estimates = np.stack([np.delete(students, fold, axis=1).mean(axis=(1, 2)) for fold in range(5)])  # (5, 2000)
    for runs in (5, 3):
        covered = np.abs(estimates[:runs].mean(axis=0)) < half_width(estimates[:runs], groups=5)
        assert 0.93 <= covered.mean() <= 0.97  # 0.95 with a standard error of 0.005
    assert np.isnan(half_width(estimates[:2], groups=5)).all()


def test_the_interval_of_a_mean_slope_holds_what_all_skills_share():
    wholes = [said(WHOLE, {"slope": shift + np.linspace(-0.01, 0.01, 30)}, fold=fold) for fold, shift in enumerate((0.9, 1.0, 1.1))]
    row = slopes_table.table(study(WHOLE, *HALVES), [*wholes, *planted_halves(30)], folds=5).set_index("feature").loc["slope"]
    assert row["slope"] == pytest.approx(1)
    assert row["slope_high"] - row["slope_low"] == pytest.approx(2 * 4 / np.sqrt(5) * 0.1 * 4.3027, rel=1e-4)  # t of two degrees
    assert row["runs"] == 3


def test_skills_that_say_little_are_left_out():
    few = [said(one.variant, {"real": one.rows.loc[one.rows["name"] == "real", "value"].to_numpy()}) for one in planted(50)]
    few[1].rows.loc[few[1].rows["skill"] < 10, "n"] = LEAST_RESPONSES - 1
    assert slopes_table.table(study(WHOLE, *HALVES), few, folds=5)["skills"].tolist() == [40, 40]


def test_without_halves_there_is_no_row():
    assert slopes_table.table(study(WHOLE), planted(20), folds=5).empty
    assert slopes_table.table(study(WHOLE, *HALVES), [], folds=5).empty
    assert slopes_table.shown(slopes_table.table(study(WHOLE), [], folds=5)).empty


def test_gains_that_follow_who_practises_agree_in_the_history_alone():
    """Which skills are practised by whom is common to both halves; what was learned of a skill is noise."""
    rng = np.random.default_rng(2)
    exposure = np.repeat(rng.normal(0, 1, 400), reliability.LEAST_ROWS)
    skill = np.repeat(np.arange(400), reliability.LEAST_ROWS)
    rows = pd.DataFrame(
        {"student": np.arange(len(skill)), "step": 1, "skill": skill, "response": 1, "p_before": 0.5, "legacy_gain": np.nan}
    )
    names, of_skill = (WHOLE, *HALVES), {name: rng.normal(0, 0.5, 400) for name in (WHOLE, *HALVES)}
    traced = [Traced(variant=name, fold=0, seed=1, rows=rows.assign(gain=exposure + of_skill[name][skill])) for name in names]
    learned = [said(name, {"equal contexts": of_skill[name]}, kind="gain") for name in names]
    found = models.table(study(*names), traced, learned).set_index("key")
    assert found.loc["split_half_r", "value"] == pytest.approx(0.8, abs=0.04)
    assert found.loc["reliability", "value"] == pytest.approx(8 / 9, abs=0.03)
    assert found.loc["split_half_r_equal", "low"] < 0 < found.loc["split_half_r_equal", "high"]
    assert "reliability_equal" in found.index
    without = models.table(study(*names), traced).set_index("key")
    assert "split_half_r_equal" not in without.index
    # a variant may be halved for the sake of slopes
    none = [Traced(variant=one.variant, fold=0, seed=1, rows=one.rows.assign(gain=np.nan)) for one in traced]
    assert reliability.by_skill(study(*names), none).empty
    assert reliability.figures(study(*names), none, WHOLE) == []


def test_a_file_without_its_run_is_refused(tmp_path):
    said(WHOLE, {"slope": np.ones(3)}).rows.to_parquet(tmp_path / "skills.parquet")
    (one,) = read([tmp_path / "skills.parquet"], [tmp_path / "metrics.json"], study(WHOLE))
    assert (one.variant, len(one.rows)) == (WHOLE, 3)
    with pytest.raises(UserError, match=r"no metrics\.json beside"):
        read([tmp_path / "skills.parquet"], [tmp_path / "elsewhere/metrics.json"], study(WHOLE))


def cohort():
    rng = np.random.default_rng(0)
    skill, response = rng.integers(4, size=30), rng.integers(2, size=30).astype(np.int8)
    return Cohort(students=np.arange(6), offsets=np.arange(7) * 5, skill=skill, response=response, n_skills=4)


def test_families_tell_what_their_weights_hold():
    names = ("theta", "skill_last_1")
    weights = {f"slope_{name}": np.arange(4.0) + place for place, name in enumerate(names)}
    found = additive.learned(Additive(features=names), weights, cohort())
    assert found.groupby("name", sort=False)["value"].agg(list).to_dict() == {name: weights[f"slope_{name}"].tolist() for name in names}
    assert found.drop_duplicates("name")["meaning"].tolist() == [MEANING[name] for name in names]
    settings = StateSpace()
    made = state_space(settings, 4)
    drawn = {name: value.numpy() for name, value in made.network().state_dict().items()}
    assert_allclose(statespace.learned(settings, drawn, cohort())["value"], made.gains_in_equal_contexts(drawn, cohort()))


def test_halves_and_what_they_are_halves_of_tell_of_skills_and_no_other_run(tmp_path):
    params = tmp_path / "params.yaml"
    params.write_text(
        """
study: made
studies:
  made:
    dataset: simulated
    folds: [0, 1]
    seeds: [1, 2]
    focus: additive.monotone
    variants: [additive.*, ikt3.*]
    one_fold: ["*_half_*"]
datasets: {simulated: {format: simulated}}
variants:
  additive: {free: {}, monotone: {monotone: true}, monotone_half_1: {monotone: true, half: 1}, monotone_half_2: {monotone: true, half: 2}}
  ikt3: {mean: {}, mean_half_1: {half: 1}}
"""
    )
    found = graph.expand(config.load(params))
    told = [(step.where["variant"], step.where["fold"]) for step in found.steps if step.stage.name == "skills"]
    assert sorted(told) == [(WHOLE, "0"), (WHOLE, "1"), *[(half, "0") for half in HALVES]]
    assert {Path(path).parts[-3] for path in found.step("compare", {"study": "made"}).inputs["skills"]} == {WHOLE, *HALVES}
    assert all(step.stage.name != "skills" for step in graph.expand(config.load(Path("params.yaml"))).steps)
