"""The ledger: every number that the paper can show, with the file and the place in it that it comes from."""

import gc
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from glasskt.compare import (
    backends_table,
    calibration_table,
    data_table,
    irt_table,
    models_table,
    pairs,
    practice_table,
    rows_table,
    slopes_table,
    tables,
)
from glasskt.compare.l23 import quantities, trade_off
from glasskt.compare.layout import compact, number
from glasskt.compare.replication import ablation, decision_tree, measured, rethinks
from glasskt.compare.replication import quantities as gain_quantities
from glasskt.errors import UserError
from glasskt.paper.units import unit
from glasskt.provenance.digests import digest

NAMED_BY = {
    "data": ("key",),
    "practice": ("by", "key"),
    "irt": ("key",),
    "backends": ("fit",),
    "models": ("variant",),
    "pairs": ("variant", "metric"),
    "rows": ("rows",),
    "calibration": ("variant",),
    "slopes": ("variant", "feature"),
    **dict.fromkeys(quantities.WORDS, ("variant", "key")),
    "l23_lambda": ("variant",),
    "l23_as_found": ("variant", "key"),
    "gains_models": ("variant", "key"),
    "gains_replication": ("variant", "key"),
    "gains_contrasts": ("variant", "against", "key"),
    "gains_ablation": ("variant", "control"),
    "rethinks": ("variant",),
    "rethinks_tree": ("variant",),
    "checks": ("variant", "check", "quantity"),
    "notes": ("run", "variant", "key"),
}
"""Table -> the columns that name a row."""

TEXT: dict[str, Callable[[dict[str, Any], str, float], str]] = {
    "data": lambda row, column, value: data_table.text(row["key"], value),
    "practice": lambda row, column, value: practice_table.text(row["by"], column, value),
    "irt": lambda row, column, value: irt_table.text(row["key"], value),
    "backends": lambda row, column, value: backends_table.text(column, value),
    "models": lambda row, column, value: models_table.text(column, value),
    "pairs": lambda row, column, value: pairs.text(column, value),
    "rows": lambda row, column, value: rows_table.text(column, value),
    "calibration": lambda row, column, value: calibration_table.text(column, value),
    "slopes": lambda row, column, value: slopes_table.text(column, value),
    **dict.fromkeys(quantities.WORDS, lambda row, column, value: quantities.text(row["key"], value)),
    "l23_lambda": lambda row, column, value: trade_off.text(column, value),
    "l23_as_found": lambda row, column, value: compact(value),
    "gains_models": lambda row, column, value: gain_quantities.text(row["key"], value),
    "gains_replication": lambda row, column, value: measured.text(row["key"], value),
    "gains_contrasts": lambda row, column, value: gain_quantities.text(row["key"], value),
    "gains_ablation": lambda row, column, value: ablation.text(column, value),
    "rethinks": lambda row, column, value: rethinks.text(column, value),
    "rethinks_tree": lambda row, column, value: decision_tree.text(column, value),
    "checks": lambda row, column, value: number(value, 0) if column in ("n", "runs") else compact(value),
    "notes": lambda row, column, value: compact(value),
}
"""Table -> how it prints a number of a row and column."""


MAIN = ("value", "difference", "drop", "ours")
"""Columns whose interval stands in the columns `low` and `high`; of another it stands in its own, such as test_auc_low."""

