"""What is lost without what a variant learns: its test AUC beside that of its controls, on the same responses.

The control that counts is the strongest, by validation AUC: of gains fixed to 0, to 1 (a count of practice) and to the response (a count of
successes), the one that needs no learned gain and predicts best.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import contributions
from glasskt.compare.contributions import Contributions
from glasskt.compare.layout import interval, number
from glasskt.compare.replication import traced as runs_of
from glasskt.compare.replication.members import controls_of
from glasskt.compare.replication.traced import Traced
from glasskt.compare.study import Study

TEXT = ("variant", "control")
COLUMNS = [*TEXT, "auc", "control_auc", "control_valid_auc", "strongest", "drop", "low", "high", "seed_sd", "runs"]


def table(study: Study, traced: Sequence[Traced]) -> pd.DataFrame:
    """One row per variant and control that share a fold and seed.

    Columns: variant, control, auc and control_auc (test, of the judged path, means over those runs), control_valid_auc, strongest (1 for
    the control with the best control_valid_auc, else 0), drop (mean of auc - control_auc), low, high (95 %, paired by student), seed_sd
    (of the drop), runs.
    """
    rows: list[dict[str, Any]] = []
    for variant, controls in controls_of(study).items():
        own = _areas(traced, variant)
        found = [row for control in controls for row in _rows(study, variant, own, control, _areas(traced, control))]
        best = max((row["control_valid_auc"] for row in found), default=np.nan)
        rows += [{**row, "strongest": float(row["control_valid_auc"] == best)} for row in found]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[2:], float))


def strongest(ablation: pd.DataFrame) -> pd.DataFrame:
    """The row of each variant's strongest control, by variant."""
    return ablation[ablation["strongest"] == 1].drop_duplicates("variant").set_index("variant")


def shown(ablation: pd.DataFrame) -> pd.DataFrame:
    """The table as text; a star marks the strongest control."""
    heads = {
        "auc": "AUC",
        "control_auc": "AUC, control",
        "control_valid_auc": "AUC, control, validation",
        "drop": "drop",
        "seed_sd": "seed sd",
    }
    star = ablation["strongest"].map({1.0: "*", 0.0: ""})
    frame = pd.DataFrame(
        {"": ablation["variant"], "control": [name.partition(".")[2] + mark for name, mark in zip(ablation["control"], star, strict=True)]}
    )
    for column, head in heads.items():
        frame[head] = [text(column, value) for value in ablation[column]]
    limits = zip(ablation["low"], ablation["high"], strict=True)
    frame.insert(6, "95 %", [interval(low, high, DIGITS) for low, high in limits])
    return frame


DIGITS = 4


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    return number(value, 0 if column in ("runs", "strongest") else DIGITS)


def _areas(traced: Sequence[Traced], variant: str) -> dict[tuple[int, int], Contributions]:
    return {run: _area(trace.rows) for run, trace in runs_of.of(traced, variant).items()}


def _area(rows: pd.DataFrame) -> Contributions:
    p, response = (rows[column].to_numpy(np.float64) for column in ("p_before", "response"))
    return contributions.area(p, response, pd.factorize(rows["student"])[0])


def _rows(
    study: Study, variant: str, own: dict[tuple[int, int], Contributions], control: str, others: dict[tuple[int, int], Contributions]
) -> list[dict[str, Any]]:
    """The row of one control; none where no run is shared."""
    shared = [run for run in own if run in others]
    if not shared:
        return []
    drop = contributions.mean_difference([own[run] for run in shared], [others[run] for run in shared])
    apart = pd.Series({run: own[run].value - others[run].value for run in shared}).groupby(level=0).var(ddof=1)  # of each fold
    scores = study.metrics.query("variant == @control and rows == 'validation' and path == 'p_before' and metric == 'auc'")
    return [
        {
            "variant": variant,
            "control": control,
            "auc": np.mean([own[run].value for run in shared]),
            "control_auc": np.mean([others[run].value for run in shared]),
            "control_valid_auc": scores["value"].mean(),
            "drop": drop.value,
            "low": drop.low,
            "high": drop.high,
            "seed_sd": float(np.sqrt(apart.mean())),
            "runs": len(shared),
        }
    ]
