"""Set a study's runs beside each other: tables, ceilings, verdicts."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from glasskt import outputs
from glasskt.compare import backends_table, checks_table, data_table, irt_table, l23_table, models_table, practice_table, tables
from glasskt.compare.study import read
from glasskt.compare.summary import summary as headline


def run(
    *,
    parameters: dict[str, Any],
    study: str,
    metrics: list[Path],
    checks: list[Path],
    interactions: Path,
    facts: Path,
    items: list[Path],
    irt_fit: list[Path],
    as_found_fits: list[Path],
    tracking: list[Path],
    summary: Path,
    **places: Path,
) -> None:
    """Set a study's runs beside each other: tables, ceilings, verdicts.

    Arguments:
        parameters: `studies.{study}`: its `focus` leads the summary.
        study: The study's name.
        metrics: metrics.json of every run.
        checks: checks.json of every run.
        interactions: interactions.parquet.
        facts: dataset.json.
        items: items.parquet of every fold.
        irt_fit: fit.json of every fold's static fit.
        as_found_fits: fits.parquet of every fold's fit as found.
        tracking: tracking.json of every fold.
        summary: Output.
        places: Output of every table and format: `data_csv`, `data_md`, `data_tex`, ...
    """
    known = json.loads(facts.read_text(encoding="utf-8"))
    runs = read(metrics, checks)
    fits, trackings = ([json.loads(path.read_text(encoding="utf-8")) for path in paths] for paths in (irt_fit, tracking))
    made = {
        "data": data_table.table(known),
        "practice": practice_table.table(pd.read_parquet(interactions)),
        "irt": irt_table.table([pd.read_parquet(path) for path in items], fits, trackings, known),
        "backends": backends_table.table([pd.read_parquet(path) for path in as_found_fits], known),
        "models": models_table.table(runs, known),
        "l23": l23_table.table(runs, known),
        "checks": checks_table.table(runs, known),
    }
    writers = {summary: outputs.write_json(headline(parameters[f"studies.{study}"]["focus"], made["models"], made["checks"]))}
    for name, table in made.items():
        writers |= tables.writers(name, table, places[f"{name}_csv"], places[f"{name}_md"], places[f"{name}_tex"])
    outputs.write(writers)
