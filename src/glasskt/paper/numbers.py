"""The ledger: every number that the paper can show, with the file and the place in it that it comes from."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from glasskt.compare import backends_table, calibration_table, data_table, irt_table, models_table, pairs, practice_table, tables
from glasskt.compare.l23 import quantities, trade_off
from glasskt.compare.layout import compact, number
from glasskt.compare.replication import ablation, measured
from glasskt.compare.replication import quantities as gain_quantities
from glasskt.errors import UserError

NAMED_BY = {
    "data": ("key",),
    "practice": ("by", "key"),
    "irt": ("key",),
    "backends": ("fit",),
    "models": ("variant",),
    "pairs": ("variant", "metric"),
    "calibration": ("variant",),
    **dict.fromkeys(quantities.WORDS, ("variant", "key")),
    "l23_lambda": ("variant",),
    "l23_as_found": ("variant", "key"),
    "gains_models": ("variant", "key"),
    "gains_replication": ("variant", "key"),
    "gains_contrasts": ("variant", "against", "key"),
    "gains_ablation": ("variant", "control"),
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
    "calibration": lambda row, column, value: calibration_table.text(column, value),
    **dict.fromkeys(quantities.WORDS, lambda row, column, value: quantities.text(row["key"], value)),
    "l23_lambda": lambda row, column, value: trade_off.text(column, value),
    "l23_as_found": lambda row, column, value: compact(value),
    "gains_models": lambda row, column, value: gain_quantities.text(row["key"], value),
    "gains_replication": lambda row, column, value: measured.text(row["key"], value),
    "gains_contrasts": lambda row, column, value: gain_quantities.text(row["key"], value),
    "gains_ablation": lambda row, column, value: ablation.text(column, value),
    "checks": lambda row, column, value: number(value, 0) if column in ("n", "runs") else compact(value),
    "notes": lambda row, column, value: compact(value),
}
"""Table -> how it prints a number of a row and column."""


def ledger(files: dict[str, Path], summary: Path, base: Path) -> dict[str, dict[str, Any]]:
    """Every number of the tables and the summary.

    Arguments:
        files: Table name -> its csv.
        summary: summary.json.
        base: The folder that the sources are named from: the one that numbers.json lies in.

    Returns:
        Id -> value, text (as the paper prints it), source (path from `base`) and key: `{"row": {column: value, ...}, "column": name}` in a
        csv, `{"path": [name, ...]}` in a JSON file. The id is the table, the row's names and the column, joined by "/".
    """
    found: dict[str, dict[str, Any]] = {}
    for table, path in files.items():
        source = _from(base, path)
        frame = tables.read(table, path)
        names = NAMED_BY[table]
        for row in ({str(column): value for column, value in record.items()} for record in frame.to_dict("records")):
            place = {name: row[name] for name in names}
            for column in frame.columns:
                if isinstance(row[column], (int, float)) and not pd.isna(row[column]):
                    entry = {"value": row[column], "text": TEXT[table](row, column, row[column])}
                    found["/".join([table, *place.values(), column])] = {**entry, "source": source, "key": {"row": place, "column": column}}
    for name, value in json.loads(summary.read_text(encoding="utf-8")).items():
        entry = {"value": value, "text": _headline(name, value)}
        found[f"summary/{name}"] = {**entry, "source": _from(base, summary), "key": {"path": [name]}}
    return found


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


def _headline(name: str, value: float) -> str:
    return models_table.text(name.removeprefix("test_"), value) if name.endswith(("auc", "log_loss", "ece")) else compact(value)


def _from(base: Path, path: Path) -> str:
    return Path(os.path.relpath(path, base)).as_posix()
