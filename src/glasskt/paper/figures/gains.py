"""Are gains uniform? The scalar that the notes exported beside the true gains of the same models."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from glasskt.compare import notes_gain
from glasskt.compare.replication.models import value
from glasskt.paper.figures import style

SPREADS = {"gain_sd": ("true gains", "o", style.MODEL), "legacy_sd": ("the scalar", "s", style.FILTER)}
"""Key -> words, marker, colour."""


def draw(models: pd.DataFrame, by_skill: pd.DataFrame) -> Figure:
    """Left: sd of true gains and of the scalar, a row for each variant. Right: mean gain of each skill, sorted, and the scalar's, of the
    first variants that colours can tell apart.

    Arguments:
        models: gains_models.csv; without rows the figure says so.
        by_skill: gains_by_skill.csv.
    """
    variants = list(dict.fromkeys(models.loc[models["key"].isin(SPREADS), "variant"]))
    figure, (spread, skills) = style.canvas(max(2.2, 0.8 + 0.19 * len(variants)), 2, widths=(1.0, 1.1), width=style.PAGE)
    if not variants:
        spread.text(0.5, 0.5, "no gains in this study", ha="center", va="center", transform=spread.transAxes, color=style.LINE)
        return figure
    _spreads(spread, models, variants)
    _sorted(skills, by_skill)
    # above the axes its names would take their width
    figure.legend(*skills.get_legend_handles_labels(), loc="outside lower right", ncols=3, frameon=False, fontsize=6.5, handlelength=1.2)
    style.spaced(figure)
    return figure


def _spreads(axes: Axes, models: pd.DataFrame, variants: list[str]) -> None:
    for key, (words, marker, colour) in SPREADS.items():
        known = [(place, sd) for place, name in enumerate(variants) if (sd := value(models, name, key)) > 0]
        axes.plot([sd for _, sd in known], [place for place, _ in known], marker, color=colour, markersize=4, label=words)
    noted = [(place, notes_gain.RUNS[run]["gain_sd"]) for place, name in enumerate(variants) if (run := _reporting(name))]
    if noted:
        axes.plot(
            [sd for _, sd in noted], [place for place, _ in noted], "D", mfc="none", color=style.NOTE, markersize=4, label="the notes"
        )
    axes.axvline(notes_gain.ASKED["gain_sd"], color=style.LINE, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("sd (log axis)")
    axes.set_yticks(range(len(variants)), variants)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=style.SHADE)
    axes.set_axisbelow(True)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=3, frameon=False, handletextpad=0.1, columnspacing=0.8)


def _reporting(variant: str) -> str | None:
    run = notes_gain.run_of(variant)
    return run if run and "gain_sd" in notes_gain.RUNS[run] else None


def _sorted(axes: Axes, by_skill: pd.DataFrame) -> None:
    if by_skill.empty:
        axes.set_axis_off()
        return
    for (variant, skills), colour in zip(by_skill.groupby("variant", sort=False), style.CYCLE, strict=False):
        ordered = skills.sort_values("gain", kind="stable")
        axes.fill_between(range(1, len(ordered) + 1), ordered["low"], ordered["high"], color=colour, alpha=0.25, linewidth=0)
        axes.plot(range(1, len(ordered) + 1), ordered["gain"], color=colour, label=str(variant))
        axes.plot(range(1, len(ordered) + 1), ordered["legacy"], color=colour, linewidth=0.8, linestyle=(0, (1, 1)))
    axes.set_xlabel("skills, sorted by their mean gain")
    axes.set_ylabel("mean gain (solid)\nmean of the scalar (dotted)")
