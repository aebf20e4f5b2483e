"""Trajectories of another tool: the same figures as the study's own, and every bad file is one line."""

import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_evidence import SKILLS, STUDENTS, Files

from glasskt.checks.parts.evidence import scored
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.metrics import scores
from glasskt.errors import UserError
from glasskt.outputs import write_json
from glasskt.stages import fit_irt, track_ability, verify, verify_foreign

FILES = Files()
GLASS = {"mastery_before": FILES.p, "theta_before": FILES.theta, "beta": FILES.beta}


def table(**model):
    """The test students of `FILES`, as another tool would write them."""
    rows = FILES.trajectories(**model).dropna(axis=1, how="all")
    return rows[FILES.test].reset_index(drop=True)


def with_training_rows(rows, chosen=~FILES.test):
    answers = FILES.trajectories()[["student", "step", "skill", "response"]][chosen]
    return pd.concat([rows.assign(split="test"), answers.assign(split="train")], ignore_index=True)


def verified(folder, rows, end="csv"):
    """What the run writes of a table, and where the table is."""
    place, out = folder / f"theirs.{end}", {name: folder / f"{name}.json" for name in ("metrics", "checks")}
    {"csv": lambda: rows.to_csv(place, index=False), "parquet": lambda: rows.to_parquet(place, index=False)}[end]()
    verify_foreign.run(trajectories=place, **out)
    return {name: json.loads(path.read_text()) for name, path in out.items()}


@pytest.mark.parametrize("end", ["csv", "parquet"])
def test_metrics_are_those_of_the_scored_rows(tmp_path, end):
    rows = scored(FILES.trajectories(), FILES.interactions())
    rows = rows[rows["split"] == "test"]
    p, response = rows["p_before"].to_numpy(), rows["response"].to_numpy(float)
    written = verified(tmp_path, table(), end)
    own = json.loads(json.dumps(scores(p, response, Clusters.of(rows["student"]))))
    assert written["metrics"]["test"].pop("p_blackbox_before") is None
    for metric, value in own.items():
        assert written["metrics"]["test"]["p_before"][metric] == pytest.approx(value, abs=1e-7)
    assert written["checks"] == {"checks": [], "reference": None}


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.sample(frac=1, random_state=0),
        lambda rows: rows.drop(columns="step"),
        lambda rows: rows.assign(step=1.5 * rows["step"] - 7),
        lambda rows: rows.assign(student="s" + rows["student"].astype(str), skill="Größe, " + rows["skill"].astype(str)),
        lambda rows: rows.assign(student=rows["student"].astype(float), response=rows["response"].astype(float)),
        lambda rows: rows.assign(p_before=rows["p_before"].mask(rows["step"] == 0), split="test"),
        lambda rows: rows.assign(their_own="x", beta=None),
    ],
    ids=["shuffled", "no step", "other steps", "words", "floats", "first unpredicted", "more columns"],
)
def test_order_names_and_what_is_not_scored_change_nothing(tmp_path, change):
    rows = table(mastery_before=FILES.p)
    assert verified(tmp_path, change(rows)) == verified(tmp_path, rows)


def test_a_mastery_in_per_cent_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"mastery_before.*not a probability.*per cent"):
        verified(tmp_path, table(mastery_before=100 * FILES.p))


def test_an_output_that_is_the_input_or_another_output_is_refused(tmp_path):
    given = tmp_path / "given.csv"
    table().to_csv(given, index=False)
    before = given.read_bytes()
    for places in ({"metrics": None, "checks": given}, {"metrics": tmp_path / "a.json", "checks": tmp_path / "a.json"}):
        with pytest.raises(UserError, match="named twice"):
            verify_foreign.run(trajectories=given, **places)
    assert given.read_bytes() == before
    assert not (tmp_path / "a.json").exists()


def test_without_training_rows_what_needs_them_is_left_out_and_said(tmp_path, capsys):
    checks = {entry["check"] for entry in verified(tmp_path, table(**GLASS))["checks"]["checks"]}
    said = capsys.readouterr()
    assert checks == {"glass_path_auc", "mastery_response", "prediction_width", "learning_curve"}
    assert "checks against item response theory are left out: no row to fit the reference on" in said.err
    assert "not scored: each student's first response" in said.err
    assert "| mastery_response | r(mastery before, response)" in said.out
    assert "a ceiling" in said.out


