"""The verify stage on files: scored rows, whole outputs, faults that are named."""

import json

import pandas as pd
import pytest
from made_evidence import Files

from glasskt.errors import UserError
from glasskt.stages import verify

FILES = Files()
GLASS = {"mastery_before": FILES.p, "theta_before": FILES.theta, "beta": FILES.beta, "p_blackbox_before": FILES.p**0.9}
SETTINGS = {"l_23": {"form": "mean"}}


def run(places, folder):
    out = {"metrics": folder / "metrics.json", "checks": folder / "checks.json", "by_student": folder / "by_student.parquet"}
    where = {"dataset": "made", "fold": 2, "variant": "ikt3.mean", "seed": 7}
    verify.run(parameters={"variants.ikt3.mean": SETTINGS}, **where, **places, **out)
    return {name: out[name].read_text() for name in ("metrics", "checks")}


def strictly(text):
    def refuse(constant):
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def change(place, edit):
    table = pd.read_parquet(place)
    edit(table).to_parquet(place, index=False)


def test_every_response_but_a_students_first_is_scored_and_json_has_no_nan(tmp_path):
    written = run(FILES.write(tmp_path, **GLASS), tmp_path)
    metrics, checks = strictly(written["metrics"]), strictly(written["checks"])
    name = {"dataset": "made", "fold": 2, "variant": "ikt3.mean", "seed": 7}
    assert {key: metrics[key] for key in name} == {key: checks[key] for key in name} == name
    assert metrics["settings"] == SETTINGS
    assert metrics["fit"]["valid_auc"] == 0.7
    assert metrics["test"]["p_before"]["n"] == 120 * 24
    assert metrics["validation"]["p_before"]["n"] == 60 * 24
    assert metrics["test"]["p_blackbox_before"]["auc"]["value"] == pytest.approx(metrics["test"]["p_before"]["auc"]["value"], abs=1e-6)
    assert {entry["check"] for entry in checks["checks"]} >= {"l_23", "theta_truth", "mastery_response"}


def test_equal_inputs_give_equal_bytes(tmp_path):
    places = FILES.write(tmp_path, **GLASS)
    assert run(places, tmp_path) == run(places, tmp_path)


def test_first_responses_count_for_nothing(tmp_path):
    places = FILES.write(tmp_path, **GLASS)
    before = run(places, tmp_path)
    change(places["trajectories"], lambda table: table.assign(p_before=table["p_before"].mask(table["step"] == 0, 0.5)))
    assert run(places, tmp_path) == before


def test_student_ids_may_be_words(tmp_path):
    places = FILES.write(tmp_path, **GLASS)
    as_numbers = strictly(run(places, tmp_path)["metrics"])
    for name, place in places.items():
        if name not in ("fit", "facts", "items", "truth_skills", "history"):
            words = "string" if name == "theta" else object
            change(place, lambda table, words=words: table.assign(student=("s" + table["student"].astype(str)).astype(words)))
    assert strictly(run(places, tmp_path)["metrics"]) == as_numbers


def test_a_black_box_gets_metrics_and_the_checks_of_predictions_and_training(tmp_path):
    written = run(FILES.write(tmp_path), tmp_path)
    assert {entry["check"] for entry in strictly(written["checks"])["checks"]} == {"finite_training", "p_truth"}
    assert strictly(written["metrics"])["test"]["p_blackbox_before"] is None


def test_real_students_have_no_truth_and_no_check_of_it(tmp_path):
    places = FILES.write(tmp_path, **GLASS)
    for name in ("truth_steps", "truth_skills", "truth_students"):
        places[name] = None
    assert "theta_truth" not in run(places, tmp_path)["checks"]


@pytest.mark.parametrize(
    ("file", "edit", "message"),
    [
        ("trajectories", lambda table: table[table["student"] != 339], "scored test responses"),
        ("trajectories", lambda table: table[table["student"] >= 220], "no scored response of fold 2"),
        ("trajectories", lambda table: table.assign(p_before=1.5), "p_before of student 100 step 1 is 1.5"),
        ("trajectories", lambda table: table.assign(p_blackbox_before=table["p_before"].mask(table["step"] == 3)), "p_blackbox_before"),
        ("students", lambda table: table[table["student"] != 300], "students.parquet: student 300 is missing"),
        ("students", lambda table: table.astype({"student": str}), "another kind"),
        ("theta", lambda table: table[table["step"] != 4], "theta.parquet: student 220 step 4 is missing"),
        ("items", lambda table: pd.concat([table, table.tail(1)]), "items.parquet: skill 5 is there more than once"),
        ("truth_skills", lambda table: table.tail(3), "truth/skills.parquet: skill"),
    ],
)
def test_files_that_do_not_belong_together_are_named_and_nothing_is_written(tmp_path, file, edit, message):
    places = FILES.write(tmp_path, **GLASS)
    change(places[file], edit)
    with pytest.raises(UserError, match=message):
        run(places, tmp_path)
    assert not (tmp_path / "metrics.json").exists()
    assert not (tmp_path / "checks.json").exists()
