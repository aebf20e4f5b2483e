"""The five tables: a row for every variant with an l_23, for the reference where it has the quantity, and for the runs of note 003."""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import note_003
from glasskt.compare.l23.quantities import CHECKS, HISTORY, METRICS, WORDS, text
from glasskt.compare.layout import NOTHING
from glasskt.compare.published import SCORED_TEST
from glasskt.compare.study import RUN, Study, over_runs

TEXT = ("variant", "form", "source", "key", "quantity")
COLUMNS = ["variant", "form", "source", "key", "quantity", "value", "low", "high", "seed_sd", "runs"]
OURS = "this study"
AS_FOUND = "as found"
"""What `form` says of a variant with faults of note 003."""
REFERENCE = "item response theory"
"""The row of the static fit's own scale."""


def tables(study: Study, facts: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """The five tables by name, one row per variant and quantity; empty in a study without an l_23.

    Columns: variant (or a run of the note), form (see `kind_of`), source, key, quantity (words), value (mean over runs), low, high (one
    run's sampling interval), seed_sd, runs.
    """
    forms = {variant: kind for variant in study.variants if (kind := kind_of(study, variant))}
    figures = pd.DataFrame([row for variant in study.variants for row in _figures(study, variant)], columns=[*COLUMNS, "null"])
    figures = figures.assign(form=figures["variant"].map(forms).fillna("")) if forms else figures.iloc[:0]
    published = _note() if forms and facts["scored_test"] == SCORED_TEST else figures.iloc[:0]
    return {name: _one(name, figures, published) for name in WORDS}


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """A table as text: one row per variant, one column per quantity; beside a figure of several seeds their sd."""
    keys = [key for key in WORDS_OF if (table["key"] == key).any()]
    rows = []
    for (source, variant), part in table.groupby(["source", "variant"], sort=False):
        cells = part.set_index("key")
        name = str(variant) if source in (OURS, REFERENCE) else f"{source}, {variant}"
        rows.append({"": name, **{WORDS_OF[key]: _cell(key, cells) for key in keys}})
    return pd.DataFrame(rows, columns=["", *(WORDS_OF[key] for key in keys)])


WORDS_OF = {key: words for keys in WORDS.values() for key, words in keys.items()}


def form_of(study: Study, variant: str) -> str | None:
    """The form of l_23 that a variant names; "default" where it trains with a lambda and names none; None where it has no l_23."""
    block = study.settings(variant).get("l_23")
    if isinstance(block, dict):
        return str(block.get("form", "default"))
    return None if np.isnan(study.fact(variant, "lambda")) else "default"


def kind_of(study: Study, variant: str) -> str | None:
    """The form of l_23, or what sets the variant apart from that form alone: `AS_FOUND`, "split", "split without deviation"; None where
    it has no l_23."""
    settings = study.settings(variant)
    split = "split" if settings.get("delta", True) else "split without deviation"
    special = next((word for key, word in (("as_found", AS_FOUND), ("split", split)) if settings.get(key)), None)
    form = form_of(study, variant)
    return form and (special or form)


def _cell(key: str, cells: pd.DataFrame) -> str:
    if key not in cells.index:
        return NOTHING
    value, spread = float(cells["value"][key]), float(cells["seed_sd"][key])
    return text(key, value) + (f" ± {text(key, spread)}" if key in METRICS and spread == spread else "")


def _one(name: str, figures: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """The rows of one table: what the reference says of itself first, then the study's variants, then the note's runs."""
    words = WORDS[name]
    own = figures[figures["key"].isin(words)]
    if name != "l23_agreement":  # there the filter is what the forms are compared with
        own = own[own["form"] != ""]
    frame = pd.concat([_reference(own) if name == "l23_scale" else own.iloc[:0], own, published[published["key"].isin(words)]])
    frame["quantity"] = frame["key"].map(words)
    order = {key: place for place, key in enumerate(words)}
    place = {variant: number for number, variant in enumerate(dict.fromkeys(frame["variant"]))}
    ordered = frame.sort_values(
        ["variant", "key"], key=lambda column: column.map(place if column.name == "variant" else order), kind="stable"
    )
    return ordered[COLUMNS].astype(dict.fromkeys(COLUMNS[5:], float)).reset_index(drop=True)


def _reference(scale: pd.DataFrame) -> pd.DataFrame:
    """The static fit's own scale: what stands in place of a null in the check of scale."""
    known = scale[scale["null"].notna()].drop_duplicates("key")
    return known.assign(variant=REFERENCE, form="", source=REFERENCE, value=known["null"], low=np.nan, high=np.nan, seed_sd=np.nan)


def _note() -> pd.DataFrame:
    rows = [
        {"variant": run, "form": note_003.FORM_OF_RUN[run], "source": note_003.SOURCE, "key": key, "value": value, "runs": 1}
        for run, figures in note_003.RUNS.items()
        for key, value in figures.items()
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS, "null"])


def _figures(study: Study, variant: str) -> list[dict[str, Any]]:
    """Every quantity of the report that a variant has."""
    checks = study.checks[study.checks["variant"] == variant]
    found = {
        (row["check"], row["quantity"]): row
        for row in over_runs(checks, ["check", "quantity"])
        .merge(checks.groupby(["check", "quantity"], sort=False)["null"].mean().reset_index(), on=["check", "quantity"])
        .to_dict("records")
    }
    scores = study.metrics[(study.metrics["variant"] == variant) & (study.metrics["rows"] == "test")]
    found |= {(row["path"], row["metric"]): row for row in over_runs(scores, ["path", "metric"]).to_dict("records")}
    rows = [
        {**{column: found[name].get(column, np.nan) for column in ("value", "low", "high", "seed_sd", "runs", "null")}, "key": key}
        for key, name in {**METRICS, **CHECKS}.items()
        if name in found
    ]
    return [{"variant": variant, "source": OURS, **row} for row in rows + _of_training(study, variant)]


def _of_training(study: Study, variant: str) -> list[dict[str, Any]]:
    """The kept epoch's row of the history, over the runs."""
    kept = study.kept_epochs(variant)
    long = kept.melt(id_vars=RUN, value_vars=[column for column in HISTORY if column in kept]).dropna(subset="value")
    if long.empty:
        return []
    means = over_runs(long.assign(low=np.nan, high=np.nan).rename(columns={"variable": "key"}), ["key"])
    return [{str(column): value for column, value in row.items()} for row in means[["key", "value", "seed_sd", "runs"]].to_dict("records")]
