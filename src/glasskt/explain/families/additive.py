"""The additive model: the skill's intercept, a term for each feature, and one for each skill that was practised before."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.explain.term import Term
from glasskt.explain.words import words
from glasskt.models.additive.curriculum import Before
from glasskt.models.additive.inputs import MEANING, Inputs, names_of
from glasskt.models.additive.settings import Settings

SKILL = "the skill itself"
CURRICULUM = "skills practised before (curriculum)"


def terms(settings: Settings, weights: dict[str, NDArray], cohort: Cohort, rows: Sequence[int]) -> list[tuple[Term, ...]]:
    """For each row its terms; they sum to the logit of p_before."""
    at = np.array(rows)
    skill, inputs = cohort.skill[at], Inputs(weights, cohort)
    found: list[list[Term]] = [
        [Term(name="skill", group=SKILL, note="this skill, all else as usual", logit=float(weights["intercept"][one]))] for one in skill
    ]
    for name in names_of(settings):
        said, values = words(name, MEANING[name]), inputs[name][at]  # (R,)
        centre, scale = float(weights[f"centre_{name}"]), float(weights[f"scale_{name}"])
        logits = weights[f"slope_{name}"][skill] * ((values - centre) / scale)
        for of_row, value, logit in zip(found, values, logits, strict=True):
            shown, usual = said.shown(float(value)), said.usual(centre)
            of_row.append(Term(name=name, group=said.group, note=said.note, logit=float(logit), value=shown, usual=usual))
    if "curriculum" in weights:
        for place, other in zip(*Before(cohort).pairs(at), strict=True):
            found[place].append(_practised(weights["curriculum"], cohort, int(at[place]), int(other)))
    return [tuple(of_row) for of_row in found]


def _practised(matrix: NDArray, cohort: Cohort, row: int, other: int) -> Term:
    start = cohort.offsets[cohort.student_of_row[row]]
    first = int(np.argmax(cohort.skill[start:row] == other))
    logit = float(matrix[cohort.skill[row], other])
    return Term(name=f"curriculum_{other}", group=CURRICULUM, note="practised before, first", logit=logit, skill=other, step=first)
