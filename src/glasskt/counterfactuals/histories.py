"""Histories of one student as a cohort: cut, changed, ended with another question."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort

STATES = ("mastery_before", "p_before")
"""What counts as the state of a skill: its mastery, or in a model without one the probability of a right answer."""


def prefixes(cohort: Cohort, rows: NDArray[np.int64]) -> Cohort:
    """The history of the student of each row, up to and with that row, as a cohort of as many students.

    Arguments:
        cohort: N responses.
        rows: Of these, in any order, `(R,)`.

    Returns:
        Its own arrays, free to be changed; student i is the history that ends in `rows[i]`, see `ends`.
    """
    starts = cohort.offsets[cohort.student_of_row[rows]]
    return _cut_out(cohort, np.arange(len(rows)), starts, rows - starts + 1)


def of_students(cohort: Cohort, students: NDArray[np.int64]) -> Cohort:
    """Some students of a cohort, by their places in `cohort.students`, `(R,)`."""
    return _cut_out(cohort, cohort.students[students], cohort.offsets[students], cohort.lengths[students])


def _cut_out(cohort: Cohort, names: NDArray, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Cohort:
    offsets = np.r_[0, np.cumsum(lengths)].astype(np.int64)
    places = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths) + np.repeat(starts, lengths)
    return replace(cohort, students=names, offsets=offsets, skill=cohort.skill[places], response=cohort.response[places])


def ends(histories: Cohort) -> NDArray[np.int64]:
    """Row of the last response of each history, `(R,)`."""
    return histories.offsets[1:] - 1


def state(quantities: Mapping[str, NDArray], names: Sequence[str] = STATES) -> NDArray[np.float64]:
    """The state of the skill that is asked, before each response, `(N,)`."""
    return quantities[next(name for name in names if name in quantities)].astype(np.float64)
