"""Responses to items with several skills: a Q-matrix beside a long table, and the three- and four-line text format."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasskt.config import load
from glasskt.data.catalogue import Columns, dataset_block
from glasskt.data.interactions import table_of
from glasskt.data.readers import lines, long_table, q_matrix
from glasskt.errors import UserError
from glasskt.graph import expand
from glasskt.pipeline import TRACED
from glasskt.stages import fit_as_found, fit_irt, preprocess, track_ability, train, trajectories, verify

SKILLS_OF = {"p1": ["add"], "p2": ["add", "sub"], "p3": ["mul", "sub"], "p4": ["mul"]}
PAIRS = "skill,item\n" + "".join(f"{skill},{item}\n" for item, skills in SKILLS_OF.items() for skill in skills)
MATRIX = "item,sub,mul,add,div\np1,0,0,1,0\np2,1,0,1,0\np3,1,1,0,0\np4,0,1,0,0\np5,0,0,0,1\n"
COLUMNS = Columns(item="item")
SPLIT = {"folds": 2, "test_share": 0.3, "split_seed": 0}
RECORDS = st.lists(
    st.lists(st.tuples(st.sampled_from(sorted(SKILLS_OF)), st.integers(0, 1)), min_size=1, max_size=9), min_size=4, max_size=9
)


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def expanded(records):
    """(student, step, skill, response) of every skill that a response practises."""
    return [
        (student, step, skill, response)
        for student, record in enumerate(records)
        for step, (item, response) in enumerate(record)
        for skill in SKILLS_OF[item]
    ]


def rows_of(log):
    table = table_of(log)
    return [
        (student, step, log.skill_names[skill], response)
        for student, step, skill, response in table[["student", "step", "skill", "response"]].itertuples(index=False, name=None)
    ]


def with_every_item(records):
    return [[*record, *((item, 1) for item in sorted(SKILLS_OF))] for record in records]


@settings(max_examples=30, deadline=None)
@given(records=RECORDS, matrix=st.sampled_from([PAIRS, MATRIX]), seed=st.integers(0, 99))
def test_each_response_is_repeated_for_the_skills_of_its_item(records, matrix, seed):
    records = with_every_item(records)
    rows = [(student, item, response, step) for student, record in enumerate(records) for step, (item, response) in enumerate(record)]
    shuffled = pd.DataFrame(rows, columns=["student", "item", "response", "at"]).sample(frac=1, random_state=seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        shuffled.to_csv(folder / "log.csv", index=False)
        found = q_matrix.read(written(folder, "q.csv", matrix))
        log = long_table.read(folder / "log.csv", Columns(item="item", order="at"), **SPLIT, matrix=found)
    assert log.skill_names == ("add", "mul", "sub")  # div is practised by nobody
    assert sorted(rows_of(log)) == sorted(expanded(records))
    assert log.item.tolist() == [item for item in log.item if item in SKILLS_OF]


def as_lines(records, n, trailing=""):
    """Three or four lines a student, skills joined by underscores."""
    blocks = []
    for record in records:
        skills = ",".join("_".join(SKILLS_OF[item]) for item, _ in record)
        block = [str(len(record)), ",".join(item for item, _ in record), skills, ",".join(str(response) for _, response in record)]
        blocks += [line + (trailing if number else "") for number, line in enumerate(block) if n == 4 or number != 1]
    return "\n".join(blocks) + "\n"


@settings(max_examples=30, deadline=None)
@given(records=RECORDS, n=st.sampled_from([3, 4]), trailing=st.sampled_from(["", ","]), apart=st.booleans())
def test_lines_become_the_responses_that_were_written(records, n, trailing, apart):
    records = with_every_item(records)
    with TemporaryDirectory() as name:
        folder = Path(name)
        learned = records[:-1] if apart else records
        first = written(folder, "train.txt", as_lines(learned, n, trailing))
        second = written(folder, "test.txt", as_lines(records[-1:], n, trailing)) if apart else None
        log = lines.read(first, second, lines=n, first="count", **SPLIT)
        table = table_of(log)
    assert sorted(rows_of(log)) == sorted(expanded(records))
    assert set(table.loc[table["split"] == "test", "student"]) == {len(records) - 1} if apart else table["split"].eq("test").any()
    assert (log.item is not None) == (n == 4)


def test_the_first_line_may_hold_the_student(tmp_path):
    text = as_lines(with_every_item([[("p1", 1)]] * 3), 3).replace("5\n", "{}\n")
    path = written(tmp_path, "train.txt", text.format("0,ann", "1,bob", "2,cy"))
    log = lines.read(path, None, lines=3, first="student", **SPLIT)
    assert list(dict.fromkeys(log.student)) == ["ann", "bob", "cy"]
    with pytest.raises(UserError, match=r"line 4: student ann is there already, in train.txt line 1"):
        lines.read(written(tmp_path, "train.txt", text.format("ann", "ann", "cy")), None, lines=3, first="student", **SPLIT)


GOOD = "2\n1,2\n1,0\n" * 5
BAD_LINES = {
    "a line missing": (GOOD + "2\n1,2\n", "17 lines are no multiple of 3"),
    "wrong count": (GOOD + "3\n1,2\n1,0\n", 'line 16: "3", but 2 responses follow'),
    "unequal lists": (GOOD + "2\n1,2,1\n1,0\n", r"line 17 \(skills\): 3 skills but 2 responses"),
    "response 2": (GOOD + "2\n1,2\n1,2\n", r'line 18 \(responses\): value 2 is "2", neither 0 nor 1'),
    "empty value": (GOOD + "3\n1,,2\n1,0,1\n", r"line 17 \(skills\): value 2 is empty"),
    "no response": (GOOD + "0\n\n\n2\n1,2\n1,0\n", r"line 18 \(responses\): no response"),
    "half a skill": (GOOD + "2\n1,2_\n1,0\n", r'line 17 \(skills\): value 2 is "2_"'),
    "a skill twice": (GOOD + "2\n1,2_2\n1,0\n", r'line 17 \(skills\): value 2 is "2_2"'),
    "empty file": ("", "the file is empty"),
    "not text": (b"2\n\xff\n1,0\n", "not UTF-8"),
    "too few students": ("2\n1,2\n1,0\n", "the number of students, 1, is too small"),
}


@pytest.mark.parametrize(("text", "said"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_text_file_is_one_line_that_names_the_place(tmp_path, text, said):
    path = tmp_path / "train.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError, match=said) as raised:
        lines.read(path, None, lines=3, first="count", **SPLIT)
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


def test_a_skill_of_test_students_only_is_refused(tmp_path):
    train_valid, test = written(tmp_path, "train.txt", GOOD), written(tmp_path, "test.txt", "2\n1,3\n1,0\n")
    with pytest.raises(UserError, match=r"test.txt: line 2 \(skills\): skill 3 occurs in the test set only"):
        lines.read(train_valid, test, lines=3, first="count", **SPLIT)


BAD_MATRIX = {
    "pair twice": (PAIRS + "add,p1\n", "data row 7: item p1 has skill add already"),
    "no skill named": (PAIRS + ",p5\n", "data row 7: no skill"),
    "item twice": (MATRIX + "p1,0,0,1,0\n", "data row 6: item p1 stands in data row 1 already"),
    "item without a skill": (MATRIX + "p6,0,0,0,0\n", "data row 6: item p6 has no skill"),
    "cell 2": (MATRIX + "p6,0,2,0,0\n", 'data row 6, column "mul": "2" is neither 0 nor 1'),
    "other columns": ("problem,kc\np1,add\n", 'name its columns "item" and "skill"'),
    "header only": ("item,skill\n", "a header but no data row"),
}


@pytest.mark.parametrize(("text", "said"), BAD_MATRIX.values(), ids=BAD_MATRIX)
def test_a_bad_q_matrix_is_one_line_that_names_the_place(tmp_path, text, said):
    with pytest.raises(UserError, match=said) as raised:
        q_matrix.read(written(tmp_path, "q.csv", text))
    assert str(raised.value).startswith(str(tmp_path / "q.csv"))


def test_an_item_that_the_q_matrix_lacks_is_named_with_its_row(tmp_path):
    log = written(tmp_path, "log.csv", "student,item,response\n1,p1,1\n2,p9,0\n")
    with pytest.raises(UserError, match=r'log.csv: data row 2, column "item": "p9" is not in .*q.csv'):
        long_table.read(log, COLUMNS, **SPLIT, matrix=q_matrix.read(written(tmp_path, "q.csv", PAIRS)))


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"table": "a.csv", "q_matrix": "q.csv"}, "q_matrix needs columns.item"),
        ({"table": "a.csv", "q_matrix": "q.csv", "columns": {"item": "i", "skill": "s"}}, "skills come from q_matrix"),
        ({"table": "a.csv", "columns": {"skill": None}}, "columns.skill is missing"),
    ],
)
def test_skills_come_from_one_place(block, said):
    with pytest.raises(UserError, match=said):
        dataset_block("mine", {"format": "long", **block})


def simulated(students=60, seed=0):
    """Rasch students at items whose difficulty is the mean of their skills'."""
    rng = np.random.default_rng(seed)
    beta = {"add": -1.0, "sub": 0.0, "mul": 0.8}
    records = []
    for theta in rng.normal(size=students):
        items = rng.choice(sorted(SKILLS_OF), size=rng.integers(6, 14))
        p = [1 / (1 + np.exp(np.mean([beta[skill] for skill in SKILLS_OF[item]]) - theta)) for item in items]
        records.append(list(zip(items.tolist(), (rng.random(len(items)) < p).astype(int).tolist(), strict=True)))
    return records


