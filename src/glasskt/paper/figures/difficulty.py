"""Persons and skills on one scale: where the difficulties lie against the abilities (a Wright map)."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from glasskt.paper.figures import style


def draw(items: pd.DataFrame, students: pd.DataFrame, skill_names: list[str]) -> Figure:
    """Abilities of the training students as a histogram, difficulties of the skills in order with their 95 % intervals.

    Arguments:
        items: skill, beta, se (logits).
        students: theta (EAP, logits), role.
        skill_names: Name by skill index.
    """
    figure, (people, skills) = style.canvas(2.6, 2, share_y=True, widths=(1, 1.7))
    theta = students.loc[students["role"] == "train", "theta"]
    people.hist(theta, bins=24, orientation="horizontal", color=style.STUDENTS)
    people.invert_xaxis()
    people.set_xticks([])
    people.spines["bottom"].set_visible(False)
    people.set_ylabel("logits")
    people.set_title(f"{len(theta):,} students\nability θ (EAP)")

    ordered = items.sort_values(["beta", "skill"]).reset_index(drop=True)
    skills.errorbar(ordered.index, ordered["beta"], yerr=1.96 * ordered["se"], fmt=".", markersize=3, color=style.SKILLS, elinewidth=0.7)
    skills.set_xticks([])
    skills.spines["bottom"].set_visible(False)
    skills.set_title(f"{len(ordered):,} skills\ndifficulty β, 95 % interval")
    for row, offset, side in ((0, (0, -4), "left"), (len(ordered) - 1, (0, 4), "right")):
        skill, beta, se = (ordered[column].tolist()[row] for column in ("skill", "beta", "se"))
        edge = beta + np.sign(offset[1]) * 1.96 * se
        skills.annotate(
            _short(skill_names[skill]),
            (row, edge),
            xytext=offset,
            textcoords="offset points",
            ha=side,
            va="top" if offset[1] < 0 else "bottom",
        )
    skills.margins(y=0.1)
    return figure


def _short(name: str) -> str:
    text = name if not name.isdigit() else f"skill {name}"
    return text if len(text) <= 24 else f"{text[:23]}…"
