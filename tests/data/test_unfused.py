"""The leak of responses to several skills that are written as several responses: what it would be worth, and that no reader lets it in."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from glasskt.data.catalogue import Columns, dataset_block
from glasskt.data.interactions import table_of
from glasskt.data.readers import lines, long_table, pykt
from glasskt.errors import UserError
from glasskt.stages import preprocess

SKILLS_OF = {"p1": [0], "p2": [0, 1], "p3": [2, 1], "p4": [2], "p5": [0, 1, 2]}
SPLIT = {"folds": 2, "test_share": 0.3, "split_seed": 0}
UNFUSED = Columns(student="user", order="order_id", item="problem")
LOOKS_LIKE_ONE = "looks like one more skill of the response in data row"


def simulated(students=150, seed=0):
    """Rasch students at items whose difficulty is the mean of their skills'; most items have several."""
    rng = np.random.default_rng(seed)
    beta = np.array([-1.0, 0.0, 0.8])
    records = []
    for theta in rng.normal(size=students):
        items = rng.choice(sorted(SKILLS_OF), size=20)
        p = [1 / (1 + np.exp(beta[SKILLS_OF[item]].mean() - theta)) for item in items]
        records.append(list(zip(items.tolist(), (rng.random(len(items)) < p).astype(int).tolist(), strict=True)))
    return records


def unfused(records, shuffle=None):
    """A row per skill; those of one response share its order_id."""
    rows = [
        (student, item, skill, response, 100 * student + step)
        for student, record in enumerate(records)
        for step, (item, response) in enumerate(record)
        for skill in SKILLS_OF[item]
    ]
    table = pd.DataFrame(rows, columns=["user", "problem", "skill", "response", "order_id"])
    return table if shuffle is None else table.sample(frac=1, random_state=shuffle)


def read(table, folder, columns, **more):
    table.to_csv(folder / "log.csv", index=False)
    return long_table.read(folder / "log.csv", columns, **SPLIT, **more)


def steps_of(log):
    table = table_of(log)
    return sorted(table[["student", "step", "skill", "response"]].itertuples(index=False, name=None))


def auc_of_the_last_answer(log):
    """Of the simplest predictor: a student answers as the time before."""
    table = table_of(log).drop_duplicates(["student", "step"])
    before = table.groupby("student")["response"].shift()
    scored = before.notna()
    return roc_auc_score(table.loc[scored, "response"], before[scored])


def test_read_apart_the_skills_of_a_response_give_a_blind_predictor_a_high_auc(tmp_path):
    table = unfused(simulated())
    fused = read(table, tmp_path, UNFUSED.model_copy(update={"response_id": "order_id"}))
    leaking = read(table, tmp_path, UNFUSED, one_row_one_response=True)  # on purpose: the key says so
    honest, inflated = auc_of_the_last_answer(fused), auc_of_the_last_answer(leaking)
    assert honest < 0.65
    assert inflated > honest + 0.15


@settings(max_examples=30, deadline=None)
@given(
    records=st.lists(st.lists(st.tuples(st.sampled_from(sorted(SKILLS_OF)), st.integers(0, 1)), max_size=6), min_size=4, max_size=8),
    seed=st.integers(0, 99),
)
def test_rows_of_a_table_that_share_a_response_id_are_one_response_whatever_their_order(records, seed):
    records = [[*record, ("p5", 1)] for record in records]
    expected = sorted(
        (student, step, skill, response)
        for student, record in enumerate(records)
        for step, (item, response) in enumerate(record)
        for skill in SKILLS_OF[item]
    )
    with TemporaryDirectory() as name:
        for table in (unfused(records, seed), pd.concat([unfused(records), unfused(records)])):  # shuffled; every row twice
            log = read(table, Path(name), UNFUSED.model_copy(update={"response_id": "order_id"}))
            assert steps_of(log) == expected
            assert log.rows["read"] == len(table)
            assert log.rows["repeated_skills"] == len(table) - len(expected)
        with pytest.raises(UserError, match=LOOKS_LIKE_ONE):
            read(unfused(records), Path(name), UNFUSED)