def test_with_training_rows_the_reference_recovers_the_students_who_were_simulated(tmp_path, capsys):
    rows = with_training_rows(table(**GLASS))
    unseen = rows["skill"].where((rows["split"] == "train") | (rows.index % 50 > 0), 99)  # a skill that no training student practised
    written = verified(tmp_path, rows.assign(skill=unseen))["checks"]
    found = {entry["quantity"]: entry for entry in written["checks"]}
    assert written["reference"]["students"] == STUDENTS // 2
    assert found["r(beta, IRT beta)"]["value"] > 0.98
    assert found["r(beta, IRT beta)"]["n"] == SKILLS
    assert found["r(last theta, static theta)"]["value"] > 0.85
    assert "without a reference difficulty: 1 (99)" in capsys.readouterr().err


def test_an_unsound_reference_is_left_out_with_its_reason(tmp_path, capsys):
    rows = with_training_rows(table(**GLASS))
    written = verified(tmp_path, rows.assign(response=rows["response"].mask(rows["split"] == "train", 1)))
    assert written["checks"]["reference"] is None
    assert "left out: the 3000 training responses hold no success or no failure" in capsys.readouterr().err


def test_a_quantity_is_measured_where_it_is_known(tmp_path, capsys):
    rows = table(mastery_before=FILES.p, p_blackbox_before=FILES.p)
    half = rows["student"] % 2 == 0
    written = verified(tmp_path, rows.assign(**{name: rows[name].mask(half) for name in ("mastery_before", "p_blackbox_before")}))
    n = {entry["check"]: entry["n"] for entry in written["checks"]["checks"]}
    assert n["mastery_response"] == written["metrics"]["test"]["p_blackbox_before"]["n"] == 60 * 24
    assert written["metrics"]["test"]["p_before"]["n"] == 120 * 24
    assert "mastery_before: known in 1,440 of 2,880 scored rows" in capsys.readouterr().err


