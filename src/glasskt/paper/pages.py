"""The tables cut to a page: who stands in which, under which heading and short name."""

import re
from typing import Any

import pandas as pd

from glasskt.compare import power_table, tables
from glasskt.compare.check_matrix import verdict_matrix
from glasskt.compare.l23 import quantities
from glasskt.compare.layout import NOTHING
from glasskt.paper.variants import GROUPS, Variants

SIDE_BY_SIDE = 9
"""Variants that fit beside each other on a page."""


def leading(read: dict[str, pd.DataFrame], variants: dict[str, dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """The tables without variants that are no models of their own: fits to half of the students, which say whether gains repeat, untrained
    networks, which are nulls, and the controls of gain models, which stand in the table of ablations.

    Arguments:
        read: The tables.
        variants: The study's blocks by family and name.
    """
    apart = [
        f"{family}.{name}"
        for family, blocks in variants.items()
        for name, settings in blocks.items()
        if settings.get("half") or settings.get("null_of")
    ]
    of_gains = read["gains_ablation"]["variant"].isin(read["gains_models"]["variant"])
    apart += read["gains_ablation"].loc[of_gains, "control"].tolist()
    whole = {name: table for name, table in read.items() if "variant" in table and not name.startswith("gains_") and name != "notes"}
    return {**read, **{name: table[~table["variant"].isin(apart)] for name, table in whole.items()}}


def pages(read: dict[str, pd.DataFrame], focus: str, power: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """The tables as the paper prints them: the models without those that have a table of their own, the forms under headings, the focus
    variant's checks (its scale stands in the table of forms), and the verdicts of the leading variants."""
    variants = Variants.of(read)
    core = {name: _without(read[name], variants.beyond_core) for name in ("models", "pairs", "calibration")}
    own = printed(read["checks"], focus)
    return {
        **{name: tables.SHOWN[name](table) for name, table in read.items() if name not in ("checks", "practice")},
        **{name: tables.SHOWN[name](table) for name, table in core.items()},
        "models": tables.SHOWN["models"](_without(core["models"], _without_controls(read, focus))),
        **{name: _under_headings(tables.SHOWN[name](_without(read[name], variants.on_curve)), variants) for name in quantities.WORDS},
        "l23_lambda": _by_curve(read["l23_lambda"], variants),
        "l23_as_found": _by_kind(read["l23_as_found"], variants),
        "checks": tables.SHOWN["checks"](own.assign(null_is=own["null_is"].map(_without_explanation))),
        **({} if power is None else {"power": power_table.shown(power[power["says"] != power_table.REPORTED])}),
        **verdict_tables(read),
    }


def printed(checks: pd.DataFrame, focus: str) -> pd.DataFrame:
    """The focus variant's rows, without its scale."""
    return checks[(checks["variant"] == focus) & (checks["check"] != "scale")]


def leading_checks(read: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The checks of all variants but variations, points of curves and faults."""
    return _without(read["checks"], Variants.of(read).beyond_core)


def verdict_tables(read: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The matrix of verdicts of the leading variants, cut to the width of a page, by name."""
    wide = verdict_matrix(leading_checks(read), read["models"]["variant"].tolist())
    parts = range(1, wide.shape[1], SIDE_BY_SIDE)
    return {f"verdicts_{number}": _part(wide, first) for number, first in enumerate(parts, start=1)}


def _part(wide: pd.DataFrame, first: int) -> pd.DataFrame:
    """The models from column `first` on, and the quantities that some of them has."""
    part = wide.iloc[:, [0, *range(first, min(first + SIDE_BY_SIDE, wide.shape[1]))]]
    return part[(part.iloc[:, 1:] != NOTHING).any(axis=1)]


def _without_controls(read: dict[str, pd.DataFrame], focus: str) -> tuple[str, ...]:
    """Gain models without controls of their own, most of them versions of the notes: the table of gain models says what they predict."""
    controlled = {focus, *read["gains_ablation"]["variant"]}
    return tuple(variant for variant in read["gains_models"]["variant"].unique() if variant not in controlled)


def _without(table: pd.DataFrame, variants: tuple[str, ...]) -> pd.DataFrame:
    return table[~table["variant"].isin(variants)]


def _under_headings(shown: pd.DataFrame, variants: Variants) -> pd.DataFrame:
    """A table of forms with its rows in groups and the group in the column `kind`."""
    grouped = shown.assign(kind=shown[""].map(variants.group))
    ordered = grouped.sort_values("kind", key=lambda column: column.map(GROUPS.index), kind="stable")
    return ordered.assign(**{"": ordered[""].map(variants.short)})


def _by_curve(trade_off: pd.DataFrame, variants: Variants) -> pd.DataFrame:
    """The points under their curve, named by lambda alone."""
    return tables.SHOWN["l23_lambda"](trade_off).drop(columns="").assign(kind=trade_off["curve"].map(variants.short))


def _by_kind(signatures: pd.DataFrame, variants: Variants) -> pd.DataFrame:
    kinds = signatures.drop_duplicates(["source", "variant"])["kind"].tolist()
    shown = tables.SHOWN["l23_as_found"](signatures).assign(kind=kinds)
    return shown.assign(**{"": shown[""].map(variants.short)})


def _without_explanation(null_is: str) -> str:
    """What a null is, without its explanation.

    Example:
        >>> _without_explanation("a counter of practice, n / (n + 3)")
        'a counter of practice, n / (n + 3)'
        >>> _without_explanation("the difficulties permuted over skills (expected value)")
        'the difficulties permuted over skills'
    """
    return re.split(r"(?<=\w) \(|:", null_is)[0]