@pytest.mark.parametrize(
    "columns",
    [
        Columns(student="user", order="order_id"),
        Columns(student="user", item="problem"),
        Columns(student="user"),  # order_id is in the file: a column of that name tells responses apart in published logs
    ],
)
def test_an_unfused_table_is_refused_by_whatever_tells_its_responses_apart(tmp_path, columns):
    with pytest.raises(UserError, match=LOOKS_LIKE_ONE) as raised:
        read(unfused(simulated(20)), tmp_path, columns)
    assert "columns.response_id" in str(raised.value)


FUSED = {
    "joined in one cell": {"skill_separator": "~", "columns": {}},
    "a row per skill, with an id": {"columns": {"response_id": "order_id"}},
    "a Q-matrix": {"q_matrix": "q.csv", "columns": {"skill": None}},
}
ACCIDENTS = {
    "no id named": ({"columns": {}}, LOOKS_LIKE_ONE),
    "a separator that joins nothing": ({"skill_separator": "~", "columns": {}}, LOOKS_LIKE_ONE),
    "a Q-matrix and a row per skill": (
        {"q_matrix": "q.csv", "columns": {"skill": None}},
        "again, as every one to an item of several skills",
    ),
}


def preprocessed(folder, table, block):
    """interactions.parquet of a log by the stage that every run goes through."""
    table.to_csv(folder / "log.csv", index=False)
    pairs = [(item, skill) for item, skills in SKILLS_OF.items() for skill in skills]
    pd.DataFrame(pairs, columns=["item", "skill"]).to_csv(folder / "q.csv", index=False)
    columns = {"student": "user", "order": "order_id", "item": "problem"} | block["columns"]
    raw = [folder / "log.csv", *([folder / "q.csv"] if "q_matrix" in block else [])]
    parameters = {"datasets.mine": {"format": "long", "table": "log.csv", **block, "columns": columns}}
    out = {"interactions": folder / "interactions.parquet", "facts": folder / "dataset.json"}
    preprocess.run(parameters=parameters, dataset="mine", raw=raw, **out)
    return pd.read_parquet(out["interactions"])


@pytest.mark.parametrize("block", FUSED.values(), ids=FUSED)
def test_every_way_to_write_a_response_to_several_skills_gives_one_step(tmp_path, block):
    records = simulated(20)
    table = unfused(records)
    if "response_id" not in block["columns"]:
        cells = table.groupby("order_id")["skill"].transform(lambda skills: "~".join(map(str, skills)))
        table = table.assign(skill=cells).drop_duplicates("order_id")
    found = preprocessed(tmp_path, table, block)
    each = found.groupby(["student", "step"])["skill"].agg(sorted)
    assert each.tolist() == [sorted(SKILLS_OF[item]) for record in records for item, _ in record]


@pytest.mark.parametrize(("block", "said"), ACCIDENTS.values(), ids=ACCIDENTS)
def test_no_accident_lets_the_leak_in_only_the_key_that_says_so_does(tmp_path, block, said):
    table = unfused(simulated(20))
    with pytest.raises(UserError, match=said) as raised:
        preprocessed(tmp_path, table, block)
    assert "one_row_one_response" in str(raised.value)
    leaking = preprocessed(tmp_path, table, block | {"one_row_one_response": True})
    assert len(leaking.drop_duplicates(["student", "step"])) == len(table)


def test_an_item_that_is_met_twice_in_a_row_now_and_then_passes(tmp_path):
    rows = [(student, item, 0, 1, step) for student in range(6) for step, item in enumerate(["p2", "p1", "p2", "p2"])]
    table = pd.DataFrame(rows, columns=["user", "problem", "skill", "response", "order_id"])
    assert len(preprocessed(tmp_path, table, FUSED["a Q-matrix"]).drop_duplicates(["student", "step"])) == len(rows)


