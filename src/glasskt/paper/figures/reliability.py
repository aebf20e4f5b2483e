"""The reliability diagram: what happened when a model said a probability."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glasskt.paper.figures import style

LEAST_SHARE = 0.002
"""A bin with a smaller share of the rows makes no point: its interval would fill the panel."""


def draw(bins: pd.DataFrame, models: list[str], counted: str) -> Figure:
    """Left: success rate less mean probability by mean probability, a line per model with 95 % intervals; right: how often the focus says
    what.

    Arguments:
        bins: calibration_bins.csv; the first run of each model is drawn.
        models: At most six, in order.
        counted: The one whose predictions are counted.
    """
    figure, (missed, counts) = style.canvas(2.1, 2, widths=(3, 2), width=style.PAGE)
    style.spaced(figure)
    for model, colour in zip(models, style.CYCLE, strict=False):
        _line(missed, _first_run(bins, model), model, colour)
    missed.axhline(0, color=style.LINE, linewidth=0.7, linestyle=(0, (4, 3)))
    missed.set_xlim(0, 1)
    missed.set_xlabel("probability that the model gave")
    missed.set_ylabel("success rate −\nmean probability")
    missed.legend(frameon=False, fontsize=7, handlelength=1.4, loc="best")
    _counts(counts, _first_run(bins, counted))
    return figure


def _first_run(bins: pd.DataFrame, model: str) -> pd.DataFrame:
    own = bins[bins["variant"] == model]
    first: pd.DataFrame = own[(own["fold"] == own["fold"].min()) & (own["seed"] == own["seed"].min())]
    return first


def _line(axes: Axes, bins: pd.DataFrame, model: str, colour: str) -> None:
    known = bins[bins["n"] >= LEAST_SHARE * bins["n"].sum()]
    excess = known["rate"] - known["p"]
    axes.plot(known["p"], excess, "o-", color=colour, markersize=3, linewidth=1, label=model)
    axes.vlines(known["p"], known["rate_low"] - known["p"], known["rate_high"] - known["p"], color=colour, linewidth=0.8)


def _counts(axes: Axes, bins: pd.DataFrame) -> None:
    axes.bar((bins["low"] + bins["high"]) / 2, bins["n"] / 1000, width=(bins["high"] - bins["low"]) * 0.9, color=style.STUDENTS)
    axes.set_xlim(0, 1)
    axes.set_xlabel("probability that the model gave")
    axes.set_ylabel("rows (1,000)")
