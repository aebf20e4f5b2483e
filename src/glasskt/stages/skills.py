"""Write what a run learned of each skill."""

import importlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
from safetensors.numpy import load_file

from glasskt.models.family import settings_class
from glasskt.outputs import write, write_parquet
from glasskt.training import cohorts


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
    skills: Path,
) -> None:
    """A row per quantity and skill: kind, name, meaning, skill, n (responses to the skill that the run learned from), value.

    Raises:
        UserError: No such fold.
    """
    family = variant.partition(".")[0]
    settings = settings_class(family).model_validate(parameters[f"variants.{variant}"])
    known, table = json.loads(facts.read_text(encoding="utf-8")), pd.read_parquet(interactions)
    learned_from = cohorts.half_of(cohorts.training(table, known, fold), settings.half)
    n = learned_from["skill"].value_counts().reindex(range(known["n_skills"]), fill_value=0)
    judged = cohorts.cohort(table[table["split"] == "test"], known)
    found = importlib.import_module(f"glasskt.skills.families.{family}").learned(settings, load_file(model), judged)
    write({skills: write_parquet(found.assign(n=found["skill"].map(n))[["kind", "name", "meaning", "skill", "n", "value"]])})
