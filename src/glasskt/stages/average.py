"""Average what finished runs say of the students they did not learn from."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasskt.errors import UserError
from glasskt.models.average.mean import mean
from glasskt.models.parts.one_pass import scores
from glasskt.outputs import write, write_csv, write_json, write_parquet
from glasskt.training import cohorts

KEYS = ["student", "step", "skill", "response"]


def run(
    *,
    parameters: dict[str, Any],
    dataset: str,
    fold: int,
    variant: str,
    seed: int,
    members: list[Path],
    members_fit: list[Path],
    interactions: Path,
    facts: Path,
    trajectories: Path,
    gains: Path,
    flips: Path,
    movement: Path,
    states: Path,
    history: Path,
    fit: Path,
) -> None:
    """Write trajectories of which only p_before is known, and how well it predicts the validation fold.

    An average cannot be asked about histories that its members were not, and has no state: the other tables are empty.

    Arguments:
        members: trajectories.parquet of the runs to average, in the folders of their runs: the folder above is named after the variant.
        members_fit: fit.json of the same runs; an average has as many parameters as all of them.

    Raises:
        UserError: No run is given, or the runs do not trace the same responses.
    """
    rows = _averaged(members)
    table, known = pd.read_parquet(interactions), json.loads(facts.read_text(encoding="utf-8"))
    select_on = cohorts.cohort(cohorts.validation(table, known, fold), known)
    judged = rows["student"].isin(select_on.students).to_numpy()
    auc, log_loss = scores(select_on, rows["p_before"].to_numpy(np.float64)[judged])
    found = {"valid_log_loss": log_loss, "valid_auc": auc}
    parameters_of = [json.loads(path.read_text(encoding="utf-8"))["parameters"] for path in members_fit]
    of_rows = rows[["student", "step", "skill"]].iloc[:0]
    write(
        {
            trajectories: write_parquet(rows),
            gains: write_parquet(of_rows.assign(gain=np.float32())),
            flips: write_parquet(of_rows.assign(flipped_step=np.int32(), if_wrong=0.0, if_right=0.0, leak=0.0)),
            movement: write_parquet(of_rows.assign(practised=False, before=0.0, after=0.0)),
            states: write_parquet(of_rows[["student", "step"]]),
            history: write_csv(pd.DataFrame([{"epoch": 1, **found}])),
            fit: write_json({"selected_epoch": 1, "parameters": sum(parameters_of), "runs_averaged": len(members), **found}),
        }
    )


def _averaged(members: list[Path]) -> pd.DataFrame:
    """Rows of a member's trajectories, with the mean p_before and nothing else that it says."""
    if not members:
        raise UserError("average: no run to average; name trajectories.parquet of each with --members")
    tables = [pd.read_parquet(path) for path in members]
    p_before: dict[str, list[Any]] = {}
    for path, table in zip(members, tables, strict=True):
        if not tables[0][KEYS].equals(table[KEYS]):
            raise UserError(f"{path}: not the responses that {members[0]} traces; run `glasskt trajectories` again for both")
        p_before.setdefault(path.absolute().parents[1].name, []).append(table["p_before"].to_numpy(np.float64))
    said = [str(column) for column in tables[0] if column not in KEYS]
    return tables[0].assign(**dict.fromkeys(said, np.float32(np.nan)) | {"p_before": mean(p_before).astype(np.float32)})
