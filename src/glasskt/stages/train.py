"""Train one variant on a fold's training students."""

import json
import shutil
from pathlib import Path
from typing import Any

import click
import pandas as pd
from safetensors.numpy import save

from glasskt.models.family import Targets, load_estimator, settings_class
from glasskt.outputs import write, write_csv, write_json
from glasskt.provenance.closure import closure
from glasskt.provenance.fingerprint import contents, fingerprint, numerics
from glasskt.training import cohorts

CHECKPOINTS = Path(".glasskt/checkpoints")


def run(
    *,
    parameters: dict[str, Any],
    dataset: str,
    fold: int,
    variant: str,
    seed: int,
    interactions: Path,
    facts: Path,
    model: Path,
    history: Path,
    fit: Path,
    items: Path | None = None,
    students: Path | None = None,
    theta: Path | None = None,
    irt_fit: Path | None = None,
    as_found_items: Path | None = None,
    as_found_students: Path | None = None,
) -> None:
    """Fit the variant, select an epoch on the validation fold; write its weights, history and facts.

    A fit that was killed goes on after its last whole epoch: its state lies in the working directory, apart from the outputs that engines
    delete, under a name that no other data, code or parameters have.

    Raises:
        UserError: No such fold, a target that the variant needs is missing, or a loss is not finite.
    """
    family = variant.partition(".")[0]
    settings = settings_class(family).model_validate(parameters[f"variants.{variant}"])
    table, known = pd.read_parquet(interactions), json.loads(facts.read_text(encoding="utf-8"))
    learn_from = cohorts.cohort(cohorts.half_of(cohorts.training(table, known, fold), settings.half), known)
    select_on = cohorts.cohort(cohorts.validation(table, known, fold), known)
    targets = Targets(
        items=pd.read_parquet(items) if items else None,
        students=pd.read_parquet(students) if students else None,
        theta=pd.read_parquet(theta) if theta else None,
        irt_fit=json.loads(irt_fit.read_text(encoding="utf-8")) if irt_fit else None,
        as_found_items=pd.read_parquet(as_found_items) if as_found_items else None,
        as_found_students=pd.read_parquet(as_found_students) if as_found_students else None,
    )
    depends_on = {
        "parameters": parameters,
        "where": [dataset, fold, variant, seed],
        "inputs": [
            contents([path]) if path else None
            for path in (interactions, facts, items, students, theta, irt_fit, as_found_items, as_found_students)
        ],
        "code": contents(closure(run.__module__, f"glasskt.models.{family}")),
        "numerics": numerics(),
    }
    kept = CHECKPOINTS / fingerprint(depends_on)

    def progress(line: str) -> None:
        click.echo(f"{variant}, fold {fold}, seed {seed}: {line}", err=True)  # an engine trains several side by side

    fitted = load_estimator(family, settings, known["n_skills"], learn_from.combinations).fit(
        learn_from, select_on, targets, seed=seed + settings.half, progress=progress, checkpoint_dir=kept
    )
    write({model: lambda path: path.write_bytes(save(fitted.weights)), history: write_csv(fitted.history), fit: write_json(fitted.facts)})
    shutil.rmtree(kept, ignore_errors=True)
