"""pyKT's train_valid.csv and test.csv: one row per student, concepts and responses as lists joined by commas.

Source: the files that pyKT's `split_datasets.py` writes (Liu et al. 2022, arXiv 2206.11460). Several concepts of one response are joined by
underscores, `3_7`, or stand side by side: of data with questions pyKT writes one element per concept, and a column is_repeat with 1 for all
but the first of a response. These are one response here. Of other columns questions is read, to find elements that lack is_repeat; cidxs
and timestamps are not.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from glasskt.data.interactions import Log
from glasskt.data.readers import unfused
from glasskt.data.readers.ids import ids
from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import read_csv
from glasskt.data.splits import TEST

COLUMNS = ("fold", "uid", "concepts", "responses")
REPEAT, QUESTIONS = "is_repeat", "questions"


@dataclass(frozen=True, kw_only=True)
class _File:
    path: Path
    uid: pa.Array  # (S,)
    fold: NDArray[np.int64]  # (S,)
    lengths: NDArray[np.int64]  # (S,) responses
    sizes: NDArray[np.int64]  # (N,) skills per response
    skill: NDArray[np.int64]  # (sum of sizes,)
    response: NDArray[np.int64]  # (N,)
    repeats: bool
    """Whether the file marks the concepts of a response by is_repeat."""
    counts: dict[str, int]

    def where(self, row: int) -> str:
        return f"{self.path}: data row {row + 1} (student {self.uid[row]})"

    def row_of(self, response: int) -> int:
        return int(np.searchsorted(np.cumsum(self.lengths), response, side="right"))

    def response_of(self, element: int) -> int:
        return int(np.searchsorted(np.cumsum(self.sizes), element, side="right"))


def read(train_valid: Path, test: Path, n_skills: int) -> Log:
    """All responses of both files.

    Arguments:
        train_valid: Folds 0, 1, ...
        test: Fold -1.
        n_skills: Concepts are 0 to n_skills - 1.

    Raises:
        UserError: A file or cell is not what the format says; names file, row, student and the fix.
    """
    files = [_read(train_valid), _read(test)]
    _check_folds(*files)
    _check_same_script(*files)
    for file in files:
        _check_values(file, n_skills)
    _check_students(files)
    lengths, sizes = (np.concatenate([getattr(file, name) for file in files]) for name in ("lengths", "sizes"))
    rows = np.add.reduceat(sizes, np.cumsum(lengths) - lengths)  # (S,) of each student
    return Log(
        student=np.repeat(ids(pa.concat_arrays([file.uid for file in files])), rows),
        skill=np.concatenate([file.skill for file in files]).astype(np.int32),
        response=np.repeat(np.concatenate([file.response for file in files]).astype(np.int8), sizes),
        fold=np.repeat(np.concatenate([file.fold for file in files]), rows),
        skill_names=tuple(map(str, range(n_skills))),
        source=f"{train_valid}, {test}",
        joined=_joined(sizes),
        rows={name: sum(file.counts[name] for file in files) for name in files[0].counts} or None,
    )


def _joined(sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True at every row but the first of each response, `(sum of sizes,)`."""
    joined = np.ones(sizes.sum(), bool)
    joined[np.cumsum(sizes) - sizes] = False
    return joined


def _read(path: Path) -> _File:
    table = read_csv(path, COLUMNS, optional=(REPEAT, QUESTIONS))
    uid = table["uid"].chunk(0)
    if (empty := pc.index(uid, "").as_py()) >= 0:
        raise refusal(f"{path}: data row {empty + 1}: uid is empty; give every student an id")
    fold, one = _integers(path, table, "fold")
    if (one > 1).any():
        row = int(np.argmax(one > 1))
        raise refusal(f"{path}: data row {row + 1} (student {uid[row]}), fold: {one[row]} values; give one, -1 for test students")
    skill, sizes, n_concepts = _concepts(path, table)
    response, n_responses = _integers(path, table, "responses")
    _check_equally_long(path, table, "responses", n_concepts, n_responses)
    file = _File(
        path=path, uid=uid, fold=fold, lengths=n_concepts, sizes=sizes, skill=skill, response=response, repeats=False, counts={}
    )  # fmt: skip
    questions = _questions(table, n_concepts)
    if REPEAT in table.column_names:
        repeat, n_repeats = _integers(path, table, REPEAT)
        _check_equally_long(path, table, REPEAT, n_concepts, n_repeats)
        file = _fused(file, repeat)
        questions = None if questions is None else questions[repeat == 0]
    _refuse_unfused(file, questions)
    return file


