"""Ask of every check whether it can tell a model with the property from one without it, on simulated students."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from glasskt import outputs
from glasskt.compare import layout, power_table
from glasskt.data.catalogue import Simulated
from glasskt.power import rates
from glasskt.power.settings import PowerSettings


def run(*, parameters: dict[str, Any], dataset: str, power: Path, power_md: Path) -> None:
    """Write the power table, to read with pandas and to read."""
    settings = Simulated.model_validate(parameters[f"datasets.{dataset}"])
    cohorts = PowerSettings.model_validate(parameters["power"]).cohorts
    table = rates.table(settings, cohorts, partial(click.echo, err=True))
    outputs.write({power: outputs.write_csv(table), power_md: outputs.write_text(layout.as_markdown(power_table.shown(table)))})
