"""A table with a row per response, or per skill of a response, csv or Parquet, whose columns the user names."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.catalogue import Columns
from glasskt.data.interactions import Log
from glasskt.data.readers import unfused
from glasskt.data.readers.named_columns import Integers, NamedColumns
from glasskt.data.readers.practised import CONTRADICTORY, every_skill_is_trained, in_order, sets_of_skills, trained_only
from glasskt.data.readers.q_matrix import QMatrix
from glasskt.data.readers.row_skills import skills_of_rows
from glasskt.data.readers.student_folds import folds_of
from glasskt.data.readers.text_table import COMMAS, Dialect

UNTRAINED = "untrained_skill"


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
    source = NamedColumns(path, columns if matrix is None else columns.model_copy(update={"skill": None}), dialect)
    counts = source.drop([kind for kind in drop if kind not in (CONTRADICTORY, UNTRAINED)])
    names, skill, sizes = skills_of_rows(source, n_skills, matrix, skill_separator)
    response = source.responses()
    order = np.argsort(source.time("order"), kind="stable") if columns.order else np.arange(len(response))
    student = source.students()
    code, _ = pd.factorize(student, sort=True)
    if not columns.response_id and not one_row_one_response:
        if sizes is None or (matrix is None and (sizes == 1).all()):  # a cell that joins skills says that a row is a response
            _refuse_unfused(source, code, response, skill, order)
        elif matrix is not None:
            _refuse_repeats(source, code, response, sizes, order)
    fold = folds_of(source, code, folds=folds, test_share=test_share, seed=split_seed)[code]  # (N,)
    practised = in_order(source, code, response, order, skill, sizes, drop_contradictory=CONTRADICTORY in drop)
    if sets_as_skills:
        names, practised = sets_of_skills(names, practised)
    if UNTRAINED in drop:
        names, practised, counts[UNTRAINED] = trained_only(names, practised, fold)
    elif n_skills is None:
        every_skill_is_trained(source, names, practised, fold)
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


def _refuse_unfused(source: NamedColumns, code: Integers, response: NDArray[np.int8], skill: Integers, order: Integers) -> None:
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


def _refuse_repeats(source: NamedColumns, code: Integers, response: NDArray[np.int8], sizes: Integers, order: Integers) -> None:
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
