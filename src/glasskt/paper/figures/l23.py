"""The forms of l_23: how wide the learned ability spreads, and whether mastery agrees with its reference."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from glasskt.compare import note_003
from glasskt.paper.figures import style

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def draw(l23: pd.DataFrame, target_sd: float) -> Figure:
    """A row for every variant and every run of the note: sd of theta on a log axis, r of mastery with the reference's mastery.

    Arguments:
        l23: l23.csv.
        target_sd: sd of this study's static targets, in logits.
    """
    columns = l23[["column", "source"]].drop_duplicates().reset_index(drop=True)
    figure, (spread, agreement) = style.canvas(0.9 + 0.24 * max(len(columns), 2), 2, share_y=True)
    names = [
        f"note: {note_003.FORM_OF_RUN[name]}" if source == note_003.SOURCE else name for name, source in columns.itertuples(index=False)
    ]
    for axes, key in ((spread, "theta_sd"), (agreement, "mastery_r")):
        _points(axes, l23[l23["key"] == key], columns)
    spread.axvline(target_sd, color=style.LINE, linewidth=0.8)
    spread.annotate(
        "target", (target_sd, 1), xycoords=("data", "axes fraction"), xytext=(2, 1), textcoords="offset points", color=style.LINE
    )
    spread.set_xscale("log")
    left, right = spread.get_xlim()
    spread.set_xticks([tick for tick in TICKS if left <= tick <= right][:: 1 if right < 10 * left else 3], minor=False)
    spread.xaxis.set_major_formatter("{x:g}")
    spread.xaxis.set_minor_formatter(NullFormatter())
    spread.set_xlabel("sd of θ\n(logits)")
    spread.set_yticks(range(len(names)), names)
    spread.invert_yaxis()
    agreement.set_xlim(min(0.0, agreement.get_xlim()[0]), 1.02)
    agreement.set_xlabel("r of mastery with\nIRT mastery")
    for axes in (spread, agreement):
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", color=style.SHADE)
        axes.set_axisbelow(True)
    return figure


def _points(axes: Axes, values: pd.DataFrame, columns: pd.DataFrame) -> None:
    for place, name, source in columns.itertuples():
        row = values[(values["column"] == name) & (values["source"] == source)]
        if row.empty:
            continue
        value, low, high = (float(row[column].iloc[0]) for column in ("value", "low", "high"))
        ours = source != note_003.SOURCE
        if low == low and high == high:
            axes.plot([low, high], [place, place], color=style.MODEL, linewidth=1)
        axes.plot(value, place, "o" if ours else "D", color=style.MODEL if ours else style.NOTE, markersize=4)
