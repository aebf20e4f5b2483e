"""Filter and smooth every student's ability, before and after each response."""

import json
from pathlib import Path
from typing import Any

import click
import pandas as pd

from glasskt.irt.difficulties import difficulties, discriminations
from glasskt.irt.dynamic import TRACKED, Static
from glasskt.irt.settings import DynamicSettings
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
    """Learn the dynamic model on the training students, and filter and smooth every student with it.

    Raises:
        UserError: No such fold.
    """
    settings = DynamicSettings.model_validate(parameters["irt.dynamic"])
    table = pd.read_parquet(interactions, columns=["student", "step", "skill", "response", "fold"])
    known = json.loads(facts.read_text(encoding="utf-8"))
    train, everyone = cohorts.cohort(cohorts.training(table, known, fold), known), cohorts.cohort(table, known)
    del table  # at ten million responses its memory is needed
    calibrated = pd.read_parquet(items)
    beta, a = difficulties(calibrated, known["n_skills"]), discriminations(calibrated, known["n_skills"])
    sigma = float(json.loads(irt_fit.read_text(encoding="utf-8"))["sigma"])
    rows, facts_of_tracking = TRACKED[settings.levels](train, everyone, Static(beta=beta, discrimination=a, sigma=sigma), settings)
    own = settings.model_dump() | {"sigma": sigma}
    write({theta: write_parquet(rows), tracking: write_json(own | facts_of_tracking)})
    click.echo(f"drift variance {facts_of_tracking['drift_variance']:.5f} per response", err=True)
