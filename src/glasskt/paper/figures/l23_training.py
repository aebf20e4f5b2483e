"""The course of training under each form of l_23."""

from collections.abc import Mapping
from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from glasskt.paper.figures import style

PANELS = {
    "valid_l_bce": "prediction loss\n(validation, nats)",
    "valid_theta_sd": "sd of θ\n(validation, logits)",
    "share_l_23": "share of $l_{23}$\nin the loss",
    "gradient_cosine_l_bce_l_23": "cosine of gradients,\n$l_{bce}$ and $l_{23}$",
}
"""Column of history.csv -> its title."""


def draw(course: pd.DataFrame, core: Mapping[str, str], target_sd: float) -> Figure:
    """One panel per quantity, one line per form, means over the runs.

    Arguments:
        course: l23_course.csv.
        core: Form of l_23 -> variant, the lines to draw.
        target_sd: sd of the static targets, in logits.
    """
    panels = {key: words for key, words in PANELS.items() if (course["key"] == key).any()}
    figure, places = style.canvas(2.7, max(len(panels), 1), width=style.PAGE)
    for axes, (key, words) in zip(places, panels.items(), strict=False):
        _lines(axes, course[course["key"] == key], core)
        axes.set_title(words, loc="left", parse_math=True)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
        if key == "valid_theta_sd":
            axes.axhline(target_sd, color=style.LINE, linewidth=0.8)
        if key.startswith("gradient_cosine"):
            axes.axhline(0, color=style.LINE, linewidth=0.6, linestyle=(0, (4, 3)))
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.set(w_pad=0.06)  # type: ignore[call-arg]
    handles, labels = places[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=_columns(len(labels)), frameon=False, handlelength=2.4)
    return figure


def _lines(axes: Axes, values: pd.DataFrame, core: Mapping[str, str]) -> None:
    for form, variant in core.items():
        line = values[values["variant"] == variant].sort_values("epoch")
        if len(line):
            axes.plot(line["epoch"], line["value"], markersize=2.5, **style.form_line(form))


def _columns(labels: int) -> int:
    """Of rows as equal as they can be, with at most five labels each.

    Example:
        >>> [_columns(labels) for labels in (0, 4, 5, 6, 8)]
        [1, 4, 5, 3, 4]
    """
    rows = max(1, ceil(labels / 5))
    return max(1, ceil(labels / rows))
