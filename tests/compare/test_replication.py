"""The report of the gain models: what each run serves for, intervals that cover, reliability that is recovered, sentences that follow."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import made_gains
import made_study
from glasskt import config, graph
from glasskt.compare import checks_table, contributions, notes_gain, notes_table, published, study, verdicts
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.replication import ablation, claims, contrasts, measured, members, models, quantities, reliability, traced
from glasskt.errors import UserError

Report = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("made")
    return made_gains.add(root, made_study.write(root))


@pytest.fixture(scope="module")
def made(files: dict[str, Any]) -> study.Study:
    return study.read(files["metrics"], files["checks"], files["history"], files["by_student"])


@pytest.fixture(scope="module")
def traces(files: dict[str, Any], made: study.Study) -> list[traced.Traced]:
    return traced.read(files["traced"], files["metrics"], made, pd.read_parquet(files["interactions"]))


@pytest.fixture
def report(made: study.Study, traces: list[traced.Traced]) -> Report:
    found = models.table(made, traces)
    return {
        "gains_models": found,
        "gains_replication": measured.table(found, {"scored_test": published.SCORED_TEST}),
        "gains_contrasts": contrasts.table(found),
        "gains_ablation": ablation.table(made, traces),
    }


def cohort(random: np.random.Generator, students: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Students of 8 responses with an ability of their own; two predictions of it, the second blurred for whole students."""
    student = np.repeat(np.arange(students), 8)
    ability, blur = random.normal(0, 1, students), random.normal(0, 0.8, students)
    logit = ability[student] + random.normal(0, 0.5, len(student))
    response = (random.random(len(student)) < 1 / (1 + np.exp(-logit))).astype(float)
    return logit, logit + blur[student], response, student


def difference(one: np.ndarray, other: np.ndarray, response: np.ndarray, student: np.ndarray) -> Any:
    return contributions.mean_difference([contributions.area(one, response, student)], [contributions.area(other, response, student)])


def test_the_interval_of_a_drop_covers_it() -> None:
    truth = difference(*cohort(np.random.default_rng(1), 200_000)).value
    drawn = [difference(*cohort(np.random.default_rng(seed), 100)) for seed in range(400)]
    covered = np.mean([found.low <= truth <= found.high for found in drawn])
    assert truth > 0.02
    assert 0.92 <= covered <= 0.98  # 0.95 with a standard error of 0.011


def test_the_closed_form_agrees_with_the_bootstrap_and_with_another_library() -> None:
    one, other, response, student = cohort(np.random.default_rng(0), 400)
    one = one.round(1)  # ties
    found = difference(one, other, response, student)
    clusters = Clusters.of(student)
    draws = clusters.auc(one, response) - clusters.auc(other, response)
    assert found.value == pytest.approx(roc_auc_score(response, one) - roc_auc_score(response, other))
    assert (found.high - found.low) / (2 * contributions.NORMAL) == pytest.approx(draws.std(), rel=0.1)


def test_a_model_loses_nothing_to_itself() -> None:
    one, _, response, student = cohort(np.random.default_rng(0), 50)
    found = difference(one, one, response, student)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_split_half_r_recovers_a_planted_reliability() -> None:
    random = np.random.default_rng(0)
    shared, noise = random.normal(0, 1, 4000), random.normal(0, np.sqrt(0.5), (2, 4000))
    halves = [pd.Series(shared + part) for part in noise]
    found = reliability.agreement([(halves[0], halves[1])])
    assert found.value == pytest.approx(2 / 3, abs=0.03)  # variance shared / variance of a half
    assert found.low < 2 / 3 < found.high


def test_each_run_serves_one_end(made: study.Study) -> None:
    assert members.gain_variants(made) == list(made_gains.AUC)
    assert members.controls_of(made)["gainakt3.ranged"] == ["gainakt3.ranged_zero", "gainakt3.ranged_one"]
    assert members.halves_of(made)["gainakt3.v1"] == ("gainakt3.v1_half_1", "gainakt3.v1_half_2")
    assert set(members.halves_of(made)) == set(made_gains.HALVES)


