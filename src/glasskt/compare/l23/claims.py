"""What the sentences of the report claim, each as a predicate on its tables: the text follows the figures, whichever way they fall."""

from collections.abc import Callable, Mapping

import pandas as pd

from glasskt.compare.l23.signatures import ALONE
from glasskt.compare.l23.trade_off import NOISE, ends

Report = Mapping[str, pd.DataFrame]

WIDE = 1.2
"""A spread this many times another is wider, beyond what seeds give."""
COLLAPSED = 0.5
"""A spread of theta below this share of the targets' sd has collapsed."""


def claims(report: Report, target_sd: float, by_form: Mapping[str, str]) -> dict[str, bool]:
    """Claim -> whether it holds; one whose variants the study lacks is left out.

    Arguments:
        report: The tables by name.
        target_sd: sd of the static targets, in logits.
        by_form: Form of l_23 -> the study's core variant of that form.
    """
    found = {name: claim(report, target_sd, by_form) for name, claim in CLAIMS.items()}
    return {name: bool(value) for name, value in found.items() if value is not None}


def keeps_auc(report: Report, by_form: Mapping[str, str], black_box: float) -> list[str]:
    """The forms whose core variant predicts no worse than the best stand-alone black box, up to `NOISE`."""
    reached = {form: _value(report, "l23_prediction", variant, "auc") for form, variant in by_form.items()}
    return [form for form, auc in reached.items() if auc is not None and auc >= black_box - NOISE]


def collapses_alone(report: Report, target_sd: float) -> list[str]:
    """The variants in which one fault alone makes theta collapse."""
    rows = report["l23_as_found"]
    spread = rows[(rows["kind"] == ALONE) & (rows["key"] == "theta_sd")]
    return [str(variant) for variant in spread.loc[spread["value"] < COLLAPSED * target_sd, "variant"]]


def reproduces_alone(report: Report, key: str) -> list[str]:
    """The variants in which one fault alone gives a figure of the note that the sound variant does not."""
    rows = report["l23_as_found"]
    return [str(variant) for variant in rows.loc[(rows["kind"] == ALONE) & (rows["key"] == key) & (rows["reproduced"] == 1), "variant"]]


def _value(report: Report, table: str, variant: str | None, key: str) -> float | None:
    rows = report[table]
    values = rows.loc[(rows["variant"] == variant) & (rows["key"] == key), "value"]
    return float(values.iloc[0]) if len(values) else None


def _averaging_hides_scale(report: Report, target_sd: float, by_form: Mapping[str, str]) -> bool | None:
    """The mean form's theta agrees on average while single steps spread wider than the direct form's."""
    mean, direct = by_form.get("mean"), by_form.get("direct")
    averaged, each = (_value(report, "l23_alignment", mean, key) for key in ("l_23_mean", "l_23"))
    wide, narrow = (_value(report, "l23_scale", variant, "theta_sd") for variant in (mean, direct))
    if averaged is None or each is None or wide is None or narrow is None:
        return None
    return averaged < each / 2 and wide > WIDE * narrow


def _direct_collapses(report: Report, target_sd: float, by_form: Mapping[str, str]) -> bool | None:
    """The sound direct form's theta spreads less than half as wide as its targets."""
    spread = _value(report, "l23_scale", by_form.get("direct"), "theta_sd")
    return None if spread is None else spread < COLLAPSED * target_sd


def _one_scalar_trades(report: Report, target_sd: float, by_form: Mapping[str, str]) -> bool | None:
    """At the largest lambda of the dynamic curve more than `NOISE` of the curve's best AUC is given up."""
    return _trades(report, by_form.get("dynamic"))


def _split_trades(report: Report, target_sd: float, by_form: Mapping[str, str]) -> bool | None:
    """The same along the curve of the split form."""
    return _trades(report, by_form.get("split"))


def _trades(report: Report, curve: str | None) -> bool | None:
    points = ends(report["l23_lambda"], curve)
    return points["held"] != points["greatest"] if points else None


def _one_scalar_costs_at_once(report: Report, target_sd: float, by_form: Mapping[str, str]) -> bool | None:
    """At the smallest lambda the dynamic form already lies further below the split form than it loses along its own curve."""
    rows = report["l23_lambda"].set_index("variant")
    scalar, split = (ends(report["l23_lambda"], by_form.get(form)) for form in ("dynamic", "split"))
    if not scalar or not split:
        return None
    gap = float(rows["auc"][split["least"]]) - float(rows["auc"][scalar["least"]])
    return gap > max(NOISE, float(rows.loc[rows["curve"] == by_form["dynamic"], "lost"].max()))


CLAIMS: dict[str, Callable[[Report, float, Mapping[str, str]], bool | None]] = {
    "averaging_hides_scale": _averaging_hides_scale,
    "direct_collapses": _direct_collapses,
    "one_scalar_trades": _one_scalar_trades,
    "split_trades": _split_trades,
    "one_scalar_costs_at_once": _one_scalar_costs_at_once,
}
