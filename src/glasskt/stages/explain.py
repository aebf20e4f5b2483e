"""Explain one prediction of a finished run: `glasskt explain`."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from safetensors.numpy import load_file

from glasskt.config import Config
from glasskt.errors import UserError, did_you_mean
from glasskt.explain.explanation import Explanation, explain, refuse_unexplained
from glasskt.explain.rooms import can_be_explained, explained_families
from glasskt.explain.subject import Subject
from glasskt.explain.text import as_json, as_text
from glasskt.models.family import FamilySettings, settings_class
from glasskt.outputs import write
from glasskt.pipeline import INTERACTIONS, STAGES
from glasskt.provenance import record
from glasskt.provenance.digests import digest
from glasskt.training import cohorts

ROUNDED = 1e-6
"""trajectories.parquet keeps p_before in single precision."""
FORMATS = (".svg", ".pdf", ".png")
MAKES_IT = "Let an engine make it: snakemake --cores 2 --config study="


def run(
    loaded: Config,
    *,
    student: str,
    step: int | None,
    variant: str | None,
    dataset: str | None,
    fold: int | None,
    seed: int | None,
    plot: Path | None,
    as_json_text: bool,
    every: bool,
    width: int,
) -> str:
    """The explanation as text; `plot` is written.

    Arguments:
        loaded: params.yaml; its study gives what is not named: data set, first fold, first seed, and the variant, the focus if it can be
            explained, else the first that can.
        student: Id in interactions.parquet.
        step: 0-based; None for the last response.
        variant: `family.name`.
        dataset: Name.
        fold: Of the run.
        seed: Of the run.
        plot: A file to draw into, by its suffix SVG, PDF or PNG.
        as_json_text: JSON for programs.
        every: Every term.
        width: Of the screen.

    Raises:
        UserError: The variant cannot be explained, its run is not there or not of these files, or there is no such student or step.
    """
    if plot and plot.suffix not in FORMATS:
        raise UserError(f"{plot}: a plot is one of {', '.join(FORMATS)}; give the file such a name")
    study = loaded.studies[loaded.study]
    chosen = variant or _variant(loaded)
    _check_variant(loaded, chosen)
    where = {
        "dataset": dataset or study.dataset,
        "fold": str(study.folds[0] if fold is None else fold),
        "variant": chosen,
        "seed": str(study.seeds[0] if seed is None else seed),
    }
    found, subject = _explained(where, loaded.study, student, step)
    if plot:
        _draw(plot, found, subject)
    return as_json(found, subject) if as_json_text else as_text(found, subject, every=every, width=width)


def _variant(loaded: Config) -> str:
    study = loaded.studies[loaded.study]
    known = [name for name in (study.focus, *study.variants) if can_be_explained(name)]
    if not known:
        others = [name for name, one in loaded.studies.items() if any(map(can_be_explained, one.variants))]
        raise UserError(
            f"study {loaded.study}: no variant of a family that can be explained ({', '.join(explained_families())}). "
            f"Name one with --variant, or a study that has one with --study ({', '.join(others) or 'none here has'})"
        )
    return known[0]


def _check_variant(loaded: Config, variant: str) -> None:
    if variant not in loaded.variants:
        raise UserError(f"--variant: no variant {variant!r} in params.yaml. {did_you_mean(variant, loaded.variants)}")
    refuse_unexplained(_family(variant))


def _family(variant: str) -> str:
    return variant.partition(".")[0]


def _explained(where: dict[str, str], study: str, student: str, step: int | None) -> tuple[Explanation, Subject]:
    model = _present(STAGES["train"].outputs["model"], where, study)
    table, facts = _interactions(where, study)
    settings = _settings(where, model, INTERACTIONS["interactions"].format(**where))
    who = _student(table, student, INTERACTIONS["interactions"].format(**where))
    rows = table[table["student"] == who]
    history = cohorts.cohort(rows, facts)
    at = len(history) - 1 if step is None else step
    found = explain(_family(where["variant"]), settings, load_file(model), history, at)
    _agree(found, Path(STAGES["trajectories"].outputs["trajectories"].format(**where)))
    names = [str(name) for name in facts["skill_names"]]
    subject = Subject(
        **{key: where[key] for key in ("dataset", "variant")},
        fold=int(where["fold"]),
        seed=int(where["seed"]),
        role=_role(table, facts, int(where["fold"]), settings.half, who),
        steps=len(history),
        skills=(*names, *(" and ".join(names[skill] for skill in skills) for skills in history.combinations)),
    )
    return found, subject


def _present(place: str, where: dict[str, str], study: str) -> Path:
    path = Path(place.format(**where))
    if not path.is_file():
        several = sorted(each.as_posix() for each in Path().glob(place.format(**where | {"fold": "*", "seed": "*"})))
        there = f" There is {', '.join(several)}: name its --fold and --seed" if several else f" {MAKES_IT}{study}"
        raise UserError(f"{path}: no such file: this run is not finished here.{there}")
    return path


def _interactions(where: dict[str, str], study: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    interactions, facts = (_present(INTERACTIONS[flag], where, study) for flag in ("interactions", "facts"))
    table = pd.read_parquet(interactions, columns=["student", "step", "skill", "response", "fold", "split"])
    return table, json.loads(facts.read_text(encoding="utf-8"))


def _settings(where: dict[str, str], model: Path, interactions: str) -> FamilySettings:
    """The settings that the run was trained with, which params.yaml may no longer say."""
    place = Path(STAGES["train"].record.format(**where))
    told = record.read(place)
    again = "Let an engine run the step again; glasskt why names what changed"
    if told is None:
        raise UserError(f"{place}: no record of the run that wrote {model}. {again}")
    written, learned_from = told.outputs.get("model", {}).values(), told.inputs.get("interactions", {}).values()
    for path, known in ((str(model), written), (interactions, learned_from)):
        if digest(path) not in known:
            raise UserError(f"{path}: not the file of the run that {place} tells of. {again}")
    return settings_class(_family(where["variant"])).model_validate(told.parameters[f"variants.{where['variant']}"])


def _student(table: pd.DataFrame, student: str, place: str) -> int | str:
    ids = table["student"]
    numbers = pd.api.types.is_integer_dtype(ids.dtype)
    known = ids.isin([int(student)] if numbers and student.lstrip("-").isdecimal() else [] if numbers else [student])
    if not known.any():
        raise UserError(f"{place}: no student {student!r}; ids run from {ids.iloc[0]} to {ids.iloc[-1]}")
    return int(student) if numbers else student


def _role(table: pd.DataFrame, facts: dict[str, Any], fold: int, half: int, student: int | str) -> str:
    """What the student is to the run: those of another half than that which a run learned from are as good as validation."""
    learned_from = cohorts.half_of(cohorts.training(table[["student", "fold"]], facts, fold), half)["student"]
    if learned_from.isin([student]).any():
        return "training"
    return "test" if (table.loc[table["student"] == student, "split"] == "test").all() else "validation"


def _agree(found: Explanation, trajectories: Path) -> None:
    """Hold the sum of the terms against what the run itself has written of this response, if it has."""
    if not trajectories.is_file():
        return
    said = pq.read_table(trajectories, columns=["p_before"], filters=[("student", "==", found.student), ("step", "==", found.step)])[
        "p_before"
    ].to_pylist()
    if any(abs(p - found.now.p) > ROUNDED for p in said):
        raise UserError(
            f"{trajectories}: p_before {said[0]:.6f} of student {found.student}, step {found.step}; the terms give {found.now.p:.6f}. "
            "The file is of another model or other code: let an engine run the step again"
        )


def _draw(plot: Path, found: Explanation, subject: Subject) -> None:
    from matplotlib import rc_context  # a quarter of a second

    from glasskt.paper.figures import formats, style, waterfall

    with rc_context(style.look()):
        figure = waterfall.draw(found, subject)
        drawn = formats.exported(figure)
        write({plot: lambda path: path.write_bytes(drawn[plot.suffix[1:]])})
