"""What would run and why, in words and as JSON."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from glasskt.errors import UserError
from glasskt.graph import Graph, Step
from glasskt.reruns.forecast import Forecast
from glasskt.reruns.state import Cause, State

SINGLY = 12
"""Steps of one cause that are named one by one; of more the stages are counted."""
SHOWN = 12
"""Characters of a digest that tell two files apart."""


def reaching(graph: Graph, target: str) -> set[str]:
    """Names of the steps that a target needs, its own among them.

    Arguments:
        graph: Of the study.
        target: A step's name, a stage, a variant or an output.

    Raises:
        UserError: The study has nothing of that name.
    """
    maker = {path: step for step in graph.steps for path in step.outputs.values()}
    place = Path(os.path.relpath(target)).as_posix()
    waiting = [step for step in graph.steps if not _names(step).isdisjoint((target, place))]
    if not waiting:
        near = get_close_matches(target, {name for step in graph.steps for name in _names(step)}, n=1)
        known = {name for step in graph.steps for name in (step.stage.name, step.where.get("variant", step.stage.name))}
        hint = f'Did you mean "{near[0]}"?' if near else f"(stages and variants: {', '.join(sorted(known))})"
        raise UserError(f"the study has no step, stage, variant or output {target!r}. {hint}")
    found: set[str] = set()
    while waiting:
        step = waiting.pop()
        if step.name not in found:
            found.add(step.name)
            waiting += [maker[path] for paths in step.inputs.values() for path in paths if path in maker]
    return found


def _names(step: Step) -> set[str]:
    return {step.name, step.stage.name, step.where.get("variant", step.name), *step.outputs.values()}


def as_json(study: str, states: Sequence[State], forecast: Forecast) -> str:
    """Every step that would run: its name, its causes, the steps that it follows from, and its seconds."""
    steps = [
        {
            "step": state.step.name,
            "stage": state.step.stage.name,
            **state.step.where,
            "causes": [asdict(cause) for cause in state.causes],
            "after": [step.name for step in state.after],
            "seconds": forecast.seconds(state.step),
        }
        for state in states
        if not state.stands
    ]
    seconds = [forecast.seconds(state.step) for state in states if not state.stands]
    known = [value for value in seconds if value is not None]
    summary = {"study": study, "steps_in_all": len(states), "seconds": sum(known), "steps_without_forecast": len(seconds) - len(known)}
    return json.dumps({**summary, "steps": steps}, indent=2) + "\n"


def as_text(study: str, states: Sequence[State], forecast: Forecast) -> str:
    """The steps that would run, by first cause, then those that follow."""
    going = [state for state in states if not state.stands]
    if not going:
        return f"study {study}: nothing to do; all {len(states)} steps stand\n"
    lines = [f"study {study}: {len(going)} of {len(states)} steps would run{_work(going, forecast)}"]
    by_cause: dict[str, list[State]] = {}
    for state in going:
        if state.causes:
            by_cause.setdefault(said(state.causes[0]), []).append(state)
    for sentence, of_it in by_cause.items():
        lines += ["", sentence]
        lines += [_line(state, forecast) for state in of_it] if len(of_it) <= SINGLY else _by_stage(of_it, forecast)
    following = [state for state in going if not state.causes]
    if following:
        lines += ["", "what follows from them", *_by_stage(following, forecast)]
    return "\n".join(lines) + "\n"


def refusals(states: Iterable[State]) -> str:
    """The steps whose outputs do not stand: the first cause, or the steps that they follow from; of many with one cause the stages."""
    by_cause: dict[str, list[Step]] = {}
    for state in states:
        by_cause.setdefault(said(state.causes[0]) if state.causes else _after(state), []).append(state.step)
    lines = []
    for cause, steps in by_cause.items():
        counts = Counter(step.stage.name for step in steps)
        several = ", ".join(f"{stage} ({count})" for stage, count in counts.items())
        lines += [f"refused: {_named(step)}: {cause}" for step in steps] if len(steps) <= SINGLY else [f"refused: {several}: {cause}"]
    return "\n".join(lines)


def _after(state: State) -> str:
    names = [_named(step) for step in state.after]
    return f"reads what {names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''} must write first"


def _named(step: Step) -> str:
    where = [f"{key}{value}" if key in ("fold", "seed") else value for key, value in step.where.items()]
    return " ".join([step.stage.name, *where])


SAYINGS = {
    "missing": "no outputs yet",
    "record": "no record of the run that wrote the outputs",
    "output": "not what the run that its record tells of has written",
}


def said(cause: Cause) -> str:
    """A cause in words.

    Example:
        >>> said(Cause(kind="parameter", name="irt.dynamic.levels", before=1, now=2))
        'parameter irt.dynamic.levels: 1 -> 2'
    """
    if cause.kind in SAYINGS:
        return f"{cause.name}: {SAYINGS[cause.kind]}" if cause.kind == "output" else SAYINGS[cause.kind]
    return f"{cause.kind} {cause.name}: {_value(cause, cause.before)} -> {_value(cause, cause.now)}"


def _value(cause: Cause, value: Any) -> str:
    if value is None:
        return "no such file" if cause.kind in ("code", "input") else "null"
    if cause.kind in ("code", "input") and len(str(value)) > SHOWN * 2:
        return str(value)[:SHOWN]
    return value if isinstance(value, str) else json.dumps(value)


def _by_stage(states: Sequence[State], forecast: Forecast) -> list[str]:
    by_stage: dict[str, list[State]] = {}
    for state in states:
        by_stage.setdefault(state.step.stage.name, []).append(state)
    return [f"    {f'{stage} ({len(of_it)})':<58}{_total(of_it, forecast):>10}".rstrip() for stage, of_it in by_stage.items()]


def _line(state: State, forecast: Forecast) -> str:
    seconds = forecast.seconds(state.step)
    return f"    {_named(state.step):<58}{_time(seconds) if seconds is not None else '':>10}".rstrip()


def _work(states: Iterable[State], forecast: Forecast) -> str:
    unknown = sum(forecast.seconds(state.step) is None for state in states)
    total = _total(states, forecast)
    return f", {total} of work{f', and {unknown} steps without a forecast' if unknown else ''}" if total else ""


def _total(states: Iterable[State], forecast: Forecast) -> str:
    known = [value for state in states if (value := forecast.seconds(state.step)) is not None]
    return _time(sum(known)) if known else ""


def _time(seconds: float) -> str:
    """
    Example:
        >>> _time(0.4), _time(42.3), _time(150), _time(4380)
        ('1 s', '42 s', '2.5 min', '73 min')
    """
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.1f} min" if seconds < 600 else f"{seconds / 60:.0f} min"
