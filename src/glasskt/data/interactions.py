"""The interactions table, the one form of data that every later stage reads: a row per response, or per skill that a response practises."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import combinations_of, response_starts
from glasskt.data.splits import TEST
from glasskt.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Log:
    """N rows as a reader hands them over: checked, a student's rows in their order, students in any order.

    Attributes:
        student: Ids, int64 if all of them are integers, else strings, `(N,)`.
        skill: 0 to C - 1, `(N,)`.
        response: 0 or 1, `(N,)`.
        fold: Of the row's student; `splits.TEST` for a test student, `(N,)`.
        skill_names: The source's name of each skill, `(C,)`.
        source: The files read, for messages.
        item: Ids as strings, `(N,)`; None if the source has none.
        time: `(N,)`, NaN where unknown; None if the source has none.
        joined: True where a row is one more skill of the response in the row above, `(N,)`; None if each response has one skill.
        rows: What became of the rows of the source, by name, where some were left out or are one response together; None else.
    """

    student: NDArray[Any]
    skill: NDArray[np.int32]
    response: NDArray[np.int8]
    fold: NDArray[np.int64]
    skill_names: tuple[str, ...]
    source: str
    item: NDArray[np.object_] | None = None
    time: NDArray[np.float64] | None = None
    joined: NDArray[np.bool_] | None = None
    rows: dict[str, int] | None = None


def table_of(log: Log) -> pd.DataFrame:
    """The rows of interactions.parquet.

    Returns:
        student, step (0-based), skill, item, response, fold (null for test), split, time; sorted by student, then step, of
        which several rows may be one response to several skills.

    Raises:
        UserError: There is no test student, fewer than two folds, or only one skill.
    """
    _check_splits(log)
    if len(log.skill_names) < 2:
        raise UserError(f"{log.source}: only one skill ({log.skill_names[0]}); difficulties can be compared from two skills on")
    codes, _ = pd.factorize(log.student, sort=True)
    order = np.argsort(codes, kind="stable")
    codes, fold = codes[order], log.fold[order]
    n = len(order)
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    response = np.arange(n) if log.joined is None else np.cumsum(~log.joined[order]) - 1
    step = response - np.repeat(response[starts], np.diff(np.r_[starts, n]))
    test = fold == TEST
    return pd.DataFrame(
        {
            "student": log.student[order],
            "step": step.astype(np.int32),
            "skill": log.skill[order].astype(np.int32),
            "item": pd.arrays.StringArray(np.full(n, pd.NA)) if log.item is None else pd.array(log.item[order], dtype="string"),
            "response": log.response[order].astype(np.int8),
            "fold": pd.arrays.IntegerArray(fold, test),
            "split": np.array(["train_valid", "test"], object)[test.astype(np.intp)],
            "time": np.full(n, np.nan) if log.time is None else log.time[order],
        },
        copy=False,
    )


def _check_splits(log: Log) -> None:
    present = np.unique(log.fold)
    if TEST not in present:
        raise UserError(
            f"{log.source}: no student is in the test set; give some students fold -1, or leave fold and split out to have them made"
        )
    if (folds := np.count_nonzero(present != TEST)) < 2:
        raise UserError(f"{log.source}: {folds} fold(s) beside the test set; give two or more, to train on one and validate on the other")


def facts_of(dataset: str, table: pd.DataFrame, skill_names: tuple[str, ...]) -> dict[str, Any]:
    """What dataset.json says: counts, success rates, folds, sequence lengths, combinations of skills; of a table from `table_of`."""
    combinations = combinations_of(table)
    table = table.iloc[response_starts(table["student"].to_numpy(), table["step"].to_numpy())]
    first = table["step"].to_numpy() == 0
    test = table["fold"].isna().to_numpy()
    response = table["response"].to_numpy()
    lengths = np.diff(np.r_[np.flatnonzero(first), len(table)])
    splits = {name: _split_facts(first[rows], response[rows]) for name, rows in (("train_valid", ~test), ("test", test))}
    return {
        "dataset": dataset,
        "n_students": len(lengths),
        "n_skills": len(skill_names),
        "combinations": [list(skills) for skills in combinations],
        "n_responses": len(table),
        "folds": [int(fold) for fold in np.unique(table["fold"].dropna().to_numpy(np.int64))],
        "skill_names": list(skill_names),
        "splits": splits,
        "scored_test": splits["test"]["responses"] - splits["test"]["students"],
        "lengths": {
            "median": float(np.median(lengths)),
            "mean": float(lengths.mean()),
            "p95": float(np.percentile(lengths, 95)),
            "max": int(lengths.max()),
        },
    }


def _split_facts(first: NDArray[np.bool_], response: NDArray[np.int8]) -> dict[str, Any]:
    return {"students": int(first.sum()), "responses": len(response), "success_rate": float(response.mean())}
