"""Write the terms of one prediction of each of three test students."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from safetensors.numpy import load_file

from glasskt.explain.sample import chosen, table
from glasskt.models.family import settings_class
from glasskt.outputs import write, write_csv


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
    terms: Path,
) -> None:
    """Explain the last response of each student of `explain.sample.chosen`.

    Raises:
        UserError: There is no test student, or the family cannot be explained.
    """
    family = variant.partition(".")[0]
    settings = settings_class(family).model_validate(parameters[f"variants.{variant}"])
    known, rows = json.loads(facts.read_text(encoding="utf-8")), pd.read_parquet(interactions)
    write({terms: write_csv(table(family, settings, load_file(model), chosen(rows), rows, known))})
