"""What the best honest predictor of a study scores on a check, on the same rows: the most that a threshold may ask for.

Source: spec of the checks: a ceiling counts only if its predictor is good. On ASSIST2015 good means the test AUC of the published networks.
"""

import math
from dataclasses import dataclass
from typing import Any

from glasskt.compare.published import GOOD_AUC, SCORED_TEST
from glasskt.compare.study import Study, over_runs

OF_PREDICTOR = {("mastery_response", "r(mastery before, response)"): "r", ("glass_path_auc", "AUC of p before"): "auc"}
"""Check and quantity -> the metric of the best predictor that is its ceiling: what p before itself scores."""

OF_FILTER = ("theta_static", "theta_dynamic")
"""The checks whose ceiling is the exact Rasch filter's value of the same quantity."""

OF_TRUTH = {
    ("mastery_response", "r(mastery before, response)"): ("p_truth", "r(true probability, response)"),
    ("glass_path_auc", "AUC of p before"): ("p_truth", "AUC of the true probability"),
}
"""Check and quantity -> the quantity of the simulator's truth on the same rows: of simulated students a ceiling that needs no predictor."""

OF_ITSELF = ("p_truth", "gain_truth", "theta_truth")
"""Checks of agreement with the truth, in which the truth scores 1."""

OF_FLOOR = {("l_21", "l_21"): "l_21 floor", ("l_21", "l_21 dynamic"): "l_21 floor dynamic"}
"""Check and quantity -> the quantity of the same check that no model can go below: the entropy of the soft targets."""


@dataclass(frozen=True)
class Ceiling:
    """The most that a check can be expected to reach.

    Attributes:
        value: In the unit of the check.
        of: The variant that scores it.
        valid: False where that variant is too weak a predictor to bound anything.
    """

    value: float
    of: str
    valid: bool = True


def ceilings(study: Study, facts: dict[str, Any]) -> dict[tuple[str, str], Ceiling]:
    """The ceiling of each (check, quantity) of a study that has one.

    Arguments:
        study: All runs.
        facts: dataset.json; its `scored_test` tells ASSIST2015, where the quality of a ceiling is known.
    """
    best = {name: _best_predictor(study, facts, metric) for name, metric in OF_PREDICTOR.items()}
    return {**best, **_filtered(study), **_floors(study), **_truths(study)}


def _best_predictor(study: Study, facts: dict[str, Any], metric: str) -> Ceiling:
    """A metric of p before on the test rows of the variant with the best validation AUC."""
    means = over_runs(study.metrics[study.metrics["path"] == "p_before"], ["variant", "rows", "metric"])
    values = dict(zip(zip(means["variant"], means["rows"], means["metric"], strict=True), means["value"].astype(float), strict=True))
    best = max(study.variants, key=lambda variant: values[variant, "validation", "auc"])
    known = facts["scored_test"] == SCORED_TEST
    return Ceiling(values[best, "test", metric], best, valid=not known or values[best, "test", "auc"] >= GOOD_AUC)


def _filtered(study: Study) -> dict[tuple[str, str], Ceiling]:
    """The exact filter's own values of the checks on theta."""
    filters = [variant for variant in study.variants if study.settings(variant).get("predictor") == "rasch_filter"]
    rows = study.checks[study.checks["variant"].isin(filters) & study.checks["check"].isin(OF_FILTER)]
    means = over_runs(rows, ["check", "quantity", "variant"])
    best = means.sort_values("value", ascending=False, kind="stable").drop_duplicates(["check", "quantity"])
    return {
        (row["check"], row["quantity"]): Ceiling(row["value"], row["variant"])
        for row in best.to_dict("records")
        if not math.isnan(row["value"])
    }


def _truths(study: Study) -> dict[tuple[str, str], Ceiling]:
    """What the simulator's truth scores, the same for every variant; nothing where students are real."""
    means = over_runs(study.checks, ["check", "quantity"])
    values = {
        (check, quantity): float(value) for check, quantity, value in zip(*(means[c] for c in ("check", "quantity", "value")), strict=True)
    }
    of_rows = {name: Ceiling(values[truth], "the truth") for name, truth in OF_TRUTH.items() if truth in values}
    agree = {(check, quantity): Ceiling(1.0, "the truth") for check, quantity in values if check in OF_ITSELF and quantity.startswith("r(")}
    return {name: ceiling for name, ceiling in (agree | of_rows).items() if name not in OF_TRUTH.values()}


def _floors(study: Study) -> dict[tuple[str, str], Ceiling]:
    """The entropy of the targets, the same for every variant."""
    means = over_runs(study.checks, ["check", "quantity"])
    values = dict(zip(zip(means["check"], means["quantity"], strict=True), means["value"].astype(float), strict=True))
    return {
        (check, of): Ceiling(values[check, floor], "the targets") for (check, of), floor in OF_FLOOR.items() if (check, floor) in values
    }
