"""The gain models of a study: what they predict, how their gains spread, whether these repeat, and how mastery moves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare.layout import NOTHING, interval
from glasskt.compare.learned import Learned
from glasskt.compare.replication import reliability
from glasskt.compare.replication.members import gain_variants
from glasskt.compare.replication.quantities import AGREEMENTS, CHECKS, HISTORY, METRICS, PRINTED, WORDS, text
from glasskt.compare.replication.traced import Traced
from glasskt.compare.study import RUN, Study, over_runs

TEXT = ("variant", "key", "quantity")
COLUMNS = [*TEXT, "value", "low", "high", "seed_sd", "runs"]
_FIGURE = ("value", "low", "high", "seed_sd", "runs")


def table(study: Study, traced: Sequence[Traced], learned: Sequence[Learned] = ()) -> pd.DataFrame:
    """One row per gain variant and quantity of `quantities.WORDS` that it has.

    Columns: variant, key, quantity (words), value (mean over runs), low, high (one run's sampling interval), seed_sd, runs.
    """
    rows = [
        {"variant": variant, "quantity": WORDS[figure["key"]], **figure}
        for variant in gain_variants(study)
        for figure in sorted(_figures(study, traced, learned, variant), key=lambda figure: list(WORDS).index(figure["key"]))
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[3:], float))


def value(models: pd.DataFrame, variant: str, key: str, column: str = "value") -> float:
    """A figure of the table; NaN where there is none."""
    values = models.loc[(models["variant"] == variant) & (models["key"] == key), column]
    return float(values.iloc[0]) if len(values) else np.nan


def shown(models: pd.DataFrame) -> pd.DataFrame:
    """The table as text: one row per variant, the columns of `quantities.PRINTED` that some variant has."""
    keys = [key for key in PRINTED if (models["key"] == key).any()]
    rows = [
        {"": str(variant), **{PRINTED[key]: _cell(part.set_index("key"), key) for key in keys}}
        for variant, part in models.groupby("variant", sort=False)
    ]
    return pd.DataFrame(rows, columns=["", *(PRINTED[key] for key in keys)])


def _cell(cells: pd.DataFrame, key: str) -> str:
    if key not in cells.index:
        return NOTHING
    value, low, high, seed_sd = (float(cells[column][key]) for column in _FIGURE[:4])
    if key == "auc_glass" and seed_sd == seed_sd:
        return f"{text(key, value)} ± {text(key, seed_sd)}"
    return f"{text(key, value)} {interval(low, high, 2)}".strip() if key in AGREEMENTS else text(key, value)


def _figures(study: Study, traced: Sequence[Traced], learned: Sequence[Learned], variant: str) -> list[dict[str, Any]]:
    """Every quantity that a variant has."""
    checks = study.checks[study.checks["variant"] == variant]
    of_checks = over_runs(checks, ["check", "quantity"]).set_index(["check", "quantity"])
    scores = over_runs(study.metrics[study.metrics["variant"] == variant], ["rows", "path", "metric"]).set_index(["rows", "path", "metric"])
    glass = ("glass_path_auc", "AUC of p before") in of_checks.index
    paths = METRICS if glass else {key: (name[0], "p_before", name[2]) for key, name in METRICS.items() if "blackbox" in key}
    rows = [
        {"key": key, **{column: found.at[name, column] for column in _FIGURE}}
        for found, names in ((scores, paths), (of_checks, CHECKS))
        for key, name in names.items()
        if name in found.index
    ]
    return rows + _learned(study, variant) + reliability.figures(study, traced, variant, learned)


def _learned(study: Study, variant: str) -> list[dict[str, Any]]:
    """The kept epoch's row of the history, over the runs."""
    kept = study.kept_epochs(variant).rename(columns={column: key for key, column in HISTORY.items()})
    long = kept.melt(id_vars=RUN, value_vars=[key for key in HISTORY if key in kept], var_name="key").dropna(subset="value")
    if long.empty:
        return []
    means = over_runs(long.assign(low=np.nan, high=np.nan), ["key"])
    return [{str(column): value for column, value in row.items()} for row in means[["key", *_FIGURE]].to_dict("records")]
