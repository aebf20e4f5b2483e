"""The runs of a study as its metrics.json files record them, in the folder or at a git revision.

params.yaml is read for names alone: a revision may be older than the settings that today's code knows.
"""

import fnmatch
import json
from dataclasses import dataclass
from typing import Any

import yaml

from glasskt.errors import UserError, did_you_mean
from glasskt.pipeline import STAGES
from glasskt.provenance.revisions import WORKSPACE, Files

PLACE = STAGES["verify"].outputs["metrics"]


@dataclass(frozen=True)
class Recorded:
    """What one revision says of a study.

    Attributes:
        runs: Content of every metrics.json, in the order in which the study names its variants, then by fold and seed.
        remarks: What is not there, a line each: where, what, what to do.
    """

    runs: list[dict[str, Any]]
    remarks: list[str]


def chosen_study(files: Files) -> str:
    """The study that params.yaml names.

    Raises:
        UserError: There is no params.yaml that names one.
    """
    return str(_params(files, WORKSPACE).get("study"))


def studies(files: Files, rev: str, pattern: str) -> list[str]:
    """The studies of a revision that a pattern names.

    Raises:
        UserError: There is none.
    """
    known = _params(files, rev).get("studies") or {}
    if not (found := fnmatch.filter(known, pattern)):
        raise UserError(f"{rev}: no study {pattern!r} in params.yaml. {did_you_mean(pattern, known)}")
    return found


def read(files: Files, rev: str, study: str) -> Recorded:
    """The runs of a study that a revision has, and what is missing of them.

    Raises:
        UserError: A file is not what `verify` writes.
    """
    params = _params(files, rev)
    block = params["studies"][study]
    blocks = {f"{family}.{name}": values or {} for family, names in params["variants"].items() for name, values in (names or {}).items()}
    wanted = _wanted(block, list(blocks))
    runs, lost = [], []
    for path in files.find(PLACE.format(dataset=block["dataset"], fold="*", variant="*", seed="*")):
        if tuple(path.split("/")[-4:-1]) in wanted:
            try:
                runs.append(_content(path, files.read(path)))
            except FileNotFoundError:
                lost.append(path)
    order = list(dict.fromkeys(variant for _, variant, _ in wanted))
    runs.sort(key=lambda run: (order.index(run["variant"]), run["fold"], run["seed"]))
    return Recorded(runs, [*_absent(rev, order, runs, lost), *_lost(rev, lost), *_otherwise(rev, runs, blocks)])


def _params(files: Files, rev: str) -> dict[str, Any]:
    try:
        params = yaml.safe_load(files.read("params.yaml"))
    except FileNotFoundError:
        raise UserError(f"{rev}: no params.yaml. Run glasskt in the folder that holds it") from None
    except yaml.YAMLError as error:
        raise UserError(f"{rev}: params.yaml: not valid YAML: {getattr(error, 'problem', None) or error}") from None
    if not isinstance(params, dict):
        raise UserError(f"{rev}: params.yaml: expected the sections study, studies, datasets, irt, variants")
    return params


def _wanted(study: dict[str, Any], known: list[str]) -> dict[tuple[str, str, str], None]:
    """Folders of the study's runs, as (fold0, family.name, seed1): what an earlier list of variants left behind is none of them."""

    def reached(key: str, variant: str) -> list[int]:
        numbers: list[int] = study[f"{key}s"]
        return numbers[:1] if any(fnmatch.fnmatch(variant, pattern) for pattern in study.get(f"one_{key}", ())) else numbers

    variants = dict.fromkeys(name for pattern in study["variants"] for name in fnmatch.filter(known, pattern))
    return {
        (f"fold{fold}", variant, f"seed{seed}"): None
        for variant in variants
        for fold in reached("fold", variant)
        for seed in reached("seed", variant)
    }


def _content(path: str, text: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{path} line {error.lineno}: not JSON: {error.msg}; delete it and run `glasskt verify` again") from None
    for key in ("dataset", "fold", "variant", "seed", "settings", "fit", "validation", "test"):
        if key not in content:
            raise UserError(f"{path}: the key {key!r} is missing; run `glasskt verify` again")
    return content


def _absent(rev: str, variants: list[str], runs: list[dict[str, Any]], lost: list[str]) -> list[str]:
    there = {run["variant"] for run in runs} | {path.split("/")[-3] for path in lost}
    absent = [variant for variant in variants if variant not in there]
    build = "let snakemake or dvc repro build it" if rev == WORKSPACE else "it was not built there: git checkout it, then dvc repro"
    return [f"{rev}: no run of {_few(absent)}; {build}"] if absent else []


def _lost(rev: str, paths: list[str]) -> list[str]:
    cure = "dvc fetch --all-commits, from a remote that has it; else git checkout it, then dvc repro"
    return [f"{rev}: not in DVC's cache: {_few(paths)}; {cure}"] if paths else []


def _otherwise(rev: str, runs: list[dict[str, Any]], blocks: dict[str, dict[str, Any]]) -> list[str]:
    other = [f"{run['variant']} seed {run['seed']}" for run in runs if run["settings"] != blocks[run["variant"]]]
    return [f"{rev}: made with other settings than its params.yaml has: {_few(other)}; run dvc repro or snakemake"] if other else []


def _few(names: list[str], shown: int = 3) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")
