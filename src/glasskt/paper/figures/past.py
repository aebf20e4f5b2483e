"""What each earlier response still gives to one prediction: a bar a response, in time, stacked by the terms that it gives to."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from glasskt.explain.explanation import Explanation
from glasskt.paper.figures import style

HEIGHT = 1.9
"""Inches."""
COLOURS = (style.SKILLS, style.NOTE, style.AMBER)
"""Of the terms, in their order."""
ANSWERED = {1: ("|", "right"), 0: ("x", "wrong")}


def panel(axes: Axes, found: Explanation) -> None:
    """Bars by step, and below them a mark for each answer, darker where the response was to the skill that is asked."""
    past, terms = found.now.past, [term for term in found.now.terms if term.parts]
    steps = [one.step for one in past]
    above, below = np.zeros(len(past)), np.zeros(len(past))
    for term, colour in zip(terms, COLOURS, strict=False):
        gives = np.array([one.gives.get(term.name, 0.0) for one in past])
        bottom = np.where(gives >= 0, above, below)
        axes.bar(steps, gives, bottom=bottom, color=colour, width=0.8, label=term.note)
        above, below = above + gives.clip(min=0), below + gives.clip(max=0)
    _answers(axes, found)
    axes.axhline(0, color=style.LINE, linewidth=0.6)
    axes.margins(y=0.16)
    axes.set_xlim(-0.8, found.step - 0.2)
    axes.set_xlabel("step of the earlier response")
    axes.set_ylabel("still gives (logits)")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=7)


def _answers(axes: Axes, found: Explanation) -> None:
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    for answer, (marker, words) in ANSWERED.items():
        for own, whose, alpha in ((True, "this skill", 1.0), (False, "others", 0.35)):
            steps = [one.step for one in found.now.past if one.response == answer and (one.skill == found.skill) == own]
            look = {"marker": marker, "color": style.LINE, "alpha": alpha, "s": 12, "linewidths": 0.8}
            axes.scatter(steps, [0.03] * len(steps), transform=at_foot, label=f"{words}, {whose}", **look)
