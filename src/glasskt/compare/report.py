"""What verify says of one file of trajectories, as text: no study, hence no ceiling."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import checks_table
from glasskt.compare.bootstrap import RESAMPLES
from glasskt.compare.layout import as_markdown, interval, number
from glasskt.compare.verdicts import Judged, verdict

METRICS = {"auc": "AUC", "accuracy": "accuracy", "log_loss": "log loss", "brier": "Brier", "ece": "ECE", "r": "r(p, response)"}
DIGITS = 4
FOOTNOTE = (
    f"95 %: {RESAMPLES:,} resamples of whole students. null: what a model without the property scores. asked: the threshold of the notes "
    "that proposed the check; where they ask nothing, a value beats the null if its whole interval does.\nA fail says that the threshold "
    "is not met, not that it could be: how much any predictor reaches on these data (a ceiling) needs a study, `glasskt compare`.\n"
)


def metrics_text(measured: Mapping[str, Mapping[str, Any] | None]) -> str:
    """A Markdown table of the metrics of each path that has them, `compare.metrics.scores`."""
    rows = [
        {
            "prediction": path,
            "n": number(scores["n"], 0),
            "metric": name,
            "value": number(scores[metric]["value"], DIGITS),
            "95 %": interval(scores[metric].get("low"), scores[metric].get("high"), DIGITS),
        }
        for path, scores in measured.items()
        if scores is not None
        for metric, name in METRICS.items()
    ]
    return as_markdown(pd.DataFrame(rows))


def checks_text(found: Sequence[Mapping[str, Any]]) -> str:
    """A Markdown table of findings, entries of checks.json, each with its verdict; then what its columns mean."""
    numbers = ["value", "low", "high", "null", "threshold"]
    table = pd.DataFrame(found).astype(dict.fromkeys(numbers, np.float64)).assign(variant="", untrained=np.nan, ceiling=np.nan)
    table["verdict"] = [
        verdict(Judged(**{name: row[name] for name in ("value", "low", "high", "threshold", "better")}, nulls=(row["null"],)))
        for row in table.to_dict("records")
    ]
    shown = checks_table.shown(table).drop(columns=["model", "null is", "untrained", "ceiling"])
    return f"{as_markdown(shown)}\n{FOOTNOTE}"
