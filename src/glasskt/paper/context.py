"""What the paper's text needs beside the ledger: the leading variants, facts of the study, and which claims its figures bear out."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from glasskt import __version__
from glasskt.checks import gain_spread
from glasskt.compare import power_table, practice_table
from glasskt.compare.l23 import claims, trade_off
from glasskt.compare.l23.signatures import HEADS, TOGETHER
from glasskt.compare.notes_gain import ASKED
from glasskt.compare.published import SCORED_TEST
from glasskt.compare.replication import ablation, measured, rethinks
from glasskt.compare.replication import claims as gain_claims
from glasskt.compare.replication import models as gain_models
from glasskt.data.catalogue import ON_REQUEST
from glasskt.paper.figures import courses, trajectory
from glasskt.paper.pages import printed, verdict_tables
from glasskt.paper.variants import Variants, reference_sd

POWER = (power_table.TELLS, power_table.UNSURE, power_table.LENIENT, power_table.SEVERE, power_table.EMPTY)

OF_ABILITY = ("l_23", "theta_dynamic", "theta_static")
"""Checks that ask of a model's ability what the exact filter's answers."""

ROUNDING = 1e-9
"""Mean squared logits between an ability and the filter's below which they are one."""

AGREES = 0.99
"""Correlation of two fits' difficulties from which they agree."""


def context(
    study: str, block: dict[str, Any], facts: dict[str, Any], ledger: dict[str, dict[str, Any]], read: dict[str, pd.DataFrame]
) -> dict[str, Any]:
    """JSON-ready facts for the text.

    Arguments:
        study: The study's name.
        block: Its block in params.yaml.
        facts: dataset.json.
        ledger: Every number by id.
        read: The tables.
    """
    variants = Variants.of(read)
    best, target_sd = _best(read["models"], variants), reference_sd(read["l23_scale"])
    verdicts = verdict_tables(read)
    black_box = ledger[f"models/{best['black_box']}/test_auc"]["value"] if "black_box" in best else float("nan")
    return {
        "study": study,
        "dataset": facts["dataset"],
        "not_run": [data.title for name, data in ON_REQUEST.items() if name != facts["dataset"]],
        "published": facts["scored_test"] == SCORED_TEST,
        "folds": len(block["folds"]),
        "some_on_one_fold": len(block["folds"]) > 1 and bool(block.get("one_fold")),
        "seeds": len(block["seeds"]),
        "focus": block["focus"],
        "best": best,
        "by_form": variants.core,
        "variations": bool(variants.variations),
        "claims": claims.claims(read, target_sd, variants.core),
        "keeps_auc": claims.keeps_auc(read, variants.core, black_box),
        "noise": str(trade_off.NOISE),
        "curves": {form: ends for form, core in variants.core.items() if (ends := trade_off.ends(read["l23_lambda"], core))},
        "as_found": not read["l23_as_found"].empty,
        "reproduced": _reproduced(read["l23_as_found"]),
        "alone": {
            "collapses": _with_faults(read["l23_as_found"], claims.collapses_alone(read, target_sd)),
            "l_bce": _with_faults(read["l23_as_found"], claims.reproduces_alone(read, "l_bce")),
        },
        "stops": practice_table.stops(read["practice"]),
        "verdict_tables": list(verdicts),
        "filters_in": [_filters(read["checks"], table) for table in verdicts.values()],
        "gains": _gains(read),
        "remedies": _remedies(read["rethinks"]),
        "verdicts": _verdicts(read["checks"], block["focus"]),
        "ability_is_the_filter": _is_the_filter(printed(read["checks"], block["focus"])),
        "compared": not read["pairs"].empty,
        "notes": len(read["notes"]),
        "lengths": list(trajectory.LENGTHS),
        "courses": list(courses.LENGTHS),
        "levels": [f"{100 * level:.0f}th" for level in courses.LEVELS.values()],
        "near": {"auc": str(measured.NEAR_AUC), "other": str(measured.NEAR)},
        "py_irt_agrees": ledger.get("backends/py-irt/mml_r", {"value": 0.0})["value"] > AGREES,
        "backends": _backends(read["backends"]),
        "version": __version__,
        "text": {name: entry["text"] for name, entry in ledger.items()},
        "value": {name: entry["value"] for name, entry in ledger.items()},
    }


def _backends(backends: pd.DataFrame) -> list[dict[str, str]]:
    """The fits, each with the guards that refuse it in words."""
    return [
        {"fit": fit, "kind": kind, "responses": responses, "refused_by": refused.replace("_", " ")}
        for fit, kind, responses, refused in backends[["fit", "kind", "responses", "refused_by"]].itertuples(index=False)
    ]


