"""Three test students whose last responses are explained, and the terms as a table."""

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.explain.explanation import explain
from glasskt.explain.text import said

LENGTHS = (40, 60)
"""Students shown have so many responses, if any test student has."""
LEVELS = {"weak": 0.25, "middling": 0.5, "strong": 0.75}
"""Where their success rates lie among those students: quantiles."""


def chosen(interactions: pd.DataFrame) -> dict[str, int | str]:
    """One test student for each of `LEVELS`: of those with 40 to 60 responses, the one whose success rate is nearest to that quantile.

    Ties go to the first id. Where no test student has so many responses, all test students are eligible.

    Arguments:
        interactions: student, step, response, split.

    Raises:
        UserError: There is no test student.
    """
    test = interactions[interactions["split"] == "test"].drop_duplicates(["student", "step"])
    if test.empty:
        raise UserError("interactions: no row of the split 'test'; the paper explains some: set the data set's test_share above 0")
    counted = test.groupby("student")["response"].agg(["size", "mean"])
    fit = counted[counted["size"].between(*LENGTHS)]
    rate = (fit if len(fit) else counted)["mean"]
    students = rate.index.tolist()
    return {level: students[int((rate - float(rate.quantile(at))).abs().to_numpy().argmin())] for level, at in LEVELS.items()}


def table(
    family: str,
    settings: Any,
    weights: dict[str, NDArray],
    students: dict[str, int | str],
    interactions: pd.DataFrame,
    facts: dict[str, Any],
) -> pd.DataFrame:
    """A row for each term of the prediction of each student's last response, in the order of the family.

    Returns:
        level, student, step, skill (its name), response, p_before, p_next_right, p_next_wrong (of the same skill next), group, term, note,
        value, usual, logit.
    """
    combinations = tuple(tuple(skills) for skills in facts.get("combinations", ()))
    names, rows = [str(name) for name in facts["skill_names"]], []
    for level, student in students.items():
        history = Cohort.from_table(interactions[interactions["student"] == student], facts["n_skills"], combinations)
        found = explain(family, settings, weights, history, len(history) - 1)
        about: dict[str, object] = {
            "level": level,
            "student": student,
            "step": found.step,
            "skill": names[found.skill],
            "response": found.response,
        }
        about |= {"p_before": found.now.p, "p_next_right": found.after[1].p, "p_next_wrong": found.after[0].p}
        for term in found.now.terms:
            words = {"group": term.group, "term": term.name, "note": said(term, names), "value": term.value, "usual": term.usual}
            rows.append({**about, **words, "logit": term.logit})
    return pd.DataFrame(rows)
