"""The check matrix: every model by the checks that matter most, with what a model without the property scores, and the ceiling."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from glasskt.compare.verdicts import BEATS, PASS
from glasskt.paper.figures import style

PANELS = {
    "r(mastery before, response)": "mastery r\nwith response",
    "r(theta, static theta)": "θ, r with\nstatic θ",
    "r(theta, true theta)": "θ, r with\ntrue θ",
    "R2 of a probe for theta": "R² of probe\nfor θ",
    "sd of gains over skills": "gains: sd\nover skills",
    "r(gains of two halves)": "gains: r of\ntwo halves",
    "r(gain of a skill, true gain)": "gains: r with\ntrue gains",
    "AUC lost to the strongest control": "AUC lost to\ncontrol",
    "share of movement on the practised skill": "moved on\nits skill",
    "share of answers that count against it": "right answers\nthat lower it",
}
"""Quantity -> the head of its panel, in order; the first eight that a study has are drawn."""
MOST = 8


def draw(checks: pd.DataFrame, order: list[str]) -> Figure:
    """A row for each model, a panel for each quantity that some model has.

    Arguments:
        checks: Rows of checks.csv of the models to show.
        order: Names of models; those that are not among the checks are passed over.
    """
    quantities = [quantity for quantity in PANELS if (checks["quantity"] == quantity).any()][:MOST]
    judged = set(checks.loc[checks["quantity"].isin(quantities), "variant"])
    models = [name for name in order if name in judged]
    height = 1.1 + 0.17 * len(models)
    figure, panels = style.canvas(max(2.2, height), max(1, len(quantities)), share_y=True, width=style.PAGE)
    if not quantities:
        panels[0].text(0.5, 0.5, "no inner quantities in this study", ha="center", va="center", transform=panels[0].transAxes)
        return figure
    for axes, quantity in zip(panels, quantities, strict=True):
        _panel(axes, checks[checks["quantity"] == quantity].set_index("variant"), models)
        axes.set_title(PANELS[quantity], fontsize=6.5, linespacing=1.1)
    panels[0].set_yticks(range(len(models)), models, fontsize=7)
    panels[0].set_ylim(len(models) - 0.4, -0.6)
    figure.legend(
        handles=_legend(untrained=bool(checks["untrained"].notna().any())),
        loc="outside lower center",
        ncols=5,
        frameon=False,
        fontsize=7,
        handletextpad=0.4,
    )
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, models: list[str]) -> None:
    rows = rows[rows.index.isin(models)]
    place = rows.index.map(models.index).to_numpy()
    met = rows["verdict"].isin((PASS, BEATS)).to_numpy()
    axes.hlines(place, rows["low"], rows["high"], color=style.MODEL, linewidth=1)
    for chosen, face in ((met, style.MODEL), (~met, "white")):
        axes.plot(rows["value"][chosen], place[chosen], "o", color=style.MODEL, mfc=face, markersize=4)
    for column, colour in {"null": style.FILTER, "untrained": style.NOTE, "ceiling": style.SKILLS}.items():
        axes.plot(rows[column], place, "|", color=colour, markersize=7, markeredgewidth=1.4)
    asked = rows["threshold"].dropna()
    if len(asked):
        axes.axvline(float(asked.iloc[0]), color=style.LINE, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.xaxis.set_major_locator(MaxNLocator(2))
    axes.tick_params(axis="x", labelsize=6.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=style.SHADE)
    axes.set_axisbelow(True)


def _legend(*, untrained: bool) -> list[Line2D]:
    def mark(marker: str, colour: str, label: str, face: str) -> Line2D:
        return Line2D([], [], marker=marker, color=colour, mfc=face, linestyle="", markersize=6, markeredgewidth=1.2, label=label)

    return [
        mark("o", style.MODEL, "model: passes or beats its nulls", style.MODEL),
        mark("o", style.MODEL, "model: does not", "white"),
        mark("|", style.FILTER, "null", style.FILTER),
        *([mark("|", style.NOTE, "untrained network", style.NOTE)] if untrained else []),
        mark("|", style.SKILLS, "ceiling", style.SKILLS),
    ]
