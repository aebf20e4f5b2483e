"""The item response fit that the targets come from, beside the reference that note 003 aligned with."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import note_003
from glasskt.compare.layout import compact, number
from glasskt.compare.published import SCORED_TEST

TEXT = ("quantity", "key")

_DIGITS = {"log_likelihood": 0, "n_students": 0, "n_responses": 0}


def table(
    items: Sequence[pd.DataFrame], fits: Sequence[Mapping[str, Any]], trackings: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> pd.DataFrame:
    """One row per quantity: quantity (words), key, value (mean over folds), fold_sd, note_003 (NaN where the note gives none).

    Arguments:
        items: items.parquet of each fold.
        fits: fit.json of each fold's static fit.
        trackings: tracking.json of each fold.
        facts: dataset.json; the note's figures stand only beside the data set that it used.
    """
    reference = note_003.REFERENCE if facts["scored_test"] == SCORED_TEST else {}
    beta = [fold["beta"].to_numpy() for fold in items]
    rows = [
        ("sd of ability in the population, sigma", "theta_sd", _each(fits, "sigma")),
        ("sd of the students' EAP scores", "eap_sd", _each(fits, "eap_sd")),
        ("reliability of the EAP scores", "reliability", _each(fits, "reliability")),
        ("difficulty, mean", "beta_mean", [fold.mean() for fold in beta]),
        ("difficulty, sd", "beta_sd", [fold.std(ddof=1) for fold in beta]),
        ("difficulty, least", "beta_min", [fold.min() for fold in beta]),
        ("difficulty, greatest", "beta_max", [fold.max() for fold in beta]),
        *_discriminations(items),
        *_item_fits(items),
        ("drift variance of ability per response", "drift_variance", _each(trackings, "drift_variance")),
        ("log-likelihood of the static fit", "log_likelihood", _each(fits, "log_likelihood")),
        ("students fitted", "n_students", _each(fits, "n_students")),
        ("responses fitted", "n_responses", _each(fits, "n_responses")),
    ]
    return pd.DataFrame(
        {
            "quantity": words,
            "key": key,
            "value": float(np.mean(folds)),
            "fold_sd": float(np.std(folds, ddof=1)) if len(folds) > 1 else np.nan,
            "note_003": reference.get(key, np.nan),
        }
        for words, key, folds in rows
    )


def shown(irt: pd.DataFrame) -> pd.DataFrame:
    """The table as text; the spread over folds only where there are several."""
    columns = {"this study": "value", "sd over folds": "fold_sd", note_003.SOURCE: "note_003"}
    kept = {header: column for header, column in columns.items() if irt[column].notna().any()}
    numbers = {header: [text(key, value) for key, value in zip(irt["key"], irt[column], strict=True)] for header, column in kept.items()}
    return pd.DataFrame({"": irt["quantity"], **numbers})


def text(key: str, value: float) -> str:
    """A figure of the row `key` as text."""
    return compact(value) if key == "drift_variance" else number(value, _DIGITS.get(key, 2))


def _discriminations(items: Sequence[pd.DataFrame]) -> list[tuple[str, str, list[float]]]:
    """Rows of the two-parameter model; none of the Rasch model, whose items discriminate alike."""
    if all((fold.get("discrimination", pd.Series(1.0)) == 1).all() for fold in items):
        return []
    return [
        ("discrimination, mean", "discrimination_mean", [fold["discrimination"].mean() for fold in items]),
        ("discrimination, least", "discrimination_min", [fold["discrimination"].min() for fold in items]),
        ("discrimination, greatest", "discrimination_max", [fold["discrimination"].max() for fold in items]),
    ]


def _item_fits(items: Sequence[pd.DataFrame]) -> list[tuple[str, str, list[float]]]:
    """The ranges of the items' mean squares, 1 in expectation; none where they were not computed."""
    return [
        (f"{name}, {word}", f"{name}_{end}", [getattr(fold[name], end)() for fold in items])
        for name in ("infit", "outfit")
        if all(name in fold for fold in items)
        for word, end in (("least", "min"), ("greatest", "max"))
    ]


def _each(files: Sequence[Mapping[str, Any]], key: str) -> list[float]:
    """A number of each fold; NaN where a backend does not report it."""
    return [np.nan if file.get(key) is None else float(file[key]) for file in files]