def _best(models: pd.DataFrame, variants: Variants) -> dict[str, str]:
    """The variant with the best test AUC of each group that the study has, of those that a table of models prints; of "published", the
    best published model; of "trained", the best of the study."""
    own = models[~models["variant"].isin(variants.beyond_core)]
    best = own.sort_values("test_auc", ascending=False, kind="stable").drop_duplicates("group")
    trained = best.loc[best["group"] != "published", "variant"]
    return {"trained": trained.iloc[0], **dict(zip(best["group"].str.replace(" ", "_"), best["variant"], strict=True))}


def _gains(read: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Which variants have gains, what is claimed of them, and whose gains are uniform, repeat and add."""
    models = read["gains_models"]
    variants = list(dict.fromkeys(models["variant"]))
    uniform = gain_claims.uniform(read, variants)
    return {
        "variants": variants,
        "claims": gain_claims.claims(read),
        "of_notes": [variant for variant in gain_claims.NOTES if variant in uniform],
        "uniform": [variant for variant, is_uniform in uniform.items() if is_uniform],
        "differ": [variant for variant, is_uniform in uniform.items() if not is_uniform],
        "widest": max(variants, key=lambda variant: np.nan_to_num(gain_models.value(models, variant, "gain_sd")), default=None),
        "repeated": list(models.loc[(models["key"] == "split_half_r") & models["value"].notna(), "variant"]),
        "controls": {
            variant: str(row) for variant, row in ablation.strongest(read["gains_ablation"])["control"].items() if variant in variants
        },
        "add": gain_claims.gains_add(read),
        "contrasts": read["gains_contrasts"][["variant", "against", "key"]].to_dict("records"),
        "asked": {**{key: f"{threshold:g}" for key, threshold in ASKED.items()}, "gain_sd_later": f"{gain_spread.OVER_SKILLS:.2f}"},
        "noted": not read["gains_replication"].empty,
        "verdicts": _figures_by_verdict(read["gains_replication"]),
    }


def _remedies(table: pd.DataFrame) -> dict[str, Any]:
    """How many remedies of the notes were run, and how many of them end in each part of a verdict."""
    verdicts = table.loc[table["variant"].str.startswith(rethinks.PREFIX), "verdict"]
    return {"run": len(verdicts), "said": dict(Counter(part for verdict in verdicts for part in verdict.split("; ")))}


def _reproduced(signatures: pd.DataFrame) -> list[dict[str, str]]:
    """The variants with all the faults that come within a factor of two of a figure of the note, and those figures."""
    met = signatures[(signatures["reproduced"] == 1) & (signatures["kind"] == TOGETHER)]
    words = met["key"].map(HEADS)
    return [
        {"variant": str(variant), "figures": ", ".join(figures)}
        for variant, figures in words.groupby(met["variant"], sort=False).agg(list).items()
    ]


def _with_faults(signatures: pd.DataFrame, variants: list[str]) -> list[dict[str, str]]:
    """Variants, each with its faults in words."""
    faults = signatures.drop_duplicates("variant").set_index("variant")["faults"]
    return [{"variant": variant, "faults": str(faults[variant])} for variant in variants]


def _verdicts(checks: pd.DataFrame, focus: str) -> dict[str, int]:
    """How many of the focus variant's printed checks end in each verdict; without those of an ability that is the filter's by construction,
    which say nothing of the variant."""
    own = printed(checks, focus)
    if _is_the_filter(own):
        own = own[~own["check"].isin(OF_ABILITY)]
    counts = Counter(verdict.partition(" (")[0] for verdict in own["verdict"])
    return dict(sorted(counts.items()))


def _is_the_filter(checks: pd.DataFrame) -> bool:
    """Whether a variant's ability is the exact filter's own."""
    return bool((checks.loc[checks["quantity"] == "l_23 dynamic", "value"] < ROUNDING).any())


def _filters(checks: pd.DataFrame, verdicts: pd.DataFrame) -> list[str]:
    """The variants of a table of verdicts whose ability is the exact filter's own."""
    return [variant for variant in verdicts.columns[1:] if _is_the_filter(checks[checks["variant"] == variant])]


def _figures_by_verdict(replication: pd.DataFrame) -> dict[str, int]:
    """How many of the notes' figures end in each verdict; one that two variants repeat counts once, by the first of them."""
    return dict(Counter(replication.drop_duplicates(["source", "run", "key"])["verdict"]))


def power_counts(power: pd.DataFrame | None) -> dict[str, Any]:
    """How many quantities the checks tell apart on simulated students, by what is said of them; empty without the power table."""
    if power is None:
        return {}
    counts = Counter(power["says"])
    unable = power.loc[power["says"] == power_table.LENIENT, "quantity"].tolist()
    return {"counts": {said: counts.get(said, 0) for said in POWER}, "unable": unable, "cohorts": int(power["replications"].max())}
