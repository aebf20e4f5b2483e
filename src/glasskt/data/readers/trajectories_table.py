"""Trajectories that another tool wrote: a csv or Parquet table with one row per response."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from glasskt.data.readers.ids import ids
from glasskt.data.readers.parquet_table import parquet_header, read_parquet
from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import header_of, read_csv, require_columns
from glasskt.errors import UserError, did_you_mean

Floats = NDArray[np.float64]

REQUIRED = ("student", "skill", "response", "p_before")
PROBABILITIES = ("p_before", "p_blackbox_before")
INNER = ("mastery_before", "mastery_after", "mastery_all_before", "theta_before", "theta_after", "beta", "gain")
"""What a model may say of itself, beside its prediction."""
COLUMNS = (*REQUIRED, "step", "split", PROBABILITIES[1], *INNER)
SPLITS = ("train", "test")
UNKNOWN = ("", "nan", "na", "null", "none")
"""Words for a number that is not known, in any case."""


@dataclass(frozen=True, kw_only=True)
class Trajectories:
    """A table as it was read.

    Attributes:
        rows: student (0..S-1), step (0-based position within the student), skill (0..C-1), response (0 or 1), split (train or test), and
            p_before, p_blackbox_before and inner quantities that some row knows, NaN where unknown; sorted by student and step.
        skills: The file's name of each skill, `(C,)`.
        unread: Columns of the file that mean nothing here.
    """

    rows: pd.DataFrame
    skills: NDArray[Any]
    unread: tuple[str, ...]

    @property
    def train(self) -> pd.DataFrame:
        """Rows of the students that the item response reference learns from."""
        return self.rows[self.rows["split"] == "train"]

    @property
    def test(self) -> pd.DataFrame:
        """Rows of the students that are judged, first responses included."""
        return self.rows[self.rows["split"] == "test"]

    @property
    def scored(self) -> pd.DataFrame:
        """Every response of a test student but the first."""
        return self.test[self.test["step"] > 0]


def read(path: Path) -> Trajectories:
    """All responses of a table.

    Arguments:
        path: A file whose name ends in .csv or .parquet. Columns: `REQUIRED`, and any other of `COLUMNS`.

    Raises:
        UserError: The file, a column or a cell is not what it must be, or nothing can be scored; names file, row, column and the fix.
    """
    source = _Source(path)
    student, _ = source.coded("student")
    skill, names = source.coded("skill")
    rows = pd.DataFrame({"student": student, "skill": skill, "response": source.responses(), "split": source.splits(student)})
    said = {name: source.numbers(name) for name in (*PROBABILITIES, *INNER) if source.has(name)}
    rows = rows.assign(**{name: values for name, values in said.items() if name in REQUIRED or not np.isnan(values).all()})
    for name in (*PROBABILITIES, *(name for name in INNER if name.startswith("mastery"))):
        source.check_probabilities(name, rows)
    order = source.order(student)
    rows = rows.iloc[order]  # its index: the row in the file
    rows.insert(1, "step", rows.groupby("student").cumcount())
    source.check_scored(rows)
    return Trajectories(rows=rows.reset_index(drop=True), skills=names, unread=source.unread)


class _Source:
    """The table's columns, each checked when it is asked for."""

    def __init__(self, path: Path) -> None:
        if path.suffix not in READERS:
            raise refusal(f'{path}: "{path.suffix}" is not read; export the table as {" or ".join(READERS)}, and name it so')
        if not path.is_file():
            raise refusal(f"{path}: no such file; correct --trajectories")
        self.path = path
        header_of_file, read_file = READERS[path.suffix]
        header = header_of_file(path)
        known = [name for name in COLUMNS if name in header]
        require_columns(path, header, [*REQUIRED, *known])
        self.unread = tuple(name for name in header if name not in COLUMNS)
        self.table = read_file(path, known)

    def has(self, name: str) -> bool:
        return name in self.table.column_names

    def column(self, name: str) -> pa.Array:
        return self.table[name].chunk(0)

    def fault(self, name: str, row: int, what: str) -> UserError:
        return refusal(f'{self.path}: data row {row + 1}, column "{name}": {what}')

    def coded(self, name: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Ids as indices of their sorted names, `(N,)`, and those names; numbers sort as numbers."""
        column = self.column(name)
        empty = np.asarray(column.is_null(nan_is_null=True))
        empty = empty | np.asarray(pc.equal(column.fill_null(""), "")) if pa.types.is_string(column.type) else empty
        if empty.any():
            raise self.fault(name, _first(empty), f"no {name}; fill the cell or drop the row")
        code, names = pd.factorize(ids(column), sort=True)
        return code.astype(np.int64), np.asarray(names)

    def numbers(self, name: str) -> Floats:
        """A column as numbers, NaN where it is not known."""
        values, unknown = self._numbers(name)
        wrong = ~np.isfinite(values) & ~unknown
        if wrong.any():
            found = self.column(name)[_first(wrong)]
            raise self.fault(name, _first(wrong), f'"{found}" is not a number; correct the cell, or leave it empty')
        return values

    def _numbers(self, name: str) -> tuple[Floats, NDArray[np.bool_]]:
        """A column as numbers, NaN where a cell is no number, and the cells that say so."""
        column = self.column(name)
        if pa.types.is_string(column.type):
            values = np.array(pd.to_numeric(column.to_pandas(), errors="coerce"), np.float64)
            unknown = np.asarray(pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(column.fill_null(""))), pa.array(UNKNOWN)))
        else:
            values = self._plain(name, column)
            unknown = np.isnan(values)
        return values, unknown

    def _plain(self, name: str, column: pa.Array) -> Floats:
        try:
            column = column.cast(pa.int8()) if pa.types.is_boolean(column.type) else column
            return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64)
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
            raise refusal(f'{self.path}: column "{name}" holds {column.type}; give it one number per row') from error

    def responses(self) -> NDArray[np.int8]:
        response, _ = self._numbers("response")
        wrong = (response != 0) & (response != 1)
        if wrong.any():
            found = self.column("response")[_first(wrong)]
            raise self.fault("response", _first(wrong), f'"{found}" is neither 0 nor 1; drop the row or dichotomise partial credit')
        return response.astype(np.int8)

    def splits(self, student: NDArray[np.int64]) -> NDArray[np.object_]:
        """The split of every row; test without such a column."""
        if not self.has("split"):
            return np.full(len(student), "test", object)
        split: NDArray[np.object_] = self.column("split").cast(pa.string()).fill_null("").to_numpy(zero_copy_only=False)
        wrong = ~np.isin(split, SPLITS)
        if wrong.any():
            found = split[_first(wrong)]
            raise self.fault("split", _first(wrong), f'"{found}" is no split. {did_you_mean(found, SPLITS)}')
        _, first = np.unique(student, return_index=True)
        differs = split != split[first][student]
        if differs.any():
            row = _first(differs)
            earlier = f"row {first[student[row]] + 1} of the same student ({self.column('student')[row]})"
            raise self.fault(
                "split", row, f"{split[row]}, but {earlier} is {split[first[student[row]]]}; put a student wholly in one of them"
            )
        return split

    def order(self, student: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows sorted by student and step, or by student alone where there is no step."""
        if not self.has("step"):
            return np.argsort(student, kind="stable")
        step = self.numbers("step")
        if np.isnan(step).any():
            raise self.fault("step", _first(np.isnan(step)), "no step; fill the cell, or leave the column out to keep the file's order")
        order = np.lexsort((step, student))  # stable
        same = np.flatnonzero((np.diff(student[order]) == 0) & (np.diff(step[order]) == 0))
        if len(same):
            earlier, row = order[same[0]], order[same[0] + 1]
            who = f"student {self.column('student')[row]} has step {step[row]:g}"
            raise self.fault("step", row, f"{who} in row {earlier + 1} already; give each response its own step, and one row")
        return order

    def check_probabilities(self, name: str, rows: pd.DataFrame) -> None:
        values = rows.get(name, pd.Series(dtype=float)).to_numpy(np.float64)
        wrong = (values < 0) | (values > 1)
        if wrong.any():
            found = f"{values[_first(wrong)]:g} is not a probability ({wrong.sum()} rows)"
            raise self.fault(name, _first(wrong), f"{found}; write probabilities in [0, 1], not logits or per cent")

    def check_scored(self, rows: pd.DataFrame) -> None:
        """Rows in order, their index the row of the file."""
        test = rows["split"] == "test"
        if not test.any():
            raise refusal(f'{self.path}: column "split": no row is of the split test; name the students to be judged so')
        scored = rows[test & (rows["step"] > 0)]
        if not len(scored):
            raise refusal(
                f"{self.path}: nothing to score: every test student has one response, and a student's first is not scored; "
                "give all responses of each student"
            )
        lost = scored["p_before"].isna()
        if lost.any():
            row = int(scored.index[lost].min())
            what = f"no prediction of a scored test response ({lost.sum()} rows)"
            raise self.fault("p_before", row, f"{what}; fill the cell (only training rows and a student's first may be empty)")


READERS: dict[str, tuple[Callable[[Path], list[str]], Callable[[Path, Iterable[str]], pa.Table]]] = {
    ".csv": (header_of, read_csv),
    ".parquet": (parquet_header, read_parquet),
}
"""By the end of the file's name: the names of its columns, and those columns."""


def _first(where: NDArray[np.bool_]) -> int:
    return int(np.argmax(where))
