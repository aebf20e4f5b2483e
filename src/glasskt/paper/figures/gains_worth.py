"""What are gains worth? Whether their spread repeats, and what is lost without them."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from glasskt.compare.replication import ablation as ablations
from glasskt.compare.replication.models import value
from glasskt.paper.figures import style


def draw(models: pd.DataFrame, ablation: pd.DataFrame) -> Figure:
    """Left: split-half r of the skills' mean gains against the sd of gains. Right: AUC lost to each control.

    Arguments:
        models: gains_models.csv; without rows the figure says so.
        ablation: gains_ablation.csv.
    """
    figure, (reliability, drops) = style.canvas(2.5, 2, widths=(1.0, 1.1), width=style.PAGE)
    if models.empty:
        reliability.text(0.5, 0.5, "no gains in this study", ha="center", va="center", transform=reliability.transAxes, color=style.LINE)
        return figure
    _reliability(reliability, models)
    _drops(drops, ablation)
    style.spaced(figure)
    return figure


def _reliability(axes: Axes, models: pd.DataFrame) -> None:
    known = models[models["key"] == "split_half_r"]
    if known.empty:
        axes.set_axis_off()
        return
    points = [(str(name), value(models, name, "gain_sd"), r, low, high) for name, r, low, high in zip(*_columns(known), strict=True)]
    widest = max((sd for _, sd, *_ in points), default=1.0)
    for _, sd, r, low, high in points:
        axes.plot([sd, sd], [low, high], color=style.MODEL, linewidth=1)
        axes.plot(sd, r, "o", color=style.MODEL, markersize=4)
    axes.axhline(0, color=style.LINE, linewidth=0.6, linestyle=(0, (4, 3)))
    axes.set_xlim(0, 1.4 * widest)
    axes.set_ylim(*axes.get_ylim())
    # a label stands right of every point that it could cover
    right = {name: max(x for _, x, y, *_ in points if abs(x - sd) < 0.1 * widest and abs(y - r) < 0.2) for name, sd, r, *_ in points}
    labels = {name.partition(".")[2]: (right[name] + 0.04 * widest, r, style.LINE) for name, _, r, *_ in points}
    style.label_ends(axes, labels, gap=0.09)
    axes.set_xlabel("sd of gains over skills")
    axes.set_ylabel("split-half r of\nskills' mean gains")


def _columns(rows: pd.DataFrame) -> list[pd.Series]:
    return [rows[column] for column in ("variant", "value", "low", "high")]


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
    axes.set_yticks(range(len(ablation)), ablation["control"])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=style.SHADE)
    axes.set_axisbelow(True)
    axes.set_xlabel("test AUC lost with these gains fixed")
