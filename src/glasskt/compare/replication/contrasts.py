"""What the notes' remedies change: differences between variants, beside the noise that they must exceed."""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.replication.models import value
from glasskt.compare.replication.quantities import WORDS, text

TEXT = ("variant", "against", "key", "quantity")
COLUMNS = [*TEXT, "difference", "noise", "beyond"]

_LOSSES = (("gain_sd", "split_half_r"), ("gainakt3.v1",))
CONTRASTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "gainakt3.v3_warmup": (("auc_glass", "gain_sd", "mastery_r"), ("gainakt3.v1", "gainakt3.v2", "gainakt3.v3_phase1")),
    "gainakt3.v2": _LOSSES,
    "gainakt3.v3_phase1": _LOSSES,
    "gainakt3.v3_phase2": _LOSSES,
}
"""Variant -> the quantities in which it should be better, and than which variants: the inverse warm-up; variance and contrastive losses."""


def table(models: pd.DataFrame) -> pd.DataFrame:
    """One row per variant, variant that it is set against, and quantity that both have.

    Columns: variant, against, key, quantity (words), difference, noise (what a difference must exceed, see `noise`), beyond (1 where its
    size does, else 0; NaN where the noise is not known).
    """
    rows = [
        _row(models, variant, against, key)
        for variant, (keys, others) in CONTRASTS.items()
        for against in others
        for key in keys
        if not np.isnan(value(models, variant, key) - value(models, against, key))
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[4:], float))


def noise(models: pd.DataFrame, one: str, other: str, key: str) -> float:
    """Twice the standard error of a difference of means over seeds; where one of them has a single seed, the half-width of the 95 %
    interval of their difference that their own intervals give, as if their students (or skills) were different ones."""
    variances = [value(models, name, key, "seed_sd") ** 2 / value(models, name, key, "runs") for name in (one, other)]
    if not np.isnan(variances).any():
        return 2 * float(np.sqrt(np.sum(variances)))
    widths = [(value(models, name, key, "high") - value(models, name, key, "low")) / 2 for name in (one, other)]
    return float(np.sqrt(np.sum(np.square(widths))))


def shown(contrasts: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    said = contrasts["beyond"].map({1.0: "yes", 0.0: "no"}).fillna("not known")
    frame = pd.DataFrame({"": contrasts["variant"], "against": contrasts["against"], "quantity": contrasts["quantity"]})
    for column in ("difference", "noise"):
        frame[column] = [text(key, number) for key, number in zip(contrasts["key"], contrasts[column], strict=True)]
    return frame.assign(beyond=said)


def _row(models: pd.DataFrame, variant: str, against: str, key: str) -> dict[str, Any]:
    difference = value(models, variant, key) - value(models, against, key)
    least = noise(models, variant, against, key)
    return {
        "variant": variant,
        "against": against,
        "key": key,
        "quantity": WORDS[key],
        "difference": difference,
        "noise": least,
        "beyond": np.nan if np.isnan(least) else float(abs(difference) > least),
    }
