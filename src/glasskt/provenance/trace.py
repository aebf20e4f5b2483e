"""From a number of the paper to the raw data: which runs wrote what it rests on, by their records alone."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from glasskt.provenance import record
from glasskt.provenance.digests import Digests
from glasskt.provenance.record import Record


class File(NamedTuple):
    """A file on the way.

    Attributes:
        path: Relative to the working folder.
        sha256: As the run that read or wrote it found it.
    """

    path: str
    sha256: str


@dataclass
class Run:
    """A run on the way.

    Attributes:
        record: Its record.
        place: Where the record stands.
        host: Commit, time and the like; empty where the run left none here.
        wrote: Its outputs that the way leads through.
        left_out: How many of its inputs were not followed, as they are of other variants.
        remarks: What does not agree.
    """

    record: Record
    place: str
    host: dict[str, Any]
    wrote: list[File] = field(default_factory=list)
    left_out: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def is_origin(self) -> bool:
        """Whether it read no file: what it wrote is raw."""
        return not self.record.inputs


@dataclass
class Trace:
    """The way of one file.

    Attributes:
        runs: Each before those whose outputs it read.
        raw: Files at the end, which no run made of others.
        remarks: Files on the way of which no record tells.
    """

    runs: list[Run]
    raw: list[File]
    remarks: list[str]


def trace(file: File, variants: Set[str] | None, digests: Digests) -> Trace:
    """The way of a file.

    Arguments:
        file: Where it ends.
        variants: Inputs that a run read of single variants are followed for these only; None for all.
        digests: Of files, by path.
    """
    walk = _Walk(variants, digests)
    walk.visit(file)
    origins = [each for run in walk.after.values() if run.is_origin for each in run.wrote]
    return Trace(list(reversed(walk.after.values())), origins + walk.raw, walk.remarks)


def names(entry: dict[str, Any], step: Record | None) -> frozenset[str]:
    """The variants that a number is about: those that its row names; in pairs and headlines the study's focus too."""
    row = entry["key"].get("row", {})
    named = {str(value) for value in row.values()}
    studies = [block for key, block in (step.parameters if step else {}).items() if key.startswith("studies.")]
    compared = "row" not in entry["key"] or Path(entry["source"]).stem == "pairs"
    return frozenset(named | ({str(block["focus"]) for block in studies} if compared else set()))


def maker(path: str) -> tuple[str, Record] | None:
    """The record, beside a file or above it, that lists it among its outputs, and where it stands."""
    for folder in Path(path).parents:
        for place in sorted(folder.glob("*.run.json")):
            found = _read(place)
            if found and path in _flat(found.outputs):
                return str(place), found
    return None


@cache
def _read(place: Path) -> Record | None:
    return record.read(place)


def _flat(files: record.Files) -> dict[str, str]:
    return {path: sha256 for paths in files.values() for path, sha256 in paths.items()}


class _Walk:
    """Depth first: `after` holds each run after all that it reads from."""

    def __init__(self, variants: Set[str] | None, digests: Digests) -> None:
        self.variants, self.digests = variants, digests
        self.known: dict[str, Run] = {}
        self.after: dict[str, Run] = {}
        self.raw: list[File] = []
        self.remarks: list[str] = []

    def visit(self, file: File) -> None:
        found = maker(file.path)
        if found is None:
            self._without_record(file)
            return
        place, made = found
        run = self.known.get(place)
        if run is None:
            run = self.known[place] = Run(record=made, place=place, host=record.host(Path(place)))
            for each in self._followed(run):
                self.visit(each)
            self.after[place] = run
        written = File(file.path, _flat(made.outputs)[file.path])
        if written not in run.wrote:
            run.wrote.append(written)
            run.remarks += self._disagreements(file, written)

    def _followed(self, run: Run) -> Iterator[File]:
        """The inputs that are of no variant, of the run's own, or of those asked for."""
        for path, sha256 in _flat(run.record.inputs).items():
            made = maker(path)
            variant = made[1].where.get("variant") if made else None
            if self.variants is None or variant is None or variant in self.variants or variant == run.record.where.get("variant"):
                yield File(path, sha256)
            else:
                run.left_out += 1

    def _disagreements(self, read: File, written: File) -> Iterator[str]:
        if read.sha256 != written.sha256:
            yield f"{read.path}: read as {read.sha256[:12]}, and this run wrote {written.sha256[:12]}"
        now = self.digests[written.path]
        if now is None:
            yield f"{written.path}: no longer there"
        elif now != written.sha256:
            yield f"{written.path}: now {now[:12]}, and this run wrote {written.sha256[:12]}"

    def _without_record(self, file: File) -> None:
        if file in self.raw:
            return
        self.raw.append(file)
        if file.path.startswith("results/"):
            self.remarks.append(f"{file.path}: no record tells which run wrote it; the way ends here")
        now = self.digests[file.path]
        if now != file.sha256:
            self.remarks.append(f"{file.path}: {'no longer there' if now is None else f'now {now[:12]}'}, and read as {file.sha256[:12]}")
