"""Simulate students, with the truth behind every response."""

from pathlib import Path
from typing import Any

from glasskt.data.catalogue import Simulated, dataset_block
from glasskt.data.simulator import simulate
from glasskt.errors import UserError
from glasskt.outputs import write, write_csv, write_parquet


def run(*, parameters: dict[str, Any], dataset: str, responses: Path, truth_steps: Path, truth_skills: Path, truth_students: Path) -> None:
    """Write the responses of a simulated data set and its truth.

    Raises:
        UserError: `datasets.{dataset}` is not a valid block of format simulated.
    """
    settings = dataset_block(dataset, parameters[f"datasets.{dataset}"])
    if not isinstance(settings, Simulated):
        raise UserError(f"params.yaml: datasets.{dataset}.format: {settings.format} has no simulation; use format: simulated")
    simulation = simulate(settings)
    write(
        {
            responses: write_csv(simulation.responses),
            truth_steps: write_parquet(simulation.steps),
            truth_skills: write_parquet(simulation.skills),
            truth_students: write_parquet(simulation.students),
        }
    )
