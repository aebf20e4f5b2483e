"""A table with a row per response, or per skill of a response, csv or Parquet, whose columns the user names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from glasskt.data.catalogue import Columns
from glasskt.data.interactions import Log
from glasskt.data.readers import unfused
from glasskt.data.readers.ids import ids
from glasskt.data.readers.q_matrix import QMatrix
from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import COMMAS, Dialect, read_csv, require_columns, require_file, require_rows
from glasskt.data.splits import TEST, divide
from glasskt.errors import UserError, did_you_mean

SPLITS = ("train_valid", "test")
NUMBERS = (pa.int64(), pa.float64())
MOMENTS = (pa.timestamp("us"), pa.timestamp("us", "UTC"))
NOTHING = ("", "NA", "NaN", "nan", "NULL", "null")
"""Words for an empty cell, where rows with empty cells are to be dropped."""
LOG_IDS = ("order_id", "problem_log_id", "log_id")
"""Columns of published logs whose rows are one response where they share a value."""
UNTRAINED = "untrained_skill"
Integers = NDArray[np.int64]


def read(
    path: Path,
    columns: Columns,
    *,
    folds: int,
    test_share: float,
    split_seed: int,
    n_skills: int | None = None,
    matrix: QMatrix | None = None,
    dialect: Dialect = COMMAS,
    skill_separator: str | None = None,
    sets_as_skills: bool = False,
    drop: Sequence[str] = (),
    one_row_one_response: bool = False,
) -> Log:
    """All responses of a table; of a response to several skills a row for each of them.

    Arguments:
        path: csv, or Parquet if the name ends in .parquet.
        columns: Which column holds what.
        folds: Number of folds to make where the table has none.
        test_share: Share of the students to make the test set of, where the table does not say.
        split_seed: Of the shuffle that makes them.
        n_skills: If given, skills are 0 to n_skills - 1; else they are numbered in the order of their sorted names.
        matrix: Says which skills the item of a response practises, in place of a column of skills.
        dialect: Of a csv file.
        skill_separator: What joins the skills of a response in one cell.
        sets_as_skills: Take each set of skills that some response practises for one skill of its own.
        drop: Rows to leave out, by the names of `catalogue.Dropped`.
        one_row_one_response: Take rows for responses of their own, even if they look like one response to several skills.

    Raises:
        UserError: The file, a column or a cell is not what was announced, or rows look like one response to several skills that was written
            as several; names file, row, column and the fix.
    """
    source = _Source(path, columns if matrix is None else columns.model_copy(update={"skill": None}), dialect)
    counts = source.drop(drop)
    names, skill, sizes = source.practised(n_skills, matrix, skill_separator)
    response = source.responses()
    order = np.argsort(source.time("order"), kind="stable") if columns.order else np.arange(len(response))
    student = source.students()
    code, _ = pd.factorize(student, sort=True)
    if not columns.response_id and not one_row_one_response:
        if sizes is None or (matrix is None and (sizes == 1).all()):  # a cell that joins skills says that a row is a response
            _refuse_unfused(source, code, response, skill, order)
        elif matrix is not None:
            _refuse_repeats(source, code, response, sizes, order)
    fold = _folds(source, code, folds=folds, test_share=test_share, seed=split_seed)[code]  # (N,)
    practised = _in_order(source, code, response, order, skill, sizes)
    if sets_as_skills:
        names, practised = _sets(names, practised)
    if UNTRAINED in drop:
        names, practised, counts[UNTRAINED] = _trained_only(names, practised, fold)
    elif n_skills is None:
        _every_skill_is_trained(source, names, practised, fold)
    if columns.response_id or skill_separator:
        counts |= practised.counts
    rows = practised.row
    return Log(
        student=student[rows],
        skill=practised.skill.astype(np.int32),
        response=response[rows],
        fold=fold[rows],
        skill_names=names,
        source=str(path),
        item=source.words("item").to_numpy(zero_copy_only=False)[rows] if columns.item else None,
        time=source.time("time").astype(np.float64)[rows] if columns.time else None,
        joined=practised.joined,
        rows={"read": source.n_read, **counts} if counts else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Practised:
    """Every skill of every response, the responses in order.

    Attributes:
        row: Row of the table that the response is read from, the first of those that are one response, `(E,)`.
        skill: `(E,)`.
        joined: True for every skill of a response but its first; None if each has one.
        counts: Rows that joined another's response, and skills that stood twice in one.
    """

    row: Integers
    skill: Integers
    joined: NDArray[np.bool_] | None
    counts: dict[str, int]


def _in_order(
    source: "_Source", code: Integers, response: NDArray[np.int8], order: Integers, skill: Integers, sizes: Integers | None
) -> _Practised:
    if sizes is None and not source.has("response_id"):
        return _Practised(row=order, skill=skill[order], joined=None, counts={})
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    lead = source.leading_rows(code, response, rank, order)  # (N,)
    row = np.arange(len(order)) if sizes is None else np.repeat(np.arange(len(order)), sizes)  # (E,) of each skill
    sorted_ = np.lexsort((np.arange(len(row)), rank[row], rank[lead[row]]))
    row, skill = row[sorted_], skill[sorted_]
    again = pd.DataFrame({"response": lead[row], "skill": skill}).duplicated().to_numpy()
    row, skill = lead[row[~again]], skill[~again]
    return _Practised(
        row=row,
        skill=skill,
        joined=np.r_[False, row[1:] == row[:-1]],
        counts={"joined_rows": int((lead != np.arange(len(lead))).sum()), "repeated_skills": int(again.sum())},
    )


def _sets(names: tuple[str, ...], practised: _Practised) -> tuple[tuple[str, ...], _Practised]:
    """Every set of skills as one skill, named by theirs."""
    if practised.joined is None:
        return names, practised
    first = np.flatnonzero(~practised.joined)
    sizes = np.diff(np.r_[first, len(practised.skill)])
    response = np.repeat(np.arange(len(first)), sizes)
    skill = practised.skill[np.lexsort((practised.skill, response))]
    sets = [tuple(skill[start : start + size].tolist()) for start, size in zip(first.tolist(), sizes.tolist(), strict=True)]
    known = {skills: number for number, skills in enumerate(sorted(set(sets)))}
    of_response = np.array([known[skills] for skills in sets])
    named = tuple("+".join(names[skill] for skill in skills) for skills in known)
    return named, replace(practised, row=practised.row[first], skill=of_response, joined=None)


def _trained_only(names: tuple[str, ...], practised: _Practised, fold: Integers) -> tuple[tuple[str, ...], _Practised, int]:
    """Without responses of test students to a skill that no other student practised, the skills numbered anew; how many these are."""
    trained = np.zeros(len(names), bool)
    trained[practised.skill[fold[practised.row] != TEST]] = True
    joined = practised.joined
    response = np.arange(len(practised.row)) if joined is None else np.cumsum(~joined) - 1
    lost = np.unique(response[~trained[practised.skill]])
    kept = ~np.isin(response, lost)
    known = _Practised(
        row=practised.row[kept],
        skill=(np.cumsum(trained) - 1)[practised.skill[kept]],
        joined=None if joined is None else joined[kept],
        counts=practised.counts,
    )
    return tuple(name for name, there in zip(names, trained.tolist(), strict=True) if there), known, len(lost)


def _refuse_unfused(source: "_Source", code: Integers, response: NDArray[np.int8], skill: Integers, order: Integers) -> None:
    """Rows that are one response to several skills must say so: predicted one by one, the second would know the answer."""
    together = order[np.argsort(code[order], kind="stable")]  # a student's rows in their order
    keys = [np.asarray(values)[together] for values in source.tellers_apart()]
    pair = unfused.first_pair(code[together], response[together], skill[together], keys)
    if pair is not None:
        first, second = (int(together[place]) for place in pair)
        raise source.fault(
            "skill",
            second,
            f"looks like one more skill of the response in data row {source.row(first) + 1}: predicted apart, it would know the answer; "
            "name as columns.response_id what the rows of a response share, or set one_row_one_response: true if these are two",
        )


def _refuse_repeats(source: "_Source", code: Integers, response: NDArray[np.int8], sizes: Integers, order: Integers) -> None:
    """Where a Q-matrix names the skills, a row for each of them is the same response again, and knows the answer too."""
    together = order[np.argsort(code[order], kind="stable")]  # a student's rows in their order
    item = source.codes("item")[together]
    row = unfused.first_repeat(code[together], response[together], item, sizes[together])
    if row is not None:
        raise source.fault(
            "item",
            int(together[row + 1]),
            f"the response in data row {source.row(int(together[row])) + 1} again, as every one to an item of several skills stands "
            "there once for each: predicted apart, it would know the answer; keep one row of each, or set one_row_one_response: true "
            "if they are responses of their own",
        )


class _Source:
    """The table's columns by what they hold, each checked when it is asked for."""

    def __init__(self, path: Path, columns: Columns, dialect: Dialect) -> None:
        self.path = path
        self.named: dict[str, str] = {holds: name for holds, name in columns if name is not None}
        wanted = list(self.named.values())
        self.table = _read_parquet(path, wanted) if path.suffix == ".parquet" else read_csv(path, wanted, dialect, LOG_IDS)
        self.n_read = self.table.num_rows
        self.kept: Integers | None = None
        """Rows of the file that are left, where some were dropped, `(N,)`."""

    def has(self, holds: str) -> bool:
        return holds in self.named

    def row(self, row: int) -> int:
        """Of a row that is left: its place in the file, from 0."""
        return int(row if self.kept is None else self.kept[row])

    def fault(self, holds: str, row: int, what: str) -> UserError:
        return refusal(f'{self.path}: data row {self.row(row) + 1}, column "{self.named[holds]}": {what}')

    def drop(self, kinds: Sequence[str]) -> dict[str, int]:
        """Leave out the rows of these kinds, and count them; a row that is of several counts for the first."""
        left, counts = np.ones(self.n_read, bool), {}
        for kind in (kind for kind in kinds if kind != UNTRAINED):
            found = left & DROPS[kind](self)
            counts[kind], left = int(found.sum()), left & ~found
        if not left.all():
            self.kept = np.flatnonzero(left)
            self.table = require_rows(self.path, self.table.take(pa.array(self.kept)))
        return counts

    def empty(self, holds: str) -> NDArray[np.bool_]:
        """Where a cell of a column is empty, `(N,)`; nowhere without the column."""
        if not self.has(holds):
            return np.zeros(self.table.num_rows, bool)
        column = self.column(holds)
        words = pc.is_in(column, pa.array(NOTHING)) if pa.types.is_string(column.type) else column.is_null(nan_is_null=True)
        return np.asarray(pc.or_(words, column.is_null()), bool)

    def tellers_apart(self) -> list[NDArray[Any]]:
        """What tells the responses of a student apart, as far as the table has it, `(N,)` each."""
        named = [self.named[holds] for holds in ("order", "item") if self.has(holds)]
        return [self.codes_of(name) for name in dict.fromkeys([*named, *(name for name in LOG_IDS if name in self.table.column_names)])]

    def codes(self, holds: str) -> Integers:
        """A column as numbers, equal where it is, `(N,)`."""
        return self.codes_of(self.named[holds])

    def codes_of(self, name: str) -> Integers:
        """As `codes`, of the column of this name."""
        return np.asarray(self.table[name].chunk(0).dictionary_encode(null_encoding="encode").indices, np.int64)

    def leading_rows(self, code: Integers, response: NDArray[np.int8], rank: Integers, order: Integers) -> Integers:
        """For every row the first, in order, of those that are one response with it, `(N,)`."""
        if not self.has("response_id"):
            return np.arange(len(code))
        self.filled("response_id")
        names = [self.named["response_id"], *([self.named["item"]] if self.has("item") else [])]
        groups = pd.DataFrame({"student": code, **{name: self.codes_of(name) for name in names}})
        first = pd.Series(rank).groupby([groups[name] for name in groups], sort=False).transform("min").to_numpy()
        lead: Integers = order[first]
        differs = response != response[lead]
        if differs.any():
            row = _first(differs)
            shared = f"{self.named['response_id']} {self.column('response_id')[row]}"
            raise self.fault("response", row, f"differs from that of data row {self.row(lead[row]) + 1}, which has the same {shared}")
        return lead

    def column(self, holds: str) -> pa.Array:
        return self.table[self.named[holds]].chunk(0)

    def words(self, holds: str) -> pa.Array:
        """A column as strings, null where a cell is empty."""
        words = self.column(holds).cast(pa.string())
        return pc.if_else(pc.equal(words, ""), None, words)

    def filled(self, holds: str) -> pa.Array:
        """As `words`, with an error where a cell is empty."""
        words = self.words(holds)
        if words.null_count:
            raise self.fault(holds, _first(np.asarray(words.is_null())), f"no {holds}; fill the cell or drop the row")
        return words

    def students(self) -> NDArray[Any]:
        return ids(self.filled("student"))

    def numbered(self, holds: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """The sorted names, and their index in every row."""
        encoded = self.filled(holds).dictionary_encode()
        names = ids(encoded.dictionary)
        order = np.argsort(names)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return tuple(str(name) for name in names[order]), rank[np.asarray(encoded.indices)]

    def practised(
        self, n_skills: int | None, matrix: QMatrix | None, separator: str | None = None
    ) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64] | None]:
        """Names of the skills, the skills of all rows one after another, and how many each row has, `(N,)`; None for one each."""
        if matrix is not None:
            return self.by_item(matrix)
        if separator is not None:
            return self.split_cells(separator)
        names, skill = self.numbered("skill") if n_skills is None else self.skills_below(n_skills)
        return names, skill, None

    def split_cells(self, separator: str) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
        """As `practised`, of cells that join the skills of a response."""
        cells = self.filled("skill").dictionary_encode()
        sets = pc.split_pattern(cells.dictionary, separator)  # of each different cell
        words = sets.flatten()
        empty = pc.index(words, "").as_py()
        if empty >= 0:
            cell = int(np.searchsorted(np.cumsum(np.asarray(pc.list_value_length(sets))), empty, side="right"))
            row = int(np.argmax(np.asarray(cells.indices) == cell))
            raise self.fault("skill", row, f'"{cells.dictionary[cell]}" names no skill before or after a "{separator}"; mend the cell')
        code, names = pd.factorize(ids(words), sort=True)
        of_cell = np.asarray(pc.list_value_length(sets), np.int64)
        starts, index = np.cumsum(of_cell) - of_cell, np.asarray(cells.indices, np.int64)
        sizes = of_cell[index]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return tuple(str(name) for name in names), code[np.repeat(starts[index], sizes) + within].astype(np.int64), sizes

    def by_item(self, matrix: QMatrix) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
        """As `practised`; skills of the Q-matrix that nobody practises are left out."""
        encoded = self.filled("item").dictionary_encode()
        words = encoded.dictionary.to_pylist()
        known = np.array([matrix.place.get(item, -1) for item in words], np.int64)[np.asarray(encoded.indices)]  # (N,)
        if (known < 0).any():
            row = _first(known < 0)
            raise self.fault("item", row, f'"{encoded[row]}" is not in {matrix.path}; give it its skills there, or drop the row')
        skill, sizes = matrix.of(known)
        used, renumbered = np.unique(skill, return_inverse=True)
        return tuple(matrix.skills[place] for place in used), renumbered, sizes

    def skills_below(self, n_skills: int) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        skill = self.numbers("skill")
        wrong = ~np.isin(skill, np.arange(n_skills))
        if wrong.any():
            raise self.fault(
                "skill", _first(wrong), f'"{self.column("skill")[_first(wrong)]}" is not one of the skills 0 to {n_skills - 1}'
            )
        return tuple(map(str, range(n_skills))), skill.astype(np.int64)

    def numbers(self, holds: str) -> NDArray[np.float64]:
        """A column as numbers, NaN where a cell is empty or holds something else."""
        column = self.column(holds)
        if pa.types.is_string(column.type):
            return np.asarray(pd.to_numeric(pd.Series(column.to_numpy(zero_copy_only=False)), errors="coerce"), np.float64)
        try:
            column = column.cast(pa.int8()) if pa.types.is_boolean(column.type) else column
            return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64)
        except pa.ArrowNotImplementedError:  # a time is no number
            return np.full(len(column), np.nan)

    def responses(self) -> NDArray[np.int8]:
        response = self.numbers("response")
        wrong = (response != 0) & (response != 1)
        if wrong.any():
            found = self.column("response")[_first(wrong)]
            raise self.fault("response", _first(wrong), f'"{found}" is neither 0 nor 1; drop the row or dichotomise partial credit')
        return response.astype(np.int8)

    def time(self, holds: str) -> NDArray[Any]:
        """A column as whole numbers if it can be, else as decimals, else as seconds since 1970 from ISO 8601 times."""
        column = self.words(holds) if pa.types.is_string(self.column(holds).type) else self.column(holds)
        for kind in () if pa.types.is_temporal(column.type) else NUMBERS:
            try:
                return np.asarray(self._complete(holds, column.cast(kind)).to_numpy(zero_copy_only=False))
            except pa.ArrowInvalid:
                continue
        return np.asarray(self._complete(holds, self._moments(holds, column)).cast(pa.int64()).to_numpy(zero_copy_only=False)) / 1e6

    def _moments(self, holds: str, column: pa.Array) -> pa.Array:
        for kind in MOMENTS:
            try:
                return column.cast(kind, safe=False)
            except pa.ArrowInvalid:
                continue
        readable = [_reads_as_one_of(MOMENTS if np.isnan(self.numbers(holds)[0]) else NUMBERS, word) for word in column]
        row = readable.index(False) if False in readable else 0
        raise self.fault(holds, row, f'"{column[row]}" is neither a number nor an ISO 8601 time like the other rows; correct the cell')

    def _complete(self, holds: str, column: pa.Array) -> pa.Array:
        empty = column.is_null(nan_is_null=True)
        if holds == "order" and pc.any(empty).as_py():
            raise self.fault(
                holds, _first(np.asarray(empty)), "no value to sort by; fill the cell, or leave `order` out to keep the file's order"
            )
        return column


