"""Which skills an item practises: a csv file of pairs (item, skill), or a matrix of 0 and 1 with a row per item and a column per skill."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from glasskt.data.readers.ids import ids
from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import header_of, read_csv

PAIRS = ["item", "skill"]


@dataclass(frozen=True, kw_only=True)
class QMatrix:
    """I items and C skills.

    Attributes:
        path: The file.
        place: Item -> its row in `entries`.
        skills: Names, sorted, `(C,)`.
        entries: 1 where an item practises a skill, `(I, C)`, indices sorted.
    """

    path: Path
    place: dict[str, int]
    skills: tuple[str, ...]
    entries: csr_array

    def of(self, items: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Skills of each of these items, one after another, and how many each has, `(N,)` -> `(sum of sizes,)`, `(N,)`."""
        chosen = self.entries[items]
        return chosen.indices.astype(np.int64), np.diff(chosen.indptr).astype(np.int64)


def read(path: Path) -> QMatrix:
    """The Q-matrix of a file with the columns item and skill, or with item first and a column of 0 and 1 for each skill.

    Raises:
        UserError: The file is not what was announced, an item has no skill or stands twice, or a cell is neither 0 nor 1.
    """
    header = header_of(path)
    if sorted(header) == PAIRS:
        return _of_pairs(path)
    if header[:1] != ["item"] or len(header) < 2:
        raise refusal(f'{path}: name its columns "item" and "skill", or "item" and then one column per skill with 0 and 1')
    return _of_matrix(path, header[1:])


def _of_pairs(path: Path) -> QMatrix:
    table = read_csv(path, PAIRS)
    for name in PAIRS:
        if (empty := pc.index(table[name], "").as_py()) >= 0:
            raise refusal(f"{path}: data row {empty + 1}: no {name}; fill the cell or drop the row")
    items, skills = (table[name].chunk(0).dictionary_encode() for name in PAIRS)
    row, column = np.asarray(items.indices), np.asarray(skills.indices)
    _, first = np.unique(row.astype(np.int64) * len(skills.dictionary) + column, return_index=True)
    if len(first) < len(row):
        twice = int(np.setdiff1d(np.arange(len(row)), first)[0])
        raise refusal(f"{path}: data row {twice + 1}: item {items[twice]} has skill {skills[twice]} already; keep the pair once")
    return _made(path, items.dictionary.to_pylist(), ids(skills.dictionary), row, column)


def _of_matrix(path: Path, skills: list[str]) -> QMatrix:
    table = read_csv(path, ["item", *skills])
    items = table["item"].to_pylist()
    seen: dict[str, int] = {}
    for number, item in enumerate(items, start=1):
        if not item:
            raise refusal(f"{path}: data row {number}: no item; fill the cell or drop the row")
        if item in seen:
            raise refusal(f"{path}: data row {number}: item {item} stands in data row {seen[item]} already; keep one row per item")
        seen[item] = number
    cells = np.column_stack([np.asarray(table[skill].to_pylist(), object) for skill in skills])  # (I, C)
    wrong = np.argwhere(~np.isin(cells, ("0", "1")))
    if len(wrong):
        row, column = wrong[0]
        raise refusal(f'{path}: data row {row + 1}, column "{skills[column]}": "{cells[row, column]}" is neither 0 nor 1')
    row, column = np.nonzero(cells == "1")
    if len(bare := np.setdiff1d(np.arange(len(items)), row)):
        raise refusal(f"{path}: data row {bare[0] + 1}: item {items[bare[0]]} has no skill; give it one or drop it")
    return _made(path, items, ids(pa.array(skills)), row, column)


def _made(path: Path, items: list[str], skills: NDArray[Any], row: NDArray[np.int64], column: NDArray[np.int64]) -> QMatrix:
    order = np.argsort(skills)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    entries = csr_array((np.ones(len(row), np.int8), (row, rank[column])), shape=(len(items), len(order)))
    entries.sort_indices()
    place = {item: number for number, item in enumerate(items)}
    return QMatrix(path=path, place=place, skills=tuple(str(skill) for skill in skills[order]), entries=entries)
