"""Every bad raw file is one line that says where, what and how to mend it; nothing is written."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasskt.data.catalogue import Columns
from glasskt.data.interactions import table_of
from glasskt.data.readers import long_table, pykt
from glasskt.errors import UserError
from glasskt.stages import preprocess

HEADER = "fold,uid,concepts,responses\n"
TRAIN = HEADER + '0,1,"0,1","1,0"\n1,2,"0,1","1,0"\n'
TEST = HEADER + '-1,9,"0,1","1,0"\n'


def train(line: str) -> dict:
    return {"train_valid": TRAIN + line + "\n"}


PYKT = {
    "no file": ({"train_valid": None}, ["train_valid.csv: no such file", "glasskt data get"]),
    "empty": ({"train_valid": ""}, ["train_valid.csv: the file is empty"]),
    "header only": ({"test": HEADER}, ["test.csv: a header but no data row"]),
    "column renamed": ({"train_valid": TRAIN.replace("concepts", "concept")}, ['no column "concepts"', 'Did you mean "concept"?']),
    "column twice": ({"train_valid": "uid," + TRAIN.replace("\n", "\n5,").removesuffix("5,")}, ['two columns are named "uid"']),
    "semicolons": ({"train_valid": TRAIN.replace(",", ";")}, ["train_valid.csv: the cells of its header are separated by semicolons"]),
    "too many cells": (train("0,3,0,1,1"), ["train_valid.csv: line 4: 5 cells where the header has 4", "double quotes"]),
    "unequal lists": (train('0,3,"0,1","1"'), ["data row 3 (student 3): 2 concepts but 1 responses"]),
    "unequal lists of equal sum": (
        {"train_valid": HEADER + '0,1,"0,1","1"\n1,2,"0","1,0"\n'},
        ["data row 1 (student 1): 2 concepts but 1 responses"],
    ),
    "response 2": (train('0,3,"0,1","1,2"'), ["data row 3 (student 3): response 2 is neither 0 nor 1"]),
    "padding": (train('0,3,"0,1","1,-1"'), ["response -1", "_sequences.csv"]),
    "decimal response": (train('0,3,"0,1","1,0.5"'), ["data row 3 (student 3), responses", '"0.5", not a whole number']),
    "response in words": (train('0,3,"0","yes"'), ["responses", '"yes"']),
    "hexadecimal": (train('0,3,"0","0x1"'), ["responses", '"0x1", not a whole number']),
    "other digits": (train('0,3,"0","١"'), ["responses", "not a whole number"]),
    "number too long": (train('0,3,"99999999999999999999","1"'), ["concepts", "not a whole number"]),
    "unknown skill": (train('0,3,"0,100","1,0"'), ["data row 3 (student 3): concept 100 is outside 0 to 1", "`skills`"]),
    "negative skill": (train('0,3,"0,-1","1,0"'), ["data row 3 (student 3): concept -1 is outside 0 to 1"]),
    "a skill twice": (train('0,3,"0,1_1","1,0"'), ["student 3", "concept 1 stands twice"]),
    "half a skill": (train('0,3,"0,1_","1,0"'), ["student 3", "value 3 is empty"]),
    "empty element": (train('0,3,"0,,1","1,0,1"'), ["data row 3 (student 3), concepts: value 2 is empty"]),
    "trailing comma": (train('0,3,"0,1,","1,0"'), ["concepts: value 3 is empty"]),
    "empty lists": (train('0,3,"",""'), ["concepts: value 1 is empty"]),
    "fold missing": (train(',3,"0","1"'), ["data row 3 (student 3), fold: value 1 is empty"]),
    "fold NaN": (train('nan,3,"0","1"'), ["data row 3 (student 3), fold", '"nan"']),
    "fold decimal": (train('1.5,3,"0","1"'), ["fold", '"1.5"']),
    "fold a list": (train('"0,1",3,"0","1"'), ["data row 3 (student 3), fold: 2 values"]),
    "uid missing": (train('0,,"0","1"'), ["data row 3: uid is empty"]),
    "files exchanged": ({"train_valid": TEST, "test": TRAIN}, ["train_valid.csv: data row 1 (student 9): fold -1", "exchanged?"]),
    "student twice": (train('0,1,"0","1"'), ["data row 3 (student 1): the student is there twice, first in train_valid.csv, data row 1"]),
    "student in both files": (
        {"test": TEST + '-1,2,"0","1"\n'},
        ["test.csv: data row 2 (student 2)", "first in train_valid.csv, data row 2"],
    ),
    "one fold": ({"train_valid": HEADER + '0,1,"0","1"\n'}, ["train_valid.csv", "1 fold(s) beside the test set"]),
    "not UTF-8": ({"train_valid": TRAIN.encode() + b'0,\xff\xfe,"0","1"\n'}, ["train_valid.csv: line 4: byte", "not UTF-8"]),
    "binary": ({"train_valid": bytes(range(256)) * 4}, ["train_valid.csv: line", "not UTF-8"]),
    "wrong count": ({"test": TEST + '-1,8,"0,1","1,0"\n'}, ["scored_test: 1 expected, but", "gives 2"]),
}

LONG_HEADER = "student,skill,response,order,fold,split\n"
LONG = LONG_HEADER + "a,x,1,0,0,train_valid\na,y,0,1,0,train_valid\nb,x,1,0,1,train_valid\nc,x,1,0,,test\n"
LONG_TABLE = {
    "no file": (None, "", ["table.csv: no such file"]),
    "empty": ("", "", ["table.csv: the file is empty"]),
    "header only": (LONG_HEADER, "", ["a header but no data row"]),
    "column missing": (LONG.replace("student,", "studnt,"), "", ['no column "student"', 'Did you mean "studnt"?']),
    "response 0.5": (LONG + "a,x,0.5,2,0,train_valid\n", "", ['data row 5, column "response": "0.5" is neither', "drop: [partial_credit]"]),
    "response missing": (LONG + "a,x,,2,0,train_valid\n", "", ['data row 5, column "response"']),
    "student missing": (LONG + ",x,1,2,0,train_valid\n", "", ['data row 5, column "student": no student']),
    "skill missing": (LONG + "a,,1,2,0,train_valid\n", "", ['data row 5, column "skill": no skill', "drop: [no_skill]"]),
    "order missing": (LONG + "a,x,1,,0,train_valid\n", "order", ['data row 5, column "order"']),
    "order without end": (LONG + "a,x,1,inf,0,train_valid\n", "order", ['data row 5, column "order": "inf" is no time']),
    "times with and without a zone": (
        LONG_HEADER + "a,x,1,2012-01-01T00:00:00Z,0,\na,x,1,2012-01-01T00:00:01,0,\n",
        "order",
        ['data row 2, column "order": "2012-01-01T00:00:01" has no time zone, unlike those above it'],
    ),
    "order in words": (LONG + "a,x,1,last,0,train_valid\n", "order", ['data row 5, column "order": "last"']),
    "fold missing": (LONG + "d,x,1,0,,train_valid\n", "fold split", ['data row 5, column "fold": nothing is not a fold']),
    "fold 1.5": (LONG + "d,x,1,0,1.5,train_valid\n", "fold split", ['"1.5" is not a fold']),
    "fold in the test split": (LONG + "d,x,1,0,1,test\n", "fold split", ["fold 1 in the test split"]),
    "fold -1 in training": (LONG + "d,x,1,0,-1,train_valid\n", "fold split", ['"-1" is not a fold']),
    "student in two folds": (
        LONG + "a,x,1,2,1,train_valid\n",
        "fold split",
        ["data row 5", "student a has another fold in an earlier row"],
    ),
    "student in two splits": (LONG + "a,x,1,2,0,test\n", "split", ["data row 5", "student a has another split in an earlier row"]),
    "unknown split": (LONG + "d,x,1,0,,tset\n", "split", ['column "split": "tset" is no split. Did you mean "test"?']),
    "test-only skill": (LONG + "c,z,1,1,,test\n", "fold split", ['data row 5, column "skill": skill "z" occurs in the test set only']),
    "nobody tested": (LONG.replace("c,x,1,0,,test", "c,x,1,0,1,test"), "fold", ["table.csv: no student is in the test set"]),
    "too few students": (LONG, "", ["table.csv: the number of students, 3, is too small for 5 folds"]),
}


def one_line_and_nothing_written(tmp_path: Path, block: dict, raw: list[Path], fragments: list[str]) -> None:
    outputs = {"interactions": tmp_path / "out/interactions.parquet", "facts": tmp_path / "out/dataset.json"}
    with pytest.raises(UserError) as raised:
        preprocess.run(parameters={"datasets.own": block}, dataset="own", raw=raw, **outputs)
    message = str(raised.value)
    assert "\n" not in message
    for fragment in fragments:
        assert fragment in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("changed", "fragments"), PYKT.values(), ids=PYKT.keys())
def test_a_bad_pykt_file_is_refused(changed, fragments, tmp_path):
    for name, content in ({"train_valid": TRAIN, "test": TEST} | changed).items():
        if content is not None:
            (tmp_path / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    block = {"format": "pykt", "skills": 2, "scored_test": 1}
    one_line_and_nothing_written(tmp_path, block, [tmp_path / "train_valid.csv", tmp_path / "test.csv"], fragments)


@pytest.mark.parametrize(("content", "named", "fragments"), LONG_TABLE.values(), ids=LONG_TABLE.keys())
def test_a_bad_long_table_is_refused(content, named, fragments, tmp_path):
    if content is not None:
        (tmp_path / "table.csv").write_text(content)
    block = {"format": "long", "table": "table.csv", "columns": {name: name for name in named.split()}}
    one_line_and_nothing_written(tmp_path, block, [tmp_path / "table.csv"], fragments)


def refused_as(read) -> str:
    try:
        read()
    except UserError as refused:
        return str(refused)
    return ""


CELL = st.one_of(
    st.sampled_from(["", "nan", "0", "1", "-1", "1.0", "0x1", "1e3", " 1", "a", '"', "1,0", "\r", "\x00"]), st.text(max_size=4)
)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=7).map(",".join), max_size=5).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, tail=st.binary(max_size=3))
def test_whatever_follows_the_header_is_read_or_refused_in_one_line(rows, tail):
    named = {name: name for name in ("order", "fold", "split")}
    with TemporaryDirectory() as folder:
        train_valid, test, table = (Path(folder, name) for name in ("train_valid.csv", "test.csv", "table.csv"))
        train_valid.write_bytes(TRAIN.encode() + rows.encode("utf-8", "replace") + tail)
        test.write_text(TEST)
        table.write_bytes(LONG.encode() + rows.encode("utf-8", "replace") + tail)
        for read in (
            lambda: pykt.read(train_valid, test, 2),
            lambda: long_table.read(table, Columns(**named, time="order", item="skill"), folds=2, test_share=0.3, split_seed=0),
            lambda: long_table.read(table, Columns(), folds=2, test_share=0.3, split_seed=0),
        ):
            assert refused_as(lambda read=read: table_of(read())).isprintable()


@pytest.mark.parametrize(
    ("write", "fragment"),
    [
        (lambda path: path.write_text(LONG), "not a Parquet file"),
        (lambda path: pd.DataFrame({"student": [[1]], "skill": [1], "response": [1]}).to_parquet(path), 'column "student" holds list'),
        (
            lambda path: pd.DataFrame({"student": [1], "skill": [1], "response": [pd.Timestamp(0)]}).to_parquet(path),
            'data row 1, column "response"',
        ),
        (lambda path: pd.DataFrame({"student": [1], "skill": [1]}).to_parquet(path), 'no column "response"'),
    ],
    ids=["a csv file", "lists", "times as responses", "column missing"],
)
def test_a_bad_parquet_table_is_refused(write, fragment, tmp_path):
    write(tmp_path / "table.parquet")
    block = {"format": "long", "table": "table.parquet"}
    one_line_and_nothing_written(tmp_path, block, [tmp_path / "table.parquet"], [fragment])


@pytest.mark.parametrize(
    ("block", "fragment"),
    [
        ({"format": "simulated", "studnets": 5}, "datasets.own.studnets"),
        ({"format": "pykt"}, "datasets.own.skills"),
        ({"format": "csv"}, "datasets.own"),
        ({"format": "long", "table": "t.csv", "columns": {"pupil": "p"}}, "datasets.own.columns.pupil"),
        ({"format": "simulated", "mastery_stop": 9, "max_run": 4}, "raise max_run"),
    ],
)
def test_a_wrong_dataset_block_names_its_key(block, fragment, tmp_path):
    one_line_and_nothing_written(tmp_path, block, [], [fragment])


def test_a_log_of_one_skill_is_refused(tmp_path):
    table = tmp_path / "one.csv"
    table.write_text("student,skill,response\n" + "".join(f"{student},only,{student % 2}\n" * 3 for student in range(12)))
    log = long_table.read(table, Columns(), folds=2, test_share=0.3, split_seed=0)
    with pytest.raises(UserError, match=r"one\.csv: only one skill \(only\)"):
        table_of(log)


@pytest.mark.parametrize("n", [1, 3])
def test_too_few_or_too_many_raw_files_are_counted(tmp_path, n):
    outputs = {"interactions": tmp_path / "interactions.parquet", "facts": tmp_path / "dataset.json"}
    with pytest.raises(
        UserError, match=rf"--raw: {n} file\(s\), but datasets.mine is read from 2; pass, in this order, train_valid.csv, test.csv"
    ):
        preprocess.run(
            parameters={"datasets.mine": {"format": "pykt", "skills": 2}}, dataset="mine", raw=[tmp_path / "a.csv"] * n, **outputs
        )
