"""Set a study's runs beside each other: tables, ceilings, verdicts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from glasskt import outputs
from glasskt.compare import (
    across_runs,
    backends_table,
    calibration_table,
    check_matrix,
    checks_table,
    data_table,
    irt_table,
    layout,
    learned,
    models_table,
    notes_table,
    pairs,
    practice_table,
    rows_table,
    slopes_table,
    tables,
)
from glasskt.compare.l23 import course as course_of
from glasskt.compare.l23 import signatures, trade_off
from glasskt.compare.l23 import tables as l23_tables
from glasskt.compare.replication import ablation, contrasts, decision_tree, measured, reliability, rethinks, traced
from glasskt.compare.replication import models as gain_models
from glasskt.compare.study import read
from glasskt.compare.summary import summary as headline


def run(
    *,
    parameters: dict[str, Any],
    study: str,
    metrics: list[Path],
    checks: list[Path],
    history: list[Path],
    by_student: list[Path],
    trajectories: list[Path],
    skills: list[Path],
    interactions: Path,
    facts: Path,
    items: list[Path],
    irt_fit: list[Path],
    as_found_fits: list[Path],
    tracking: list[Path],
    course: Path,
    by_skill: Path,
    bins: Path,
    matrix: Path,
    summary: Path,
    **places: Path,
) -> None:
    """Set a study's runs beside each other: tables, ceilings, verdicts.

    Arguments:
        parameters: `studies.{study}`: its `focus` leads the summary.
        study: The study's name.
        metrics: metrics.json of every run.
        checks: checks.json of every run.
        history: history.csv of every run.
        by_student: by_student.parquet of every run.
        trajectories: trajectories.parquet of every run that is a control, a half or an average, or is set beside one.
        skills: skills.parquet of every run that is a half or has halves, where its family tells of skills.
        interactions: interactions.parquet.
        facts: dataset.json.
        items: items.parquet of every fold.
        irt_fit: fit.json of every fold's static fit.
        as_found_fits: fits.parquet of every fold's fit as found.
        tracking: tracking.json of every fold.
        course: Output: the forms of l_23 epoch by epoch.
        by_skill: Output: the mean gains of skills.
        bins: Output: the bins of every run's calibration.
        matrix: Output: the check matrix, to read.
        summary: Output.
        places: Output of every table and format: `data_csv`, `data_md`, `data_tex`, ...
    """
    known = json.loads(facts.read_text(encoding="utf-8"))
    runs = read(metrics, checks, history, by_student)
    fits, trackings = ([json.loads(path.read_text(encoding="utf-8")) for path in paths] for paths in (irt_fit, tracking))
    report = l23_tables.tables(runs, known)
    answers = pd.read_parquet(interactions)
    traces = traced.read(trajectories, metrics, runs, answers)
    of_skills = learned.read(skills, metrics, runs)
    gains = gain_models.table(runs, traces, of_skills)
    judged = replace(runs, checks=pd.concat([runs.checks, across_runs.found(runs, traces)], ignore_index=True))
    found = checks_table.table(judged, known)
    focus = parameters[f"studies.{study}"]["focus"]
    made = {
        "data": data_table.table(known),
        "practice": practice_table.table(answers),
        "irt": irt_table.table([pd.read_parquet(path) for path in items], fits, trackings, known),
        "backends": backends_table.table([pd.read_parquet(path) for path in as_found_fits], known),
        "models": models_table.table(runs, known),
        "pairs": pairs.table(runs, focus),
        "rows": rows_table.table(runs, traces, focus, answers),
        "calibration": calibration_table.table(runs),
        "slopes": slopes_table.table(runs, of_skills, len(known["folds"])),
        **report,
        "l23_lambda": trade_off.table(runs, report),
        "l23_as_found": signatures.table(runs, known),
        "gains_models": gains,
        "gains_replication": measured.table(gains, known),
        "gains_contrasts": contrasts.table(gains),
        "gains_ablation": ablation.table(runs, traces),
        "rethinks": rethinks.table(runs, gains),
        "rethinks_tree": decision_tree.table(runs, gains),
        "checks": found,
        "notes": notes_table.table(runs, found, known),
    }
    writers = {
        course: outputs.write_csv(course_of.table(runs)),
        by_skill: outputs.write_csv(reliability.by_skill(runs, traces)),
        bins: outputs.write_csv(calibration_table.bins(runs)),
        matrix: outputs.write_text(layout.as_markdown(check_matrix.verdict_matrix(found, made["models"]["variant"].tolist()))),
        summary: outputs.write_json(headline(focus, made["models"], made["checks"])),
    }
    for name, table in made.items():
        writers |= tables.writers(name, table, places[f"{name}_csv"], places[f"{name}_md"], places[f"{name}_tex"])
    outputs.write(writers)
