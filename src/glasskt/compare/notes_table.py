"""Every figure that the notes report, beside ours of the same quantity, with null, ceiling and verdict.

Ours is the variant that repeats the note's run with its faults mended, measured as the name of the quantity says; what the notes measured
in its place, and what their faults do, stand in the tables of the replication and of l_23.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import note_003, notes_gain
from glasskt.compare.l23 import quantities as l23
from glasskt.compare.l23.tables import kind_of
from glasskt.compare.layout import NOTHING, compact
from glasskt.compare.published import SCORED_TEST
from glasskt.compare.replication import quantities as gains
from glasskt.compare.study import Study, over_runs
from glasskt.compare.verdicts import REPORTED, Judged, verdict

TEXT = ("source", "run", "key", "quantity", "variant", "verdict", "note_verdict")
NUMBERS = ["note", "ours", "low", "high", "null", "ceiling", "threshold"]
COLUMNS = ["source", "run", "key", "quantity", "variant", *NUMBERS, "verdict", "note_verdict"]

REFERENCE = "item response reference"

_CHECKS = {**gains.CHECKS, "auc_glass": ("glass_path_auc", "AUC of p before"), "beta_sd": ("rate_spread", "sd of beta_skill")}
_CHECKS_003 = {**l23.CHECKS, "beta_min": ("scale", "beta min"), "beta_max": ("scale", "beta max")}
_METRICS = {**gains.METRICS, "accuracy_blackbox": ("test", "p_blackbox_before", "accuracy")}
_HISTORY = {"theta_global": ("theta_global_mean", "kept"), "l_bce": ("train_l_bce", "last")}
_WORDS = {
    **{key: words for keys in l23.WORDS.values() for key, words in keys.items()},
    "beta_min": "β least",
    "beta_max": "β greatest",
    "l_bce": "l_bce of the last epoch",
}


def table(study: Study, checks: pd.DataFrame, facts: dict[str, Any]) -> pd.DataFrame:
    """One row per figure of a run of the notes whose variant the study has; empty on other data.

    Arguments:
        study: All runs.
        checks: The table of checks.
        facts: dataset.json.

    Columns: source, run, key, quantity (words), variant (ours), note, ours, low, high, null, ceiling, threshold, verdict, note_verdict
    (what the threshold says of the note's own figure).
    """
    if facts["scored_test"] != SCORED_TEST:
        return _frame([])
    known = checks.set_index(["check", "quantity", "variant"])
    scores = over_runs(study.metrics, ["rows", "path", "metric", "variant"])
    scores = scores.set_index(["rows", "path", "metric", "variant"]).sort_index()
    best = str(scores["value"].xs(("validation", "p_before", "auc")).idxmax())
    rows = []
    for source, run, variant, key, note, names, words in _reported(study):
        found = (
            _of_check(known, names.get(key), variant)
            or _of_metric(scores, _METRICS.get(key), variant, best)
            or _of_history(study, _HISTORY.get(key), variant)
            or {}
        )
        theirs = verdict(Judged(value=note, threshold=found.get("threshold", np.nan), better=found.pop("better", "none")))
        named = {"source": source, "run": run, "key": key, "quantity": words[key], "variant": variant}
        rows.append({**named, "note": note, **found, "note_verdict": theirs})
    return _frame([*rows, *_reference(known)])


def shown(notes: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    return pd.DataFrame(
        {
            "run": notes["source"] + " " + notes["run"],
            "quantity": notes["quantity"],
            "note": [compact(value) for value in notes["note"]],
            "our model": notes["variant"],
            **{column: [compact(value) for value in notes[column]] for column in ("ours", "null", "ceiling")},
            "asked": [compact(value) for value in notes["threshold"]],
            "verdict, note": notes["note_verdict"],
            "verdict, ours": notes["verdict"].replace("", NOTHING),
        }
    )


def text(column: str, value: float) -> str:
    """A figure as text."""
    return compact(value)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(NUMBERS, float)).fillna({"verdict": "", "note_verdict": REPORTED})


def _reported(study: Study) -> Iterator[tuple[str, str, str, str, float, dict[str, tuple[str, str]], dict[str, str]]]:
    """source, run, variant, key, figure, places of checks, words."""
    repeats = {notes_gain.RUN_OF_VARIANT[variant]: variant for variant in reversed(study.variants) if variant in notes_gain.RUN_OF_VARIANT}
    for run, figures in notes_gain.RUNS.items():
        for key, note in figures.items() if run in repeats else ():
            yield notes_gain.SOURCES[run], run, repeats[run], key, note, _CHECKS, gains.WORDS
    of_form = {kind_of(study, variant): variant for variant in reversed(study.variants)}
    for run, figures in note_003.RUNS.items():
        variant = of_form.get(note_003.FORM_OF_RUN[run])
        for key, note in {**figures, **note_003.EPOCH_30[run]}.items() if variant else ():
            yield note_003.SOURCE, run, str(variant), key, note, _CHECKS_003, {**gains.WORDS, **_WORDS}


def _of_check(checks: pd.DataFrame, name: tuple[str, str] | None, variant: str) -> dict[str, Any]:
    if name is None or (*name, variant) not in checks.index:
        return {}
    row = checks.loc[[(*name, variant)]].iloc[0]
    return {"ours": row["value"], **{key: row[key] for key in ("low", "high", "null", "ceiling", "threshold", "better", "verdict")}}


def _of_metric(scores: pd.DataFrame, name: tuple[str, str, str] | None, variant: str, best: str) -> dict[str, Any]:
    """A metric of a path, beside that of the best predictor; a model with one path predicts by its black box."""
    if name is None:
        return {}
    rows, path, metric = name
    place = (rows, path, metric, variant) if (rows, path, metric, variant) in scores.index else (rows, "p_before", metric, variant)
    if place not in scores.index:
        return {}
    row = scores.loc[[place]].iloc[0]
    found = {"ours": row["value"], "low": row["low"], "high": row["high"], "null": 0.5 if metric == "auc" else np.nan}
    return {**found, "ceiling": float(scores["value"].loc[[(rows, "p_before", metric, best)]].iloc[0]), "verdict": REPORTED}


def _of_history(study: Study, name: tuple[str, str] | None, variant: str) -> dict[str, Any]:
    if name is None or name[0] not in study.history:
        return {}
    own = study.kept_epochs(variant) if name[1] == "kept" else study.history[study.history["variant"] == variant].groupby("seed").tail(1)
    return {"ours": float(own[name[0]].mean()), "verdict": REPORTED}


def _reference(checks: pd.DataFrame) -> list[dict[str, Any]]:
    """The note's item response reference beside ours, which the checks of scale hold as their null."""
    scale = checks[checks["null"].notna()].reset_index().drop_duplicates(["check", "quantity"]).set_index(["check", "quantity"])["null"]
    return [
        {
            "source": note_003.SOURCE,
            "run": REFERENCE,
            "key": key,
            "quantity": _WORDS.get(key, key),
            "variant": "marginal Rasch fit",
            "note": note,
            "ours": float(scale[_CHECKS_003[key]]),
            "verdict": REPORTED,
        }
        for key, note in note_003.REFERENCE.items()
        if _CHECKS_003[key] in scale.index
    ]
