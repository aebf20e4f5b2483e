"""Responses to several skills in models that are fitted skill by skill: their skills, their parameters, or each as a skill of its own."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt.difficulties import of_combinations

Floats = NDArray[np.float64]


def item_parameters(cohort: Cohort, beta: Floats, discrimination: Floats) -> tuple[Floats, Floats]:
    """beta and a of every skill index, `(C + J,)` each, from those of the skills, `(C,)` each.

    The slope and the intercept of a combination are the means of its skills', as in the static fit.
    """
    return of_combinations(cohort, beta, discrimination) if cohort.combinations else (beta, discrimination)


def practised(cohort: Cohort) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every skill of every response: the row of the response, and the skill, `(E,)` each; E = N where each response has one.

    Example:
        >>> cohort = Cohort(students=np.array([7]), offsets=np.array([0, 2]), skill=np.array([2, 0]), response=np.array([1, 0], np.int8),
        ...                 n_skills=2, combinations=((0, 1),))
        >>> practised(cohort)
        (array([0, 0, 1]), array([0, 1, 0]))
    """
    if not cohort.combinations:
        return np.arange(len(cohort)), cohort.skill
    of_row = cohort.q_matrix[cohort.skill]  # (N, C)
    of_row.sort_indices()
    return np.repeat(np.arange(len(cohort)), np.diff(of_row.indptr)), of_row.indices.astype(np.int64)


def as_skills(cohort: Cohort) -> Cohort:
    """The same responses with every combination as one more skill, C + J in all: its practice is not that of its skills.

    Example:
        >>> cohort = Cohort(students=np.array([7]), offsets=np.array([0, 2]), skill=np.array([2, 0]), response=np.array([1, 0], np.int8),
        ...                 n_skills=2, combinations=((0, 1),))
        >>> as_skills(cohort).n_skills, as_skills(cohort).combinations
        (3, ())
    """
    return replace(cohort, n_skills=cohort.n_skills + len(cohort.combinations), combinations=())
