"""Tables, ceilings and verdicts of a made study whose figures are known."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import made_study
from glasskt.compare import (
    ceilings,
    checks_table,
    data_table,
    irt_table,
    models_table,
    note_003,
    published,
    study,
    tables,
)
from glasskt.compare.ceilings import Ceiling
from glasskt.compare.l23 import claims, course, quantities, signatures, trade_off
from glasskt.compare.l23 import tables as l23_tables
from glasskt.compare.summary import summary
from glasskt.compare.verdicts import Judged, verdict
from glasskt.errors import UserError
from glasskt.stages import compare

FORMS = {"mean": "ikt3.mean", "direct": "ikt3.direct", "dynamic": "ikt3.dynamic", "split": made_study.FOCUS}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return made_study.write(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def made(files: dict[str, Any]) -> study.Study:
    return study.read(files["metrics"], files["checks"], files["history"], files["by_student"])


@pytest.fixture(scope="module")
def facts(files: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(files["facts"].read_text())
    return known


@pytest.fixture(scope="module")
def written(files: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    compare.run(
        parameters=made_study.PARAMETERS,
        study="made",
        **{flag: files[flag] for flag in ("metrics", "checks", "history", "by_student", "interactions", "facts")},
        **{flag: [files[flag]] for flag in ("items", "irt_fit", "as_found_fits", "tracking")},
        trajectories=[],
        course=folder / "l23_course.csv",
        by_skill=folder / "gains_by_skill.csv",
        bins=folder / "calibration_bins.csv",
        matrix=folder / "check_matrix.md",
        summary=folder / "summary.json",
        **{f"{name}_{kind}": folder / f"{name}.{kind}" for name in tables.SHOWN for kind in ("csv", "md", "tex")},
    )
    return folder


def test_seed_spread_fold_spread_and_sampling_interval_stand_apart() -> None:
    runs = pd.DataFrame(
        [(0, 1, 0.70), (0, 2, 0.72), (1, 1, 0.80), (1, 2, 0.84)], columns=["fold", "seed", "value"]
    )  # fmt: skip
    runs = runs.assign(variant="a.b", low=runs["value"] - 0.05, high=runs["value"] + 0.07)
    (row,) = study.over_runs(runs, ["variant"]).to_dict("records")
    assert row["value"] == pytest.approx(0.765)
    assert (row["low"], row["high"]) == pytest.approx((0.715, 0.835))  # as wide as one run's
    assert row["seed_sd"] == pytest.approx(np.sqrt((0.02**2 / 2 + 0.04**2 / 2) / 2))
    assert row["fold_sd"] == pytest.approx(np.std([0.71, 0.82], ddof=1))


def test_one_run_has_no_spread() -> None:
    run = pd.DataFrame({"fold": [0], "seed": [1], "variant": ["a.b"], "value": [0.7], "low": [0.6], "high": [0.8]})
    (row,) = study.over_runs(run, ["variant"]).to_dict("records")
    assert np.isnan(row["seed_sd"])
    assert np.isnan(row["fold_sd"])


def test_models_stand_by_group_and_by_test_auc(made: study.Study, facts: dict[str, Any]) -> None:
    models = models_table.table(made, facts)
    assert list(models["variant"]) == [
        "reference.rasch_filter",
        "reference.skill_easiness",
        "dkt.base",
        "ikt3.split",
        "ikt3.mean",
        "ikt3.direct",
        "ikt3.dynamic_light",
        "ikt3.dynamic",
        "ikt3.direct_as_found",
        "ikt3.dynamic_heavy",
    ]
    focus = models.set_index("variant").loc["ikt3.split"]
    assert focus["test_auc"] == pytest.approx(0.727)
    assert focus["seed_sd"] == pytest.approx(0.002 / np.sqrt(2))
    assert focus["blackbox_auc"] == pytest.approx(0.717)
    assert np.isnan(models.set_index("variant").loc["dkt.base", "blackbox_auc"])


def test_figures_of_others_stand_only_beside_the_data_they_were_made_on(
    made: study.Study, facts: dict[str, Any], files: dict[str, Any]
) -> None:
    there = {**facts, "scored_test": published.SCORED_TEST}
    irt = [[pd.read_parquet(files["items"])], [json.loads(files["irt_fit"].read_text())], [json.loads(files["tracking"].read_text())]]
    assert set(models_table.table(made, facts)["source"]) == {"this study"}
    assert set(models_table.table(made, there)["source"]) == {"this study", "pyKT", "leap-kt"}
    assert set(l23_tables.tables(made, facts)["l23_scale"]["source"]) == {l23_tables.REFERENCE, "this study"}
    noted = l23_tables.tables(made, there)["l23_scale"].set_index(["variant", "key"])["value"]
    assert noted["mean (290365)", "theta_sd"] == 33.89
    assert noted["ikt3.mean", "theta_sd"] == 3.1
    assert noted[l23_tables.REFERENCE, "theta_sd"] == 0.58
    assert signatures.table(made, facts).empty
    assert irt_table.table(*irt, facts)["note_003"].isna().all()
    assert irt_table.table(*irt, there).set_index("key").loc["beta_mean", "note_003"] == -5.76


def test_every_figure_of_the_note_has_a_row() -> None:
    assert {key for run in note_003.RUNS.values() for key in run} <= set(l23_tables.WORDS_OF)
    assert {*quantities.CHECKS, *quantities.METRICS, *quantities.HISTORY} == set(l23_tables.WORDS_OF)


def test_a_variant_of_another_lambda_alone_stands_on_its_curve(made: study.Study, facts: dict[str, Any]) -> None:
    curve = trade_off.table(made, l23_tables.tables(made, facts))
    assert curve["curve"].unique().tolist() == ["ikt3.dynamic"]
    assert curve["variant"].tolist() == ["ikt3.dynamic_light", "ikt3.dynamic", "ikt3.dynamic_heavy"]
    assert curve["auc"].tolist() == pytest.approx([0.715, 0.7105, 0.695])
    assert curve["theta_r_dynamic"].tolist() == pytest.approx([0.8, 0.9, 0.95])


def test_the_kept_epoch_speaks_for_training(made: study.Study, facts: dict[str, Any]) -> None:
    training = l23_tables.tables(made, facts)["l23_training"].set_index(["variant", "key"])["value"]
    assert training["ikt3.mean", "epoch"] == 3
    assert training["ikt3.mean", "share_l_23"] == 0.3
    assert training["ikt3.mean", "gradient_cosine_l_bce_l_23"] == -0.2
    by_epoch = course.table(made)
    assert "dkt.base" not in set(by_epoch["variant"])
    assert by_epoch.query("variant == 'ikt3.mean' and key == 'lambda'")["value"].tolist() == [0.1, 0.3, 0.5]


def test_a_signature_is_met_within_a_factor_of_two(made: study.Study, facts: dict[str, Any]) -> None:
    found = signatures.table(made, {**facts, "scored_test": published.SCORED_TEST})
    own = found[found["variant"] == "ikt3.direct_as_found"].set_index("key")
    assert own["reproduced"].to_dict() == {"l_bce": 1, "l_21": 1, "l_23": 0, "theta_sd": 1}
    assert own["faults"].iloc[0] == "unmasked, zero filled: missing"
    text = signatures.shown(found).set_index("")
    assert text.loc["ikt3.direct_as_found", "θ sd"] == "0.120*"
    assert text.loc["ikt3.direct_as_found", "l_23"] == "1.00"


def test_one_fault_alone_explains_only_what_the_sound_variant_does_not_show(made: study.Study, facts: dict[str, Any]) -> None:
    one = made.runs.assign(
        settings=[
            {**block, "as_found": {"unmasked": True}} if variant == "ikt3.direct_as_found" else block
            for variant, block in zip(made.runs["variant"], made.runs["settings"], strict=True)
        ]
    )
    alone = replace(made, runs=one)
    found = signatures.table(alone, {**facts, "scored_test": published.SCORED_TEST})
    own = found[found["variant"] == "ikt3.direct_as_found"].set_index("key")
    assert set(own["kind"]) == {signatures.ALONE}
    assert own.loc["theta_sd", "sound"] == 0.52
    assert own["reproduced"].to_dict() == {"l_bce": 0, "l_21": 0, "l_23": 0, "theta_sd": 1}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {"averaging_hides_scale": True, "direct_collapses": False, "one_scalar_trades": True}),
        ({("l23_scale", "ikt3.mean", "theta_sd"): 0.55}, {"averaging_hides_scale": False}),
        ({("l23_scale", "ikt3.direct", "theta_sd"): 0.14}, {"direct_collapses": True}),
        ({("l23_prediction", "ikt3.dynamic_heavy", "auc"): 0.716}, {"one_scalar_trades": False}),
    ],
)
def test_a_claim_follows_the_figures(
    made: study.Study, facts: dict[str, Any], changed: dict[tuple[str, str, str], float], expected: dict[str, bool]
) -> None:
    report = l23_tables.tables(made, facts)
    for (table, variant, key), value in changed.items():
        frame = report[table]
        frame.loc[(frame["variant"] == variant) & (frame["key"] == key), "value"] = value
    report["l23_lambda"] = trade_off.table(made, report)
    found = claims.claims(report, 0.58, FORMS)
    as_made = {"averaging_hides_scale": True, "direct_collapses": False, "one_scalar_trades": True}
    assert found == as_made | expected  # and none for split, which has no curve here


CURVES = {
    "dynamic": {0.0: 0.6190, 0.05: 0.69337, 0.5: 0.69168, 0.8: 0.69144, 0.95: 0.69135},
    "split": {0.0: 0.7300, 0.05: 0.7271, 0.5: 0.7273, 0.8: 0.7270, 0.95: 0.7247},
}
"""Form -> lambda -> AUC: the figures of study l23, but for the split form at 0, where a point better than all others must not count."""


@pytest.mark.parametrize(
    ("changed", "held", "expected"),
    [
        ({}, {"dynamic": 0.8, "split": 0.8}, {}),
        ({("split", 0.95): 0.7254}, {"dynamic": 0.8, "split": 0.95}, {"split_trades": False}),
        ({("split", 0.8): 0.7252}, {"dynamic": 0.8, "split": 0.5}, {}),
        ({("dynamic", 0.95): 0.6915}, {"dynamic": 0.95, "split": 0.8}, {"one_scalar_trades": False}),
        ({("split", 0.05): 0.6944}, {"dynamic": 0.8, "split": 0.8}, {"one_scalar_costs_at_once": False}),
    ],
)
def test_a_curve_holds_up_to_the_largest_lambda_within_the_noise(
    changed: dict[tuple[str, float], float], held: dict[str, float], expected: dict[str, bool]
) -> None:
    rows = [
        (form, f"{form}_{weight}", weight, changed.get((form, weight), auc)) for form, of in CURVES.items() for weight, auc in of.items()
    ]
    points = pd.DataFrame(rows, columns=["curve", "variant", "lambda", "auc"])
    points["lost"] = trade_off.given_up(points)
    for form in CURVES:
        ends = {"least": f"{form}_0.05", "held": f"{form}_{held[form]}", "greatest": f"{form}_0.95"}
        assert trade_off.ends(points, form) == ends
    nothing = pd.DataFrame(columns=["variant", "key", "value"])
    report = {"l23_lambda": points, "l23_alignment": nothing, "l23_scale": nothing}
    as_found = {"one_scalar_trades": True, "split_trades": True, "one_scalar_costs_at_once": True}
    assert claims.claims(report, 0.58, {form: form for form in CURVES}) == as_found | expected


@pytest.mark.parametrize(("black_box", "expected"), [(0.728, ["split"]), (0.7208, ["mean", "split"]), (0.73, []), (float("nan"), [])])
def test_a_form_keeps_the_auc_within_the_noise_of_the_black_box(
    made: study.Study, facts: dict[str, Any], black_box: float, expected: list[str]
) -> None:
    assert claims.keeps_auc(l23_tables.tables(made, facts), FORMS, black_box) == expected


@pytest.mark.parametrize(
    ("kind", "theta_sd", "reproduced", "collapses", "reproduces"),
    [
        (signatures.ALONE, 0.0, 1.0, ["a.b"], ["a.b"]),
        (signatures.ALONE, 0.3, 0.0, [], []),
        (signatures.TOGETHER, 0.0, 1.0, [], []),
    ],
)
def test_a_fault_explains_a_signature_by_itself_or_not_at_all(
    kind: str, theta_sd: float, reproduced: float, collapses: list[str], reproduces: list[str]
) -> None:
    rows = [("a.b", kind, "theta_sd", theta_sd, 0.0), ("a.b", kind, "l_bce", 0.1, reproduced)]
    report = {"l23_as_found": pd.DataFrame(rows, columns=["variant", "kind", "key", "value", "reproduced"])}
    assert claims.collapses_alone(report, 0.58) == collapses
    assert claims.reproduces_alone(report, "l_bce") == reproduces


def test_data_table_counts_every_response_but_the_first_as_scored(facts: dict[str, Any]) -> None:
    data = data_table.table(facts).set_index("key")
    train = facts["splits"]["train_valid"]
    assert data.loc["scored", "train_valid"] == train["responses"] - train["students"]
    assert data.loc["scored", "test"] == facts["scored_test"]


@pytest.mark.parametrize(
    ("value", "null", "threshold", "better", "ceiling", "expected"),
    [
        (0.5, 0.0, np.nan, "higher", None, "reported"),
        (0.5, 0.0, 0.4, "none", None, "reported"),
        (np.nan, 0.0, 0.4, "higher", None, "reported"),
        (0.5, 0.0, 0.4, "higher", None, "pass"),
        (0.5, np.nan, 0.4, "higher", Ceiling(0.3, "a.b", valid=False), "pass"),
        (0.5, 0.45, 0.4, "higher", None, "empty: the null passes too"),
        (0.1, 0.5, 0.15, "lower", None, "pass"),
        (0.3, 0.0, 0.4, "higher", None, "fail"),
        (0.3, 0.0, 0.4, "higher", Ceiling(0.5, "a.b"), "fail"),
        (0.3, 0.0, 0.4, "higher", Ceiling(0.5, "a.b", valid=False), "ceiling invalid"),
        (0.3, 0.0, 0.4, "higher", Ceiling(0.375, "a.b"), "not attainable here (80 % of the ceiling)"),
        (0.3, 0.5, 0.15, "lower", Ceiling(0.2, "a.b"), "not attainable here"),
    ],
)
def test_verdict(value: float, null: float, threshold: float, better: str, ceiling: Ceiling | None, expected: str) -> None:
    judged = Judged(value=value, nulls=(null,), threshold=threshold, better=better, ceiling=ceiling)
    assert verdict(judged) == expected


@pytest.mark.parametrize(
    ("low", "high", "nulls", "better", "expected"),
    [
        (0.1, 0.3, (0.05,), "higher", "beats the null"),
        (0.1, 0.3, (0.05, 0.2), "higher", "no better than the null"),
        (-0.2, -0.1, (-0.3,), "higher", "no better than the null"),
        (0.1, 0.3, (0.5, np.nan), "lower", "beats the null"),
        (0.1, 0.3, (0.3,), "lower", "no better than the null"),
        (0.1, 0.3, (np.nan,), "higher", "reported"),
        (np.nan, np.nan, (0.0,), "higher", "reported"),
    ],
)
def test_without_a_threshold_the_whole_interval_must_beat_every_null(
    low: float, high: float, nulls: tuple[float, ...], better: str, expected: str
) -> None:
    assert verdict(Judged(value=0.2, low=low, high=high, nulls=nulls, better=better)) == expected


def test_the_ceiling_of_mastery_is_the_best_predictor_by_validation(made: study.Study, facts: dict[str, Any]) -> None:
    ceiling = ceilings.ceilings(made, facts)["mastery_response", "r(mastery before, response)"]
    assert ceiling.of == "dkt.base"
    assert ceiling.value == pytest.approx(made_study.AUC["dkt.base"] - 0.36)


def test_a_weak_predictor_is_no_ceiling_where_the_published_figures_are_known(made: study.Study, facts: dict[str, Any]) -> None:
    name = ("mastery_response", "r(mastery before, response)")
    there = {**facts, "scored_test": published.SCORED_TEST}
    weak = replace(
        made, runs=made.runs[made.runs["variant"] != "dkt.base"], metrics=made.metrics.assign(value=made.metrics["value"] - 0.01)
    )
    assert ceilings.ceilings(made, there)[name].valid
    assert not ceilings.ceilings(weak, there)[name].valid
    assert ceilings.ceilings(weak, facts)[name].valid


def test_the_exact_filter_is_the_ceiling_of_ability(made: study.Study, facts: dict[str, Any]) -> None:
    checks = checks_table.table(made, facts).query("variant == 'ikt3.split'").set_index("check")
    static = checks.loc["theta_static"]
    assert static["ceiling_of"] == "reference.rasch_filter"
    assert static["verdict"] == "not attainable here (100 % of the ceiling)"
    assert checks.loc["theta_dynamic", "verdict"] == "pass"
    assert checks.loc["prediction_width", "verdict"] == "empty: the null passes too"


def test_a_study_without_runs_of_the_filter_has_no_ceiling_of_ability(made: study.Study, facts: dict[str, Any]) -> None:
    kept = [frame[frame["variant"] != "reference.rasch_filter"] for frame in (made.runs, made.metrics, made.checks)]
    alone = replace(made, runs=kept[0], metrics=kept[1], checks=kept[2])
    assert not any(check == "theta_static" for check, _ in ceilings.ceilings(alone, facts))


def test_csv_and_markdown_hold_the_same_rows(written: Path) -> None:
    for name, shown in tables.SHOWN.items():
        text = shown(tables.read(name, written / f"{name}.csv"))
        header, _, *markdown = (written / f"{name}.md").read_text().splitlines()
        cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in (header, *markdown)]
        assert cells == [list(text.columns), *text.to_numpy().tolist()]


def test_a_csv_keeps_every_digit(made: study.Study, facts: dict[str, Any], written: Path) -> None:
    pd.testing.assert_frame_equal(
        tables.read("models", written / "models.csv"), models_table.table(made, facts), check_dtype=False, rtol=0, atol=0
    )


def test_summary_is_flat_and_has_at_most_eight_numbers(written: Path) -> None:
    figures = json.loads((written / "summary.json").read_text())
    assert 0 < len(figures) <= 8
    assert all(isinstance(value, float) for value in figures.values())
    assert figures["test_auc"] == pytest.approx(0.727)
    assert figures["best_reference_auc"] == pytest.approx(0.688)
    assert figures["theta_r_dynamic"] == pytest.approx(0.9)


def test_a_focus_without_a_run_is_named(made: study.Study, facts: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"ikt3\.nothing"):
        summary("ikt3.nothing", models_table.table(made, facts), checks_table.table(made, facts))


def test_a_run_without_checks_is_named(files: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"reference.skill_easiness \(fold 0, seed 1\)"):
        study.read(files["metrics"], files["checks"][1:], files["history"], files["by_student"])


def test_a_broken_metrics_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text("{")
    with pytest.raises(UserError, match=r"metrics\.json line 1: not JSON"):
        study.read([tmp_path / "metrics.json"], [], [tmp_path / "history.csv"], [tmp_path / "by_student.parquet"])


def test_a_run_without_a_history_is_named(files: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"no history\.csv beside .*reference\.skill_easiness/seed1/metrics\.json"):
        study.read(files["metrics"], files["checks"], files["history"][1:], files["by_student"])