def test_rows_of_one_id_with_two_answers_are_refused(tmp_path):
    table = unfused([[("p2", 1)], [("p1", 0)], [("p3", 1)], [("p4", 0)]])
    table.loc[1, "response"] = 0
    said = r'data row 2, column "response": differs from that of data row 1, which is the same response \(user 0, order_id 0, problem p2\)'
    with pytest.raises(UserError, match=said):
        read(table, tmp_path, UNFUSED.model_copy(update={"response_id": "order_id"}))


def test_rows_of_one_id_with_two_answers_can_be_left_out_and_are_counted(tmp_path):
    table = unfused(simulated(20))
    columns = UNFUSED.model_copy(update={"response_id": "order_id"})
    torn = table.copy()
    row = int(np.flatnonzero(table["problem"] == "p5")[0])
    torn.loc[row, "response"] = 1 - torn.loc[row, "response"]
    log = read(torn, tmp_path, columns, drop=["contradictory"])
    without = read(table[table["order_id"] != table.loc[row, "order_id"]], tmp_path, columns)
    assert steps_of(log) == steps_of(without)
    assert log.rows["contradictory"] == 3
    assert log.rows["joined_rows"] == without.rows["joined_rows"]
    every = pd.concat([table, table.assign(response=1 - table["response"])])
    with pytest.raises(UserError, match="is the same response"):  # nothing would be left
        read(every, tmp_path, columns, drop=["contradictory"])


def test_blanks_around_a_name_are_no_part_of_it(tmp_path):
    rows = [(f" s{student}", skill, 1, step) for student in range(6) for step, skill in enumerate(["k1", " k1", "k2 "])]
    log = read(pd.DataFrame(rows, columns=["user", "skill", "response", "at"]), tmp_path, Columns(student="user", order="at"))
    assert log.skill_names == ("k1", "k2")
    assert sorted(set(log.student.tolist())) == [f"s{student}" for student in range(6)]


def test_different_responses_of_one_moment_and_repeated_items_pass(tmp_path):
    rows = [(student, item, skill, 1, 7) for student in range(6) for item, skill in (("p1", 0), ("p4", 2), ("p1", 0))]
    log = read(pd.DataFrame(rows, columns=["user", "problem", "skill", "response", "order_id"]), tmp_path, UNFUSED)
    assert len(table_of(log)) == len(rows)
    assert log.rows is None


def test_sets_of_skills_may_be_skills_of_their_own(tmp_path):
    records = simulated(20)
    log = read(unfused(records), tmp_path, UNFUSED.model_copy(update={"response_id": "order_id"}), sets_as_skills=True)
    assert log.skill_names == ("0", "0+1", "0+1+2", "1+2", "2")
    assert log.joined is None
    expected = [(student, "+".join(map(str, sorted(SKILLS_OF[item])))) for student, record in enumerate(records) for item, _ in record]
    assert list(zip(log.student.tolist(), [log.skill_names[skill] for skill in log.skill], strict=True)) == expected


def as_pykt(records, *, kind):
    """pyKT's two files: concepts joined by underscores, one element per concept with is_repeat, or the same without it."""
    files = {}
    for name, students in {"train_valid": range(len(records) - 3), "test": range(len(records) - 3, len(records))}.items():
        rows = []
        for student in students:
            record = records[student]
            sizes = [len(SKILLS_OF[item]) if kind != "joined" else 1 for item, _ in record]
            each = [pair for pair, size in zip(record, sizes, strict=True) for _ in range(size)]
            concepts = (
                ["_".join(map(str, SKILLS_OF[item])) for item, _ in record]
                if kind == "joined"
                else [str(skill) for item, _ in record for skill in SKILLS_OF[item]]
            )
            row = {
                "fold": -1 if name == "test" else student % 2,
                "uid": student,
                "questions": ",".join(item[1:] for item, _ in each),
                "concepts": ",".join(concepts),
                "responses": ",".join(str(response) for _, response in each),
            }
            if kind == "repeat":
                row["is_repeat"] = ",".join(str(int(place > 0)) for size in sizes for place in range(size))
            rows.append(row)
        files[name] = pd.DataFrame(rows)
    return files


