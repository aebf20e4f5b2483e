"""What was written in a format is what the interactions table holds, whatever the students look like."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasskt.data.catalogue import Columns
from glasskt.data.cohort import Cohort
from glasskt.data.interactions import facts_of, table_of
from glasskt.data.readers import long_table, pykt
from glasskt.stages import preprocess

SKILLS = 7
RESPONSES = st.lists(st.tuples(st.integers(0, SKILLS - 1), st.integers(0, 1)), min_size=1, max_size=12)
INTEGER_IDS = st.integers(-(2**40), 2**40)
TEXT_IDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters='",\ufeff'), min_size=1, max_size=5
).map(lambda text: f"s{text}s")  # a long table's names have no blanks around them
STUDENTS = st.one_of(INTEGER_IDS, TEXT_IDS).flatmap(
    lambda one: st.dictionaries(INTEGER_IDS if isinstance(one, int) else TEXT_IDS, RESPONSES, min_size=3, max_size=8)
)


def as_pykt(students: dict, fold_of: dict) -> str:
    lines = ["fold,uid,concepts,responses"]
    for student, rows in students.items():
        skills, responses = (",".join(map(str, column)) for column in zip(*rows, strict=True))
        lines.append(f'{fold_of[student]},{student},"{skills}","{responses}"')
    return "\n".join(lines) + "\n"


def expected_rows(students: dict) -> list[tuple]:
    return [(student, step, *row) for student in sorted(students) for step, row in enumerate(students[student])]


def rows_of(table: pd.DataFrame) -> list[tuple]:
    return list(table[["student", "step", "skill", "response"]].itertuples(index=False, name=None))


@settings(max_examples=40, deadline=None)
@given(students=STUDENTS)
def test_pykt_lists_become_one_row_per_response(students):
    *trained, tested = students
    fold_of = {tested: -1, **{student: fold % 2 for fold, student in enumerate(trained)}}
    with TemporaryDirectory() as folder:
        train_valid, test = Path(folder, "train_valid.csv"), Path(folder, "test.csv")
        train_valid.write_text(as_pykt({student: students[student] for student in trained}, fold_of), encoding="utf-8")
        test.write_text(as_pykt({tested: students[tested]}, fold_of), encoding="utf-8")
        table = table_of(pykt.read(train_valid, test, SKILLS))
    assert rows_of(table) == expected_rows(students)
    folds = table.drop_duplicates("student").set_index("student")["fold"]
    assert {student: -1 if pd.isna(fold) else fold for student, fold in folds.items()} == fold_of


@settings(max_examples=40, deadline=None)
@given(students=STUDENTS, as_parquet=st.booleans(), shuffle_seed=st.integers(0, 2**32 - 1))
def test_a_long_table_is_read_in_the_order_of_its_order_column(students, as_parquet, shuffle_seed):
    rows = [(student, skill, response, step) for student, own in students.items() for step, (skill, response) in enumerate(own)]
    rows += [(student, skill, 1, 100 + skill) for student in students for skill in range(SKILLS)]  # no skill in the test set only
    written = pd.DataFrame(rows, columns=["who", "what", "right", "when"]).sample(frac=1, random_state=shuffle_seed)
    columns = Columns(student="who", skill="what", response="right", order="when")
    with TemporaryDirectory() as folder:
        path = Path(folder, "table.parquet" if as_parquet else "table.csv")
        (written.to_parquet if as_parquet else written.to_csv)(path, index=False)
        table = table_of(long_table.read(path, columns, folds=2, test_share=0.34, split_seed=0))
    assert rows_of(table) == expected_rows({student: [*own, *((skill, 1) for skill in range(SKILLS))] for student, own in students.items()})


def test_folds_made_for_a_long_table_do_not_depend_on_the_order_of_its_rows(tmp_path):
    rows = pd.DataFrame({"student": np.repeat(np.arange(50), 4), "skill": np.tile(["a", "b", "c", "d"], 50), "response": 1})
    folds = []
    for seed in (None, 1, 2):
        path = tmp_path / f"{seed}.csv"
        (rows if seed is None else rows.sample(frac=1, random_state=seed)).to_csv(path, index=False)
        table = table_of(long_table.read(path, Columns(), folds=4, test_share=0.2, split_seed=3))
        folds.append(table.drop_duplicates("student")["fold"].fillna(-1).tolist())
    assert folds[0] == folds[1] == folds[2]
    assert sorted(folds[0]) == sorted([-1] * 10 + [0, 1, 2, 3] * 10)


def test_item_time_and_splits_of_a_users_table_are_kept(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(
        "pupil,kc,ok,problem,at,part\n"
        "b,add,1,p2,1970-01-01T00:00:10,train_valid\n"
        "b,sub,0,p1,1970-01-01T00:00:05,train_valid\n"
        "a,sub,1,,1970-01-01T00:00:01,train_valid\n"
        "007,add,1,p2,1970-01-01T00:00:02.5,test\n"
    )
    columns = Columns(student="pupil", skill="kc", response="ok", order="at", item="problem", time="at", split="part")
    log = long_table.read(path, columns, folds=2, test_share=0.2, split_seed=0)
    table = table_of(log)
    assert log.skill_names == ("add", "sub")
    assert table["student"].tolist() == ["007", "a", "b", "b"]
    assert table["split"].tolist() == ["test", "train_valid", "train_valid", "train_valid"]
    assert table["time"].tolist() == [2.5, 1, 5, 10]
    assert table["item"].tolist() == ["p2", pd.NA, "p1", "p2"]
    assert sorted(table.drop_duplicates("student")["fold"].dropna()) == [0, 1]


@pytest.mark.real
def test_assist2015_has_the_published_counts(assist2015_dir, tmp_path):
    """Counts of pyKT's two files as its split script prints them; 134,640 = 138,458 test responses less one for each of 3,818 students."""
    outputs = {"interactions": tmp_path / "interactions.parquet", "facts": tmp_path / "dataset.json"}
    block = {"format": "pykt", "skills": 100, "scored_test": 134640}
    raw = [assist2015_dir / "train_valid.csv", assist2015_dir / "test.csv"]
    preprocess.run(parameters={"datasets.assist2015": block}, dataset="assist2015", raw=raw, **outputs)
    facts = json.loads(outputs["facts"].read_text())
    assert facts["scored_test"] == 134640
    assert facts["folds"] == [0, 1, 2, 3, 4]
    train_valid, test = facts["splits"]["train_valid"], facts["splits"]["test"]
    assert (train_valid["students"], train_valid["responses"]) == (15275, 544339)
    assert (test["students"], test["responses"]) == (3818, 138458)
    assert (round(train_valid["success_rate"], 4), round(test["success_rate"], 4)) == (0.7330, 0.7305)
    table = pd.read_parquet(outputs["interactions"])
    assert facts == facts_of("assist2015", table, tuple(facts["skill_names"]))  # what is read back is what was written
    assert table.drop_duplicates("student")["fold"].value_counts().tolist() == [3055] * 5
    assert len(Cohort.from_table(table, 100).students) == 19093
