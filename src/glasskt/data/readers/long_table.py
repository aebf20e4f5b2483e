"""A table with one row per response, csv or Parquet, whose columns the user names."""

from collections.abc import Sequence
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
from glasskt.data.readers.ids import ids
from glasskt.data.readers.q_matrix import QMatrix
from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import read_csv, require_columns, require_file, require_rows
from glasskt.data.splits import TEST, divide
from glasskt.errors import UserError, did_you_mean

SPLITS = ("train_valid", "test")
NUMBERS = (pa.int64(), pa.float64())
MOMENTS = (pa.timestamp("us"), pa.timestamp("us", "UTC"))


def read(
    path: Path,
    columns: Columns,
    *,
    folds: int,
    test_share: float,
    split_seed: int,
    n_skills: int | None = None,
    matrix: QMatrix | None = None,
) -> Log:
    """All responses of a table.

    Arguments:
        path: csv, or Parquet if the name ends in .parquet.
        columns: Which column holds what.
        folds: Number of folds to make where the table has none.
        test_share: Share of the students to make the test set of, where the table does not say.
        split_seed: Of the shuffle that makes them.
        n_skills: If given, skills are 0 to n_skills - 1; else they are numbered in the order of their sorted names.
        matrix: Says which skills the item of a response practises, in place of a column of skills.

    Raises:
        UserError: The file, a column or a cell is not what was announced; names file, row, column and the fix.
    """
    source = _Source(path, columns if matrix is None else columns.model_copy(update={"skill": None}))
    names, skill, sizes = source.practised(n_skills, matrix)
    response = source.responses()
    order = np.argsort(source.time("order"), kind="stable") if columns.order else np.arange(len(response))
    student = source.students()
    code, _ = pd.factorize(student, sort=True)
    fold = _folds(source, code, folds=folds, test_share=test_share, seed=split_seed)[code]  # (N,)
    if n_skills is None:
        _every_skill_is_trained(source, names, skill, sizes, fold)
    rows, place, joined = (order, order, None) if sizes is None else _repeated(order, sizes)
    return Log(
        student=student[rows],
        skill=skill[place].astype(np.int32),
        response=response[rows],
        fold=fold[rows],
        skill_names=names,
        source=str(path),
        item=source.words("item").to_numpy(zero_copy_only=False)[rows] if columns.item else None,
        time=source.time("time").astype(np.float64)[rows] if columns.time else None,
        joined=joined,
    )


def _repeated(order: NDArray[np.int64], sizes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Rows of the table in order, one for each skill; the place of that skill in the list of all; whether it joins the row above."""
    starts = np.cumsum(sizes[order]) - sizes[order]
    rows = np.repeat(order, sizes[order])
    within = np.arange(len(rows)) - np.repeat(starts, sizes[order])
    return rows, (np.cumsum(sizes) - sizes)[rows] + within, within > 0


class _Source:
    """The table's columns by what they hold, each checked when it is asked for."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self.path = path
        self.named: dict[str, str] = {holds: name for holds, name in columns if name is not None}
        self.table = (_read_parquet if path.suffix == ".parquet" else read_csv)(path, list(self.named.values()))

    def has(self, holds: str) -> bool:
        return holds in self.named

    def fault(self, holds: str, row: int, what: str) -> UserError:
        return refusal(f'{self.path}: data row {row + 1}, column "{self.named[holds]}": {what}')

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
        self, n_skills: int | None, matrix: QMatrix | None
    ) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64] | None]:
        """Names of the skills, the skills of all rows one after another, and how many each row has, `(N,)`; None for one each."""
        if matrix is not None:
            return self.by_item(matrix)
        names, skill = self.numbered("skill") if n_skills is None else self.skills_below(n_skills)
        return names, skill, None

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


def _read_parquet(path: Path, columns: list[str]) -> pa.Table:
    require_file(path)
    try:
        header = pq.read_schema(path).names
        require_columns(path, header, columns)
        table = require_rows(path, pq.read_table(path, columns=list(dict.fromkeys(columns))))
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


def _every_skill_is_trained(
    source: _Source, names: tuple[str, ...], skill: NDArray[np.int64], sizes: NDArray[np.int64] | None, fold: NDArray[np.int64]
) -> None:
    of_student = fold if sizes is None else np.repeat(fold, sizes)
    trained = np.zeros(len(names), bool)
    trained[skill[of_student != TEST]] = True
    if not trained.all():
        unseen = int(np.flatnonzero(~trained)[0])
        raise source.fault(
            "skill" if source.has("skill") else "item",
            _first(skill == unseen) if sizes is None else int(np.searchsorted(np.cumsum(sizes), _first(skill == unseen), side="right")),
            f'skill "{names[unseen]}" occurs in the test set only, where nothing is learned; drop its rows, or try another split_seed',
        )
