"""The notes' figures beside ours, each measured twice on one trained model: as the notes measured, and as its name says.

What the notes called a gain was one scalar of the value stream, the same for all skills (`models.parts.legacy_gain`), and their mastery r
was that of the mean of all skills with the response, within students. So a figure of theirs can be a property of the model or of the
measure. A study that shows the note's figure by the note's measure, and a figure that meets what the notes ask by the right one, says that
it was the measure; one that misses it by both says that it was the model.
"""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import notes_gain
from glasskt.compare.layout import compact, number
from glasskt.compare.published import SCORED_TEST
from glasskt.compare.replication.models import value
from glasskt.compare.replication.quantities import METRICS, WORDS

TEXT = ("variant", "run", "source", "key", "quantity", "verdict")
COLUMNS = ["variant", "run", "source", "key", "quantity", "note", "as_noted", "measured", "verdict"]

AS_NOTED = {
    "gain_mean": "legacy_mean",
    "gain_sd": "legacy_sd",
    "gain_cv": "legacy_cv",
    "gain_ratio": "legacy_ratio",
    "mastery_r": "mastery_r_noted",
}
"""Quantity -> the key of what the notes measured in its place."""

MEASUREMENT, REAL, SAME, OTHER = "measurement", "real", "reproduced", "not reproduced"

WITHIN = 4.0
"""A factor for spreads: two, as for the losses of note 003, times two, since the scalar's falls with the square root of the encoder's
width, and the notes' encoder is four times ours."""
NEAR, NEAR_AUC = 0.05, 0.02
"""Distances for what is no spread."""


def table(models: pd.DataFrame, facts: dict[str, Any]) -> pd.DataFrame:
    """One row per variant that repeats a run of the notes and figure of that run; empty on other data.

    Columns: variant, run, source, key, quantity (words), note (its figure), as_noted (ours by the note's measure; NaN where that is the
    same), measured (ours), verdict (see `verdict`).
    """
    rows = [
        {**_names(variant, run), "key": key, "quantity": WORDS[key], **_figures(models, variant, key, note)}
        for variant in dict.fromkeys(models["variant"])
        if facts["scored_test"] == SCORED_TEST and (run := notes_gain.run_of(variant))
        for key, note in notes_gain.RUNS[run].items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[5:8], float))


def verdict(key: str, note: float, as_noted: float, measured: float) -> str:
    """What a figure of the notes is, by ours.

    Returns:
        "measurement": our model shows it by the note's measure, and meets what the notes ask by the right one; "real": it misses that by
        both; "reproduced": ours is near it, where the notes ask nothing or there is one measure; "not reproduced": ours, by the note's
        measure where there are two, is not near it; "" where we have no figure.

    Example:
        >>> verdict("gain_sd", 0.0015, 0.002, 0.3), verdict("gain_sd", 0.0015, 0.002, 0.003), verdict("gain_sd", 0.0015, 0.1, 0.3)
        ('measurement', 'real', 'not reproduced')
    """
    ours = as_noted if key in AS_NOTED else measured
    if np.isnan(ours):
        return ""
    if not _near(key, ours, note):
        return OTHER
    if key not in notes_gain.ASKED or np.isnan(measured):
        return SAME
    return MEASUREMENT if _apart(key, measured) >= notes_gain.ASKED[key] else REAL


def shown(replication: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    frame = pd.DataFrame({"": replication["quantity"], "model": replication["variant"] + " beside " + replication["run"]})
    for column, head in {"note": "note", "as_noted": "ours, as the note", "measured": "ours"}.items():
        frame[head] = [text(key, number) for key, number in zip(replication["key"], replication[column], strict=True)]
    return frame.assign(verdict=replication["verdict"])


def text(key: str, value: float) -> str:
    """A figure of the quantity `key` as text."""
    return number(value, 4) if key in METRICS else compact(value)


def _names(variant: str, run: str) -> dict[str, Any]:
    return {"variant": variant, "run": run, "source": notes_gain.SOURCES[run]}


def _figures(models: pd.DataFrame, variant: str, key: str, note: float) -> dict[str, Any]:
    as_noted = value(models, variant, AS_NOTED[key]) if key in AS_NOTED else np.nan
    measured = value(models, variant, key)
    return {"note": note, "as_noted": as_noted, "measured": measured, "verdict": verdict(key, note, as_noted, measured)}


def _apart(key: str, measured: float) -> float:
    """How far from uniform: gains that are smaller after a right answer look at the response as well."""
    return max(measured, 1 / measured) if key == "gain_ratio" and measured > 0 else measured


def _near(key: str, ours: float, note: float) -> bool:
    if key in ("gain_sd", "gain_cv"):
        return 1 / WITHIN <= ours / note <= WITHIN
    return abs(ours - note) <= (NEAR_AUC if key in METRICS else NEAR)
