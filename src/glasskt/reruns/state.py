"""Whether each step's outputs belong to the present inputs, parameters and code; where not, what changed first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glasskt.graph import Graph, Step
from glasskt.provenance import pins, record
from glasskt.provenance.digests import Digests
from glasskt.provenance.record import Record

NOTHING = "nothing"
"""Stands for a value that one of two sides lacks."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that differs from what a run's record says.

    Attributes:
        kind: `missing` (an output), `record` (there is none), `parameter`, `threads`, `code`, `environment`, `input`, or
            `output` (not what
            run wrote).
        name: The key, file or package.
        before: What the run had; of files the digest.
        now: What there is.
    """

    kind: str
    name: str
    before: Any = None
    now: Any = None


@dataclass(frozen=True, kw_only=True)
class State:
    """Of one step.

    Attributes:
        step: The step.
        causes: Why it would run of itself, the first cause first.
        after: Steps that would run before it and whose outputs it reads.
        record: Of its last run, if there is one.
    """

    step: Step
    causes: tuple[Cause, ...]
    after: tuple[Step, ...]
    record: Record | None

    @property
    def stands(self) -> bool:
        """Whether the outputs belong to what there is now."""
        return not self.causes and not self.after


def states(graph: Graph, digests: Digests) -> list[State]:
    """The state of every step, in the order of the graph.

    Arguments:
        graph: Of a study.
        digests: Of files, by path.
    """
    maker = {path: step for step in graph.steps for path in step.outputs.values()}
    going: set[str] = set()
    changing: set[str] = set()  # files whose content is not known yet
    found = []
    for step in graph.steps:
        makers = [maker[path] for paths in step.inputs.values() for path in paths if path in maker]
        after = {made_by.name: made_by for made_by in makers if made_by.name in going}
        last = record.read(Path(step.outputs["record"]))
        causes = tuple(_causes(step, last, digests, changing))
        found.append(State(step=step, causes=causes, after=tuple(after.values()), record=last))
        if causes or after:
            going.add(step.name)
            changing.update(step.outputs.values())
    return found


def _causes(step: Step, last: Record | None, digests: Digests, changing: Set[str]) -> Iterator[Cause]:
    missing = [path for flag, path in step.outputs.items() if flag != "record" and not Path(path).exists()]
    yield from (Cause(kind="missing", name=path) for path in missing)
    if last is None:
        if not missing:
            yield Cause(kind="record", name=step.outputs["record"])
        return
    yield from _parameters(step, last)
    yield from _differences("code", last.code, digests.of(step.code))
    yield from _differences("environment", last.environment, pins.read(step.pins))
    if last.threads != step.stage.threads:
        yield Cause(kind="threads", name="threads", before=last.threads, now=step.stage.threads)
    now = {flag: digests.of(paths) for flag, paths in step.inputs.items()}
    for flag in sorted({*last.inputs, *now}):
        before, after = last.inputs.get(flag, {}), now.get(flag, {})
        yield from (cause for cause in _differences("input", before, after) if cause.name not in changing)
    for flag, path in step.outputs.items():
        if path not in missing and flag != "record":
            yield from _differences("output", last.outputs.get(flag, {}), {path: digests[path]})


def _parameters(step: Step, last: Record) -> Iterator[Cause]:
    yield from _differences("parameter", _leaves(last.parameters), _leaves(dict(step.parameters)))


def _leaves(value: Any, key: str = "") -> dict[str, Any]:
    """Dotted key -> value; an empty block is as good as none."""
    if not isinstance(value, dict):
        return {key: value}
    return {name: leaf for part, inner in value.items() for name, leaf in _leaves(inner, f"{key}.{part}" if key else str(part)).items()}


def _differences(kind: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Cause]:
    for name in sorted({*before, *now}):
        was, is_now = before.get(name, NOTHING), now.get(name, NOTHING)
        if was != is_now:
            yield Cause(kind=kind, name=name, before=was, now=is_now)