def raw_files(folder, kind, records):
    """The block of a format, and its files."""
    if kind == "lines":
        block = {"format": "lines", "train_valid": str(written(folder, "all.txt", as_lines(records, 4))), "lines": 4}
        return block, [folder / "all.txt"]
    rows = [(student, item, response) for student, record in enumerate(records) for item, response in record]
    pd.DataFrame(rows, columns=["student", "item", "response"]).to_csv(folder / "log.csv", index=False)
    written(folder, "q.csv", MATRIX)
    columns = {"item": "item"}
    return {"format": "long", "table": str(folder / "log.csv"), "q_matrix": str(folder / "q.csv"), "columns": columns}, [
        folder / "log.csv",
        folder / "q.csv",
    ]


@pytest.mark.parametrize("kind", ["lines", "long"])
def test_from_the_raw_files_to_the_checks_a_response_to_several_skills_is_scored_once(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    records = simulated()
    block, raw = raw_files(tmp_path, kind, records)
    at = {name: tmp_path / f"{name}.parquet" for name in ("interactions", "items", "students", "theta", "by_student", *TRACED)}
    at["history"] = tmp_path / "history.csv"
    at |= {name: tmp_path / f"{name}.json" for name in ("facts", "irt_fit", "tracking", "fit", "metrics", "checks")}
    preprocess.run(parameters={"datasets.mine": block}, dataset="mine", raw=raw, interactions=at["interactions"], facts=at["facts"])
    data = {name: at[name] for name in ("interactions", "facts")}
    here = {"dataset": "mine", "fold": 0}
    fit_irt.run(parameters={"irt.static": {}}, **here, **data, **{name: at[name] for name in ("items", "students", "irt_fit")})
    as_found = {f"as_found_{name}": tmp_path / f"as_found_{name}.parquet" for name in ("fits", "items", "students")}
    fit_as_found.run(parameters={"irt.as_found": {}}, **here, **data, **as_found)
    assert set(pd.read_parquet(as_found["as_found_fits"])["fit"]) == {"mml", "2pl"}  # py-irt fits one skill per response
    track_ability.run(
        parameters={"irt.dynamic": {"drift": 0.0}},
        **here,
        **data,
        **{name: at[name] for name in ("items", "irt_fit", "theta", "tracking")},
    )
    facts = json.loads(at["facts"].read_text())
    assert facts["scored_test"] == facts["splits"]["test"]["responses"] - facts["splits"]["test"]["students"]
    assert facts["n_responses"] == sum(map(len, records))
    for variant, settings_of in {"gainakt3.ranged": {"epochs": 1}, "gainakt2.heads": {"epochs": 1}}.items():
        run = {**here, "variant": variant, "seed": 0}
        parameters = {f"variants.{variant}": settings_of}
        model = tmp_path / "model.safetensors"
        train.run(parameters=parameters, **run, **data, model=model, history=at["history"], fit=at["fit"])
        traced = {name: at[name] for name in TRACED}
        trajectories.run(parameters=parameters, **run, **data, model=model, **traced)
        against = {name: at[name] for name in ("items", "students", "theta", "history", "fit", "metrics", "checks", "by_student")}
        verify.run(parameters=parameters, **run, **data, **traced, **against)
        metrics = json.loads(at["metrics"].read_text())
        assert metrics["test"]["p_before"]["n"] == facts["scored_test"]
        assert 0 < metrics["test"]["p_before"]["auc"]["value"] < 1


def test_the_files_of_every_format_are_inputs_of_the_step_that_reads_them(tmp_path):
    params = """
study: one
studies: {one: {dataset: D, folds: [0], seeds: [1], focus: reference.pfa, variants: [reference.pfa]}}
datasets:
  long: {format: long, table: log.csv, q_matrix: q.csv, columns: {item: problem}}
  lines: {format: lines, train_valid: a.txt, test: b.txt}
variants: {reference: {pfa: {predictor: pfa}}}
"""
    for dataset, files in {"long": ["log.csv", "q.csv"], "lines": ["a.txt", "b.txt"]}.items():
        path = written(tmp_path, "params.yaml", params.replace("dataset: D", f"dataset: {dataset}"))
        step = next(step for step in expand(load(path)).steps if step.stage.name == "preprocess")
        assert step.inputs["raw"] == files
