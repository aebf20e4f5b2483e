"""The tables of a study: how each is shown, and each as csv (every digit), Markdown and LaTeX (rounded, for reading)."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from glasskt import outputs
from glasskt.compare import (
    backends_table,
    calibration_table,
    captions,
    checks_table,
    data_table,
    irt_table,
    latex,
    layout,
    models_table,
    notes_table,
    pairs,
    practice_table,
    rows_table,
    slopes_table,
)
from glasskt.compare.l23 import quantities, signatures, trade_off
from glasskt.compare.l23 import tables as l23_tables
from glasskt.compare.replication import ablation, contrasts, decision_tree, measured, rethinks
from glasskt.compare.replication import models as gain_models
from glasskt.errors import UserError

SHOWN: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "data": data_table.shown,
    "practice": practice_table.shown,
    "irt": irt_table.shown,
    "backends": backends_table.shown,
    "models": models_table.shown,
    "pairs": pairs.shown,
    "rows": rows_table.shown,
    "calibration": calibration_table.shown,
    "slopes": slopes_table.shown,
    **dict.fromkeys(quantities.WORDS, l23_tables.shown),
    "l23_lambda": trade_off.shown,
    "l23_as_found": signatures.shown,
    "gains_models": gain_models.shown,
    "gains_replication": measured.shown,
    "gains_contrasts": contrasts.shown,
    "gains_ablation": ablation.shown,
    "rethinks": rethinks.shown,
    "rethinks_tree": decision_tree.shown,
    "checks": checks_table.shown,
    "notes": notes_table.shown,
}
"""Table -> its form for reading, a table of text."""

_TEXT = {
    "data": data_table.TEXT,
    "practice": practice_table.TEXT,
    "irt": irt_table.TEXT,
    "backends": backends_table.TEXT,
    "models": models_table.TEXT,
    "pairs": pairs.TEXT,
    "rows": rows_table.TEXT,
    "calibration": calibration_table.TEXT,
    "slopes": slopes_table.TEXT,
    **dict.fromkeys(quantities.WORDS, l23_tables.TEXT),
    "l23_lambda": trade_off.TEXT,
    "l23_as_found": signatures.TEXT,
    "gains_models": gain_models.TEXT,
    "gains_replication": measured.TEXT,
    "gains_contrasts": contrasts.TEXT,
    "gains_ablation": ablation.TEXT,
    "rethinks": rethinks.TEXT,
    "rethinks_tree": decision_tree.TEXT,
    "checks": checks_table.TEXT,
    "notes": notes_table.TEXT,
}


def writers(name: str, table: pd.DataFrame, csv: Path, md: Path, tex: Path) -> dict[Path, outputs.Writer]:
    """What `glasskt.outputs.write` needs to write one table in its three forms."""
    shown = SHOWN[name](table)
    return {
        csv: outputs.write_csv(table),
        md: outputs.write_text(layout.as_markdown(shown)),
        tex: outputs.write_text(latex.table(shown, name, captions.CAPTIONS[name])),
    }


def read(name: str, path: Path) -> pd.DataFrame:
    """A table as `compare` wrote it.

    Raises:
        UserError: There is no such file.
    """
    if not path.exists():
        raise UserError(f"{path}: no such file: run `glasskt compare` for this study first")
    columns = pd.read_csv(path, nrows=0).columns
    numbers = {column: [""] for column in columns if column not in _TEXT[name]}
    return pd.read_csv(path, dtype=dict.fromkeys(_TEXT[name], str), keep_default_na=False, na_values=numbers, float_precision="round_trip")
