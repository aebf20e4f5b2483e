"""Repeat the notes' calibration and set it, py-irt and the options of the static fit beside the study's; never a sound model's target."""

import json
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from glasskt.errors import UserError
from glasskt.irt import as_found, options
from glasskt.irt.settings import AsFoundSettings
from glasskt.outputs import write, write_parquet
from glasskt.training import cohorts


def run(
    *,
    parameters: dict[str, Any],
    dataset: str,
    fold: int,
    interactions: Path,
    facts: Path,
    as_found_fits: Path,
    as_found_items: Path,
    as_found_students: Path,
) -> None:
    """Fit the training students in every way, ask the guards about each, keep the notes' own fit and scores.

    Without py-irt the table has the marginal fits only, and the items and students of the notes' fit have no rows.

    Raises:
        UserError: No such fold, or responses that allow no fit.
    """
    settings = AsFoundSettings.model_validate(parameters["irt.as_found"])
    table, known = pd.read_parquet(interactions), json.loads(facts.read_text(encoding="utf-8"))
    train = cohorts.cohort(cohorts.training(table, known, fold), known)
    fits = [as_found.sound(train), *options.fits(train)]
    try:
        fits += as_found.others(train, settings)
    except UserError as absent:
        click.echo(f"fit-as-found: the table holds the marginal fits only: {absent}", err=True)
    kept = next((fit for fit in fits if (fit.fit, fit.responses, fit.epochs) == ("vague", "all", settings.epochs_kept)), None)
    beta = kept.beta if kept else np.empty(0)
    theta = as_found.scores(fits[0].counts, beta) if kept else np.empty(0)
    write(
        {
            as_found_fits: write_parquet(as_found.table(fits)),
            as_found_items: write_parquet(pd.DataFrame({"skill": np.arange(len(beta), dtype=np.int32), "beta": beta})),
            as_found_students: write_parquet(pd.DataFrame({"student": train.students[: len(theta)], "theta": theta})),
        }
    )
