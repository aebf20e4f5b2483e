"""Do the faults of note 003 give its figures? The as-found variants, measured as the note measured, beside its two runs.

The note's losses were means over padded positions too, its targets were missing for students outside the target file. The validation
students of an as-found variant are outside it as the note's test students were, so its own validation losses are set beside the note's.
A figure counts as reproduced within a factor of two; of a single fault, only where the sound variant of that form is not as near.
"""

from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import note_003
from glasskt.compare.l23.tables import OURS, form_of, kind_of
from glasskt.compare.layout import NOTHING, compact
from glasskt.compare.published import SCORED_TEST
from glasskt.compare.study import RUN, Study, over_runs

TEXT = ("variant", "source", "form", "kind", "faults", "key")
TOGETHER, ALONE = "faults together", "one fault alone"
WITHIN = 2.0
"""A factor."""

HISTORY = {
    "l_bce": "valid_l_bce",
    "l_21": "valid_l_21",
    "l_22": "valid_l_22",
    "l_23": "valid_l_23",
    "theta_mean": "valid_theta_mean",
    "theta_sd": "valid_theta_sd",
}
"""Key -> column of history.csv."""

HEADS = {"l_bce": "l_bce", "l_21": "l_21", "l_22": "l_22", "l_23": "l_23", "theta_mean": "θ mean", "theta_sd": "θ sd"}
NUMBERS = ["value", "note", "sound", "reproduced"]
COLUMNS = [*TEXT, *NUMBERS]


def table(study: Study, facts: dict[str, Any]) -> pd.DataFrame:
    """One row per as-found variant, or run of the note, and figure; empty without an as-found variant or on other data.

    Columns: variant, source, form, kind (`TOGETHER` or `ALONE`; the source for the note's runs), faults (words), key, value (mean over
    runs), note (the note's figure of that form), sound (the value of the study's first variant of that form without a fault), reproduced
    (1 where the value is within a factor of two of the note's and, for one fault alone, the sound one is not, else 0; NaN for the note's
    own rows and where it gives no figure).
    """
    found = [variant for variant in study.variants if study.settings(variant).get("as_found")]
    if not found or facts["scored_test"] != SCORED_TEST:
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(NUMBERS, float))
    rows = [row for variant in found for row in _ours(study, variant)]
    for run, form in note_003.FORM_OF_RUN.items():
        common = {"variant": run, "source": note_003.SOURCE, "form": form, "kind": note_003.SOURCE, "faults": ""}
        rows += [{**common, "key": key, "value": value} for key, value in _note(form).items()]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(NUMBERS, float))


def shown(signatures: pd.DataFrame) -> pd.DataFrame:
    """The table as text; a star marks a figure that reproduces the note's."""
    rows = []
    for (source, variant), part in signatures.groupby(["source", "variant"], sort=False):
        cells = part.set_index("key")
        name = str(variant) if source == OURS else f"{source}, {variant}"
        rows.append({"": name, "faults": part["faults"].iloc[0], **{head: _cell(cells, key) for key, head in HEADS.items()}})
    return pd.DataFrame(rows, columns=["", "faults", *HEADS.values()])


def _cell(cells: pd.DataFrame, key: str) -> str:
    if key not in cells.index:
        return NOTHING
    return compact(float(cells["value"][key])) + ("*" if cells["reproduced"][key] == 1 else "")


def _ours(study: Study, variant: str) -> list[dict[str, Any]]:
    form = form_of(study, variant) or ""
    note, sound = _note(form), _sound(study, form)
    faults = {name: value for name, value in study.settings(variant)["as_found"].items() if value}
    kind = ALONE if len(faults) == 1 else TOGETHER
    common = {"variant": variant, "source": OURS, "form": form, "kind": kind, "faults": _in_words(faults)}
    return [
        {
            **common,
            "key": key,
            "value": value,
            "note": note.get(key, np.nan),
            "sound": sound.get(key, np.nan),
            "reproduced": _reproduced(value, note.get(key), sound.get(key) if kind == ALONE else None),
        }
        for key, value in _validation(study, variant).items()
    ]


def _validation(study: Study, variant: str) -> dict[str, float]:
    """The figures of the epoch that was kept, means over runs."""
    kept = study.kept_epochs(variant).rename(columns={column: key for key, column in HISTORY.items()})
    long = kept.melt(id_vars=RUN, value_vars=[key for key in HISTORY if key in kept], var_name="key").dropna(subset="value")
    means = over_runs(long.assign(low=np.nan, high=np.nan), ["key"])
    return dict(zip(means["key"].astype(str), means["value"].astype(float), strict=True))


def _sound(study: Study, form: str) -> dict[str, float]:
    """Those of the study's first variant of a form without a fault; nothing where it has none."""
    variant = next((variant for variant in study.variants if kind_of(study, variant) == form), None)
    return {} if variant is None else _validation(study, variant)


def _reproduced(value: float, note: float | None, sound: float | None) -> float:
    if note is None:
        return np.nan
    return float(_near(value, note) and not (sound is not None and _near(sound, note)))


def _near(value: float, note: float) -> bool:
    return value * note > 0 and 1 / WITHIN <= value / note <= WITHIN


def _note(form: str) -> dict[str, float]:
    """The note's figures of a form under the keys of this table."""
    run = next((run for run, own in note_003.FORM_OF_RUN.items() if own == form), None)
    if run is None:
        return {}
    figures = note_003.RUNS[run]
    l_23 = {"l_23": figures["l_23_mean" if form == "mean" else "l_23"]}
    return note_003.EPOCH_30[run] | {key: figures[key] for key in ("l_21", "l_22", "theta_mean", "theta_sd")} | l_23


def _in_words(faults: dict[str, Any]) -> str:
    """The switches that are on."""
    return ", ".join(name.replace("_", " ") if value is True else f"{name.replace('_', ' ')}: {value}" for name, value in faults.items())
