"""The terms of one prediction as a waterfall: each bar begins where the one above it ends, and the last end is the logit."""

from collections.abc import Sequence
from itertools import accumulate

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glasskt.explain.explanation import Explanation
from glasskt.explain.subject import ROLES, Subject
from glasskt.explain.term import Term, log_odds, probability
from glasskt.explain.text import ANSWERS, largest, said, signed
from glasskt.paper.figures import style

SHOWN = 14
CHANCES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Ticks of the upper axis."""


def draw(found: Explanation, subject: Subject) -> Figure:
    """The largest terms of a prediction, and what the same skill would have next after a right and after a wrong answer.

    Arguments:
        found: The explanation.
        subject: Its heading.
    """
    shown, rest = largest(found.now, SHOWN)
    terms = [*shown, *([rest] if rest else [])]
    labels = [_label(term, subject.skills) for term in terms]
    figure, (axes,) = style.canvas(0.9 + 0.19 * (len(terms) + 3), width=style.PAGE)
    end = bars(axes, [term.logit for term in terms])
    ends = {"P(right) before the answer": (end, style.LINE)}
    ends |= {f"next, after a {ANSWERS[answer]} answer": (found.after[answer].logit, colour) for answer, colour in ((1, UP), (0, DOWN))}
    for place, (logit, colour) in enumerate(ends.values(), start=len(terms)):
        axes.plot(logit, place, "D", color=colour, markersize=5)
        axes.annotate(f"{probability(logit):.1%}".replace("%", " %"), (logit, place), (6, 0), textcoords="offset points", va="center")
    axes.axhline(len(terms) - 0.5, color=style.LINE, linewidth=0.6)
    finish(axes, [*labels, *ends])
    title = f"student {found.student} ({ROLES[subject.role].partition(':')[0]}), step {found.step}, skill {subject.skills[found.skill]}"
    figure.suptitle(f"{title}\n{subject.run}", x=0.01, ha="left", fontsize=8)
    return figure


UP, DOWN, BASE = style.MODEL, style.FILTER, style.LINE


def bars(axes: Axes, logits: Sequence[float]) -> float:
    """A bar for each term from the top, the first from 0; returns where the last ends."""
    ends = list(accumulate(logits))
    axes.use_sticky_edges = False  # a bar that starts where the sum is largest would lie at the border
    starts = [0.0, *ends[:-1]]
    colours = [BASE, *(UP if logit > 0 else DOWN for logit in logits[1:])]
    axes.barh(range(len(ends)), logits, left=starts, color=colours, height=0.66)
    for place, (logit, start, end) in enumerate(zip(logits, starts, ends, strict=True)):
        axes.annotate(signed(logit), (max(start, end), place), (3, 0), textcoords="offset points", va="center", fontsize=7)
        if place + 1 < len(ends):
            axes.plot([end, end], [place - 0.33, place + 1.33], color=style.LINE, linewidth=0.5)
    return ends[-1]


def finish(axes: Axes, labels: Sequence[str]) -> None:
    """Labels of the rows, and probabilities on the upper axis."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.axvline(0, color=style.LINE, linewidth=0.6)
    axes.margins(x=0.12)
    axes.set_xlabel("sum of the terms (logits)")
    above = axes.secondary_xaxis("top")
    low, high = axes.get_xlim()
    ticks = [chance for chance in CHANCES if low <= log_odds(chance) <= high]
    above.set_xticks([log_odds(chance) for chance in ticks], [f"{chance:.0%}".replace("%", " %") for chance in ticks])
    above.spines["top"].set_visible(True)
    above.set_xlabel("P(right)")


def _label(term: Term, skills: Sequence[str]) -> str:
    return said(term, skills) + (f": {term.value}" if term.value else "")