def read_pykt(files, folder):
    for name, table in files.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return pykt.read(folder / "train_valid.csv", folder / "test.csv", 3)


def test_concepts_that_pykt_marks_as_repeats_are_one_response(tmp_path):
    records = simulated(12)
    joined, repeated = (read_pykt(as_pykt(records, kind=kind), tmp_path) for kind in ("joined", "repeat"))
    assert steps_of(repeated) == steps_of(joined)
    assert joined.rows is None
    assert repeated.rows["read"] - repeated.rows["joined_rows"] == sum(map(len, records))


def unmarked(files):
    """As pyKT writes a log whose rows were never collapsed: every concept a response of its own."""
    return {name: table.assign(is_repeat=table["is_repeat"].str.replace("1", "0")) for name, table in files.items()}


BAD_REPEATS = {
    "is_repeat all 0": (unmarked(as_pykt(simulated(12), kind="repeat")), r"responses \d+ and \d+ are one question with two concepts"),
    "no is_repeat": (as_pykt(simulated(12), kind="apart"), r"responses \d+ and \d+ are one question with two concepts"),
    "in one file only": (
        {"train_valid": as_pykt(simulated(12), kind="repeat")["train_valid"], "test": as_pykt(simulated(12), kind="joined")["test"]},
        "test.csv: no column is_repeat, but train_valid.csv has it",
    ),
}


@pytest.mark.parametrize(("files", "said"), BAD_REPEATS.values(), ids=BAD_REPEATS)
def test_pykt_files_whose_repeats_are_unmarked_are_refused(tmp_path, files, said):
    with pytest.raises(UserError, match=said):
        read_pykt(files, tmp_path)


@pytest.mark.parametrize(
    ("repeats", "said"),
    [
        ("1,0", "first response is marked as a repeat"),
        ("0,2", "neither 0 nor 1"),
        ("0", "2 concepts but 1 is_repeat"),
        ("0,1", "another response"),
    ],
)
def test_a_wrong_is_repeat_is_one_line(tmp_path, repeats, said):
    files = as_pykt([[("p1", 1), ("p4", 0)]] * 6, kind="repeat")
    files["train_valid"].loc[1, "is_repeat"] = repeats
    with pytest.raises(UserError, match=said) as raised:
        read_pykt(files, tmp_path)
    assert "data row 2 (student 1)" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_unfused_lines_with_items_are_refused(tmp_path):
    apart = "4\np1,p2,p2,p4\n0,0,1,2\n1,0,0,1\n"
    (tmp_path / "train.txt").write_text(apart * 6)
    with pytest.raises(UserError, match=r"line 3 \(skills\): values 2 and 3 are skills of one item in one response"):
        lines.read(tmp_path / "train.txt", None, lines=4, first="count", **SPLIT)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"skill_separator": "~~", "q_matrix": "q.csv", "columns": {"item": "i", "skill": None}}, "skills come from q_matrix"),
        ({"q_matrix": "q.csv", "columns": {"item": "i", "skill": None, "response_id": "r"}}, "skills come from q_matrix"),
        ({"one_row_one_response": True, "columns": {"response_id": "r"}}, "columns.response_id says which rows are one response"),
        ({"separator": "~~"}, "datasets.mine.separator"),
        ({"drop": ["noskill"]}, "datasets.mine.drop"),
        ({"drop": ["contradictory"]}, "name columns.response_id"),
        ({"encoding": "utf-16"}, "datasets.mine.encoding"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(block, said):
    with pytest.raises(UserError, match=said):
        dataset_block("mine", {"format": "long", "table": "a.csv", **block})
