"""Render a study's paper: text, tables, figures, numbers."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context

from glasskt import outputs
from glasskt.compare import tables
from glasskt.paper import numbers as ledger
from glasskt.paper import render
from glasskt.paper.context import context, power_counts
from glasskt.paper.figures import (
    ability,
    courses,
    difficulty,
    gains,
    gains_worth,
    l23,
    l23_lambda,
    l23_training,
    matrix,
    practice,
    reliability,
    style,
    trajectory,
)
from glasskt.paper.pages import leading, leading_checks, pages
from glasskt.paper.variants import Variants, reference_sd


def run(
    *,
    parameters: dict[str, Any],
    study: str,
    text: Path,
    references: Path,
    course: Path,
    by_skill: Path,
    bins: Path,
    summary: Path,
    facts: Path,
    interactions: Path,
    items: Path,
    students: Path,
    theta: Path,
    trajectories: Path,
    pdf: Path,
    numbers: Path,
    power: Path | None = None,
    **places: Path,
) -> None:
    """Render a study's paper: text, tables, figures, numbers.

    Arguments:
        parameters: `studies.{study}`: its `focus` leads the text.
        study: The study's name.
        text: The Typst source.
        references: The bibliography.
        course, by_skill, bins, summary: What `compare` wrote beside its tables.
        facts, interactions, items, students, theta, trajectories: Of the first fold and of the focus variant's first run.
        pdf, numbers: Outputs.
        power: Rates of the checks on planted models, of simulated students.
        places: Of every table its csv, an input (`data_csv`, ...), and of every figure its svg, an output (`ability_svg`, ...).
    """
    block, known = parameters[f"studies.{study}"], json.loads(facts.read_text(encoding="utf-8"))
    files = {name.removesuffix("_csv"): path for name, path in places.items() if name.endswith("_csv")}
    read = leading({name: tables.read(name, path) for name, path in files.items()}, parameters["variants"])
    found = ledger.ledger(files, summary, numbers.parent)
    answers, abilities, filtered, modelled = (pd.read_parquet(path) for path in (interactions, students, theta, trajectories))
    focus = block["focus"]
    said = context(study, block, known, found, read)
    target_sd = reference_sd(read["l23_scale"])
    variants = Variants.of(read)
    with rc_context(style.look()):
        drawn = {
            "practice": practice.draw(read["practice"]),
            "difficulty": difficulty.draw(pd.read_parquet(items), abilities, known["skill_names"]),
            "ability": ability.draw(filtered, abilities, modelled, focus),
            "courses": courses.draw(abilities, filtered, answers),
            "trajectory": trajectory.draw(answers, filtered, modelled, focus),
            "l23": l23.draw(read["l23_scale"], read["l23_agreement"], variants, target_sd),
            "l23_training": l23_training.draw(pd.read_csv(course), variants.core, target_sd),
            "l23_lambda": l23_lambda.draw(read["l23_lambda"], variants.core),
            "gains": gains.draw(read["gains_models"], pd.read_csv(by_skill)),
            "gains_worth": gains_worth.draw(read["gains_models"], read["gains_ablation"]),
            "matrix": matrix.draw(leading_checks(read), read["models"]["variant"].tolist()),
            "reliability": reliability.draw(pd.read_csv(bins), _calibrated(said["best"], focus), focus),
        }
        svg = {name: style.as_svg(figure) for name, figure in drawn.items()}
    rates = None if power is None else pd.read_csv(power)
    page = render.pdf(text, references, said | {"power": power_counts(rates)}, pages(read, focus, rates), svg)
    outputs.write(
        {
            pdf: render.write_pdf(page),
            numbers: outputs.write_json(found),
            **{places[f"{name}_svg"]: outputs.write_text(content) for name, content in svg.items()},
        }
    )


def _calibrated(best: dict[str, str], focus: str) -> list[str]:
    """The models of the reliability diagram: the focus, and the best of each group of this study."""
    return list(dict.fromkeys([focus, *(best[group] for group in ("black_box", "glass_box", "reference") if group in best)]))
