"""Fit the static item response model on a fold's training students."""

import json
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from glasskt.irt import eap, guards, tables
from glasskt.irt.counts import COUNTED
from glasskt.irt.fits import calibrate
from glasskt.irt.settings import StaticSettings
from glasskt.outputs import write, write_json, write_parquet
from glasskt.training import cohorts


def run(
    *, parameters: dict[str, Any], dataset: str, fold: int, interactions: Path, facts: Path, items: Path, students: Path, irt_fit: Path
) -> None:
    """Calibrate the items on the training students, score every student with the items held fixed.

    Raises:
        UserError: No such fold, responses that allow no fit, or a guard failed.
    """
    settings = StaticSettings.model_validate(parameters["irt.static"])
    table = pd.read_parquet(interactions, columns=["student", "step", "skill", "response", "fold"])
    known = json.loads(facts.read_text(encoding="utf-8"))
    train, everyone = cohorts.cohort(cohorts.training(table, known, fold), known), cohorts.cohort(table, known)
    folds = table.drop_duplicates("student")["fold"].to_numpy(float, na_value=np.nan)  # (S,), NaN for test
    role = np.select([np.isnan(folds), folds == fold], ["test", "validation"], "train")
    del table  # at ten million responses its memory is needed
    counted = COUNTED[settings.responses]
    counts, all_counts = counted(train), counted(everyone)
    fit = calibrate(counts, settings)
    verdicts = guards.hold(fit, counts, settings.override)
    own = eap.score(counts, fit.beta, fit.sigma, fit.discrimination)
    scores = eap.score(all_counts, fit.beta, fit.sigma, fit.discrimination)
    facts_of_fit = settings.model_dump() | tables.fit_facts(fit, counts, own, verdicts)
    write(
        {
            items: write_parquet(tables.items(fit, counts)),
            students: write_parquet(tables.students(scores, all_counts, everyone.students, role)),
            irt_fit: write_json(facts_of_fit),
        }
    )
    click.echo(f"{settings.model} by {settings.backend}: {tables.line(fit)}", err=True)
