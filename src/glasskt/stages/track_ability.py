"""Filter and smooth every student's ability, before and after each response."""

import json
from pathlib import Path
from typing import Any

import click
import pandas as pd

from glasskt.data.cohort import Cohort
from glasskt.irt import drift
from glasskt.irt.ability_filter import track
from glasskt.irt.ability_smoother import smooth
from glasskt.irt.difficulties import difficulties
from glasskt.irt.settings import DynamicSettings
from glasskt.irt.theta_table import theta_table
from glasskt.outputs import write, write_json, write_parquet
from glasskt.training import cohorts


def run(
    *,
    parameters: dict[str, Any],
    dataset: str,
    fold: int,
    interactions: Path,
    facts: Path,
    items: Path,
    irt_fit: Path,
    theta: Path,
    tracking: Path,
) -> None:
    """Learn the drift on the training students, or take the given one, and filter and smooth every student with it.

    Raises:
        UserError: No such fold.
    """
    settings = DynamicSettings.model_validate(parameters["irt.dynamic"])
    table, known = pd.read_parquet(interactions), json.loads(facts.read_text(encoding="utf-8"))
    train = Cohort.from_table(cohorts.training(table, known, fold), known["n_skills"])
    everyone = Cohort.from_table(table, known["n_skills"])
    beta = difficulties(pd.read_parquet(items), known["n_skills"])
    sigma = float(json.loads(irt_fit.read_text(encoding="utf-8"))["sigma"])
    drifting = drift.choose(settings.drift, train, beta, sigma)
    model = everyone, beta, sigma, drifting.variance
    facts_of_tracking = settings.model_dump() | drifting.facts() | {"sigma": sigma, "n_responses": len(train)}
    write({theta: write_parquet(theta_table(everyone, track(*model), smooth(*model))), tracking: write_json(facts_of_tracking)})
    click.echo(f"drift variance {drifting.variance:.5f} per response", err=True)
