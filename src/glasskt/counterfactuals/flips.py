"""What if an answer had been another? One earlier answer to the same skill right instead of wrong, and the answer itself turned round.

The first asks whether a model takes a right answer for good news; the second, with everything after it cut off, whether what is called
*before* knows what comes later.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.counterfactuals.histories import ends, prefixes, state
from glasskt.data.cohort import Cohort

ROWS = 2000
SEED = 0

Trace = Callable[[Cohort], Mapping[str, NDArray]]
"""Quantities of every response of a cohort by name, `(N,)` each, as in trajectories.parquet."""


def flips(cohort: Cohort, said: Mapping[str, NDArray], trace: Trace) -> pd.DataFrame:
    """Ask a model about rows drawn at random from those whose skill the student has practised before.

    Arguments:
        cohort: Students that the model did not learn from.
        said: The trace of the cohort as it is.
        trace: The model.

    Returns:
        At most `ROWS` rows, in the order of the cohort: student, step, skill, flipped_step (of the earlier answer), if_wrong and if_right
        (state of the skill before the response, had that answer been so), leak (largest change of any quantity called *before* once the
        response is turned round and the future is cut off).
    """
    rng = np.random.default_rng(SEED)
    earlier = _an_earlier_row(cohort, rng)
    candidates = np.flatnonzero(earlier >= 0)
    rows = np.sort(rng.choice(candidates, min(ROWS, len(candidates)), replace=False))
    histories = prefixes(cohort, rows)
    last, flipped = ends(histories), histories.offsets[:-1] + cohort.step[earlier[rows]]
    if_wrong, if_right = (state(trace(_with(histories, flipped, answer)))[last] for answer in (0, 1))
    turned = trace(_with(histories, last, 1 - histories.response[last]))
    return pd.DataFrame(
        {
            "student": cohort.students[cohort.student_of_row[rows]],
            "step": cohort.step[rows].astype(np.int32),
            "skill": cohort.skill[rows].astype(np.int32),
            "flipped_step": cohort.step[earlier[rows]].astype(np.int32),
            "if_wrong": if_wrong,
            "if_right": if_right,
            "leak": _largest_change(said, rows, turned, last),
        }
    )


def _an_earlier_row(cohort: Cohort, rng: np.random.Generator) -> NDArray[np.int64]:
    """For every row an earlier one of the same student and skill, drawn at random, -1 where there is none, `(N,)`."""
    cell = cohort.student_of_row * (int(cohort.skill.max(initial=0)) + 1) + cohort.skill
    order = np.argsort(cell, kind="stable")  # practices of one skill by one student side by side, in their order
    starts = np.flatnonzero(np.r_[True, np.diff(cell[order]) > 0]) if len(cell) else np.empty(0, np.int64)
    start = np.repeat(starts, np.diff(np.r_[starts, len(cell)]))
    number = np.arange(len(cell)) - start  # earlier practices
    chosen = np.full(len(cell), -1)
    met = number > 0
    chosen[order[met]] = order[start[met] + rng.integers(0, number[met])]
    return chosen


def _with(histories: Cohort, rows: NDArray[np.int64], answer: int | NDArray[np.int8]) -> Cohort:
    response = histories.response.copy()
    response[rows] = answer
    return replace(histories, response=response)


def _largest_change(
    said: Mapping[str, NDArray], rows: NDArray[np.int64], turned: Mapping[str, NDArray], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    names = [name for name in said if name.endswith("_before")]
    changes: NDArray[np.float64] = np.max([np.abs(turned[name][last].astype(np.float64) - said[name][rows]) for name in names], axis=0)
    return changes
