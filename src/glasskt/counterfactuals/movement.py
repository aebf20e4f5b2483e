"""What does a response move? The states of many skills before and after it, of some students at some steps.

A skill's state before a response is what the model would say if that skill were asked there; after it, if it were asked next.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.counterfactuals.flips import Trace
from glasskt.counterfactuals.histories import ends, prefixes, state
from glasskt.data.cohort import Cohort

STUDENTS = 60
SKILLS = 100
LONGEST = 40
"""Responses of a student that are asked about: histories are short, since each is asked about every skill."""
SEED = 0


def movement(cohort: Cohort, trace: Trace) -> pd.DataFrame:
    """Ask a model about every skill, or `SKILLS` of them, before and after one response of each of `STUDENTS` students.

    Arguments:
        cohort: Students that the model did not learn from.
        trace: The model.

    Returns:
        student, step, skill, practised (does the response practise that skill), before, after (state of that skill).
    """
    rng = np.random.default_rng(SEED)
    rows = _sampled(cohort, rng)
    asked = np.array([_asked(cohort, row, rng) for row in rows])  # (R, K)
    last = np.repeat(rows, asked.shape[1]) if len(rows) else rows
    before = _states(cohort, last, asked.ravel(), trace)
    after = _states(cohort, last, asked.ravel(), trace, later=True)
    practises = np.asarray(cohort.q_matrix[cohort.skill[last]].todense()) if len(rows) else np.zeros((0, cohort.n_skills))
    return pd.DataFrame(
        {
            "student": cohort.students[cohort.student_of_row[last]],
            "step": cohort.step[last].astype(np.int32),
            "skill": asked.ravel().astype(np.int32),
            "practised": practises[np.arange(len(last)), asked.ravel().astype(np.int64)] > 0,
            "before": before,
            "after": after,
        }
    )


def _sampled(cohort: Cohort, rng: np.random.Generator) -> NDArray[np.int64]:
    """A row of each of `STUDENTS` students, none of them the first."""
    long = np.flatnonzero(cohort.lengths > 1)
    students = np.sort(rng.choice(long, min(STUDENTS, len(long)), replace=False))
    rows: NDArray[np.int64] = cohort.offsets[students] + rng.integers(1, np.minimum(cohort.lengths[students], LONGEST))
    return rows


def _asked(cohort: Cohort, row: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The skills that a response practises, and others drawn at random, `SKILLS` or all C."""
    own = cohort.q_matrix[[cohort.skill[row]]].nonzero()[1]
    others = rng.permutation(np.setdiff1d(np.arange(cohort.n_skills), own))
    return np.sort(np.r_[own, others][:SKILLS])


def _states(cohort: Cohort, rows: NDArray[np.int64], asked: NDArray[np.int64], trace: Trace, *, later: bool = False) -> NDArray[np.float64]:
    """State of each skill before each row, or right after it."""
    histories = prefixes(cohort, rows)
    if later:
        histories = _longer(histories)
    skill = histories.skill.copy()
    skill[ends(histories)] = asked
    return state(trace(replace(histories, skill=skill)))[ends(histories)]


def _longer(histories: Cohort) -> Cohort:
    """Each history with one response more, to the same skill; what it is does not matter before it."""
    places = np.insert(np.arange(len(histories)), histories.offsets[1:], ends(histories))
    return replace(
        histories,
        offsets=histories.offsets + np.arange(len(histories.offsets)),
        skill=histories.skill[places],
        response=histories.response[places],
    )
