"""What each earlier response still gives to one prediction: a bar a response, in time, stacked by the terms that it gives to."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from glasskt.explain.explanation import Explanation
from glasskt.explain.term import Past
from glasskt.explain.text import signed
from glasskt.paper.figures import style

HEIGHT = 1.9
"""Inches."""
SHOWN = 60
"""Earlier responses that have a bar."""
COLOURS = (style.SKILLS, style.NOTE, style.AMBER)
"""Of the terms, in their order."""
MARKS = {1: ("|", "right"), 0: ("x", "wrong")}
"""Answer -> marker, words."""


def panel(figure: Figure, axes: Axes, found: Explanation) -> None:
    """The earlier responses that give most, side by side in time; the others are told as a sum."""
    largest = sorted(found.now.past, key=lambda past: -abs(past.logit))
    shown, rest = sorted(largest[:SHOWN], key=lambda past: past.step), largest[SHOWN:]
    _bars(axes, found, shown)
    _answers(axes, found.skill, shown)
    axes.axhline(0, color=style.LINE, linewidth=0.6)
    axes.margins(x=0.01, y=0.16)
    ticks = [int(at) for at in MaxNLocator(10, integer=True).tick_values(0, len(shown) - 1) if 0 <= at < len(shown)]
    axes.set_xticks(ticks, [str(shown[at].step) for at in ticks])
    others = f"; {len(rest)} others give {signed(sum(past.logit for past in rest))} together" if rest else ""
    axes.set_xlabel(f"step of the earlier response{others}")
    axes.set_ylabel("still gives (logits)")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=len(COLOURS) + len(MARKS), frameon=False, fontsize=7)


def _bars(axes: Axes, found: Explanation, shown: Sequence[Past]) -> None:
    axes.use_sticky_edges = False  # an empty bar on top of the highest would hold the border there
    above, below = np.zeros(len(shown)), np.zeros(len(shown))
    for term, colour in zip([term for term in found.now.terms if term.parts], COLOURS, strict=False):
        gives = np.array([past.gives.get(term.name, 0.0) for past in shown])
        axes.bar(range(len(shown)), gives, bottom=np.where(gives >= 0, above, below), color=colour, width=0.8, label=term.note)
        above, below = above + gives.clip(min=0), below + gives.clip(max=0)


def _answers(axes: Axes, asked: int, shown: Sequence[Past]) -> None:
    """A mark for each answer at the foot, darker where the response was to the skill that is asked."""
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    for answer, (marker, words) in MARKS.items():
        places = [place for place, past in enumerate(shown) if past.response == answer]
        shades = [to_rgba(style.LINE, 1.0 if shown[place].skill == asked else 0.35) for place in places]
        axes.plot([], [], marker, color=style.LINE, markersize=4, label=words)
        axes.scatter(places, [0.04] * len(places), s=12, marker=marker, color=shades, linewidths=0.8, transform=at_foot)
