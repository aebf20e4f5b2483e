"""The forms of l_23: how wide the learned ability spreads, and whether mastery agrees with its reference."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from glasskt.compare import note_003
from glasskt.compare.l23.tables import OURS
from glasskt.compare.layout import compact
from glasskt.paper.figures import style
from glasskt.paper.variants import Variants

EDGES = (0.05, 100.0)
"""The log axis of the spread, in logits; what lies outside is an arrow at the edge with its value."""
TICKS = (0.1, 1, 10, 100)


def draw(scale: pd.DataFrame, agreement: pd.DataFrame, variants: Variants, target_sd: float) -> Figure:
    """A row for every core form and, form by form, for the variant with all the faults of note 003 and the note's run: sd of theta on a
    log axis, r of mastery with the reference's mastery.

    Arguments:
        scale: l23_scale.csv.
        agreement: l23_agreement.csv.
        variants: Those of the study.
        target_sd: sd of this study's static targets, in logits.
    """
    rows = chosen(scale, variants)
    figure, (spread, agreed) = style.canvas(0.9 + 0.18 * max(len(rows), 2), 2, share_y=True, widths=(1.25, 1))
    _points(spread, scale[scale["key"] == "theta_sd"], rows, EDGES)
    _points(agreed, agreement[agreement["key"] == "mastery_r"], rows, (-1.0, 1.0))
    spread.axvline(target_sd, color=style.LINE, linewidth=0.8)
    spread.annotate(
        "targets", (target_sd, 1), xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points",
        color=style.LINE, ha="center",
    )  # fmt: skip
    spread.set_xscale("log")
    spread.set_xlim(*EDGES)
    spread.set_xticks(TICKS, minor=False)
    spread.xaxis.set_major_formatter("{x:g}")
    spread.xaxis.set_minor_formatter(NullFormatter())
    spread.set_xlabel("sd of θ (logits)")
    spread.set_yticks(range(len(rows)), rows["label"])
    spread.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    agreed.set_xlim(min(0.0, agreed.get_xlim()[0]), 1.02)
    agreed.set_xlabel("r of mastery\nwith IRT mastery")
    for axes in (spread, agreed):
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", color=style.SHADE)
        axes.set_axisbelow(True)
    return figure


def chosen(scale: pd.DataFrame, variants: Variants) -> pd.DataFrame:
    """variant, source, label of the rows, in order; the note's runs where the table has them."""
    runs = {form: run for run, form in note_003.FORM_OF_RUN.items() if (scale["variant"] == run).any()}
    rows = [(variant, OURS, variants.short(variant)) for variant in variants.core.values()]
    for form, run in runs.items():
        found = variants.together.get(form)
        rows += [(found, OURS, variants.short(found))] if found else []
        rows.append((run, note_003.SOURCE, f"note: {form}"))
    return pd.DataFrame(rows, columns=["variant", "source", "label"])


def _points(axes: Axes, values: pd.DataFrame, rows: pd.DataFrame, edges: tuple[float, float]) -> None:
    for place, name, source in rows[["variant", "source"]].itertuples():
        row = values[(values["variant"] == name) & (values["source"] == source)]
        if row.empty:
            continue
        value, low, high = (float(row[column].iloc[0]) for column in ("value", "low", "high"))
        ours = source == OURS
        if low == low and high == high:
            axes.plot([low, high], [place, place], color=style.MODEL, linewidth=1)
        at, marker, label = within(value, *edges)
        axes.plot(at, place, marker or ("o" if ours else "D"), color=style.MODEL if ours else style.NOTE, markersize=4, clip_on=False)
        if label:
            side = "left" if marker == "<" else "right"
            shift = 5 if marker == "<" else -5
            axes.annotate(label, (at, place), xytext=(shift, 0), textcoords="offset points", ha=side, va="center", fontsize=7)


def within(value: float, least: float, greatest: float) -> tuple[float, str, str]:
    """Where a point stands on an axis: its place, and outside the axis an arrow and the value as text.

    Example:
        >>> within(0.5, 0.05, 100), within(4e-9, 0.05, 100), within(250.0, 0.05, 100)
        ((0.5, '', ''), (0.05, '<', '0'), (100, '>', '250'))
    """
    if least <= value <= greatest:
        return value, "", ""
    return (least, "<", compact(value)) if value < least else (greatest, ">", compact(value))
