"""Render a study's paper: text, tables, figures, numbers."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context

from glasskt import outputs
from glasskt.compare import tables
from glasskt.errors import UserError
from glasskt.explain import sample
from glasskt.paper import claims as claim_room
from glasskt.paper import faults, render
from glasskt.paper import numbers as ledger
from glasskt.paper import typed as typed_room
from glasskt.paper.context import context, power_counts
from glasskt.paper.figures import (
    ability,
    courses,
    difficulty,
    explained,
    formats,
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

BUILT = Path(".glasskt/papers")
"""Of each study the numbers of the paper that was last built: engines delete numbers.json before they run the stage."""
DRAWN_FROM = {
    "practice": ("practice",),
    "difficulty": ("items", "students"),
    "ability": ("theta", "students", "trajectories"),
    "courses": ("students", "theta", "interactions"),
    "trajectory": ("interactions", "theta", "trajectories"),
    "l23": ("l23_scale", "l23_agreement"),
    "l23_training": ("course",),
    "l23_lambda": ("l23_lambda",),
    "gains": ("gains_models", "by_skill"),
    "gains_worth": ("gains_models", "gains_ablation"),
    "matrix": ("checks",),
    "reliability": ("bins",),
    "explained": ("terms",),
}
"""Figure -> the files that it shows."""


def run(
    *,
    parameters: dict[str, Any],
    study: str,
    text: Path,
    references: Path,
    claims: Path,
    typed: Path,
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
    claims_json: Path,
    included: list[Path] | None = None,
    power: Path | None = None,
    terms: Path | None = None,
    draft: bool = False,
    **places: Path,
) -> None:
    """Render a study's paper: text, tables, figures, numbers.

    Arguments:
        parameters: `studies.{study}`: its `focus` leads the text.
        study: The study's name.
        text: The main Typst file.
        references: The bibliography.
        claims, typed: What must hold of the text, and the numbers that it may hold itself.
        course, by_skill, bins, summary: What `compare` wrote beside its tables.
        facts, interactions, items, students, theta, trajectories: Of the first fold and of the focus variant's first run.
        pdf, numbers, claims_json: Outputs.
        included: The Typst files that it includes.
        power: Rates of the checks on planted models, of simulated students.
        terms: Terms of predictions of three test students, where the study has a model of named terms.
        draft: Where the text has faults, write it all the same, marked on every page, beside `pdf` and in place of every output.
        places: Of every table its csv, an input (`data_csv`, ...), and of every figure its svg, pdf and png, outputs (`ability_svg`, ...).

    Raises:
        UserError: The text has faults: typed numbers, claims that do not hold or have no sentence or no entry. So it is after a draft,
            which is no output.
    """
    block, known = parameters[f"studies.{study}"], json.loads(facts.read_text(encoding="utf-8"))
    files = {name.removesuffix("_csv"): path for name, path in places.items() if name.endswith("_csv")}
    read = leading({name: tables.read(name, path) for name, path in files.items()}, parameters["variants"])
    found = ledger.ledger(files, summary, numbers.parent, study)
    focus = block["focus"]
    said = context(study, block, known, found, read)
    given = {**files, "items": items, "students": students, "theta": theta, "trajectories": trajectories, "interactions": interactions}
    optional = {"power": power, "terms": terms}
    given |= {"course": course, "by_skill": by_skill, "bins": bins}
    given |= {flag: path for flag, path in optional.items() if path is not None}
    drawn = _figures(read, given, known, _calibrated(said["best"], focus), focus)
    svg = {name: forms["svg"].decode() for name, forms in drawn.items()}
    rates = None if power is None else pd.read_csv(power)
    shown = pages(read, focus, rates)
    listed, allowed, last = claim_room.read(claims), typed_room.allowed(typed), BUILT / f"{study}.json"
    said |= {
        "power": power_counts(rates),
        "sources": _sources(shown, given, numbers.parent),
        "places": {name: ledger.place(entry) for name, entry in found.items()},
        "stated": faults.stated(listed, study),
        "explained": None
        if terms is None
        else {"lengths": sample.LENGTHS, "percentiles": [round(100 * at) for at in sample.LEVELS.values()]},
        "faults": [],
    }
    sources = render.read(text, included or [])
    page = render.paper(sources, references, said, shown, svg)
    wrong = faults.find(sources, page, study, listed, allowed, found, _before(last))
    beside = pdf.with_suffix(".draft.pdf")
    if wrong.lines and draft:
        marked = render.paper(sources, references, said | {"stated": wrong.stated, "faults": wrong.lines}, shown, svg)
        outputs.write({beside: render.write_bytes(marked.pdf)})
        raise UserError(f"{beside}: a draft and no output of the stage, for its text has faults: {wrong.line}")
    if wrong.lines:
        raise UserError(
            f"study {study}: {wrong.line}. Correct the text or what it rests on; for a marked draft: GLASSKT_DRAFT=1 or --draft"
        )
    outputs.write(
        {
            pdf: render.write_bytes(page.pdf),
            numbers: outputs.write_json(found),
            claims_json: outputs.write_json(wrong.claims),
            **{places[f"{name}_{form}"]: render.write_bytes(file) for name, forms in drawn.items() for form, file in forms.items()},
        }
    )
    beside.unlink(missing_ok=True)
    outputs.write({last: outputs.write_json({name: entry["value"] for name, entry in found.items()})})


def _figures(
    read: dict[str, pd.DataFrame], given: dict[str, Path], facts: dict[str, Any], calibrated: list[str], focus: str
) -> dict[str, dict[str, bytes]]:
    """Every figure in every format; what each shows stands in `DRAWN_FROM`."""
    tracked = (given[flag] for flag in ("interactions", "students", "theta", "trajectories"))
    answers, abilities, filtered, modelled = map(pd.read_parquet, tracked)
    answers = answers.drop_duplicates(["student", "step"])  # a row per response, not per skill of it
    target_sd, variants = reference_sd(read["l23_scale"]), Variants.of(read)
    with rc_context(style.look()):
        drawn = {
            "practice": practice.draw(read["practice"]),
            "difficulty": difficulty.draw(pd.read_parquet(given["items"]), abilities, facts["skill_names"]),
            "ability": ability.draw(filtered, abilities, modelled, focus),
            "courses": courses.draw(abilities, filtered, answers),
            "trajectory": trajectory.draw(answers, filtered, modelled, focus),
            "l23": l23.draw(read["l23_scale"], read["l23_agreement"], variants, target_sd),
            "l23_training": l23_training.draw(pd.read_csv(given["course"]), variants.core, target_sd),
            "l23_lambda": l23_lambda.draw(read["l23_lambda"], variants.core),
            "gains": gains.draw(read["gains_models"], pd.read_csv(given["by_skill"])),
            "gains_worth": gains_worth.draw(read["gains_models"], read["gains_ablation"]),
            "matrix": matrix.draw(leading_checks(read), read["models"]["variant"].tolist()),
            "reliability": reliability.draw(pd.read_csv(given["bins"]), calibrated, focus),
            "explained": explained.draw(pd.read_csv(given["terms"]) if "terms" in given else None),
        }
        return {name: formats.exported(figure) for name, figure in drawn.items()}


def _sources(shown: dict[str, pd.DataFrame], given: dict[str, Path], base: Path) -> dict[str, list[str]]:
    """Table or figure, as the text names its file -> the data files that it shows, from the folder of the paper."""
    tabulated = {f"tables/{name}.csv": ("checks",) if name.startswith("verdicts_") else (name,) for name in shown}
    drawn = {f"figures/{name}.svg": flags for name, flags in DRAWN_FROM.items()}
    return {name: [ledger.relative(base, given[flag]) for flag in flags if flag in given] for name, flags in {**tabulated, **drawn}.items()}


def _before(last: Path) -> dict[str, float]:
    """Values by id when the paper was last built here; nothing where nobody knows."""
    try:
        values: dict[str, float] = json.loads(last.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}
    return values


def _calibrated(best: dict[str, str], focus: str) -> list[str]:
    """The models of the reliability diagram: the focus, and the best of each group of this study."""
    return list(dict.fromkeys([focus, *(best[group] for group in ("black_box", "glass_box", "reference") if group in best)]))
