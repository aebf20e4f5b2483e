"""Estimators of the static fit beside each other, and the fits whose scale the guards refuse beside the scale of note 003."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from glasskt.compare import note_003
from glasskt.compare.layout import NOTHING, number
from glasskt.compare.published import SCORED_TEST

TEXT = ("fit", "kind", "responses", "refused_by")

_MEANS = (
    "epochs", "n_responses", "beta_mean", "beta_sd", "beta_min", "beta_max", "theta_sd", "scores_sd", "reliability", "mml_r",
    "mml_max_difference",
)  # fmt: skip
_DIGITS = {"epochs": 0, "n_responses": 0, "mml_r": 3}
_KINDS = {
    "mml": "estimators of the study",
    "2pl": "estimators of the study",
    "py-irt": "estimators of the study",
    "vague": "as the notes: py-irt with vague priors from its own start",
}
_HEADERS = {
    "beta_mean": "β mean",
    "beta_sd": "β sd",
    "beta_min": "β least",
    "beta_max": "β greatest",
    "theta_sd": "θ sd",
    "scores_sd": "sd of scores",
    "reliability": "reliability",
    "mml_r": "r",
    "mml_max_difference": "max |Δβ|",
    "refused_by": "refused by",
}


def table(fits: Sequence[pd.DataFrame], facts: Mapping[str, Any]) -> pd.DataFrame:
    """One row per fit: fit (its name), kind, responses, the means over folds of `fits.parquet`'s numbers, refused_by (guards, in any fold).

    Arguments:
        fits: fits.parquet of each fold.
        facts: dataset.json; the note's figures stand only beside the data set that it used.
    """
    named = [fold.assign(name=_names(fold), kind=fold["fit"].map(_KINDS)) for fold in fits]
    rows = [_row([fold[fold["name"] == name] for fold in named], name) for name in dict.fromkeys(named[0]["name"])]
    if facts["scored_test"] == SCORED_TEST:
        note = {key: value for key, value in note_003.REFERENCE.items() if key != "theta_sd"}
        rows.append(
            {
                "fit": note_003.SOURCE,
                "kind": "published",
                "responses": "",
                **note,
                "scores_sd": note_003.REFERENCE["theta_sd"],
                "refused_by": "",
            }
        )
    return pd.DataFrame(rows, columns=["fit", "kind", "responses", *_MEANS, "refused_by"])


def shown(backends: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    frame = pd.DataFrame({"fit": backends["fit"], "kind": backends["kind"]})
    for column, header in _HEADERS.items():
        frame[header] = backends[column] if column in TEXT else [text(column, value) for value in backends[column]]
    frame["refused by"] = frame["refused by"].str.replace("_", " ")
    frame.loc[frame["refused by"] == "", "refused by"] = "none"
    frame.loc[frame["kind"] == "published", "refused by"] = NOTHING
    return frame


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    return number(value, _DIGITS.get(column, 2))


def _names(fold: pd.DataFrame) -> list[str]:
    """`mml`, `2pl`, `mml, first`, `py-irt`, `1,000 epochs`, `500 epochs, last`."""
    fits = zip(fold["fit"], fold["epochs"], fold["responses"], strict=True)
    return [(f"{epochs:,} epochs" if fit == "vague" else fit) + ("" if of == "all" else f", {of}") for fit, epochs, of in fits]


def _row(folds: Sequence[pd.DataFrame], name: str) -> dict[str, Any]:
    one = pd.concat(folds)
    refused = dict.fromkeys(guard for guards in one["refused_by"] for guard in guards.split(", ") if guard)
    return {
        "fit": name,
        "kind": one["kind"].iloc[0],
        "responses": one["responses"].iloc[0],
        **{column: float(one[column].astype(float).mean()) for column in _MEANS},
        "refused_by": ", ".join(refused),
    }
