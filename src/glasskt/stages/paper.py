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
from glasskt.paper.context import context, pages
from glasskt.paper.figures import ability, courses, difficulty, l23, practice, style, trajectory


def run(
    *,
    parameters: dict[str, Any],
    study: str,
    text: Path,
    references: Path,
    data_csv: Path,
    practice_csv: Path,
    irt_csv: Path,
    backends_csv: Path,
    models_csv: Path,
    l23_csv: Path,
    checks_csv: Path,
    summary: Path,
    facts: Path,
    interactions: Path,
    items: Path,
    students: Path,
    theta: Path,
    trajectories: Path,
    pdf: Path,
    numbers: Path,
    practice_svg: Path,
    difficulty_svg: Path,
    ability_svg: Path,
    courses_svg: Path,
    trajectory_svg: Path,
    l23_svg: Path,
) -> None:
    """Render a study's paper: text, tables, figures, numbers.

    Arguments:
        parameters: `studies.{study}`: its `focus` leads the text.
        study: The study's name.
        text: The Typst source.
        references: The bibliography.
        data_csv, practice_csv, irt_csv, backends_csv, models_csv, l23_csv, checks_csv, summary: What `compare` wrote.
        facts, interactions, items, students, theta, trajectories: Of the first fold and of the focus variant's first run.
        pdf, numbers, practice_svg, difficulty_svg, ability_svg, courses_svg, trajectory_svg, l23_svg: Outputs.
    """
    block, known = parameters[f"studies.{study}"], json.loads(facts.read_text(encoding="utf-8"))
    files = {
        "data": data_csv,
        "practice": practice_csv,
        "irt": irt_csv,
        "backends": backends_csv,
        "models": models_csv,
        "l23": l23_csv,
        "checks": checks_csv,
    }
    read = {name: tables.read(name, path) for name, path in files.items()}
    found = ledger.ledger(files, summary, numbers.parent)
    answers, abilities, filtered, modelled = (pd.read_parquet(path) for path in (interactions, students, theta, trajectories))
    focus = block["focus"]
    with rc_context(style.look()):
        drawn = {
            "practice": practice.draw(read["practice"]),
            "difficulty": difficulty.draw(pd.read_parquet(items), abilities, known["skill_names"]),
            "ability": ability.draw(filtered, abilities, modelled, focus),
            "courses": courses.draw(abilities, filtered, answers),
            "trajectory": trajectory.draw(answers, filtered, modelled, focus),
            "l23": l23.draw(read["l23"], found["irt/eap_sd/value"]["value"]),
        }
        svg = {name: style.as_svg(figure) for name, figure in drawn.items()}
    page = render.pdf(text, references, context(study, block, known, found, read), pages(read, focus), svg)
    places = {
        "practice": practice_svg,
        "difficulty": difficulty_svg,
        "ability": ability_svg,
        "courses": courses_svg,
        "trajectory": trajectory_svg,
        "l23": l23_svg,
    }
    outputs.write(
        {
            pdf: render.write_pdf(page),
            numbers: outputs.write_json(found),
            **{place: outputs.write_text(svg[name]) for name, place in places.items()},
        }
    )
