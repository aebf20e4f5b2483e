"""The columns of a table by what they hold, each checked when it is asked for."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from glasskt.data.catalogue import Columns
from glasskt.data.readers.ids import ids
from glasskt.data.readers.parquet_table import parquet_header, read_parquet
from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import Dialect, read_csv, require_columns, require_file, require_rows
from glasskt.errors import UserError

NUMBERS = (pa.int64(), pa.float64())
MOMENTS = (pa.timestamp("us"), pa.timestamp("us", "UTC"))
NOTHING = ("", "NA", "NaN", "nan", "NULL", "null")
"""Words for an empty cell, where rows with empty cells are to be dropped."""
LOG_IDS = ("order_id", "problem_log_id", "log_id")
"""Columns of published logs whose rows are one response where they share a value."""
Integers = NDArray[np.int64]


class NamedColumns:
    """A table, csv or Parquet; of its columns those that `columns` names, and `LOG_IDS` where it has them."""

    def __init__(self, path: Path, columns: Columns, dialect: Dialect) -> None:
        self.path = path
        self.named: dict[str, str] = {holds: name for holds, name in columns if name is not None}
        wanted = list(self.named.values())
        self.table = _parquet(path, wanted) if path.suffix == ".parquet" else read_csv(path, wanted, dialect, LOG_IDS)
        self.n_read = self.table.num_rows
        self.kept: Integers | None = None
        """Rows of the file that are left, where some were dropped, `(N,)`."""

    def has(self, holds: str) -> bool:
        """Whether the user named a column that holds this."""
        return holds in self.named

    def row(self, row: int) -> int:
        """Of a row that is left: its place in the file, from 0."""
        return int(row if self.kept is None else self.kept[row])

    def fault(self, holds: str, row: int, what: str) -> UserError:
        """An error that names the file, a row that is left, and the column that holds this."""
        return refusal(f'{self.path}: data row {self.row(row) + 1}, column "{self.named[holds]}": {what}')

    def drop(self, kinds: Sequence[str]) -> dict[str, int]:
        """Leave out the rows of these kinds, and count them; a row that is of several counts for the first."""
        left, counts = np.ones(self.n_read, bool), {}
        for kind in kinds:
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

    def column(self, holds: str) -> pa.Array:
        """The column that holds this, as it was read, `(N,)`."""
        return self.table[self.named[holds]].chunk(0)

    def words(self, holds: str) -> pa.Array:
        """A column as strings without blanks around them, null where a cell is empty."""
        words = pc.utf8_trim_whitespace(self.column(holds).cast(pa.string()))
        return pc.if_else(pc.equal(words, ""), None, words)

    def filled(self, holds: str) -> pa.Array:
        """As `words`, with an error where a cell is empty."""
        words = self.words(holds)
        if words.null_count:
            raise self.fault(holds, first(np.asarray(words.is_null())), f"no {holds}; fill the cell{_or_leave_out(f'no_{holds}')}")
        return words

    def students(self) -> NDArray[Any]:
        """Numbers where all names of students are such, else words, `(N,)`; an error where one is empty."""
        return ids(self.filled("student"))

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
        """0 and 1, `(N,)`; an error at anything else."""
        response = self.numbers("response")
        wrong = (response != 0) & (response != 1)
        if wrong.any():
            found = self.column("response")[first(wrong)]
            raise self.fault(
                "response",
                first(wrong),
                f'"{found}" is neither 0 nor 1; correct the cell{_or_leave_out("partial_credit", 0 < response[first(wrong)] < 1)}',
            )
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
        if all(readable):
            kind = next(kind for kind in MOMENTS if _reads_as_one_of((kind,), column[0]))
            row = next(row for row, word in enumerate(column) if not _reads_as_one_of((kind,), word))
            what = "time zone, unlike those above it; write all times with one or all without"
            raise self.fault(holds, row, f'"{column[row]}" has {"no" if kind.tz else "a"} {what}')
        row = readable.index(False)
        raise self.fault(holds, row, f'"{column[row]}" is neither a number nor an ISO 8601 time like the other rows; correct the cell')

    def _complete(self, holds: str, column: pa.Array) -> pa.Array:
        empty = column.is_null(nan_is_null=True)
        if holds == "order" and pc.any(empty).as_py():
            raise self.fault(
                holds,
                first(np.asarray(empty)),
                "no value to sort by; fill the cell, leave `order` out to keep the file's order, "
                "or leave such rows out with drop: [no_order]",
            )
        endless = pc.is_inf(column) if pa.types.is_floating(column.type) else None
        if endless is not None and pc.any(endless).as_py():
            row = first(np.asarray(endless))
            raise self.fault(holds, row, f'"{self.column(holds)[row]}" is no time; correct the cell')
        return column


def _parquet(path: Path, columns: list[str]) -> pa.Table:
    require_file(path)
    header = parquet_header(path)
    require_columns(path, header, columns)
    return read_parquet(path, dict.fromkeys([*columns, *(name for name in LOG_IDS if name in header)]))


def first(where: NDArray[np.bool_]) -> int:
    """The first place that is true."""
    return int(np.argmax(where))


def _or_leave_out(kind: str, known: bool = True) -> str:
    """How rows of a kind of `DROPS` are left out, as the end of a line."""
    return f", or leave such rows out with drop: [{kind}]" if known and kind in DROPS else " or drop the row"


def _partial(source: NamedColumns) -> NDArray[np.bool_]:
    response = source.numbers("response")
    return (response > 0) & (response < 1)


DROPS: dict[str, Callable[[NamedColumns], NDArray[np.bool_]]] = {
    "no_skill": lambda source: source.empty("skill"),
    "no_response": lambda source: source.empty("response"),
    "partial_credit": _partial,
    "no_order": lambda source: source.empty("order"),
}
"""Kind of rows to drop -> where they are, `(N,)`."""


def _reads_as_one_of(kinds: Sequence[pa.DataType], word: pa.Scalar) -> bool:
    for kind in kinds:
        try:
            word.cast(kind)
            return True
        except pa.ArrowInvalid:
            continue
    return False
