"""Calibration of the judged path on the test rows: errors, the parts of the Brier score, and the bins behind them."""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.layout import number
from glasskt.compare.metrics import BINS
from glasskt.compare.study import Study

TEXT = ("variant",)
NUMBERS = ("ece", "ece_equal_counts", "brier", "reliability", "resolution", "uncertainty", "within_bins")
HEADS = {
    "ece": f"ECE, {BINS} equal widths",
    "ece_equal_counts": f"ECE, {BINS} equal counts",
    "brier": "Brier",
    "reliability": "reliability",
    "resolution": "resolution",
    "uncertainty": "uncertainty",
    "within_bins": "within bins",
}
BIN = ["variant", "fold", "seed", "low", "high", "n", "p", "rate", "rate_low", "rate_high"]


def table(study: Study) -> pd.DataFrame:
    """One row per variant, means over runs: variant, runs and what `compare.calibration` returns but the bins; by rising ECE."""
    rows = [
        {"variant": variant, **{name: value for name, value in of.items() if name != "bins"}}
        for variant, of in zip(study.calibration["variant"], study.calibration["calibration"], strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["variant", *NUMBERS]).astype(dict.fromkeys(NUMBERS, float))
    means = frame.groupby("variant", sort=False).mean().reset_index()
    return means.sort_values("ece", kind="stable").reset_index(drop=True)


def bins(study: Study) -> pd.DataFrame:
    """One row per bin of every run: `BIN`."""
    rows: list[dict[str, Any]] = [
        {"variant": run["variant"], "fold": run["fold"], "seed": run["seed"], **each}
        for run in study.calibration.to_dict("records")
        for each in run["calibration"]["bins"]
    ]
    return pd.DataFrame(rows, columns=BIN).astype({"rate_low": np.float64, "rate_high": np.float64})


def shown(calibration: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    heads = {column: [text(column, value) for value in calibration[column]] for column in HEADS}
    return pd.DataFrame({"model": calibration["variant"], **{HEADS[column]: cells for column, cells in heads.items()}})


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    return number(value, 4 if column in ("ece", "ece_equal_counts", "brier", "resolution", "uncertainty") else 5)
