"""Write what a trained model says of every student it did not learn from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import load_file

from glasskt.counterfactuals.flips import flips as flips_of
from glasskt.counterfactuals.histories import of_students
from glasskt.counterfactuals.movement import movement as movement_of
from glasskt.data.cohort import Cohort, response_starts
from glasskt.models.family import Estimator, Trace, load_estimator, settings_class
from glasskt.outputs import write, write_parquet
from glasskt.training import cohorts

QUANTITIES = (
    "p_before",
    "p_blackbox_before",
    "mastery_before",
    "mastery_after",
    "mastery_all_before",
    "gain",
    "legacy_gain",
    "theta_before",
    "theta_after",
    "beta",
)

PROBED = 300
"""Test students whose hidden states are kept."""


def run(
    *,
    parameters: dict[str, Any],
    dataset: str,
    fold: int,
    variant: str,
    seed: int,
    model: Path,
    interactions: Path,
    facts: Path,
    trajectories: Path,
    gains: Path,
    flips: Path,
    movement: Path,
    states: Path,
) -> None:
    """Trace the validation fold and the test students; a quantity that the family lacks is a null column.

    A response to several skills is one row, under the index of their combination. Some of the test students are asked what other answers
    would have changed and what a response moves, and hidden states are kept of some, for probes.

    Raises:
        UserError: No such fold.
    """
    family = variant.partition(".")[0]
    settings = settings_class(family).model_validate(parameters[f"variants.{variant}"])
    known = json.loads(facts.read_text(encoding="utf-8"))
    table = cohorts.held_out(pd.read_parquet(interactions), known, fold)
    cohort = cohorts.cohort(table, known)
    estimator, weights = load_estimator(family, settings, known["n_skills"], cohort.combinations), load_file(model)
    trace = estimator.trace(weights, cohort)
    judged = cohorts.cohort(table[table["split"] == "test"], known)

    def asked(other: Cohort) -> Mapping[str, NDArray]:
        return estimator.trace(weights, other).quantities

    write(
        {
            trajectories: write_parquet(_rows(table, cohort, trace)),
            gains: write_parquet(_gains(table, trace)),
            flips: write_parquet(flips_of(judged, _of_test(table, trace), asked)),
            movement: write_parquet(movement_of(judged, asked)),
            states: write_parquet(_states(estimator, weights, judged)),
        }
    )


def _rows(table: pd.DataFrame, cohort: Cohort, trace: Trace) -> pd.DataFrame:
    first = response_starts(table["student"].to_numpy(), table["step"].to_numpy())
    rows = table[["student", "step", "skill", "response"]].iloc[first].reset_index(drop=True)
    rows["skill"] = pd.Series(cohort.skill).astype(table["skill"].dtype)
    absent = np.full(len(rows), np.nan)  # parquet's null
    return rows.assign(**{name: trace.quantities.get(name, absent).astype(np.float32) for name in QUANTITIES})


def _of_test(table: pd.DataFrame, trace: Trace) -> dict[str, NDArray]:
    """The quantities of the test students' responses."""
    first = response_starts(table["student"].to_numpy(), table["step"].to_numpy())
    test = (table["split"].iloc[first] == "test").to_numpy()
    return {name: values[test] for name, values in trace.quantities.items()}


def _gains(table: pd.DataFrame, trace: Trace) -> pd.DataFrame:
    types = {"student": table["student"].dtype, "step": np.int32, "skill": np.int32, "gain": np.float32}
    gains = pd.DataFrame(columns=list(types)) if trace.gains is None else trace.gains[list(types)]
    return gains.astype(types)


def _states(estimator: Estimator, weights: dict[str, NDArray], judged: Cohort) -> pd.DataFrame:
    """student, step, h0..h{D-1}: hidden states before the responses of `PROBED` students spread over the cohort."""
    students = np.unique(np.linspace(0, len(judged.students) - 1, PROBED).astype(np.int64)) if len(judged.students) else np.empty(0, int)
    sampled = of_students(judged, students)
    hidden = estimator.states(weights, sampled) if len(sampled) else None
    keys = pd.DataFrame({"student": sampled.students[sampled.student_of_row], "step": sampled.step.astype(np.int32)})
    if hidden is None:
        return keys.iloc[:0]
    return pd.concat([keys, pd.DataFrame(hidden, columns=[f"h{place}" for place in range(hidden.shape[1])])], axis=1)
