"""The forms of l_23 beside each other and beside the two runs of note 003."""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import note_003
from glasskt.compare.layout import NOTHING, compact, number
from glasskt.compare.published import SCORED_TEST
from glasskt.compare.study import Study, over_runs

TEXT = ("quantity", "key", "column", "form", "source")

WORDS = {
    "auc": "AUC, glass path",
    "auc_blackbox": "AUC, first head",
    "accuracy": "accuracy, glass path",
    "accuracy_blackbox": "accuracy, first head",
    "l_21": "l_21, cross-entropy",
    "l_21_kl": "l_21, Kullback-Leibler",
    "l_21_kl_dynamic": "l_21, Kullback-Leibler, dynamic",
    "l_22": "l_22",
    "l_23_mean": "l_23, mean form",
    "l_23": "l_23, direct form",
    "l_23_dynamic": "l_23, dynamic form",
    "l_23_r2": "R² of θ, static target",
    "l_23_r2_dynamic": "R² of θ, dynamic target",
    "theta_mean": "θ mean",
    "theta_sd": "θ sd",
    "theta_min": "θ least",
    "theta_max": "θ greatest",
    "beta_mean": "β mean",
    "beta_sd": "β sd",
    "mastery_mean": "mastery mean",
    "mastery_sd": "mastery sd",
    "theta_r_static": "r(θ, static target)",
    "theta_r_dynamic": "r(θ, dynamic target)",
    "mastery_r": "r(mastery, IRT mastery)",
    "mastery_rho": "ρ(mastery, IRT mastery)",
    "lambda": "λ of the checkpoint",
}
"""Key -> words, in the order of the page."""

CHECKS = {
    "l_21": ("l_21", "l_21"),
    "l_21_kl": ("l_21", "l_21 KL"),
    "l_21_kl_dynamic": ("l_21", "l_21 KL dynamic"),
    "l_22": ("l_22", "l_22"),
    "l_23_mean": ("l_23", "l_23 mean form"),
    "l_23": ("l_23", "l_23"),
    "l_23_dynamic": ("l_23", "l_23 dynamic"),
    "l_23_r2": ("l_23", "l_23 R2"),
    "l_23_r2_dynamic": ("l_23", "l_23 R2 dynamic"),
    "theta_mean": ("scale", "theta mean"),
    "theta_sd": ("scale", "theta sd"),
    "theta_min": ("scale", "theta min"),
    "theta_max": ("scale", "theta max"),
    "beta_mean": ("scale", "beta mean"),
    "beta_sd": ("scale", "beta sd"),
    "mastery_mean": ("scale", "mastery mean"),
    "mastery_sd": ("scale", "mastery sd"),
    "theta_r_static": ("theta_static", "r(theta, static theta)"),
    "theta_r_dynamic": ("theta_dynamic", "r(theta, dynamic theta)"),
    "mastery_r": ("mastery_irt", "r(mastery, IRT mastery)"),
    "mastery_rho": ("mastery_irt", "rho(mastery, IRT mastery)"),
}
"""Key -> the check and the quantity that it comes from."""

METRICS = {
    "auc": ("p_before", "auc"),
    "auc_blackbox": ("p_blackbox_before", "auc"),
    "accuracy": ("p_before", "accuracy"),
    "accuracy_blackbox": ("p_blackbox_before", "accuracy"),
}
"""Key -> path and metric of the test rows."""

_DIGITS = {"auc": 4, "auc_blackbox": 4, "accuracy": 4, "accuracy_blackbox": 4}
_COLUMNS = ["key", "quantity", "column", "form", "source", "value", "low", "high", "seed_sd"]


def table(study: Study, facts: dict[str, Any]) -> pd.DataFrame:
    """One row per quantity and column of the page.

    Columns: key, quantity (words), column (a variant or a run of the note), form, source, value, low, high, seed_sd.
    The note's runs stand only beside the data that they were made on. A study without an l_23 gives no row.
    """
    forms = {variant: form for variant in study.variants if (form := _form(study, variant))}
    rows = [row for variant, form in forms.items() for row in _ours(study, variant, form)]
    if forms and facts["scored_test"] == SCORED_TEST:
        rows += [
            {"key": key, "column": run, "form": note_003.FORM_OF_RUN[run], "source": note_003.SOURCE, "value": value}
            for run, figures in note_003.RUNS.items()
            for key, value in figures.items()
        ]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    order = {key: place for place, key in enumerate(WORDS)}
    frame["quantity"] = frame["key"].map(WORDS)
    numbers = dict.fromkeys(("value", "low", "high", "seed_sd"), float)
    return frame.astype(numbers).sort_values("key", key=lambda keys: keys.map(order), kind="stable").reset_index(drop=True)


def shown(l23: pd.DataFrame) -> pd.DataFrame:
    """The table as text: one row per quantity, one column per variant and run of the note."""
    columns = {"": [WORDS[key] for key in WORDS if (l23["key"] == key).any()]}
    keys = [key for key in WORDS if (l23["key"] == key).any()]
    for (source, name), part in l23.groupby(["source", "column"], sort=False):
        values = part.set_index("key")["value"]
        header = f"{source}, {name}" if source == note_003.SOURCE else str(name)
        columns[header] = [text(key, values[key]) if key in values.index else NOTHING for key in keys]
    return pd.DataFrame(columns)


def text(key: str, value: float) -> str:
    """A figure of the row `key` as text."""
    return number(value, _DIGITS[key]) if key in _DIGITS else compact(value)


def _form(study: Study, variant: str) -> str | None:
    """The form of l_23 that a variant names; "default" where it trains with a lambda and names none; None where it has no l_23."""
    block = study.settings(variant).get("l_23")
    if isinstance(block, dict):
        return str(block.get("form", "default"))
    return None if np.isnan(study.fact(variant, "lambda")) else "default"


def _ours(study: Study, variant: str, form: str) -> list[dict[str, Any]]:
    checks = over_runs(study.checks[study.checks["variant"] == variant], ["check", "quantity"])
    scores = study.metrics[(study.metrics["variant"] == variant) & (study.metrics["rows"] == "test")]
    figures = {
        **dict(zip(zip(checks["check"], checks["quantity"], strict=True), checks.to_dict("records"), strict=True)),
        **{(row["path"], row["metric"]): row for row in over_runs(scores, ["path", "metric"]).to_dict("records")},
    }
    common = {"column": variant, "form": form, "source": "this study"}
    rows = [
        {**common, "key": key, **{column: figures[name][column] for column in ("value", "low", "high", "seed_sd")}}
        for key, name in {**METRICS, **CHECKS}.items()
        if name in figures
    ]
    weight = study.fact(variant, "lambda")
    return rows if np.isnan(weight) else [*rows, {**common, "key": "lambda", "value": weight}]