WRITER = "compare"
"""The stage that writes the tables and the summary."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles of references inside, and later none in what was made: the ledger is a million objects without any, and the
    searches took a tenth of the paper's time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()


@_uncollected()
def ledger(files: dict[str, Path], summary: Path, base: Path, study: str) -> dict[str, dict[str, Any]]:
    """Every number of the tables and the summary.

    Arguments:
        files: Table name -> its csv.
        summary: summary.json.
        base: The folder that the sources are named from: the one that numbers.json lies in.
        study: The study's name.

    Returns:
        Id -> value, text (as the paper prints it), format (of Python; with a true minus sign it makes the text of the value, but
        for a p-value below its last digit: "< 0.001"), source (path from `base`), key (`{"row": {column: value, ...}, "column": name}`
        in a csv, `{"path": [name, ...]}` in a JSON file), stage and step that wrote the source, sha256 of the source; where there are
        such: unit, n (what the number rests on) and interval (95 %: low, high). The id is the table, the row's names and the column,
        joined by "/".
    """
    found: dict[str, dict[str, Any]] = {}
    for table, path in files.items():
        origin = _origin(path, base, study)
        names = NAMED_BY[table]
        for row in ({str(column): value for column, value in record.items()} for record in tables.read(table, path).to_dict("records")):
            place = {name: row[name] for name in names}
            for column in filter(lambda column: _is_number(row[column]), row):
                found["/".join([table, *place.values(), column])] = {
                    **_shown(row[column], TEXT[table](row, column, row[column])),
                    **_around(row, column, place),
                    **origin,
                    "key": {"row": place, "column": column},
                }
    origin = _origin(summary, base, study)
    for name, value in json.loads(summary.read_text(encoding="utf-8")).items():
        found[f"summary/{name}"] = {**_shown(value, _headline(name, value)), **_around({}, name, {}), **origin, "key": {"path": [name]}}
    return found


def place(entry: dict[str, Any]) -> str:
    """Where a number stands, in words.

    Example:
        >>> place({"source": "tables/irt.csv", "key": {"row": {"key": "theta_sd"}, "column": "value"}})
        'tables/irt.csv: theta_sd, value'
    """
    key = entry["key"]
    return f"{entry['source']}: {', '.join(key['path'] if 'path' in key else [*key['row'].values(), key['column']])}"


def resolve(entry: dict[str, Any], base: Path) -> float:
    """The value that a ledger entry points to, read again from its file.

    Raises:
        UserError: The file has no such place, or more than one.
    """
    path, key = base / entry["source"], entry["key"]
    if "path" in key:
        value = json.loads(path.read_text(encoding="utf-8"))
        for part in key["path"]:
            value = value[part]
        return float(value)
    frame = pd.read_csv(path, dtype=dict.fromkeys(key["row"], str), keep_default_na=False, float_precision="round_trip")
    for column, name in key["row"].items():
        frame = frame[frame[column] == name]
    if len(frame) != 1:
        raise UserError(f"{path}: {len(frame)} rows match {key['row']}; run `glasskt compare` and `glasskt paper` again")
    return float(frame[key["column"]].iloc[0])


def _origin(path: Path, base: Path, study: str) -> dict[str, Any]:
    return {"source": relative(base, path), "stage": WRITER, "step": {"study": study}, "sha256": digest(path)}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not pd.isna(value)


def _shown(value: float, text: str) -> dict[str, Any]:
    """Value, text and what turns the one into the other.

    Example:
        >>> _shown(0.943, "94.3 %")["format"], _shown(134640.0, "134,640")["format"], _shown(-0.18494, "−0.18")["format"]
        ('.1%', ',.0f', ',.2f')
    """
    digits = len(text.removesuffix(" %").partition(".")[2])
    return {"value": value, "text": text, "format": f".{digits}%" if text.endswith(" %") else f",.{digits}f"}


def _around(row: dict[str, Any], column: str, place: dict[str, Any]) -> dict[str, Any]:
    """Unit, n and interval, of those that there are."""
    n = next((row[name] for name in ("n", "n_responses") if name != column and _is_number(row.get(name))), None)
    own = column in MAIN and "low" in row
    low, high = (row.get(end if own else f"{column}_{end}") for end in ("low", "high"))
    interval = [low, high] if _is_number(low) and _is_number(high) else None
    known = {"unit": unit({**row, **place}, column), "n": n, "interval": interval}
    return {name: value for name, value in known.items() if value is not None}


def _headline(name: str, value: float) -> str:
    return models_table.text(name.removeprefix("test_"), value) if name.endswith(("auc", "log_loss", "ece")) else compact(value)


def relative(base: Path, path: Path) -> str:
    """A path as it is named from a folder."""
    return Path(os.path.relpath(path, base)).as_posix()
