"""Every check of a study with its null, its ceiling and its verdict."""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.ceilings import ceilings
from glasskt.compare.layout import NOTHING, compact, interval
from glasskt.compare.study import Study, over_runs
from glasskt.compare.verdicts import Judged, verdict

TEXT = ("check", "quantity", "variant", "null_is", "ceiling_of", "better", "verdict", "source", "question")

BY_CONSTRUCTION = ("no_leak", "finite_training", "monotonicity")
"""Checks of what holds of a network trained or not: there an untrained one is no null."""

_SAME = ["check", "quantity", "question", "null_is", "threshold", "better", "source"]


def table(study: Study, facts: dict[str, Any]) -> pd.DataFrame:
    """One row per check, quantity and variant, sorted by check.

    Columns: check, quantity, variant, value, low, high, seed_sd, fold_sd, runs, null, null_is, ceiling, ceiling_of, threshold, better,
    verdict, source, n, question. Values, intervals and nulls are means over runs; untrained is the value of the variant's untrained
    network, where the study has it, which is a null as well.
    """
    by = ["check", "quantity", "variant"]
    means = over_runs(study.checks, by)
    nulls = study.checks.groupby(by, sort=False)[["null", "n"]].mean().reset_index()
    words = study.checks.drop_duplicates(by)[[*_SAME, "variant"]]
    merged = means.merge(nulls, on=by).merge(words, on=by)
    known = ceilings(study, facts)
    rows = merged.to_dict("records")
    of = [known.get((row["check"], row["quantity"])) for row in rows]
    merged["ceiling"] = [np.nan if ceiling is None else ceiling.value for ceiling in of]
    merged["ceiling_of"] = ["" if ceiling is None else ceiling.of for ceiling in of]
    merged["untrained"] = _untrained(study, merged)
    merged["verdict"] = [
        verdict(
            Judged(
                **{name: row[name] for name in ("value", "low", "high", "threshold", "better")},
                nulls=(row["null"], untrained),
                ceiling=ceiling,
            )
        )
        for row, untrained, ceiling in zip(rows, merged["untrained"], of, strict=True)
    ]
    columns = [*by, "value", "low", "high", "seed_sd", "fold_sd", "runs", "null", "null_is", "untrained", "ceiling", "ceiling_of"]
    columns += ["threshold", "better"]
    return (
        merged[[*columns, "verdict", "source", "n", "question"]]
        .sort_values(["check", "quantity"], key=_numbered, kind="stable")
        .reset_index(drop=True)
    )


def _untrained(study: Study, checks: pd.DataFrame) -> "pd.Series[float]":
    """The value of the same quantity of the variant's untrained network; NaN where there is none."""
    null_of = {study.settings(variant).get("null_of"): variant for variant in study.variants}
    values = checks.set_index(["check", "quantity", "variant"])["value"]
    names = zip(checks["check"], checks["quantity"], checks["variant"].map(null_of), strict=True)
    found = [np.nan if name[0] in BY_CONSTRUCTION else float(values.get(name, np.nan)) for name in names]
    return pd.Series(found, index=checks.index, dtype=float)


def _numbered(names: "pd.Series[str]") -> "pd.Series[str]":
    """Names in whose order `after 5` comes before `after 10`."""
    return names.str.replace(r"\d+$", lambda found: found.group().zfill(3), regex=True)


def shown(checks: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    sides = {"higher": "≥ ", "lower": "≤ "}
    return pd.DataFrame(
        {
            "check": checks["check"],
            "quantity": checks["quantity"],
            "model": checks["variant"],
            "value": [compact(value) for value in checks["value"]],
            "95 %": [_interval(low, high) for low, high in zip(checks["low"], checks["high"], strict=True)],
            "null": [compact(value) for value in checks["null"]],
            "null is": checks["null_is"].where(checks["null"].notna(), ""),
            "untrained": [compact(value) for value in checks["untrained"]],
            "ceiling": [compact(value) for value in checks["ceiling"]],
            "asked": [
                NOTHING if value != value else sides.get(side, "") + compact(value)
                for value, side in zip(checks["threshold"], checks["better"], strict=True)
            ],
            "verdict": checks["verdict"],
        }
    )


def _interval(low: float, high: float) -> str:
    return "" if not interval(low, high, 0) else f"[{compact(low)}, {compact(high)}]"
