"""`glasskt follow`: lines `skill,response` of one student in, mastery with its 95 % interval out, one line each."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import pandas as pd

from glasskt.errors import UserError, did_you_mean
from glasskt.irt import online
from glasskt.irt.difficulties import difficulties, discriminations
from glasskt.irt.two_level import parameters_of
from glasskt.irt.two_level_filter import Parameters

HEADER = "skill,response,mastery,low,high"


def model(items: Path, irt_fit: Path, tracking: Path) -> Parameters:
    """The filter that track-ability used, from the files of fit-irt and track-ability.

    Raises:
        UserError: A file is missing, or the static fit is a two-parameter one.
    """
    for path, maker in ((items, "fit-irt"), (irt_fit, "fit-irt"), (tracking, "track-ability")):
        if not path.is_file():
            raise UserError(f"{path}: no such file. It is an output of glasskt {maker}: let snakemake or dvc repro make it")
    facts = json.loads(tracking.read_text(encoding="utf-8"))
    if facts["levels"] == 2:
        return parameters_of(facts)
    table = pd.read_parquet(items)
    sigma = float(json.loads(irt_fit.read_text(encoding="utf-8"))["sigma"])
    if (discriminations(table, len(table)) != 1).any():
        raise UserError(f"{items}: a two-parameter fit; glasskt follow has no discriminations: fit with irt.static.model: rasch")
    return online.general_only(difficulties(table, len(table)), sigma, float(facts["drift_variance"]))


def skill_names(facts: Path | None, n_skills: int) -> list[str]:
    """How lines name the skills: as dataset.json does, or by index without it.

    Raises:
        UserError: There is no such file.
    """
    if facts is None:
        return [str(skill) for skill in range(n_skills)]
    if not facts.is_file():
        raise UserError(f"{facts}: no such file. It is an output of glasskt preprocess: let snakemake or dvc repro make it")
    return [str(name) for name in json.loads(facts.read_text(encoding="utf-8"))["skill_names"]]


def follow(parameters: Parameters, names: list[str], lines: Iterable[str], say: Callable[[str], None]) -> None:
    """Answer every response at once with the mastery of its skill after it.

    Arguments:
        parameters: Of the filter.
        names: How lines name the skills, in the order of their indices.
        lines: `skill,response`, a first line of these words and empty lines left out.
        say: Takes a header before the first answer, so that a refused first line leaves nothing behind, then a line for each response.

    Raises:
        UserError: A line is not a known skill and a 0 or 1.
    """
    answers = _answers(parameters, names, lines)
    for line in (HEADER, *islice(answers, 1)):
        say(line)
    for line in answers:
        say(line)


def _answers(parameters: Parameters, names: list[str], lines: Iterable[str]) -> Iterator[str]:
    index = {name: skill for skill, name in enumerate(names)}
    state = online.start(parameters)
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or (number == 1 and text.replace(" ", "") == "skill,response"):
            continue
        name, response = _read(text, number, index)
        state = online.update(state, index[name], response)
        belief = online.mastery(state, index[name])
        yield f"{name},{response},{belief.p:.4f},{belief.low:.4f},{belief.high:.4f}"


def _read(text: str, number: int, index: dict[str, int]) -> tuple[str, int]:
    name, comma, response = (part.strip() for part in text.rpartition(","))
    if not comma:
        raise UserError(f"line {number}: {text!r} is not skill,response, such as {next(iter(index))},1")
    if response not in ("0", "1"):
        raise UserError(f"line {number}: response {response!r} is neither 0 (wrong) nor 1 (correct)")
    if name not in index:
        few = (
            did_you_mean(name, index) if len(index) <= 20 else f"There are {len(index)}, from {next(iter(index))!r} to {list(index)[-1]!r}"
        )
        raise UserError(f"line {number}: no skill {name!r}. {few}")
    return name, int(response)
