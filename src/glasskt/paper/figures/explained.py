"""Why a model of named terms expects what it does: one prediction of each of three test students, by groups of terms."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from glasskt.explain.term import log_odds
from glasskt.paper.figures import style, waterfall

OUTCOMES = {
    "p_before": ("P(right) before the answer", waterfall.BASE),
    "p_next_right": ("next, after a right answer", waterfall.UP),
    "p_next_wrong": ("next, after a wrong answer", waterfall.DOWN),
}
"""Column -> words, colour."""


def draw(terms: pd.DataFrame | None) -> Figure:
    """A waterfall for each student, with the same groups in each; below the line what the terms sum to, and the same skill next.

    Arguments:
        terms: terms.csv; None where the study has no model of named terms, and the figure says so.
    """
    if terms is None:
        figure, (axes,) = style.canvas(1.2, width=style.PAGE)
        axes.text(0.5, 0.5, "no model of named terms in this study", ha="center", va="center", color=style.LINE)
        axes.set_axis_off()
        return figure
    groups = list(dict.fromkeys(terms["group"]))
    students = list(terms.groupby("level", sort=False))
    figure, panels = style.canvas(1.05 + 0.17 * (len(groups) + len(OUTCOMES)), len(students), share_y=True, width=style.PAGE)
    for axes, (level, rows) in zip(panels, students, strict=True):
        _panel(axes, str(level), rows, groups)
    first = panels[0]
    labels = [*groups, *(words for words, _ in OUTCOMES.values())]
    first.set_yticks(range(len(labels)), labels)
    first.set_ylim(len(labels) - 0.4, -0.6)
    panels[len(panels) // 2].set_xlabel("sum of the terms (logits)")
    return figure


def _panel(axes: Axes, level: str, rows: pd.DataFrame, groups: list[str]) -> None:
    sums = rows.groupby("group")["logit"].sum()
    waterfall.bars(axes, [float(sums.get(group, 0.0)) for group in groups])
    for place, (column, (_, colour)) in enumerate(OUTCOMES.items(), start=len(groups)):
        p = float(rows[column].iloc[0])
        axes.plot(log_odds(p), place, "D", color=colour, markersize=4)
        axes.annotate(f"{100 * p:.0f} %", (log_odds(p), place), (5, 0), textcoords="offset points", va="center", fontsize=7)
    axes.axhline(len(groups) - 0.5, color=style.LINE, linewidth=0.6)
    axes.axvline(0, color=style.LINE, linewidth=0.6)
    about = rows.iloc[0]
    axes.set_title(f"{level}: student {about['student']}\nstep {about['step']}, skill {about['skill']}", loc="left", fontsize=7.5)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.margins(x=0.2)