def test_one_class_of_responses_has_no_auc_and_says_so(tmp_path, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        written = verified(tmp_path, table(mastery_before=FILES.p, gain=FILES.p).assign(response=1))
    assert written["metrics"]["test"]["p_before"]["auc"]["value"] is None
    assert written["metrics"]["test"]["p_before"]["accuracy"]["value"] > 0
    assert "every scored response is 1: AUC" in capsys.readouterr().err


def test_a_column_of_another_name_is_said_with_the_nearest(tmp_path, capsys):
    verified(tmp_path, table(mastery_before=FILES.p).rename(columns={"mastery_before": "mastery_befor"}))
    assert 'columns not read: mastery_befor (Did you mean "mastery_before"?)' in capsys.readouterr().err


HEADER = "student,step,skill,response,p_before,split\n"
GOOD = HEADER + "a,0,add,1,,test\na,1,mul,0,0.4,test\na,2,add,1,0.7,test\nb,0,add,0,,train\nb,1,mul,1,,train\n"
BAD = {
    "empty": ("", "the file is empty"),
    "header only": (HEADER, "a header but no data row"),
    "no p": (GOOD.replace("p_before", "p_befor"), 'no column "p_before". Did you mean "p_befor"?'),
    "semicolons": (GOOD.replace(",", ";"), "the cells of its header are separated by semicolons; export the file with commas"),
    "tabs": (GOOD.replace(",", "\t"), "the cells of its header are separated by tabs; export the file with commas"),
    "no student": (GOOD.replace("student", "user"), 'no column "student"'),
    "column twice": (GOOD.replace("split", "skill"), 'two columns are named "skill"'),
    "ragged": (GOOD + "c,0,add\n", "line 7: 3 cells where the header has 6"),
    "p above 1": (GOOD + "a,3,add,1,1.2,test\n", 'data row 6, column "p_before": 1.2 is not a probability (1 rows)'),
    "p below 0": (GOOD + "b,2,add,1,-0.1,train\n", 'data row 6, column "p_before": -0.1 is not a probability'),
    "p a word": (GOOD + "a,3,add,1,high,test\n", 'data row 6, column "p_before": "high" is not a number'),
    "p infinite": (GOOD + "a,3,add,1,inf,test\n", 'data row 6, column "p_before": "inf" is not a number'),
    "p missing": (GOOD + "a,3,add,1,NaN,test\n", 'data row 6, column "p_before": no prediction of a scored test response (1 rows)'),
    "two splits": (GOOD + "b,2,add,1,0.5,test\n", 'data row 6, column "split": test, but row 4 of the same student (b) is train'),
    "other split": (GOOD + "b,2,add,1,,trian\n", 'data row 6, column "split": "trian" is no split. Did you mean "train"?'),
    "no split": (GOOD + "b,2,add,1,,\n", 'data row 6, column "split": "" is no split'),
    "response 2": (GOOD + "a,3,add,2,0.5,test\n", 'data row 6, column "response": "2" is neither 0 nor 1'),
    "response in words": (GOOD + "a,3,add,True,0.5,test\n", 'data row 6, column "response": "True" is neither 0 nor 1'),
    "response missing": (GOOD + "a,3,add,,0.5,test\n", 'data row 6, column "response"'),
    "student missing": (GOOD + ",3,add,1,0.5,test\n", 'data row 6, column "student": no student'),
    "skill missing": (GOOD + "a,3,,1,0.5,test\n", 'data row 6, column "skill": no skill'),
    "step missing": (GOOD + "a,,add,1,0.5,test\n", 'data row 6, column "step": no step'),
    "step twice": (GOOD + "a,1,add,1,0.5,test\n", 'data row 6, column "step": student a has step 1 in row 2 already'),
    "nobody tested": (GOOD.replace("test", "train"), "no row is of the split test"),
    "nothing scored": (HEADER + "a,0,add,1,,test\nb,0,add,0,,train\nb,1,mul,1,,train\n", "nothing to score: every test student has one"),
    "not UTF-8": (GOOD.encode() + b"\xff,3,add,1,0.5,test\n", "not UTF-8"),
    "no file": (None, "theirs.csv: no such file"),
}


def refused(folder, place, message):
    out = folder / "out"
    with pytest.raises(UserError) as raised:
        verify_foreign.run(trajectories=place, metrics=out / "metrics.json", checks=out / "checks.json")
    assert message in str(raised.value)
    assert str(place) in str(raised.value)
    assert str(raised.value).isprintable()
    assert not out.exists()


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_one_line_and_nothing_is_written(tmp_path, content, message):
    place = tmp_path / "theirs.csv"
    if content is not None:
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(tmp_path, place, message)


@pytest.mark.parametrize(
    ("write", "name", "message"),
    [
        (lambda path: path.write_text(GOOD), "theirs.tsv", '".tsv" is not read; export the table as .csv or .parquet'),
        (lambda path: path.write_text(GOOD), "theirs.parquet", "not a Parquet file"),
        (lambda path: table().assign(p_before=[[0.5]] * len(table())).to_parquet(path), "theirs.parquet", 'column "p_before" holds list'),
        (lambda path: table().assign(p_before=pd.Timestamp(0)).to_parquet(path), "theirs.parquet", 'column "p_before" holds timestamp'),
        (lambda path: table().head(0).to_parquet(path), "theirs.parquet", "a header but no data row"),
        (lambda path: table().assign(student=None).to_parquet(path), "theirs.parquet", 'data row 1, column "student": no student'),
    ],
    ids=["extension", "a csv file", "lists", "times", "no row", "nulls"],
)
def test_a_bad_file_of_another_kind_is_too(tmp_path, write, name, message):
    write(tmp_path / name)
    refused(tmp_path, tmp_path / name, message)


def glasskt(*words, cwd):
    return subprocess.run([sys.executable, "-m", "glasskt.cli", "verify", *words], cwd=cwd, capture_output=True, text=True)


def test_the_command_takes_a_file_alone_and_the_stage_still_asks_for_all(tmp_path):
    (tmp_path / "theirs.csv").write_text(GOOD)
    (tmp_path / "bad.csv").write_text(BAD["p above 1"][0])
    alone = glasskt("--trajectories", "theirs.csv", "--metrics", "m.json", cwd=tmp_path)
    assert alone.returncode == 0, alone.stderr
    assert "theirs.csv: 2 scored responses of 1 test students" in alone.stdout
    assert json.loads((tmp_path / "m.json").read_text())["test"]["p_before"]["n"] == 2
    bad = glasskt("--trajectories=bad.csv", "--metrics", "bad.json", cwd=tmp_path)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)
    assert not (tmp_path / "bad.json").exists()
    stage = glasskt("--trajectories", "theirs.csv", "--dataset", "simulated", cwd=tmp_path)
    assert stage.returncode == 2
    assert "Missing option '--fold'" in stage.stderr
    assert "alone" not in stage.stderr
    bare = glasskt(cwd=tmp_path)
    assert bare.returncode == 2
    assert "Missing option '--dataset'. Or give --trajectories FILE alone" in " ".join(bare.stderr.split())


