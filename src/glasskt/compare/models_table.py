"""The models of a study: how well each predicts, beside published figures on the same rows."""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import published
from glasskt.compare.layout import NOTHING, interval, number
from glasskt.compare.study import Study, over_runs
from glasskt.explain.rooms import can_be_explained

TEXT = ("group", "variant", "source")
GROUPS = ("reference", "black box", "glass box", "average", "published")

_DIGITS = {"test_auc_low": 3, "test_auc_high": 3, "ece": 3, "r": 3, "parameters": 0, "runs": 0}
_SCORES = ("accuracy", "log_loss", "brier", "ece", "r")


def table(study: Study, facts: dict[str, Any]) -> pd.DataFrame:
    """One row per variant, by group and within a group by falling test AUC.

    Columns: group, variant, source, runs, test_auc, test_auc_low, test_auc_high, seed_sd, fold_sd, valid_auc, then accuracy, log_loss,
    brier, ece and r on the test rows, blackbox_auc (test AUC of the black-box head of a two-headed model) and parameters. Figures are means
    over runs; low and high are one run's sampling interval, seed_sd and fold_sd the spread over seeds and over folds.
    """
    means = over_runs(study.metrics, ["variant", "rows", "path", "metric"]).set_index(["variant", "rows", "path", "metric"])
    rows = [_row(study, variant, means) for variant in study.variants]
    if facts["scored_test"] == published.SCORED_TEST:
        rows += [
            {"group": "published", "variant": model, "source": source, "test_auc": auc} for model, (auc, source) in published.AUC.items()
        ]
    frame = pd.DataFrame(rows)
    rank = frame["group"].map(GROUPS.index)
    return (
        frame.assign(rank=rank)
        .sort_values(["rank", "test_auc"], ascending=[True, False], kind="stable")
        .drop(columns="rank")
        .reset_index(drop=True)
    )


def shown(models: pd.DataFrame) -> pd.DataFrame:
    """The table as text; columns that no row fills are left out."""
    headers = {
        "test_auc": "test AUC",
        "seed_sd": "seed sd",
        "fold_sd": "fold sd",
        "valid_auc": "valid. AUC",
        "accuracy": "accuracy",
        "log_loss": "log loss",
        "brier": "Brier",
        "ece": "ECE",
        "r": "r",
        "blackbox_auc": "head AUC",
        "parameters": "parameters",
    }
    ours = models["source"] == "this study"
    frame = pd.DataFrame({"model": models["variant"], "kind": models["group"].where(ours, models["group"] + ", " + models["source"])})
    for column, header in headers.items():
        frame[header] = [text(column, value) for value in models[column]]
    limits = zip(models["test_auc_low"], models["test_auc_high"], strict=True)
    frame.insert(3, "95 %", [interval(low, high, _DIGITS["test_auc_low"]) for low, high in limits])
    return frame.loc[:, [column for column in frame if set(frame[column]) - {NOTHING, ""}]]


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    return number(value, _DIGITS.get(column, 4))


def _row(study: Study, variant: str, means: pd.DataFrame) -> dict[str, Any]:
    def figure(rows: str, path: str, metric: str, column: str = "value") -> float:
        name = (variant, rows, path, metric)
        return float(means[column].get(name, np.nan))

    return {
        "group": group(study, variant),
        "variant": variant,
        "source": "this study",
        "runs": figure("test", "p_before", "auc", "runs"),
        "test_auc": figure("test", "p_before", "auc"),
        "test_auc_low": figure("test", "p_before", "auc", "low"),
        "test_auc_high": figure("test", "p_before", "auc", "high"),
        "seed_sd": figure("test", "p_before", "auc", "seed_sd"),
        "fold_sd": figure("test", "p_before", "auc", "fold_sd"),
        "valid_auc": figure("validation", "p_before", "auc"),
        **{metric: figure("test", "p_before", metric) for metric in _SCORES},
        "blackbox_auc": figure("test", "p_blackbox_before", "auc"),
        "parameters": study.fact(variant, "parameters"),
    }


def group(study: Study, variant: str) -> str:
    """ "reference" for the ladder of known predictors, "average" of finished runs, "glass box" where the judged path is a sum of named
    terms or made of inner quantities, else "black box"."""
    if variant.startswith("reference."):
        return "reference"
    if variant.startswith("average."):
        return "average"
    of_variant = study.checks[study.checks["variant"] == variant]
    return "glass box" if can_be_explained(variant) or (of_variant["check"] == "glass_path_auc").any() else "black box"