def _partial(source: _Source) -> NDArray[np.bool_]:
    response = source.numbers("response")
    return (response > 0) & (response < 1)


DROPS: dict[str, Callable[[_Source], NDArray[np.bool_]]] = {
    "no_skill": lambda source: source.empty("skill"),
    "no_response": lambda source: source.empty("response"),
    "partial_credit": _partial,
    "no_order": lambda source: source.empty("order"),
}
"""Kind of rows to drop -> where they are, `(N,)`."""


def _read_parquet(path: Path, columns: list[str]) -> pa.Table:
    require_file(path)
    try:
        header = pq.read_schema(path).names
        require_columns(path, header, columns)
        wanted = dict.fromkeys([*columns, *(name for name in LOG_IDS if name in header)])
        table = require_rows(path, pq.read_table(path, columns=list(wanted)))
    except pa.ArrowInvalid as error:
        raise refusal(f"{path}: not a Parquet file ({str(error).splitlines()[0]}); write it again, or name it .csv if it is one") from error
    return pa.table({name: _plain(path, name, table[name].chunk(0)) for name in table.column_names})


def _plain(path: Path, name: str, column: pa.Array) -> pa.Array:
    """A column of categories or of another kind of strings as what it stands for."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise refusal(f'{path}: column "{name}" holds {kind}; give it one number or text per row')
    text = pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return column.cast(pa.string() if text else kind)


def _reads_as_one_of(kinds: Sequence[pa.DataType], word: pa.Scalar) -> bool:
    for kind in kinds:
        try:
            word.cast(kind)
            return True
        except pa.ArrowInvalid:
            continue
    return False


def _first(where: NDArray[np.bool_]) -> int:
    return int(np.argmax(where))


def _folds(source: _Source, code: NDArray[np.int64], *, folds: int, test_share: float, seed: int) -> NDArray[np.int64]:
    """The fold of every student, `(S,)`: as the table says, else made."""
    n_students = int(code.max()) + 1
    test = _test_rows(source)
    if source.has("fold"):
        return _per_student(source, "fold", _fold_rows(source, test), code, n_students)
    if test is None:
        return _made(source, n_students, folds, test_share, seed)
    fold = np.where(_per_student(source, "split", test.astype(np.int64), code, n_students) == 1, TEST, 0)
    trained = np.flatnonzero(fold != TEST)
    fold[trained] = _made(source, len(trained), folds, 0.0, seed)
    return fold


def _made(source: _Source, n_students: int, folds: int, test_share: float, seed: int) -> NDArray[np.int64]:
    try:
        return divide(n_students, folds=folds, test_share=test_share, seed=seed)
    except UserError as error:
        raise refusal(f"{source.path}: {error}") from error


def _test_rows(source: _Source) -> NDArray[np.bool_] | None:
    """Whether a row is a test student's, `(N,)`; None if no column says so."""
    if not source.has("split"):
        return None
    split = source.filled("split").to_numpy(zero_copy_only=False)
    wrong = ~np.isin(split, SPLITS)
    if wrong.any():
        raise source.fault("split", _first(wrong), f'"{split[_first(wrong)]}" is no split. {did_you_mean(split[_first(wrong)], SPLITS)}')
    return np.asarray(split == "test", np.bool_)


