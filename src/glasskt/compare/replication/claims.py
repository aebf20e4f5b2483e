"""What the sentences of the report claim, each as a predicate on its tables: the text follows the figures, whichever way they fall."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from glasskt.compare import notes_gain
from glasskt.compare.replication import ablation
from glasskt.compare.replication.models import value

Report = Mapping[str, pd.DataFrame]

UNIFORM = notes_gain.ASKED["gain_sd"]
"""Gains whose sd over skills is below it are uniform, by note 001."""
NOTES = ("gainakt3.v1", "gainakt3.v2", "gainakt3.v3_warmup", "gainakt3.v3_phase1", "gainakt3.v3_current", "gainakt3.v3_phase2")
"""The versions of the notes that have a gain for every skill."""
LOSSES = ("gainakt3.v2", "gainakt3.v3_phase1")
"""The versions that pay for variance, or for variance and contrast."""


def claims(report: Report) -> dict[str, bool]:
    """Claim -> whether it holds; one whose variants the study lacks is left out."""
    found = {name: claim(report) for name, claim in CLAIMS.items()}
    return {name: value for name, value in found.items() if value is not None}


def uniform(report: Report, variants: Sequence[str]) -> dict[str, bool]:
    """Variant -> whether its true gains are uniform over skills; those of `variants` that have gains of all skills."""
    spreads = {variant: value(report["gains_models"], variant, "gain_sd") for variant in variants}
    return {variant: spread < UNIFORM for variant, spread in spreads.items() if not np.isnan(spread)}


def gains_add(report: Report) -> dict[str, str]:
    """Variant -> "add" where its learned gains beat the strongest control, "nothing" where they do not, "cost" where they lose."""
    best = ablation.strongest(report["gains_ablation"])
    return {
        str(variant): "add" if low > 0 else "cost" if high < 0 else "nothing"
        for variant, low, high in zip(best.index, best["low"], best["high"], strict=True)
    }


def _gains_are_uniform(report: Report) -> bool | None:
    """The true gains of every version of the notes have an sd over skills below what note 001 asks."""
    found = uniform(report, NOTES)
    return all(found.values()) if found else None


def _gains_differ(report: Report) -> bool | None:
    """The true gains of every version of the notes have at least the sd over skills that note 001 asks."""
    found = uniform(report, NOTES)
    return not any(found.values()) if found else None


def _scalar_is_blind(report: Report) -> bool | None:
    """The scalar is near-constant in every variant, also where the true gains are not uniform."""
    models = report["gains_models"]
    variants = list(dict.fromkeys(models["variant"]))
    scalars = models.loc[models["key"] == "legacy_sd", "value"]
    found = uniform(report, variants)
    return None if scalars.empty or not found else bool((scalars < UNIFORM).all()) and not all(found.values())


def _warmup_predicts_better(report: Report) -> bool | None:
    """The glass path of the inverse warm-up beats that of every version it is set against, beyond noise."""
    return _beats(report, "gainakt3.v3_warmup", "auc_glass")


def _warmup_spreads_gains(report: Report) -> bool | None:
    """Its gains spread wider than theirs, beyond noise."""
    return _beats(report, "gainakt3.v3_warmup", "gain_sd")


def _losses_buy_spread(report: Report) -> bool | None:
    """A version with a variance loss has gains that spread wider than V1's, beyond noise."""
    return _any_beats(report, "gain_sd")


def _losses_buy_reliability(report: Report) -> bool | None:
    """A version with a variance loss has gains that repeat better than V1's, beyond noise."""
    return _any_beats(report, "split_half_r")


def _losses_cost_reliability(report: Report) -> bool | None:
    """A version with a variance loss has gains that repeat worse than V1's, beyond noise."""
    return _any_beats(report, "split_half_r", sign=-1)


def _beats(report: Report, variant: str, key: str, sign: int = 1) -> bool | None:
    rows = report["gains_contrasts"]
    own = rows[(rows["variant"] == variant) & (rows["key"] == key)]
    return None if own.empty else bool(((sign * own["difference"] > 0) & (own["beyond"] == 1)).all())


def _any_beats(report: Report, key: str, sign: int = 1) -> bool | None:
    found = [beats for variant in LOSSES if (beats := _beats(report, variant, key, sign)) is not None]
    return any(found) if found else None


CLAIMS: dict[str, Callable[[Report], bool | None]] = {
    "gains_are_uniform": _gains_are_uniform,
    "gains_differ": _gains_differ,
    "scalar_is_blind": _scalar_is_blind,
    "warmup_predicts_better": _warmup_predicts_better,
    "warmup_spreads_gains": _warmup_spreads_gains,
    "losses_buy_spread": _losses_buy_spread,
    "losses_buy_reliability": _losses_buy_reliability,
    "losses_cost_reliability": _losses_cost_reliability,
}
