"""What the remedies that notes 001 and 002 list did: every one beside V1, on the same test students.

A remedy of gains alone is the model that it begins from again, once its gains are fixed: that one's controls are its own. p-values are
Holm's over the rows; intervals and tests speak of the sampling of students, one seed each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import pairs
from glasskt.compare.across_runs import LEAST_R
from glasskt.compare.layout import compact, interval, number
from glasskt.compare.replication import contrasts
from glasskt.compare.replication.members import controls_of, gain_variants
from glasskt.compare.replication.models import value
from glasskt.compare.study import Study

TEXT = ("variant", "control", "verdict")
_NUMBERS = (
    *("auc", "difference", "low", "high", "p", "p_holm", "gain_sd", "gain_cv", "split_half_r", "split_half_r_low", "split_half_r_high"),
    *("ablation_drop", "ablation_drop_low", "ablation_drop_high"),
)
COLUMNS = ["variant", *_NUMBERS, "control", "verdict"]

PREFIX = "gainakt3.rethink_"
AGAINST = "gainakt3.v1"
BASES = ("gainakt3.v1_attention", "gainakt3.v3_warmup", "gainakt3.v3_phase1")
"""What some remedies begin from, rows of the table too."""
SURE = 0.05
"""Largest p of a difference that counts."""
DIGITS = 4


def table(study: Study, models: pd.DataFrame) -> pd.DataFrame:
    """One row for V1, then for each remedy and what it begins from; empty where the study has no remedy, or no V1.

    Arguments:
        study: The study.
        models: The table of gain models.

    Returns:
        Columns: variant, auc (test, judged path), difference (from V1), low, high (95 %, paired by student), p, p_holm, gain_sd and gain_cv
        (over skills), split_half_r with its interval, ablation_drop (AUC less that of the strongest control by validation) with its
        interval, control (of `controls_like`), verdict (see `verdict`).
    """
    names = remedies(study)
    if not names:
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(_NUMBERS, float))
    moved, drops = less(study, names, AGAINST), _drops(study, [AGAINST, *names])
    rows: list[dict[str, Any]] = []
    for variant in (AGAINST, *names):
        row = {"variant": variant, **_of(moved, variant), **_spread(models, variant)}
        row |= {"ablation_drop" + name: _of(drops, variant)[of] for name, of in (("", "difference"), ("_low", "low"), ("_high", "high"))}
        row |= {"control": str(drops["control"].get(variant, ""))}
        rows.append({**row, "verdict": verdict(row, models)})
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(_NUMBERS, float))


def remedies(study: Study) -> list[str]:
    """The rows below V1, in the study's order, those that they begin from first; none where there is no remedy, or no V1."""
    known = gain_variants(study)
    found = [variant for variant in known if variant.startswith(PREFIX)]
    return [variant for variant in known if variant in BASES] + found if found and AGAINST in known else []


def less(study: Study, variants: Iterable[str], other: str) -> pd.DataFrame:
    """Test AUC of each variant less that of another: difference, low, high, p, p_holm, by variant."""
    names = [variant for variant in variants if variant != other]
    found = pairs.table(_only(study, [other, *names]), other)
    found = found[found["metric"] == "auc"].set_index("variant")
    turned = {"difference": -found["difference"], "low": -found["high"], "high": -found["low"]}
    return found.assign(**turned)[["difference", "low", "high", "p", "p_holm"]]


def verdict(row: dict[str, Any], models: pd.DataFrame) -> str:
    """What a row says, in words that its figures choose: predicts better, worse or alike (p), gains spread more, less or alike (beyond the
    noise of `contrasts`), repeat or not (`LEAST_R`), add to the strongest control, add nothing or cost (interval); what is not known is
    left out."""
    said = (
        predicts(row["difference"], row["p_holm"]),
        spreads(models, row["variant"], AGAINST),
        _repeats(row["split_half_r"]),
        _adds(row["ablation_drop_low"], row["ablation_drop_high"]),
    )
    return "; ".join(filter(None, said))


def predicts(difference: float, p: float) -> str:
    """Words for a difference in AUC.

    Example:
        >>> predicts(0.01, 0.001), predicts(-0.01, 0.001), predicts(0.01, 0.2), predicts(float("nan"), float("nan"))
        ('predicts better', 'predicts worse', 'predicts alike', '')
    """
    if np.isnan(p):
        return ""
    return "predicts alike" if p >= SURE else "predicts better" if difference > 0 else "predicts worse"


