"""Published data sets in the form in which they are published: samples of our own making, read with the blocks of params.yaml."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from glasskt.data import fetch
from glasskt.data.catalogue import ON_REQUEST, dataset_block
from glasskt.data.readers import text_table
from glasskt.errors import UserError
from glasskt.stages import preprocess

BLOCKS = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text(encoding="utf-8"))["datasets"]
STUDENTS = range(1, 13)


def assist2009(separate):
    """The skill builder file: skills of a response joined by underscores or, in the older files, in rows of their own; not UTF-8."""
    rows = []
    for student in STUDENTS:
        for step, (problem, skills, correct) in enumerate([(1, "1", 1), (2, "1_3", 0), (3, "", 1), (2, "1_3", 1), (4, "7", 0)]):
            order = 1000 * student + step
            for skill in skills.split("_") if separate else [skills]:
                names = "Caf\xe9, Table" if skill else ""
                rows += [[order, 9, student, 5, problem, 1, correct, 1, skill, names]] * (2 if separate and step == 4 else 1)
    header = "order_id,assignment_id,user_id,assistment_id,problem_id,original,correct,attempt_count,skill_id,skill_name"
    return header.split(","), rows


def assist2012():
    """Partial credit, rows without a skill, and a log of actions that spans lines inside its quotes."""
    rows, actions = [], '--- \n- - start\n  - 1\n  - "9'
    for student in STUDENTS:
        for step, (skill, correct) in enumerate([("54", 1), ("279", 0), ("", 1), ("54", 0.25), ("54", 1)]):
            moment = f"2012-09-28 15:{step:02d}:36" + (".856" if step % 2 else "")
            rows.append([step, "Rounding" if skill else "", 7 + step, student, moment, moment, 1, correct, actions, skill])
    header = "problem_log_id,skill,problem_id,user_id,start_time,end_time,original,correct,actions,skill_id"
    return header.split(","), rows


def assist2017():
    rows = []
    for student in STUDENTS:
        for step, (problem, skill, correct) in enumerate([(1, "probability", 1), (2, "area", 0), (2, "area", 1), (3, "noskill", 1)]):
            rows.append([student, 0.1, skill, problem, 5, 1096470000 + 60 * step, 1096470301, 30.0, correct, 0])
    # one response logged under two skills, and two problems in one second
    rows += [[1, 0.1, skill, 9, 5, 1096480000, 1096470301, 30.0, 1, 0] for skill in ("area", "probability")]
    rows += [[2, 0.1, "area", problem, 5, 1096480000, 1096470301, 30.0, 1, 0] for problem in (8, 9)]
    return ["studentId", "AveKnow", "skill", "problemId", "assignmentId", "startTime", "endTime", "timeTaken", "correct", "original"], rows


def kdd(kc):
    rows = []
    for student in STUDENTS:
        steps = [
            ("a", "2005-09-09 12:24:35.0", 1),
            ("a~~b", "2005-09-09 12:24:35.0", 0),
            ("", "2005-09-09 12:25:15.0", 1),
            ("b, of a", "", 1),
            ("b~~a~~a", "2005-09-09 12:26:00.0", 1),
        ]
        for step, (skills, moment, correct) in enumerate(steps):
            where = ["Unit ES_04, Section 1", "EG4-FIXED", 1, f"3(x+{step}) = 15"]
            rows.append([step, f"stu_{student}", *where, moment, correct, skills, "~~".join("1" for _ in skills.split("~~"))])
    header = ["Row", "Anon Student Id", "Problem Hierarchy", "Problem Name", "Problem View", "Step Name", "First Transaction Time"]
    return [*header, "Correct First Attempt", f"KC({kc})", f"Opportunity({kc})"], rows


def counts(read, **others):
    return {"read": read, "no_skill": 12, **others}


FUSED = {"joined_rows": 0, "repeated_skills": 0}
PUBLISHED = {
    # what is written; rows of dataset.json; responses; skills
    "assist2009": (assist2009(separate=False), counts(60, **FUSED), 48, ["1", "3", "7"]),
    "assist2009, older": (assist2009(separate=True), counts(96, joined_rows=36, repeated_skills=12), 48, ["1", "3", "7"]),
    "assist2012": (assist2012(), counts(60, partial_credit=12), 36, ["54", "279"]),
    "assist2017": (assist2017(), {"read": 52, "no_skill": 0, **FUSED, "joined_rows": 1}, 51, ["area", "noskill", "probability"]),
    "algebra2005": (kdd("Default"), counts(60, no_order=12, joined_rows=0, repeated_skills=12), 36, ["a", "b"]),
    "bridge2006": (kdd("SubSkills"), counts(60, no_order=12, joined_rows=0, repeated_skills=12), 36, ["a", "b"]),
}


def write(path, table, separator):
    path.parent.mkdir(parents=True)
    header, rows = table
    with path.open("w", encoding="latin-1", newline="") as file:
        csv.writer(file, delimiter=separator).writerows([header, *rows])


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_file_is_read_and_what_is_left_out_is_counted(tmp_path, monkeypatch, name, large):
    monkeypatch.chdir(tmp_path)
    if large:
        monkeypatch.setattr(text_table, "LARGE", 0)
        monkeypatch.setattr(text_table, "BLOCK", 512)
    table, rows, responses, skills = PUBLISHED[name]
    name = name.removesuffix(", older")
    block = dataset_block(name, BLOCKS[name])
    write(Path(block.table), table, block.separator)
    interactions, facts = tmp_path / "interactions.parquet", tmp_path / "dataset.json"
    preprocess.run(
        parameters={f"datasets.{name}": BLOCKS[name]}, dataset=name, raw=[Path(block.table)], interactions=interactions, facts=facts
    )
    known = json.loads(facts.read_text())
    assert {key: known["rows"][key] for key in rows} == rows
    assert known["rows"]["untrained_skill"] == 0
    assert (known["n_students"], known["n_responses"], known["skill_names"]) == (len(STUDENTS), responses, skills)
    found = pd.read_parquet(interactions)
    assert found.groupby(["student", "step"])["response"].nunique().eq(1).all()
    assert not found.duplicated(["student", "step", "skill"]).any()


def test_the_steps_of_a_published_file_are_in_their_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    block = dataset_block("algebra2005", BLOCKS["algebra2005"])
    header, rows = kdd("Default")
    write(Path(block.table), (header, rows[::-1]), "\t")
    log = preprocess._read(block, [Path(block.table)])
    own = log.student == "stu_1"
    first = [(log.skill_names[skill], response) for skill, response in zip(log.skill[own], log.response[own], strict=True)]
    # two steps of one second keep the file's order; the last is one response to a and b
    assert first[:3] == [("a", 0), ("b", 0), ("a", 1)]
    assert sorted(first[3:]) == [("a", 1), ("b", 1)]


def test_responses_to_a_skill_that_only_test_students_met_are_counted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    header, rows = kdd("Default")
    block = dataset_block("algebra2005", BLOCKS["algebra2005"])
    write(Path(block.table), (header, rows), "\t")
    plain = preprocess._read(block, [Path(block.table)])
    tested = plain.student[plain.fold == -1][0]
    more = [[9, tested, "", "P", 1, "s", "2005-09-10 12:00:00.0", 1, skills, "1"] for skills in ("rare", "a~~rare", "a")]
    Path(block.table).unlink()
    Path(block.table).parent.rmdir()
    write(Path(block.table), (header, rows + more), "\t")
    log = preprocess._read(block, [Path(block.table)])
    assert log.rows["untrained_skill"] == 2
    assert log.skill_names == plain.skill_names
    assert len(log.student) == len(plain.student) + 1


@pytest.mark.parametrize("name", ON_REQUEST)
def test_a_published_file_that_is_not_there_is_one_line_that_says_where_to_get_it(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    block = dataset_block(name, BLOCKS[name])
    assert Path(block.table).name == ON_REQUEST[name].file
    with pytest.raises(UserError) as raised:
        preprocess._read(block, [Path(block.table)])
    said = str(raised.value)
    assert said.startswith(f"{block.table}: no such file; get {ON_REQUEST[name].title} from {ON_REQUEST[name].source}")
    assert "docs/data.md" in said
    assert "\n" not in said
    with pytest.raises(UserError, match=f"{name}: not downloaded: get ") as asked:
        fetch.get(name, tmp_path, None, offline=False, progress=lambda line: None)
    assert "\n" not in str(asked.value)


def test_a_cell_too_many_in_a_large_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(text_table, "LARGE", 0)
    (tmp_path / "log.csv").write_text("student,skill\n1,a\n2,b,c\n", encoding="utf-8")
    with pytest.raises(UserError, match="line 3: 3 cells where the header has 2"):
        text_table.read_csv(tmp_path / "log.csv", ["student", "skill"])