@pytest.mark.slow
def test_a_study_and_its_exported_file_find_the_same(tmp_path):
    places = FILES.write(tmp_path, **GLASS)
    facts = json.loads(places["facts"].read_text()) | {"n_skills": SKILLS, "combinations": [], "folds": [0, 2]}
    write_json(facts)(places["facts"])
    common = {"dataset": "made", "fold": 2, "interactions": places["interactions"], "facts": places["facts"]}
    fit = tmp_path / "irt_fit.json"
    static = {"items": places["items"], "students": places["students"], "irt_fit": fit}
    fit_irt.run(parameters={"irt.static": {}}, **common, **static)
    dynamic = {"items": places["items"], "irt_fit": fit, "theta": places["theta"], "tracking": tmp_path / "tracking.json"}
    track_ability.run(parameters={"irt.dynamic": {}}, **common, **dynamic)
    places |= dict.fromkeys(["truth_steps", "truth_skills", "truth_students"])
    out = {"metrics": tmp_path / "study.json", "checks": tmp_path / "study_checks.json", "by_student": tmp_path / "by_student.parquet"}
    where = {"dataset": "made", "fold": 2, "variant": "ikt3.mean", "seed": 7}
    verify.run(parameters={"variants.ikt3.mean": {}}, **where, **places, **out)
    own = [entry for entry in json.loads(out["checks"].read_text())["checks"] if entry["check"] != "finite_training"]  # no history
    trained = FILES.interactions()["fold"].eq(0).fillna(False).to_numpy(bool)
    found = verified(tmp_path, with_training_rows(table(**GLASS), trained))["checks"]["checks"]
    assert [entry["quantity"] for entry in found] == [entry["quantity"] for entry in own]
    for figure in ("value", "low", "high", "null"):
        theirs, ours = (np.array([entry[figure] for entry in entries], float) for entries in (found, own))
        np.testing.assert_allclose(theirs, ours, atol=1e-5)


def pykt_files(folder, longest):
    """The test students as pyKT's window file and prediction file: after a first window one row per further response."""
    windows, lines = [], []
    for student, rows in table().astype({"p_before": float}).groupby("student"):
        skill, response, p = (rows[name].tolist() for name in ("skill", "response", "p_before"))
        for end in [min(longest, len(rows)), *range(longest + 1, len(rows) + 1)]:
            past = slice(max(end - longest, 0), end - 1)
            new = slice(1 if end <= longest else end - 1, end)
            rounded = [int(value >= 0.5) for value in p[new]]
            windows.append(student)
            lines.append(str([skill[past], response[past], skill[new], response[new], p[new], rounded, -1, np.float64(0.5)]))
    for place in ("data/assist2015", "saved_model/dkt"):
        (folder / place).mkdir(parents=True)
    pd.DataFrame({"fold": -1, "uid": windows}).to_csv(folder / "data/assist2015/test_window_sequences.csv", index=False)
    (folder / "saved_model/dkt/qid_test_window_predictions.txt").write_text("\n".join(lines) + "\n")
    learned = FILES.trajectories()[~FILES.test].astype({"skill": str, "response": str}).groupby("student")
    lists = learned[["skill", "response"]].agg(",".join).rename(columns={"skill": "concepts", "response": "responses"})
    lists.rename_axis("uid").reset_index().to_csv(folder / "data/assist2015/train_valid.csv", index=False)


def test_the_how_to_turns_pykts_files_into_these_columns(tmp_path, monkeypatch):
    page = (Path(__file__).parents[2] / "docs/howto.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", page.partition("### Predictions of pyKT")[2].partition("\n## ")[0], re.DOTALL)
    pykt_files(tmp_path, longest=7)
    monkeypatch.chdir(tmp_path)
    exec(snippet, {})
    theirs = pd.read_csv("pykt.csv")
    assert (theirs["split"] == "train").sum() == (~FILES.test).sum()
    assert verified(tmp_path, theirs) == verified(tmp_path, table().astype({"p_before": float}))
