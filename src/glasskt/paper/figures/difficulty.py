"""Persons and skills on one scale: where the difficulties lie against the abilities (a Wright map)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glasskt.paper.figures import style


def draw(items: pd.DataFrame, students: pd.DataFrame, skill_names: list[str]) -> Figure:
    """On one logit axis: abilities of the training students as a histogram, difficulties in order with 95 % intervals; dashed: means.

    Arguments:
        items: skill, beta, se (logits).
        students: theta (EAP, logits), role.
        skill_names: Name by skill index.
    """
    figure, (people, skills) = style.canvas(3.2, 2, share_y=True, widths=(1, 1.7))
    theta = students.loc[students["role"] == "train", "theta"]
    ordered = items.sort_values(["beta", "skill"]).reset_index(drop=True)
    people.hist(theta, bins=30, orientation="horizontal", color=style.STUDENTS)
    people.invert_xaxis()
    people.set_ylabel("logits")
    people.set_title(f"{_counted(len(theta), 'student')}\nability θ (EAP)")
    skills.errorbar(ordered.index, ordered["beta"], yerr=1.96 * ordered["se"], fmt=".", markersize=2.5, color=style.SKILLS, elinewidth=0.6)
    skills.set_title(f"{_counted(len(ordered), 'skill')}\ndifficulty β, 95 % interval")
    skills.margins(x=0.06, y=0.1)
    skills.tick_params(axis="y", length=0)
    skills.spines["left"].set_visible(False)
    for axes, mean in ((people, theta.mean()), (skills, ordered["beta"].mean())):
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.grid(axis="y", color=style.SHADE)
        axes.set_axisbelow(True)
        axes.axhline(mean, color=style.LINE, linewidth=0.7, linestyle=(0, (4, 3)))
    _name(skills, ordered, skill_names)
    return figure


def _name(axes: Axes, ordered: pd.DataFrame, skill_names: list[str]) -> None:
    """Names below the easiest and above the hardest skill."""
    for row, away, side, at in ((0, -1, "left", "top"), (len(ordered) - 1, 1, "right", "bottom")):
        skill, beta, se = (ordered[column].tolist()[row] for column in ("skill", "beta", "se"))
        name, edge = _short(skill_names[skill]), (row, beta + away * 1.96 * se)
        axes.annotate(name, edge, xytext=(0, 4 * away), textcoords="offset points", ha=side, va=at)


def _counted(size: int, noun: str) -> str:
    return f"{size:,} {noun}" if size == 1 else f"{size:,} {noun}s"


def _short(name: str) -> str:
    text = name if not name.isdigit() else f"skill {name}"
    return text if len(text) <= 24 else f"{text[:23]}…"
