"""Measure a run's predictions and check what its inner quantities mean."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasskt.checks.check import verified
from glasskt.checks.parts.evidence import PATHS, Evidence, scored, with_irt, with_truth
from glasskt.compare import contributions
from glasskt.compare.calibration import calibration
from glasskt.compare.metrics import scores
from glasskt.errors import UserError
from glasskt.outputs import write, write_json, write_parquet


def run(
    *,
    parameters: dict[str, Any],
    dataset: str,
    fold: int,
    variant: str,
    seed: int,
    trajectories: Path,
    gains: Path,
    flips: Path,
    movement: Path,
    states: Path,
    history: Path,
    fit: Path,
    interactions: Path,
    facts: Path,
    items: Path,
    students: Path,
    theta: Path,
    metrics: Path,
    checks: Path,
    by_student: Path,
    truth_steps: Path | None = None,
    truth_skills: Path | None = None,
    truth_students: Path | None = None,
) -> None:
    """Write the metrics of the validation and the test rows, what each test student adds to them, and the checks on the test rows.

    Raises:
        UserError: The files do not belong together, a prediction is no probability, or the scored test rows are not all there.
    """
    answers = pd.read_parquet(interactions)
    rows = scored(pd.read_parquet(trajectories), answers)
    validation, test = Evidence(rows=rows[rows["fold"] == fold]), Evidence(rows=rows[rows["split"] == "test"])
    if not len(validation):
        raise UserError(f"{trajectories}: no scored response of fold {fold}; check the fold and run `glasskt trajectories` again")
    expected = json.loads(facts.read_text(encoding="utf-8"))["scored_test"]
    if len(test) != expected:
        raise UserError(
            f"{trajectories}: {len(test)} scored test responses, but {facts} counts {expected}; run `glasskt trajectories` again"
        )
    against = with_irt(test.rows, answers, *(pd.read_parquet(path) for path in (items, students, theta)))
    if truth_steps and truth_skills and truth_students:
        against = with_truth(against, *(pd.read_parquet(path) for path in (truth_steps, truth_skills, truth_students)))
    facts_of_fit = json.loads(fit.read_text(encoding="utf-8"))
    name = {"dataset": dataset, "fold": fold, "variant": variant, "seed": seed}
    measured = {
        "settings": parameters[f"variants.{variant}"],
        "fit": facts_of_fit,
        "validation": _scores(validation),
        "test": _scores(test),
        "calibration": calibration(test["p_before"], test["response"], test.students),
    }
    evidence = Evidence(
        rows=against,
        gains=pd.read_parquet(gains),
        flips=pd.read_parquet(flips),
        movement=pd.read_parquet(movement),
        states=pd.read_parquet(states),
        history=_epochs(history, facts_of_fit),
    )
    write(
        {
            metrics: write_json(name | measured),
            checks: write_json(name | {"checks": verified(evidence)}),
            by_student: write_parquet(contributions.table(test["p_before"], test["response"], test.rows["student"].to_numpy())),
        }
    )


def _epochs(history: Path, fit: dict[str, Any]) -> pd.DataFrame:
    """The history with the epoch marked that the model is."""
    epochs = pd.read_csv(history, float_precision="round_trip")
    return epochs.assign(kept=epochs["epoch"] == fit.get("selected_epoch"))


def _scores(evidence: Evidence) -> dict[str, Any]:
    """The metrics of each path; None for a path that the family lacks."""
    return {
        path: scores(evidence[path], evidence["response"], evidence.students) if np.isfinite(evidence[path]).all() else None
        for path in PATHS
    }
