"""The skills that every row of a table names: one, several in a cell, or those of its item in a Q-matrix."""

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from glasskt.data.readers.ids import ids
from glasskt.data.readers.named_columns import Integers, NamedColumns, first
from glasskt.data.readers.q_matrix import QMatrix


def skills_of_rows(
    source: NamedColumns, n_skills: int | None, matrix: QMatrix | None, separator: str | None = None
) -> tuple[tuple[str, ...], Integers, Integers | None]:
    """Names of the skills, the skills of all rows one after another, and how many each row has, `(N,)`; None for one each."""
    if matrix is not None:
        return _by_item(source, matrix)
    if separator is not None:
        return _split_cells(source, separator)
    names, skill = _numbered(source, "skill") if n_skills is None else _skills_below(source, n_skills)
    return names, skill, None


def _numbered(source: NamedColumns, holds: str) -> tuple[tuple[str, ...], Integers]:
    """The sorted names, and their index in every row."""
    encoded = source.filled(holds).dictionary_encode()
    names = ids(encoded.dictionary)
    order = np.argsort(names)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return tuple(str(name) for name in names[order]), rank[np.asarray(encoded.indices)]


def _skills_below(source: NamedColumns, n_skills: int) -> tuple[tuple[str, ...], Integers]:
    skill = source.numbers("skill")
    wrong = ~np.isin(skill, np.arange(n_skills))
    if wrong.any():
        raise source.fault("skill", first(wrong), f'"{source.column("skill")[first(wrong)]}" is not one of the skills 0 to {n_skills - 1}')
    return tuple(map(str, range(n_skills))), skill.astype(np.int64)


def _split_cells(source: NamedColumns, separator: str) -> tuple[tuple[str, ...], Integers, Integers]:
    """As `skills_of_rows`, of cells that join the skills of a response."""
    cells = source.filled("skill").dictionary_encode()
    sets = pc.split_pattern(cells.dictionary, separator)  # of each different cell
    words = sets.flatten()
    empty = pc.index(words, "").as_py()
    if empty >= 0:
        cell = int(np.searchsorted(np.cumsum(np.asarray(pc.list_value_length(sets))), empty, side="right"))
        row = int(np.argmax(np.asarray(cells.indices) == cell))
        raise source.fault("skill", row, f'"{cells.dictionary[cell]}" names no skill before or after a "{separator}"; mend the cell')
    code, names = pd.factorize(ids(words), sort=True)
    of_cell = np.asarray(pc.list_value_length(sets), np.int64)
    starts, index = np.cumsum(of_cell) - of_cell, np.asarray(cells.indices, np.int64)
    sizes = of_cell[index]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return tuple(str(name) for name in names), code[np.repeat(starts[index], sizes) + within].astype(np.int64), sizes


def _by_item(source: NamedColumns, matrix: QMatrix) -> tuple[tuple[str, ...], Integers, Integers]:
    """As `skills_of_rows`; skills of the Q-matrix that nobody practises are left out."""
    encoded = source.filled("item").dictionary_encode()
    words = encoded.dictionary.to_pylist()
    known = np.array([matrix.place.get(item, -1) for item in words], np.int64)[np.asarray(encoded.indices)]  # (N,)
    if (known < 0).any():
        row = first(known < 0)
        raise source.fault("item", row, f'"{encoded[row]}" is not in {matrix.path}; give it its skills there, or drop the row')
    skill, sizes = matrix.of(known)
    used, renumbered = np.unique(skill, return_inverse=True)
    return tuple(matrix.skills[place] for place in used), renumbered, sizes
