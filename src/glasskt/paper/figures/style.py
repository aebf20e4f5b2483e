"""How every figure looks: one palette, one size of letters, and files with the same bytes from the same data.

Palette: Okabe and Ito (2008), which readers with colour-blindness tell apart.
"""

from statistics import fmean
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

MODEL = "#0072B2"
FILTER = "#D55E00"
STUDENTS = "#56B4E9"
SKILLS = "#009E73"
NOTE = "#CC79A7"
LINE = "#4D4D4D"
SHADE = "#EBEBEB"

AMBER = "#E69F00"

SOLID, DASHED = "-", (0, (2.2, 1.2))
FORMS: dict[str, tuple[str, Any, str]] = {
    "mean": (NOTE, SOLID, "^"),
    "direct": (AMBER, SOLID, "s"),
    "standardized": (AMBER, DASHED, "s"),
    "dynamic": (SKILLS, SOLID, "D"),
    "weighted": (SKILLS, DASHED, "D"),
    "scale": (LINE, SOLID, "v"),
    "split": (MODEL, SOLID, "o"),
    "split without deviation": (MODEL, DASHED, "o"),
}
"""Form of l_23 -> colour, line and marker in every figure; a form that is another one but for a detail has its colour, dashed."""
OTHER_FORM = (STUDENTS, DASHED, "x")

CYCLE = (MODEL, FILTER, SKILLS, NOTE, AMBER, LINE)
"""Colours of lines in one panel, in order."""

COLUMN = 3.25
"""Width of a column of the paper in inches."""
PAGE = 6.77
"""Width of both columns."""

_LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.3,
    "text.parse_math": False,  # a skill may be named `$5 or $6`
    "svg.fonttype": "path",
    "svg.hashsalt": "glasskt",
}


def look() -> mpl.RcParams:
    """The settings that every figure is drawn under, as `with rc_context(look())`."""
    settings = mpl.RcParams({key: value for key, value in mpl.rcParamsDefault.items() if key != "backend"})
    settings.update(_LOOK)
    return settings


def canvas(
    height: float, columns: int = 1, share_y: bool = False, widths: tuple[float, ...] | None = None, width: float = COLUMN
) -> tuple[Figure, list[Axes]]:
    """A figure with panels side by side.

    Arguments:
        height: In inches.
        columns: Number of panels.
        share_y: True where the panels have one vertical axis.
        widths: Relative widths of the panels.
        width: Of the figure, in inches.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, columns, sharey=share_y, squeeze=False, width_ratios=widths)
    return figure, list(axes[0])


def spaced(figure: Figure) -> None:
    """More space between panels whose vertical axes both have labels."""
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.set(w_pad=0.1)  # type: ignore[call-arg]


def rows(height: float, panels: int, share_y: bool = True, width: float = COLUMN) -> tuple[Figure, list[Axes]]:
    """A figure with panels below each other that share the horizontal axis.

    Arguments:
        height: In inches.
        panels: How many.
        share_y: True where they have one vertical axis too.
        width: Of the figure, in inches.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(panels, 1, sharex=True, sharey=share_y, squeeze=False)
    return figure, list(axes[:, 0])


def form_line(form: str) -> dict[str, Any]:
    """How the line of a form of l_23 is drawn, as arguments of `Axes.plot`."""
    colour, line, marker = FORMS.get(form, OTHER_FORM)
    return {"color": colour, "linestyle": line, "marker": marker, "label": form}


def label_ends(axes: Axes, ends: dict[str, tuple[float, float, str]], gap: float) -> None:
    """Names of lines to the right of their last points, moved apart until none covers another.

    Arguments:
        axes: With its vertical limits set.
        ends: Name -> x, y (data) and colour.
        gap: Least distance of two names, as a share of the axis.
    """
    bottom, top = axes.get_ylim()
    ordered = sorted(ends.items(), key=lambda end: end[1][1])
    places = apart([(y - bottom) / (top - bottom) for _, (_, y, _) in ordered], gap)
    for (name, (x, _, colour)), place in zip(ordered, places, strict=True):
        axes.annotate(name, (x, bottom + place * (top - bottom)), color=colour, va="center", ha="left", annotation_clip=False)


def apart(places: list[float], gap: float) -> list[float]:
    """Places in rising order, the nearest to those given (in least squares) of which no two are closer than `gap`.

    Example:
        >>> [round(place, 2) for place in apart([0.1, 0.5, 0.5], 0.2)]
        [0.1, 0.4, 0.6]
    """
    blocks: list[list[float]] = []  # each: the places, less their distance in gaps from the first, that end up in one run
    for number, place in enumerate(places):
        blocks.append([place - number * gap])
        while len(blocks) > 1 and fmean(blocks[-2]) > fmean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    starts = [fmean(block) for block in blocks for _ in block]
    return [start + number * gap for number, start in enumerate(starts)]
