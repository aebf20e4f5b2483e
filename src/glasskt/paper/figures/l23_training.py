"""The course of training under each form of l_23."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from glasskt.paper.figures import style

PANELS = {
    "valid_l_bce": "prediction loss\n(validation, nats)",
    "valid_theta_sd": "sd of θ\n(validation, logits)",
    "share_l_23": "share of l_23\nin the loss",
    "gradient_cosine_l_bce_l_23": "cosine of the gradients\nof l_bce and l_23",
}
"""Column of history.csv -> its axis."""


def draw(course: pd.DataFrame, variants: dict[str, str], target_sd: float) -> Figure:
    """One panel per quantity, one line per variant, means over the runs.

    Arguments:
        course: l23_course.csv.
        variants: Variant -> form, the lines to draw.
        target_sd: sd of the static targets, in logits.
    """
    panels = {key: words for key, words in PANELS.items() if (course["key"] == key).any()}
    figure, places = style.canvas(2.1, max(len(panels), 1), width=style.PAGE)
    for axes, (key, words) in zip(places, panels.items(), strict=False):
        _lines(axes, course[course["key"] == key], variants)
        axes.set_ylabel(words)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        if key == "valid_theta_sd":
            axes.axhline(target_sd, color=style.LINE, linewidth=0.8)
        if key.startswith("gradient_cosine"):
            axes.axhline(0, color=style.LINE, linewidth=0.6, linestyle=(0, (4, 3)))
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.set(w_pad=0.08)  # type: ignore[call-arg]
    handles, labels = places[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=max(len(labels), 1), frameon=False, handlelength=1.6)
    return figure


def _lines(axes: Axes, values: pd.DataFrame, variants: dict[str, str]) -> None:
    for (variant, form), colour in zip(variants.items(), style.CYCLE, strict=False):
        line = values[values["variant"] == variant].sort_values("epoch")
        if len(line):
            axes.plot(line["epoch"], line["value"], color=colour, marker="o", markersize=2.5, label=form)
