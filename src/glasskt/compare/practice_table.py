"""Accuracy by how often a student has tried a skill, and by how often in a row they were right at it: what a mastery-stop rule looks like.

Where practice of a skill stops after some right answers in a row, those who try again are those who have failed. Accuracy by attempt is
then selected by its own outcome and says nothing about learning.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.compare.bootstrap import Clusters, interval
from glasskt.compare.layout import interval as brackets
from glasskt.compare.layout import number

TEXT = ("by", "key")
ATTEMPTS, RUNS, STOP = range(1, 13), range(9), 3
"""Attempts and runs of right answers that have a row; the number of right answers in a row at which skill builders stop."""
LEAST_STUDENTS = 30
"""Fewer students than this give no row."""

_SHARES = {
    "three_right": f"sequences of {STOP} or more attempts that end with {STOP} right in a row",
    "third_right": f"sequences of {STOP} or more attempts that end where the right answers in a row are {STOP} for the first time",
}


MOST = 0.9
"""Share of sequences from which on a rule is taken to end them."""


def stops(practice: pd.DataFrame) -> bool:
    """Whether practice of a skill looks as if a rule stopped it: nearly all long sequences end with `STOP` right in a row."""
    ends = practice.loc[(practice["by"] == "stop") & (practice["key"] == "three_right"), "value"]
    return bool((ends > MOST).any())


def table(interactions: pd.DataFrame) -> pd.DataFrame:
    """One row per point: by, key, value, low, high (95 %, bootstrap over students), n.

    `attempt` k: accuracy at a student's k-th response to a skill; `run` k: accuracy after k right in a row at the skill, the last response
    to it being wrong or none for k = 0; `stop`: shares of the sequences that a student's responses to a skill make, n sequences.

    Arguments:
        interactions: student, step, skill, response; sorted by student and step.
    """
    rows = interactions[["student", "skill", "response"]].sort_values(["student", "skill"], kind="stable")
    response = rows["response"].to_numpy(np.float64)
    first = (rows["student"].ne(rows["student"].shift()) | rows["skill"].ne(rows["skill"].shift())).to_numpy()
    row = np.arange(len(rows))
    attempt = row - _latest(first, row) + 1
    after = row - np.maximum(_latest(first, row) - 1, _latest(response == 0, row))  # right in a row, this response included
    before = np.where(first, 0, np.r_[0, after[:-1]])
    clusters, student = Clusters.of(rows["student"]), rows["student"].to_numpy()
    found = [
        *_points("attempt", ATTEMPTS, attempt, response, clusters, student),
        *_points("run", RUNS, before, response, clusters, student),
    ]
    last = np.r_[first[1:], True]
    length, times = attempt[last], np.add.reduceat(after >= STOP, np.flatnonzero(first))
    ends = after[last] >= STOP
    long = length >= STOP
    for key, share in (("three_right", ends), ("third_right", ends & (times == 1))):
        if long.any():
            at_end = Clusters.of(student[last][long])
            found.append(_row("stop", key, share[long].astype(np.float64), at_end.mean(share[long].astype(np.float64))))
    return pd.DataFrame(found, columns=["by", "key", "value", "low", "high", "n"])


def shown(practice: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    words = {"attempt": "accuracy at attempt {}", "run": "accuracy after {} right in a row"}
    names = [_SHARES.get(key, words.get(by, "").format(key)) for by, key in zip(practice["by"], practice["key"], strict=True)]
    numbers = zip(practice["low"], practice["high"], strict=True)
    return pd.DataFrame(
        {
            "": names,
            "share": [number(value, 3) for value in practice["value"]],
            "95 %": [brackets(low, high, 3) for low, high in numbers],
            "responses or sequences": [number(n, 0) for n in practice["n"]],
        }
    )


def text(by: str, column: str, value: float) -> str:
    """A figure of `column` in a row of `by` as text: shares of sequences in per cent."""
    if column == "n":
        return number(value, 0)
    return f"{number(100 * value, 1)} %" if by == "stop" else number(value, 3)


def _latest(at: NDArray[np.bool_], row: NDArray[np.int64]) -> NDArray[np.int64]:
    """The last row up to each one where `at` holds; -1 where there is none, `(N,)`."""
    latest: NDArray[np.int64] = np.maximum.accumulate(np.where(at, row, -1))
    return latest


def _points(
    by: str, keys: range, level: NDArray[np.int64], response: NDArray[np.float64], clusters: Clusters, student: NDArray[Any]
) -> Iterator[dict[str, Any]]:
    for key in keys:
        here = level == key
        if len(np.unique(student[here])) >= LEAST_STUDENTS:
            right, n = clusters.totals(response * here, here.astype(np.float64))
            yield _row(by, str(key), response[here], np.divide(right, n, out=np.full(len(n), np.nan), where=n > 0))


def _row(by: str, key: str, values: NDArray[np.float64], draws: NDArray[np.float64]) -> dict[str, Any]:
    low, high = interval(draws)
    return {"by": by, "key": key, "value": values.mean(), "low": low, "high": high, "n": len(values)}
