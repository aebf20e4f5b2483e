"""The decision tree of note 001, which option to try when the inverse warm-up leaves the gains with such a spread, beside what they did.

The spread that chooses a branch is read twice: by the notes' measure, the scalar that is the same for all skills, and as its name says.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from glasskt.compare import pairs
from glasskt.compare.layout import compact, interval, number
from glasskt.compare.replication import rethinks
from glasskt.compare.replication.models import value
from glasskt.compare.study import Study

TEXT = ("branch", "says", "variant", "verdict")
_NUMBERS = ("as_noted", "measured", "auc", "gain_sd", "mastery_r", "difference", "low", "high", "p", "p_holm")
COLUMNS = ["branch", "says", "variant", *_NUMBERS, "verdict"]

WARM_UP = "gainakt3.v3_warmup"
LEAST_MASTERY_R = 0.40
"""What the first branch asks besides."""


@dataclass(frozen=True)
class Branch:
    """`says` what to try where the sd of gains is at least `least` and below that of the branch before."""

    least: float
    says: str
    variant: str


BRANCHES = (
    Branch(0.10, "success: change nothing", WARM_UP),
    Branch(0.05, "option 2: small initial weights", "gainakt3.rethink_small_warmup"),
    Branch(0.02, "option 1: an MLP projection", "gainakt3.rethink_mlp_warmup"),
    Branch(0.00, "option 3: skill-aware attention", "gainakt3.rethink_similar_warmup"),
)


def table(study: Study, models: pd.DataFrame) -> pd.DataFrame:
    """One row per branch; empty where the study lacks the warm-up, V1 or a remedy.

    Arguments:
        study: The study.
        models: The table of gain models.

    Returns:
        Columns: branch (the sd that it asks), says, variant (which does that), as_noted and measured (1 where the warm-up's sd chooses the
        branch, by the notes' measure and as its name says, else 0), auc, gain_sd and mastery_r of the variant, difference (of its test AUC
        from the warm-up's), low, high, p, p_holm (over the options), verdict.
    """
    if WARM_UP not in rethinks.remedies(study):
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(_NUMBERS, float))
    there = [branch.variant for branch in BRANCHES if branch.variant in study.variants]
    moved = rethinks.less(study, there, WARM_UP)
    rows = [_row(models, moved, branch, place) for place, branch in enumerate(BRANCHES)]
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(_NUMBERS, float))


def chosen(gain_sd: float, mastery_r: float) -> int | None:
    """The branch that the tree takes, or None: it has none for a wide spread and a mastery that does not go with the responses.

    Example:
        >>> chosen(0.03, 0.0), chosen(0.2, 0.5), chosen(0.2, 0.1)
        (2, 0, None)
    """
    if np.isnan(gain_sd):
        return None
    place = next(place for place, branch in enumerate(BRANCHES) if gain_sd >= branch.least)
    return place if place or mastery_r > LEAST_MASTERY_R else None


def shown(tree: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    heads = {"auc": "AUC", "gain_sd": "gain sd", "mastery_r": "mastery r", "difference": "less the warm-up", "p_holm": "p"}
    frame = pd.DataFrame({"gain sd of the warm-up": tree["branch"], "the note says": tree["says"]})
    for column, head in {"as_noted": "here, as noted", "measured": "here"}.items():
        frame[head] = tree[column].map({1.0: "yes", 0.0: ""})
    frame["it did"] = tree["variant"]
    for column, head in heads.items():
        frame[head] = [text(column, value) for value in tree[column]]
    limits = zip(tree["low"], tree["high"], strict=True)
    frame["95 %"] = [interval(low, high, rethinks.DIGITS) for low, high in limits]
    return frame.assign(verdict=tree["verdict"])


def text(column: str, value: float) -> str:
    """A figure of `column` as text."""
    if column in ("p", "p_holm"):
        return pairs.p_text(value)
    if column in ("gain_sd", "mastery_r"):
        return compact(value)
    return number(value, 0 if column in ("as_noted", "measured") else rethinks.DIGITS)


def _row(models: pd.DataFrame, moved: pd.DataFrame, branch: Branch, place: int) -> dict[str, Any]:
    warm_up = {key: value(models, WARM_UP, key) for key in ("legacy_sd", "gain_sd", "mastery_r", "mastery_r_noted")}
    changed = {name: float(moved[name].get(branch.variant, np.nan)) for name in ("difference", "low", "high", "p", "p_holm")}
    above = BRANCHES[place - 1].least if place else None
    own = {
        "auc": value(models, branch.variant, "auc_glass"),
        **{key: value(models, branch.variant, key) for key in ("gain_sd", "mastery_r")},
    }
    said = [rethinks.predicts(changed["difference"], changed["p_holm"]), rethinks.spreads(models, branch.variant, WARM_UP)]
    if branch.variant == WARM_UP:
        met = own["gain_sd"] >= branch.least and own["mastery_r"] > LEAST_MASTERY_R
        said = ["success" if met else "no success"]
    return {
        "branch": f"≥ {branch.least:.2f} and mastery r > {LEAST_MASTERY_R:.2f}" if above is None else f"{branch.least:.2f} to {above:.2f}",
        "says": branch.says,
        "variant": branch.variant,
        "as_noted": float(chosen(warm_up["legacy_sd"], warm_up["mastery_r_noted"]) == place),
        "measured": float(chosen(warm_up["gain_sd"], warm_up["mastery_r"]) == place),
        **own,
        **changed,
        "verdict": "; ".join(filter(None, said)),
    }
