"""The text format of deep knowledge tracing: three lines a student (count, skills, responses), or four (with items before the skills).

Lists are joined by commas, one after the last allowed; several skills of one response by underscores, `3_7`. The first line holds the
number of responses or, in some files, the student. Source: the files of DKT (Piech et al. 2015) and, with four lines, of AKT (Ghosh et al.
2020).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from glasskt.data.interactions import Log
from glasskt.data.readers import unfused
from glasskt.data.readers.ids import ids
from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import text_of
from glasskt.data.splits import TEST, divide
from glasskt.errors import UserError

First = Literal["count", "student"]
LISTS = {3: ("skills", "responses"), 4: ("items", "skills", "responses")}
"""Lines after the first of a student, by how many lines a student has."""


@dataclass(frozen=True, kw_only=True)
class _Student:
    path: Path
    line: int
    """Of the first of its lines, from 1."""
    first: str
    lists: dict[str, list[str]] = field(default_factory=dict)

    @property
    def length(self) -> int:
        return len(self.lists["responses"])

    def fault(self, name: str, what: str) -> UserError:
        return refusal(f"{self.path}: line {self.line + 1 + list(self.lists).index(name)} ({name}): {what}")


def read(
    train_valid: Path,
    test: Path | None,
    *,
    lines: Literal[3, 4],
    first: First,
    folds: int,
    test_share: float,
    split_seed: int,
) -> Log:
    """All responses of one file or two.

    Arguments:
        train_valid: Students to learn from and select on; without a second file also those of the test set.
        test: Students of the test set; None to make it of `test_share` of the first file's.
        lines: Lines of each student.
        first: What the first of them holds.
        folds: Number of folds to make.
        test_share: Share of the students to make the test set of.
        split_seed: Of the shuffle that makes both.

    Raises:
        UserError: A file is not in this format; names file, line and the fix.
    """
    learned = list(_students(train_valid, lines, first))
    judged = list(_students(test, lines, first)) if test else []
    students = learned + judged
    try:
        fold = divide(len(learned), folds=folds, test_share=0.0 if test else test_share, seed=split_seed)
    except UserError as error:
        raise refusal(f"{train_valid}: {error}") from error
    fold = np.r_[fold, np.full(len(judged), TEST)]
    _refuse_unfused(students)
    sets = [skills.split("_") for student in students for skills in student.lists["skills"]]
    sizes = np.array([len(skills) for skills in sets])  # (N,)
    lengths = np.array([student.length for student in students])  # (S,)
    code, names = pd.factorize(ids(pa.array(list(chain.from_iterable(sets)))), sort=True)
    of_row = np.repeat(np.repeat(np.arange(len(students)), lengths), sizes)
    _every_skill_is_trained(students, code, [str(name) for name in names], fold, of_row)
    joined = np.ones(len(of_row), bool)
    joined[np.cumsum(sizes) - sizes] = False
    items = list(chain.from_iterable(student.lists["items"] for student in students)) if lines == 4 else None
    return Log(
        student=_ids(students, first)[of_row],
        skill=code.astype(np.int32),
        response=np.repeat(np.array([response == "1" for student in students for response in student.lists["responses"]], np.int8), sizes),
        fold=fold[of_row],
        skill_names=tuple(str(name) for name in names),
        source=", ".join(str(path) for path in (train_valid, test) if path),
        item=None if items is None else np.repeat(np.array(items, object), sizes),
        joined=joined,
    )


def _students(path: Path, lines: Literal[3, 4], first: First) -> Iterator[_Student]:
    text = text_of(path).rstrip().splitlines()
    if len(text) % lines:
        raise refusal(f"{path}: {len(text)} lines are no multiple of {lines}; complete the last student, or correct `lines` in params.yaml")
    for start in range(0, len(text), lines):
        lists = {name: _list(line) for name, line in zip(LISTS[lines], text[start + 1 : start + lines], strict=True)}
        student = _Student(path=path, line=start + 1, first=text[start].strip(), lists=lists)
        _check(student, first)
        yield student


def _list(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.split(",")]
    return cells[:-1] if cells[-1] == "" else cells


def _check(student: _Student, first: First) -> None:
    if not student.length:
        raise student.fault("responses", "no response; drop the student")
    if first == "count" and student.first.rstrip(",") != str(student.length):
        raise refusal(
            f'{student.path}: line {student.line}: "{student.first}", but {student.length} responses follow; '
            "correct the count, or set `first: student` where the line holds the student"
        )
    for name, cells in student.lists.items():
        if len(cells) != student.length:
            raise student.fault(name, f"{len(cells)} {name} but {student.length} responses; make the lists equally long")
        if "" in cells:
            raise student.fault(name, f"value {cells.index('') + 1} is empty; write one value per response")
    for position, response in enumerate(student.lists["responses"], start=1):
        if response not in ("0", "1"):
            raise student.fault("responses", f'value {position} is "{response:.40}", neither 0 nor 1; drop it or dichotomise')
    for position, skills in enumerate(student.lists["skills"], start=1):
        each = skills.split("_")
        if "" in each or len(set(each)) < len(each):
            raise student.fault("skills", f'value {position} is "{skills:.40}"; join different skills by single underscores')


def _ids(students: list[_Student], first: First) -> np.ndarray:
    """What the first line says, else numbers in the order of the files, `(S,)`."""
    if first == "count":
        return np.arange(len(students))
    seen: dict[str, _Student] = {}
    for student in students:
        name = student.first.split(",")[-1].strip()
        if not name:
            raise refusal(f"{student.path}: line {student.line}: no student; write an id, or set `first: count`")
        if name in seen:
            before = seen[name]
            raise refusal(
                f"{student.path}: line {student.line}: student {name} is there already, in {before.path.name} line {before.line}; "
                "give each student one set of lines, in one of the files"
            )
        seen[name] = student
    return ids(pa.array(list(seen)))


def _refuse_unfused(students: list[_Student]) -> None:
    """An item of several skills in several places: predicted apart, the second would know the answer."""
    if "items" not in students[0].lists:
        return
    of_row = np.repeat(np.arange(len(students)), [student.length for student in students])
    responses, skills, items = (
        pd.factorize(np.array(list(chain.from_iterable(student.lists[name] for student in students)), object))[0]
        for name in ("responses", "skills", "items")
    )
    pair = unfused.first_pair(of_row, responses, skills, [items])
    if pair is not None:
        student = students[of_row[pair[1]]]
        place = pair[1] - int(np.argmax(of_row == of_row[pair[1]]))
        raise student.fault("skills", f"values {place} and {place + 1} are skills of one item in one response; join them by an underscore")


def _every_skill_is_trained(students: list[_Student], code: np.ndarray, names: list[str], fold: np.ndarray, of_row: np.ndarray) -> None:
    trained = np.zeros(len(names), bool)
    trained[code[fold[of_row] != TEST]] = True
    if not trained.all():
        unseen = int(np.flatnonzero(~trained)[0])
        student = students[of_row[int(np.argmax(code == unseen))]]
        raise student.fault("skills", f"skill {names[unseen]} occurs in the test set only, where nothing is learned; drop its responses")
