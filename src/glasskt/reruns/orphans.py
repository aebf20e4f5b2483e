"""Files and entries that the study does not account for: of runs that were dropped or renamed, or of another study."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from glasskt.errors import UserError
from glasskt.graph import Graph, manifests
from glasskt.provenance import record

RESULTS = Path("results")
DATA = Path("data")
NOT_OURS = ".gitignore"
"""Written by DVC beside outputs."""


@dataclass(frozen=True, kw_only=True)
class Orphans:
    """What lies outside of a study.

    Attributes:
        files: Generated files, as records tell, that no study of params.yaml accounts for.
        unknown: Files under results/ that no record tells of.
        of_others: Name of another study -> the files that it accounts for.
        entries: Names of entries of dvc.lock that no study accounts for.
        entries_of_others: Name of another study -> its entries.
    """

    files: tuple[Path, ...]
    unknown: tuple[Path, ...]
    of_others: Mapping[str, tuple[Path, ...]]
    entries: tuple[str, ...]
    entries_of_others: Mapping[str, tuple[str, ...]]


def orphans(study: Graph, others: Mapping[str, Graph], entries: Iterable[str], always: Iterable[str]) -> Orphans:
    """What the study does not account for.

    Arguments:
        study: The study that both engines build.
        others: The other studies of params.yaml by name.
        entries: Names in dvc.lock.
        always: Those of them that belong to every study.
    """
    accounted, made = _accounted(study), generated()
    files, names = [path for path in {*made, *_results()} if path not in accounted], set(entries) - set(always) - _names(study)
    of_others: dict[str, tuple[Path, ...]] = {}
    entries_of_others: dict[str, tuple[str, ...]] = {}
    for other, graph in others.items():
        own, own_names = _accounted(graph), _names(graph)
        if theirs := tuple(sorted(path for path in files if path in own)):
            of_others[other] = theirs
        if their_names := tuple(sorted(names & own_names)):
            entries_of_others[other] = their_names
        files, names = [path for path in files if path not in own], names - own_names
    return Orphans(
        files=tuple(sorted(path for path in files if path in made)),
        unknown=tuple(sorted(path for path in files if path not in made)),
        of_others=of_others,
        entries=tuple(sorted(names)),
        entries_of_others=entries_of_others,
    )


def generated() -> set[Path]:
    """What records tell of, and the records."""
    made: list[Path] = []
    for place in [*RESULTS.rglob("*.run.json"), *DATA.glob("*/*.run.json")]:
        known = record.read(place)
        made += [place, record.host_of(place), *(Path(path) for paths in (known.outputs if known else {}).values() for path in paths)]
    return {path for path in made if path.is_file()}


def _results() -> list[Path]:
    return [path for path in RESULTS.rglob("*") if path.is_file() and path.name != NOT_OURS]


def prune(files: Iterable[Path]) -> list[Path]:
    """Delete files that git does not track, and the folders that they leave empty.

    Returns:
        The files that git tracks, which stay.

    Raises:
        UserError: Git is there and does not say what it tracks; nothing is deleted.
    """
    wanted = list(files)
    tracked = _tracked(wanted)
    for path in wanted:
        if path not in tracked:
            path.unlink()
            _sweep(path.parent)
    return sorted(tracked)


def _sweep(folder: Path) -> None:
    while folder not in (RESULTS, DATA) and not [path for path in folder.iterdir() if path.name != NOT_OURS]:
        (folder / NOT_OURS).unlink(missing_ok=True)
        folder.rmdir()
        folder = folder.parent


def _tracked(files: list[Path]) -> set[Path]:
    if not any((folder / ".git").exists() for folder in [Path.cwd(), *Path.cwd().parents]):
        return set()
    try:
        listed = subprocess.run(["git", "ls-files", "-z", str(RESULTS), str(DATA)], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        says = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[0]
        raise UserError(f"git does not say which files it tracks, so nothing is deleted: {says}") from None
    return {Path(name) for name in listed.stdout.split("\0") if name} & set(files)


def _accounted(graph: Graph) -> set[Path]:
    outputs = {Path(path) for step in graph.steps for path in step.outputs.values()}
    hosts = {record.host_of(Path(step.outputs["record"])) for step in graph.steps}
    return outputs | hosts | {Path(path) for path in manifests()}


def _names(graph: Graph) -> set[str]:
    return {step.name for step in graph.steps}