def spreads(models: pd.DataFrame, variant: str, other: str) -> str:
    """Words for the difference of the spread of two variants' gains; "" where it or its noise is not known."""
    difference = value(models, variant, "gain_sd") - value(models, other, "gain_sd")
    noise = contrasts.noise(models, variant, other, "gain_sd")
    if variant == other or np.isnan(difference) or np.isnan(noise):
        return ""
    return "gains spread alike" if abs(difference) <= noise else "gains spread more" if difference > 0 else "gains spread less"


def shown(rethinks: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    limits = {head: zip(rethinks[f"{name}low"], rethinks[f"{name}high"], strict=True) for head, name in _LIMITS.items()}
    frame = pd.DataFrame({"": rethinks["variant"]})
    for column, head in _HEADS.items():
        frame[head] = [text(column, number) for number in rethinks[column]]
        if head in limits:
            frame[f"{head}, 95 %"] = [interval(low, high, 2 if column == "split_half_r" else DIGITS) for low, high in limits[head]]
    return frame.assign(control=rethinks["control"].str.removeprefix(PREFIX), verdict=rethinks["verdict"])


_HEADS = {
    "auc": "AUC",
    "difference": "less V1",
    "p_holm": "p",
    "gain_sd": "gain sd",
    "gain_cv": "CV of skills",
    "split_half_r": "r of halves",
    "ablation_drop": "drop",
}
_LIMITS = {"less V1": "", "r of halves": "split_half_r_", "drop": "ablation_drop_"}


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    if column in ("p", "p_holm"):
        return pairs.p_text(value)
    if column.startswith("split_half_r"):
        return number(value, 2)
    return compact(value) if column.startswith("gain_") else number(value, DIGITS)


def _only(study: Study, variants: Sequence[str]) -> Study:
    tables = {name: getattr(study, name) for name in ("runs", "metrics", "by_student")}
    return replace(study, **{name: frame[frame["variant"].isin(variants)] for name, frame in tables.items()})


def _drops(study: Study, variants: Sequence[str]) -> pd.DataFrame:
    """`less` of each variant's strongest control, with its name: control. No row without controls."""
    own = {variant: _strongest(study, controls_like(study, variant)) for variant in variants}
    found = [
        less(study, [variant for variant in variants if own[variant] == control], control).assign(control=control)
        for control in dict.fromkeys(own.values())
        if control
    ]
    return pd.concat(found) if found else pd.DataFrame(columns=["difference", "low", "high", "control"])


def controls_like(study: Study, variant: str) -> list[str]:
    """The controls of a variant: its own, or those of the variant of V1 and `BASES` that differs from it in the fewest settings."""
    controls = controls_of(study)
    if variant in controls:
        return controls[variant]
    own = _apart(study.settings(variant))
    others = {base: _apart(study.settings(base)) for base in (AGAINST, *BASES) if base in controls}
    differ = {base: sum(own.get(key) != other.get(key) for key in own | other) for base, other in others.items()}
    return controls[min(differ, key=lambda base: differ[base])] if differ else []


def _apart(settings: dict[str, Any]) -> dict[str, Any]:
    """Every setting, the weight of each loss by itself."""
    weights = {f"weights.{name}": weight for name, weight in settings.get("weights", {}).items()}
    return {key: value for key, value in settings.items() if key != "weights"} | weights


def _strongest(study: Study, controls: Sequence[str]) -> str:
    """The control with the best validation AUC; "" of none."""
    scores = study.metrics.query("rows == 'validation' and path == 'p_before' and metric == 'auc'").groupby("variant")["value"].mean()
    return max((control for control in controls if control in scores.index), key=lambda control: float(scores[control]), default="")


def _of(found: pd.DataFrame, variant: str) -> dict[str, float]:
    names = ("difference", "low", "high", "p", "p_holm")
    return {name: float(found[name].get(variant, np.nan)) if name in found else np.nan for name in names}


def _spread(models: pd.DataFrame, variant: str) -> dict[str, float]:
    return {
        "auc": value(models, variant, "auc_glass"),
        **{key: value(models, variant, key) for key in ("gain_sd", "gain_cv", "split_half_r")},
        **{f"split_half_r_{end}": value(models, variant, "split_half_r", end) for end in ("low", "high")},
    }


def _repeats(split_half_r: float) -> str:
    return "" if np.isnan(split_half_r) else "gains repeat" if split_half_r >= LEAST_R else "gains do not repeat"


def _adds(low: float, high: float) -> str:
    if np.isnan(low) or np.isnan(high):
        return ""
    return "gains add" if low > 0 else "gains cost" if high < 0 else "gains add nothing"