def _fold_rows(source: _Source, test: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    fold = source.numbers("fold")
    if test is not None:
        wrong = test & ~np.isnan(fold) & (fold != TEST)
        if wrong.any():
            raise source.fault("fold", _first(wrong), f"fold {fold[_first(wrong)]:g} in the test split; leave it empty or -1 there")
        fold = np.where(test & np.isnan(fold), TEST, fold)
    wrong = np.isnan(fold) | (fold != np.floor(fold)) | (fold < (TEST if test is None else np.where(test, TEST, 0)))
    if wrong.any():
        found = source.column("fold")[_first(wrong)]
        shown = "nothing" if found.as_py() in (None, "") else f'"{found}"'
        raise source.fault("fold", _first(wrong), f"{shown} is not a fold; give the student 0, 1, ... or, for the test set, -1")
    return fold.astype(np.int64)


def _per_student(source: _Source, holds: str, values: NDArray[np.int64], code: NDArray[np.int64], n_students: int) -> NDArray[np.int64]:
    of_student = np.empty(n_students, np.int64)
    of_student[code[::-1]] = values[::-1]  # the first row counts
    differs = of_student[code] != values
    if differs.any():
        row = _first(differs)
        student = source.column("student")[row]
        raise source.fault(
            holds, row, f"student {student} has another {holds} in an earlier row; whole students are split, never their rows"
        )
    return of_student


def _every_skill_is_trained(source: _Source, names: tuple[str, ...], practised: _Practised, fold: Integers) -> None:
    trained = np.zeros(len(names), bool)
    trained[practised.skill[fold[practised.row] != TEST]] = True
    if not trained.all():
        unseen = int(np.flatnonzero(~trained)[0])
        raise source.fault(
            "skill" if source.has("skill") else "item",
            int(practised.row[practised.skill == unseen].min()),
            f'skill "{names[unseen]}" occurs in the test set only, where nothing is learned; drop its rows, or try another split_seed',
        )
