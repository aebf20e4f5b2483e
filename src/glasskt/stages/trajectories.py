"""Write what a trained model says of every student it did not learn from."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import load_file

from glasskt.data.cohort import response_starts
from glasskt.models.family import Trace, load_estimator, settings_class
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
) -> None:
    """Trace the validation fold and the test students; a quantity that the family lacks is a null column.

    A response to several skills is one row, under the first of them.

    Raises:
        UserError: No such fold.
    """
    family = variant.partition(".")[0]
    settings = settings_class(family).model_validate(parameters[f"variants.{variant}"])
    known = json.loads(facts.read_text(encoding="utf-8"))
    table = cohorts.held_out(pd.read_parquet(interactions), known, fold)
    cohort = cohorts.cohort(table, known)
    trace = load_estimator(family, settings, known["n_skills"], cohort.combinations).trace(load_file(model), cohort)
    write({trajectories: write_parquet(_rows(table, trace)), gains: write_parquet(_gains(table, trace))})


def _rows(table: pd.DataFrame, trace: Trace) -> pd.DataFrame:
    first = response_starts(table["student"].to_numpy(), table["step"].to_numpy())
    rows = table[["student", "step", "skill", "response"]].iloc[first].reset_index(drop=True)
    absent = np.full(len(rows), np.nan)  # parquet's null
    return rows.assign(**{name: trace.quantities.get(name, absent).astype(np.float32) for name in QUANTITIES})


def _gains(table: pd.DataFrame, trace: Trace) -> pd.DataFrame:
    types = {"student": table["student"].dtype, "step": np.int32, "skill": np.int32, "gain": np.float32}
    gains = pd.DataFrame(columns=list(types)) if trace.gains is None else trace.gains[list(types)]
    return gains.astype(types)