def test_compare_reads_the_responses_of_paired_runs_only(tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text(
        """
study: made
studies: {made: {dataset: simulated, folds: [0], seeds: [1, 2], focus: gainakt3.v1, variants: [gainakt3.*, dkt.base]}}
datasets: {simulated: {format: simulated}}
variants:
  dkt: {base: {}}
  gainakt3:
    v0: {gain: scalar}
    v1: {accumulate: all}
    v1_half_1: {accumulate: all, half: 1}
    v1_half_2: {accumulate: all, half: 2}
    theta: {ability: true}
    theta_one: {ability: true, gain: one, control_of: gainakt3.theta}
"""
    )
    step = graph.expand(config.load(params)).step("compare", {"study": "made"})
    paired = {Path(path).parts[-3] for path in step.inputs["trajectories"]}
    assert paired == {"gainakt3.v1", "gainakt3.v1_half_1", "gainakt3.v1_half_2", "gainakt3.theta", "gainakt3.theta_one"}


def test_runs_that_trace_other_responses_are_refused(files: dict[str, Any], made: study.Study, tmp_path: Path) -> None:
    interactions = pd.read_parquet(files["interactions"])
    folder = tmp_path / "alone"
    folder.mkdir()
    alone = folder / "trajectories.parquet"
    pd.read_parquet(files["traced"][0]).iloc[:-1].to_parquet(alone)
    with pytest.raises(UserError, match=r"no metrics\.json beside"):
        traced.read([alone], files["metrics"], made, interactions)
    metrics = [folder / "metrics.json" if path.parent == files["traced"][0].parent else path for path in files["metrics"]]
    with pytest.raises(UserError, match="not the test responses"):
        traced.read([alone, *files["traced"][1:]], metrics, made, interactions)


def test_both_measures_of_one_model_stand_beside_the_note(report: Report) -> None:
    rows = report["gains_replication"].set_index(["variant", "key"])
    v2 = rows.loc[("gainakt3.v2", "gain_sd")]
    assert (v2["run"], v2["note"]) == ("V2 (820618)", 0.0017)
    assert (v2["as_noted"], v2["measured"]) == pytest.approx((0.003, 0.2))
    assert v2["verdict"] == measured.MEASUREMENT
    assert rows.loc[("gainakt3.v1", "gain_sd"), "verdict"] == measured.REAL
    assert rows.loc[("gainakt3.v1", "mastery_r"), "verdict"] == measured.REAL
    assert rows.loc[("gainakt3.v0", "mastery_r"), "verdict"] == measured.OTHER


def test_one_threshold_judges_the_notes_figure_and_ours(files: dict[str, Any], made: study.Study) -> None:
    facts = json.loads(files["facts"].read_text()) | {"scored_test": published.SCORED_TEST}
    notes = notes_table.table(made, checks_table.table(made, facts), facts).set_index(["run", "key"])
    v2, v1 = notes.loc[("V2 (820618)", "gain_sd")], notes.loc[("V1 (995130)", "gain_ratio")]
    assert (v2["note"], v2["threshold"], v2["note_verdict"], v2["verdict"]) == (0.0017, 0.1, verdicts.FAIL, verdicts.PASS)
    assert (v1["note_verdict"], v1["verdict"]) == (verdicts.REPORTED, verdicts.REPORTED)


def test_figures_of_the_notes_stand_only_beside_their_data(made: study.Study, traces: list[traced.Traced]) -> None:
    assert measured.table(models.table(made, traces), {"scored_test": 400}).empty


def test_every_figure_of_the_notes_has_words() -> None:
    assert {key for run in notes_gain.RUNS.values() for key in run} <= set(quantities.WORDS)
    assert set(notes_gain.RUN_OF_VARIANT.values()) == set(notes_gain.RUNS) == set(notes_gain.SOURCES)
    known = {*quantities.METRICS, *quantities.CHECKS, *quantities.HISTORY, *quantities.AGREEMENTS}
    assert known == set(quantities.WORDS)


def test_a_head_that_predicts_is_no_glass_path(report: Report) -> None:
    assert np.isnan(models.value(report["gains_models"], "gainakt2.heads", "auc_glass"))
    assert models.value(report["gains_models"], "gainakt2.heads", "auc_blackbox") == pytest.approx(0.719)
    assert models.value(report["gains_models"], "gainakt3.ranged", "auc_blackbox") == pytest.approx(0.69)


def test_the_strongest_control_is_chosen_on_validation_and_paired_on_test(report: Report, traces: list[traced.Traced]) -> None:
    best = ablation.strongest(report["gains_ablation"])
    assert best["control"].to_dict() == {"gainakt3.ranged": "gainakt3.ranged_one", "gainakt3.theta": "gainakt3.theta_one"}
    aucs = {
        variant: np.mean([roc_auc_score(run.rows["response"], run.rows["p_before"]) for run in traced.of(traces, variant).values()])
        for variant in ("gainakt3.ranged", "gainakt3.ranged_one")
    }
    row = best.loc["gainakt3.ranged"]
    assert row["drop"] == pytest.approx(aucs["gainakt3.ranged"] - aucs["gainakt3.ranged_one"])
    assert (row["auc"], row["control_auc"]) == pytest.approx(tuple(aucs.values()))
    assert 0 < row["low"] < row["drop"] < row["high"]


def test_noise_is_that_of_seeds_where_there_are_seeds(report: Report) -> None:
    rows = report["gains_contrasts"].set_index(["variant", "against", "key"])
    sd = 0.002 / np.sqrt(2)  # of the made study's two seeds
    assert rows.loc[("gainakt3.v3_warmup", "gainakt3.v1", "auc_glass"), "noise"] == pytest.approx(2 * np.sqrt(2 * sd**2 / 2))
    one, other = (
        report["gains_models"].query("variant == @name and key == 'split_half_r'").iloc[0] for name in ("gainakt3.v1", "gainakt3.v3_phase1")
    )
    widths = [(row["high"] - row["low"]) / 2 for row in (one, other)]
    assert rows.loc[("gainakt3.v3_phase1", "gainakt3.v1", "split_half_r"), "noise"] == pytest.approx(np.hypot(*widths))


@pytest.mark.parametrize(
    ("changes", "flipped"),
    [
        ({("gainakt3.v2", "gain_sd"): 0.01, ("gainakt3.v3_phase1", "gain_sd"): 0.01}, {"gains_are_uniform"}),
        ({("gainakt3.v1", "gain_sd"): 0.1, ("gainakt3.v3_warmup", "gain_sd"): 0.1}, {"gains_differ"}),
        ({("gainakt3.ranged", "legacy_sd"): 0.2}, {"scalar_is_blind"}),
        ({("gainakt3.v3_warmup", "auc_glass"): 0.5955}, {"warmup_predicts_better"}),
        ({("gainakt3.v1", "gain_sd"): 0.5}, {"losses_buy_spread"}),
        ({("gainakt3.v3_warmup", "gain_sd"): 0.5}, {"warmup_spreads_gains"}),
        ({("gainakt3.v1", "split_half_r"): -0.9}, {"losses_buy_reliability"}),
        ({("gainakt3.v3_phase1", "split_half_r"): -0.9}, {"losses_cost_reliability"}),
    ],
)  # fmt: skip
def test_a_claim_follows_its_figure_and_no_other(report: Report, changes: dict[tuple[str, str], float], flipped: set[str]) -> None:
    before = claims.claims(report)
    frame = report["gains_models"]
    for (variant, key), value in changes.items():
        frame.loc[(frame["variant"] == variant) & (frame["key"] == key), "value"] = value
    after = claims.claims({**report, "gains_contrasts": contrasts.table(frame)})
    assert set(before) == set(claims.CLAIMS)
    assert {name for name in before if before[name] != after[name]} == flipped


def test_gains_add_where_the_interval_says_so(report: Report) -> None:
    assert claims.gains_add(report) == {"gainakt3.ranged": "add", "gainakt3.theta": "nothing"}
    frame = report["gains_ablation"]
    frame.loc[frame["variant"] == "gainakt3.theta", ["low", "high"]] = [-0.02, -0.01]
    assert claims.gains_add(report)["gainakt3.theta"] == "cost"


def test_a_study_without_gains_claims_nothing(tmp_path: Path) -> None:
    files = made_study.write(tmp_path)
    bare = study.read(files["metrics"], files["checks"], files["history"], files["by_student"])
    found = models.table(bare, [])
    report = {"gains_models": found, "gains_contrasts": contrasts.table(found), "gains_ablation": ablation.table(bare, [])}
    assert all(table.empty for table in report.values())
    assert claims.claims(report) == {}
    assert json.dumps(claims.gains_add(report)) == "{}"


def test_a_variant_is_not_paired_with_the_halves_of_another_family(made: study.Study) -> None:
    settings = {"one.base": {}, "other.base_half_1": {"half": 1}, "other.base_half_2": {"half": 2}}
    runs = pd.DataFrame({"variant": list(settings), "settings": list(settings.values())})
    assert members.halves_of(dataclasses.replace(made, runs=runs)) == {}
    assert set(members.halves_of(dataclasses.replace(made, runs=runs.replace("one.base", "other.base")))) == {"other.base"}


def test_a_filter_that_states_learning_steps_is_no_gain_model(made: study.Study) -> None:
    stated = made.checks[made.checks["quantity"].isin(["sd of practised gains", "mean of practised gains"])].head(2)
    with_filter = pd.concat([made.checks, stated.assign(variant="dkt.base")], ignore_index=True)
    assert members.gain_variants(dataclasses.replace(made, checks=with_filter)) == members.gain_variants(made)
