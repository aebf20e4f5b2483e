"""What are gains worth? Whether their spread repeats, and what is lost without them."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glasskt.compare.layout import number
from glasskt.compare.replication import ablation as ablations
from glasskt.compare.replication.models import value
from glasskt.paper.figures import style

ROW = 0.16
"""Inches that a named row needs."""


def draw(models: pd.DataFrame, ablation: pd.DataFrame) -> Figure:
    """Left: split-half r of the skills' mean gains, a row per model, in the order of the sd of its gains. Right: AUC lost to each control.

    Arguments:
        models: gains_models.csv; without rows the figure says so.
        ablation: gains_ablation.csv.
    """
    halves = models[models["key"] == "split_half_r"].dropna(subset="value")
    height = max(2.5, 0.6 + ROW * max(len(halves), len(ablation)))
    figure, (reliability, drops) = style.canvas(height, 2, widths=(1.0, 1.1), width=style.PAGE)
    if models.empty:
        reliability.text(0.5, 0.5, "no gains in this study", ha="center", va="center", transform=reliability.transAxes, color=style.LINE)
        return figure
    _reliability(reliability, halves.assign(sd=[value(models, str(name), "gain_sd") for name in halves["variant"]]).sort_values("sd"))
    _drops(drops, ablation)
    style.spaced(figure)
    return figure


def _reliability(axes: Axes, halves: pd.DataFrame) -> None:
    if halves.empty:
        axes.set_axis_off()
        return
    for place, (r, low, high, sd) in enumerate(zip(*(halves[name] for name in ("value", "low", "high", "sd")), strict=True)):
        axes.plot([low, high], [place, place], color=style.MODEL, linewidth=1)
        axes.plot(r, place, "o", color=style.MODEL, markersize=4)
        axes.text(1.03, place, number(sd, 3), va="center", transform=axes.get_yaxis_transform(), color=style.LINE)
    axes.text(1.03, 1.02, "sd", transform=axes.transAxes, color=style.LINE)
    axes.axvline(0, color=style.LINE, linewidth=0.8)
    _named(axes, halves["variant"])
    axes.set_xlabel("split-half r of skills' mean gains")


def _named(axes: Axes, names: pd.Series) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=style.SHADE)
    axes.set_axisbelow(True)


def _drops(axes: Axes, ablation: pd.DataFrame) -> None:
    if ablation.empty:
        axes.set_axis_off()
        return
    best = ablations.strongest(ablation)["control"]
    for place, (variant, control, drop, low, high) in enumerate(
        zip(ablation["variant"], ablation["control"], ablation["drop"], ablation["low"], ablation["high"], strict=True)
    ):
        colour = style.FILTER if best[variant] == control else style.MODEL
        axes.plot([low, high], [place, place], color=colour, linewidth=1)
        axes.plot(drop, place, "o", color=colour, markersize=4)
    axes.axvline(0, color=style.LINE, linewidth=0.8)
    _named(axes, ablation["control"])
    axes.set_xlabel("test AUC lost when gains are fixed")
