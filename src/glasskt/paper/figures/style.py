"""How every figure looks: one palette, one size of letters, and SVG with the same bytes from the same data.

Palette: Okabe and Ito (2008), which readers with colour-blindness tell apart.
"""

import io
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

CYCLE = (MODEL, FILTER, SKILLS, NOTE, "#E69F00", LINE)
"""Colours of lines in one panel, in order."""

COLUMN = 3.35
"""Width of a column of the paper in inches."""
PAGE = 6.9
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


def apart(figure: Figure) -> None:
    """More space between panels whose vertical axes both have labels."""
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.set(w_pad=0.1)  # type: ignore[call-arg]


def rows(height: float, panels: int) -> tuple[Figure, list[Axes]]:
    """A figure as wide as a column, with panels below each other that share both axes.

    Arguments:
        height: In inches.
        panels: How many.
    """
    figure = Figure(figsize=(COLUMN, height), layout="constrained")
    axes = figure.subplots(panels, 1, sharex=True, sharey=True, squeeze=False)
    return figure, list(axes[:, 0])


def as_svg(figure: Figure) -> str:
    """The figure as SVG without a date."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
