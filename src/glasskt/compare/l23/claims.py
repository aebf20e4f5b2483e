"""What the sentences of the report claim, each as a predicate on its tables: the text follows the figures, whichever way they fall."""

from collections.abc import Callable, Mapping

import pandas as pd

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
    """Along the dynamic curve, agreement is bought with prediction: the most aligned point predicts worst."""
    return _trades(report, by_form.get("dynamic"))


def _split_trades(report: Report, target_sd: float, by_form: Mapping[str, str]) -> bool | None:
    """The same along the curve of the split form."""
    return _trades(report, by_form.get("split"))


NOISE = 0.002
"""Differences in AUC below it are within what seeds and one fold's sampling give."""


def _trades(report: Report, curve: str | None) -> bool | None:
    rows = report["l23_lambda"]
    points = rows[(rows["curve"] == curve) & (rows["lambda"] > 0)].sort_values("theta_r_dynamic")
    return None if len(points) < 2 else bool(points["auc"].iloc[0] - points["auc"].iloc[-1] > NOISE)


CLAIMS: dict[str, Callable[[Report, float, Mapping[str, str]], bool | None]] = {
    "averaging_hides_scale": _averaging_hides_scale,
    "direct_collapses": _direct_collapses,
    "one_scalar_trades": _one_scalar_trades,
    "split_trades": _split_trades,
}
