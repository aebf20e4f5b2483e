"""What lambda trades: variants that differ in the weight of the alignment alone, from prediction to agreement."""

import json
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.l23.tables import form_of
from glasskt.compare.layout import number
from glasskt.compare.study import Study

TEXT = ("variant", "curve")
LEAST = 3
"""Fewer points are no curve."""
NOISE = 0.002
"""Differences in AUC up to it are within what seeds and one fold's sampling give."""

QUANTITIES = {
    "auc": ("l23_prediction", "auc"),
    "theta_r_dynamic": ("l23_agreement", "theta_r_dynamic"),
    "theta_r_static": ("l23_agreement", "theta_r_static"),
    "l_23_r2_dynamic": ("l23_alignment", "l_23_r2_dynamic"),
    "theta_sd": ("l23_scale", "theta_sd"),
}
"""Column -> table of the report and key in it."""

HEADS = {
    "auc": "AUC",
    "lost": "lost",
    "theta_r_dynamic": "r(θ, dynamic)",
    "theta_r_static": "r(θ, static)",
    "l_23_r2_dynamic": "R², dynamic",
    "theta_sd": "θ sd",
}


def table(study: Study, report: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per variant on a curve, by curve and rising lambda.

    Columns: curve (its core variant), variant, lambda (of the kept checkpoint), runs, then the means of `QUANTITIES` on the test rows, and
    lost (by how much the AUC lies below the best of its curve; NaN at a lambda of 0, where nothing aligns the ability, which is no point
    to compare with either).
    """
    members: dict[str, list[str]] = {}
    for variant in study.variants:
        if form_of(study, variant):
            members.setdefault(_apart_from_lambda(study.settings(variant)), []).append(variant)
    rows = [_row(study, report, curve, variant) for curve in members.values() if len(curve) >= LEAST for variant in curve]
    columns = ["curve", "variant", "lambda", "runs", *QUANTITIES]
    place = {curve[0]: number for number, curve in enumerate(members.values())}
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], float))
    frame["lost"] = given_up(frame)
    ordered = frame.sort_values(
        ["curve", "lambda"], key=lambda column: column.map(place) if column.name == "curve" else column, kind="stable"
    )
    return ordered.reset_index(drop=True)


def given_up(points: pd.DataFrame) -> "pd.Series[float]":
    """By how much each point's AUC lies below the best of its curve, lambda of 0 left out.

    Arguments:
        points: curve, lambda, auc.
    """
    aligned = points["auc"].where(points["lambda"] > 0)
    return aligned.groupby(points["curve"]).transform("max") - aligned


def ends(trade_off: pd.DataFrame, curve: str | None) -> dict[str, str]:
    """The points of a curve that its message hangs on, as variants; nothing where the study has no such curve.

    Returns:
        least and greatest: of the smallest lambda above 0 and of the largest; held: of the largest lambda at which no more than `NOISE` of
        the curve's best AUC is given up.
    """
    points = trade_off[(trade_off["curve"] == curve) & (trade_off["lambda"] > 0)].sort_values("lambda")
    if len(points) < 2:
        return {}
    names, held = points["variant"], points.loc[points["lost"] <= NOISE, "variant"]
    return {"least": str(names.iloc[0]), "held": str(held.iloc[-1]), "greatest": str(names.iloc[-1])}


def shown(trade_off: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    frame = pd.DataFrame({"": trade_off["variant"], "λ": [text("lambda", value) for value in trade_off["lambda"]]})
    for column, head in HEADS.items():
        frame[head] = [text(column, value) for value in trade_off[column]]
    return frame


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    return number(value, {"auc": 4, "lost": 5, "lambda": 2, "runs": 0}.get(column, 3))


def _row(study: Study, report: dict[str, pd.DataFrame], curve: list[str], variant: str) -> dict[str, Any]:
    found = {column: _value(report[name], variant, key) for column, (name, key) in QUANTITIES.items()}
    runs = int((study.runs["variant"] == variant).sum())
    return {"curve": curve[0], "variant": variant, "lambda": study.fact(variant, "lambda"), "runs": runs, **found}


def _value(table: pd.DataFrame, variant: str, key: str) -> float:
    values = table.loc[(table["variant"] == variant) & (table["key"] == key), "value"]
    return float(values.iloc[0]) if len(values) else np.nan


def _apart_from_lambda(settings: dict[str, Any]) -> str:
    """A variant's settings without the target of lambda, as one text."""
    rest = {key: value for key, value in settings.items() if key != "lambda"}
    schedule = {key: value for key, value in (settings.get("lambda") or {}).items() if key != "target"}
    return json.dumps(rest | ({"lambda": schedule} if schedule else {}), sort_keys=True)
