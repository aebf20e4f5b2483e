"""A trace in words and as JSON."""

import json
from typing import Any

from glasskt.provenance.trace import Run, Trace

SHORT = 12
"""Characters of a digest that tell two files apart."""
PARAMETERS = 140
"""Characters of parameters that make a line which is read; of more their keys stand alone."""


def as_text(name: str, entry: dict[str, Any], file: str, trace: Trace, remarks: list[str]) -> str:
    """The number, the runs from the last to the first, and the raw files."""
    lines = [f"{name} = {entry['text']}{_around(entry)}", f"    {file}: {_key(entry)}  {entry['sha256'][:SHORT]}", *_remarks(remarks)]
    for run in trace.runs:
        lines += ["", *_run(run)]
    lines += ["", "raw data", *(f"    {file.path}  sha256 {file.sha256}" for file in trace.raw), *_remarks(trace.remarks)]
    return "\n".join(lines) + "\n"


def as_json(name: str, entry: dict[str, Any], trace: Trace, remarks: list[str]) -> str:
    """The same with every parameter, input and whole digest."""
    runs = [
        {
            "stage": run.record.stage,
            **run.record.where,
            "record": run.place,
            "host": run.host,
            "parameters": run.record.parameters,
            "inputs": run.record.inputs,
            "inputs_not_followed": run.left_out,
            "wrote": dict(run.wrote),
            "remarks": run.remarks,
        }
        for run in trace.runs
    ]
    found = {"id": name, **entry, "runs": runs, "raw": dict(trace.raw), "remarks": remarks + trace.remarks}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def candidates(text: str, ledger: dict[str, dict[str, Any]], ids: list[str]) -> str:
    """The numbers that are printed alike."""
    lines = [f"    {name}{_around(ledger[name])}" for name in ids]
    return "\n".join([f"{len(ids)} numbers are printed as {text}; trace one by its id:", *lines]) + "\n"


def _around(entry: dict[str, Any]) -> str:
    unit = f" {entry['unit']}" if "unit" in entry else ""
    interval = f", 95 % [{', '.join(f'{end:.4g}' for end in entry['interval'])}]" if "interval" in entry else ""
    n = f", n = {entry['n']:,.0f}" if "n" in entry else ""
    return unit + interval + n


def _key(entry: dict[str, Any]) -> str:
    key = entry["key"]
    if "path" in key:
        return ", ".join(key["path"])
    return f"row {', '.join(f'{column} {value}' for column, value in key['row'].items())}; column {key['column']}"


def _run(run: Run) -> list[str]:
    where = [f"{key}{value}" if key in ("fold", "seed") else value for key, value in run.record.where.items()]
    files = [f"    wrote {file.path}  {file.sha256[:SHORT]}" for file in run.wrote]
    read = sum(len(paths) for paths in run.record.inputs.values())
    left = f"; {run.left_out} of other variants are not followed" if run.left_out else ""
    inputs = [f"    read {read} files{left}"] if read else []
    return [f"{' '.join([run.record.stage, *where])}    {_host(run.host)}", *files, *_parameters(run), *inputs, *_remarks(run.remarks)]


def _host(host: dict[str, Any]) -> str:
    if not host:
        return "commit and time unknown: no host record here"
    commit = f"commit {host['commit'][:7]}{' with changes' if host['dirty'] else ''}" if host["commit"] else "outside of a repository"
    return f"{commit}, {host['started'][:16].replace('T', ' ')} UTC, {host['seconds']:.0f} s"


def _parameters(run: Run) -> list[str]:
    leaves = [f"{key}: {json.dumps(value)}" for key, value in run.record.parameters.items()]
    text = "; ".join(leaves)
    said = text if len(text) <= PARAMETERS else f"{', '.join(run.record.parameters)} (values: --json)"
    return [f"    with {said}"] if leaves else []


def _remarks(remarks: list[str]) -> list[str]:
    return [f"    ! {remark}" for remark in remarks]