def _questions(table: pa.Table, n_concepts: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """A code for the question of every response, `(N,)`; None where the file has none, or pyKT's NA."""
    if QUESTIONS not in table.column_names:
        return None
    questions = pc.split_pattern(table[QUESTIONS].chunk(0), ",")
    if not np.array_equal(pc.list_value_length(questions), n_concepts):
        return None
    return np.asarray(questions.flatten().dictionary_encode().indices, np.int64)


def _check_equally_long(path: Path, table: pa.Table, column: str, n_concepts: NDArray[np.int64], n_others: NDArray[np.int64]) -> None:
    unequal = np.flatnonzero(n_concepts != n_others)
    if unequal.size:
        row = unequal[0]
        counts = f"{n_concepts[row]} concepts but {n_others[row]} {column}"
        raise refusal(f"{path}: data row {row + 1} (student {table['uid'][row]}): {counts}; make the two lists equally long")


def _fused(file: _File, repeat: NDArray[np.int64]) -> _File:
    """Each element that is_repeat marks as one more concept of the response before it."""
    first = np.zeros(len(repeat), bool)
    first[np.cumsum(file.lengths) - file.lengths] = True
    for wrong, what in (
        (~np.isin(repeat, (0, 1)), "is_repeat is neither 0 nor 1"),
        (first & (repeat == 1), "the student's first response is marked as a repeat"),
        (
            (repeat == 1) & (np.diff(file.response, prepend=file.response[:1]) != 0),
            "a repeat with another response than the one it repeats",
        ),
    ):
        if wrong.any():
            raise refusal(f"{file.where(file.row_of(int(np.argmax(wrong))))}: {what}; write the file again with pyKT's split_datasets.py")
    leads = np.flatnonzero(repeat == 0)
    of_element = np.repeat(np.cumsum(repeat == 0) - 1, file.sizes)  # response of each concept
    _, kept = np.unique(of_element * (int(file.skill.max(initial=0)) + 1) + file.skill, return_index=True)
    kept.sort()
    return replace(
        file,
        lengths=np.add.reduceat(repeat == 0, np.cumsum(file.lengths) - file.lengths).astype(np.int64),
        sizes=np.bincount(of_element[kept], minlength=len(leads)),
        skill=file.skill[kept],
        response=file.response[leads],
        repeats=True,
        counts={"read": len(repeat), "joined_rows": len(repeat) - len(leads), "repeated_skills": len(file.skill) - len(kept)},
    )


def _refuse_unfused(file: _File, questions: NDArray[np.int64] | None) -> None:
    """A question whose concepts stand in several responses: predicted apart, the second would know the answer."""
    if questions is None:
        return
    student = np.repeat(np.arange(len(file.lengths)), file.lengths)
    of_skill = np.random.default_rng(0).integers(2**63, size=1 + int(file.skill.max(initial=0)))
    together = np.add.reduceat(of_skill[file.skill], np.cumsum(file.sizes) - file.sizes)  # (N,) the same for the same set of concepts
    pair = unfused.first_pair(student, file.response, together, [questions])
    if pair is not None:
        row = int(student[pair[1]])
        place = pair[1] - int(file.lengths[:row].sum())
        raise refusal(
            f"{file.where(row)}: responses {place} and {place + 1} are one question with two concepts: predicted apart, the second would "
            "know the answer; keep pyKT's column is_repeat, or join the concepts by an underscore"
        )


def _concepts(path: Path, table: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """All concepts, the number of concepts of every response, `(N,)`, and of responses of every student, `(S,)`."""
    cells = table["concepts"].chunk(0)
    if not pc.any(pc.match_substring(cells, "_")).as_py():
        skill, lengths = _integers(path, table, "concepts")
        return skill, np.ones(len(skill), np.int64), lengths
    single = pc.replace_substring(cells, "_", ",")
    skill, _ = _integers(
        path, table.set_column(table.schema.get_field_index("concepts"), "concepts", pa.chunked_array([single])), "concepts"
    )
    responses = pc.split_pattern(cells, ",")
    sizes = np.asarray(pc.list_value_length(pc.split_pattern(responses.flatten(), "_")), np.int64)
    return skill, sizes, np.asarray(pc.list_value_length(responses), np.int64)


def _integers(path: Path, table: pa.Table, column: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All elements of a column of lists, `(N,)`, and the lists' lengths, `(S,)`; a fold is a list of one."""
    cells = table[column].chunk(0)
    lists = pc.split_pattern(cells, ",")
    try:
        elements = lists.flatten().cast(pa.int64())
        hexadecimal = pc.any(pc.match_substring(cells, "x", ignore_case=True)).as_py()  # pyarrow reads 0x1 as 1
    except pa.ArrowInvalid:
        elements, hexadecimal = None, False
    if elements is None or hexadecimal:
        row, what = _first_unreadable(cells.to_pylist())
        raise refusal(f"{path}: data row {row + 1} (student {table['uid'][row]}), {column}: {what}")
    return np.asarray(elements), np.asarray(pc.list_value_length(lists), np.int64)


def _first_unreadable(cells: list[str]) -> tuple[int, str]:
    for row, cell in enumerate(cells):
        for position, word in enumerate(cell.split(","), start=1):
            if not re.fullmatch(r"-?[0-9]{1,18}", word):
                return row, _unreadable(word, position)
    raise AssertionError("pyarrow refused integers of at most 18 digits")


def _unreadable(word: str, position: int) -> str:
    if not word.strip():
        return f"value {position} is empty; write one whole number per response, separated by single commas"
    return f'value {position} is "{word:.40}", not a whole number; write it without decimals or blanks'


def _check_folds(train_valid: _File, test: _File) -> None:
    for file, wrong, expected in (
        (train_valid, train_valid.fold < 0, "0, 1, ... in the first file"),
        (test, test.fold != TEST, "-1 in the test file"),
    ):
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise refusal(f"{file.where(row)}: fold {file.fold[row]}, but it must be {expected}; are the two files exchanged?")


def _check_same_script(train_valid: _File, test: _File) -> None:
    if train_valid.repeats != test.repeats:
        has, lacks = (train_valid, test) if train_valid.repeats else (test, train_valid)
        raise refusal(
            f"{lacks.path}: no column is_repeat, but {has.path.name} has it: they are of different scripts of pyKT, which number concepts "
            "in their own ways; take both from split_datasets.py"
        )


def _check_values(file: _File, n_skills: int) -> None:
    unknown = np.flatnonzero((file.skill < 0) | (file.skill >= n_skills))
    if unknown.size:
        found = f"{file.where(file.row_of(file.response_of(unknown[0])))}: concept {file.skill[unknown[0]]}"
        raise refusal(f"{found} is outside 0 to {n_skills - 1}; correct it, or `skills` of the data set in params.yaml")
    response = np.repeat(np.arange(len(file.sizes)), file.sizes)
    same = np.flatnonzero(np.diff(np.sort(response * n_skills + file.skill)) == 0)
    if same.size:
        cell = int(np.sort(response * n_skills + file.skill)[same[0]])
        found = f"{file.where(file.row_of(cell // n_skills))}: concept {cell % n_skills}"
        raise refusal(f"{found} stands twice in one response; keep it once")
    wrong = np.flatnonzero((file.response != 0) & (file.response != 1))
    if wrong.size:
        found = f"{file.where(file.row_of(wrong[0]))}: response {file.response[wrong[0]]}"
        raise refusal(f"{found} is neither 0 nor 1; drop it or dichotomise (-1 pads pyKT's *_sequences.csv, which are not read)")


def _check_students(files: list[_File]) -> None:
    seen: dict[str, str] = {}
    for file in files:
        for row, uid in enumerate(file.uid.to_pylist()):
            if uid in seen:
                raise refusal(
                    f"{file.where(row)}: the student is there twice, first in {seen[uid]}; one row per student, in one of the files"
                )
            seen[uid] = f"{file.path.name}, data row {row + 1}"
