"""The forms of l_23: how wide the learned ability spreads, and whether mastery agrees with its reference."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from glasskt.compare import note_003
from glasskt.compare.l23.tables import OURS
from glasskt.paper.figures import style

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def draw(scale: pd.DataFrame, agreement: pd.DataFrame, target_sd: float) -> Figure:
    """A row for every variant and every run of the note: sd of theta on a log axis, r of mastery with the reference's mastery.

    Arguments:
        scale: l23_scale.csv, the rows to draw.
        agreement: l23_agreement.csv.
        target_sd: sd of this study's static targets, in logits.
    """
    rows = scale[scale["source"].isin((OURS, note_003.SOURCE))][["variant", "source"]].drop_duplicates().reset_index(drop=True)
    figure, (spread, agreed) = style.canvas(0.9 + 0.19 * max(len(rows), 2), 2, share_y=True)
    names = [f"note: {note_003.FORM_OF_RUN[name]}" if source == note_003.SOURCE else name for name, source in rows.itertuples(index=False)]
    _points(spread, scale[scale["key"] == "theta_sd"], rows)
    _points(agreed, agreement[agreement["key"] == "mastery_r"], rows)
    spread.axvline(target_sd, color=style.LINE, linewidth=0.8)
    spread.annotate(
        "target", (target_sd, 1), xycoords=("data", "axes fraction"), xytext=(2, 1), textcoords="offset points", color=style.LINE
    )
    spread.set_xscale("log")
    spread.set_xticks(_ticks(*spread.get_xlim()), minor=False)
    spread.xaxis.set_major_formatter("{x:g}")
    spread.xaxis.set_minor_formatter(NullFormatter())
    spread.set_xlabel("sd of θ\n(logits)")
    spread.set_yticks(range(len(names)), names)
    spread.invert_yaxis()
    agreed.set_xlim(min(0.0, agreed.get_xlim()[0]), 1.02)
    agreed.set_xlabel("r of mastery with\nIRT mastery")
    for axes in (spread, agreed):
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", color=style.SHADE)
        axes.set_axisbelow(True)
    return figure


def _ticks(left: float, right: float) -> list[float]:
    """Two to four ticks of a log axis, evenly apart; round numbers on a straight scale where the axis holds fewer than two of `TICKS`."""
    inside = [tick for tick in TICKS if left <= tick <= right]
    if len(inside) < 2:
        return [tick for tick in MaxNLocator(3).tick_values(left, right) if left <= tick <= right]
    return inside[:: -(-len(inside) // 4)]


def _points(axes: Axes, values: pd.DataFrame, rows: pd.DataFrame) -> None:
    for place, name, source in rows.itertuples():
        row = values[(values["variant"] == name) & (values["source"] == source)]
        if row.empty:
            continue
        value, low, high = (float(row[column].iloc[0]) for column in ("value", "low", "high"))
        ours = source == OURS
        if low == low and high == high:
            axes.plot([low, high], [place, place], color=style.MODEL, linewidth=1)
        axes.plot(value, place, "o" if ours else "D", color=style.MODEL if ours else style.NOTE, markersize=4)
