"""What the paper's text needs beside the ledger: names of the leading variants, facts of the study, and tables cut to a page."""

from collections import Counter
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from glasskt import __version__
from glasskt.compare import tables
from glasskt.compare.l23 import quantities
from glasskt.compare.l23.claims import claims
from glasskt.compare.l23.signatures import HEADS
from glasskt.compare.l23.tables import REFERENCE
from glasskt.compare.layout import NOTHING, compact
from glasskt.compare.notes_gain import ASKED
from glasskt.compare.published import SCORED_TEST
from glasskt.compare.replication import ablation
from glasskt.compare.replication import claims as gain_claims
from glasskt.compare.replication import models as gain_models
from glasskt.compare.verdicts import EMPTY, FAIL, INVALID, PASS
from glasskt.paper.figures import courses, trajectory

SIDE_BY_SIDE = 8
"""Variants that fit beside each other on a page."""
_SHORT = {PASS: "pass", FAIL: "fail", INVALID: "inv.", EMPTY: "empty"}


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
    forms = _forms(read["l23_scale"], curve_points(read["l23_lambda"]))
    by_form = {form["form"]: form["variant"] for form in reversed(forms)}
    return {
        "study": study,
        "dataset": facts["dataset"],
        "published": facts["scored_test"] == SCORED_TEST,
        "folds": len(block["folds"]),
        "seeds": len(block["seeds"]),
        "focus": block["focus"],
        "best": _best(read["models"]),
        "forms": forms,
        "by_form": by_form,
        "claims": claims(read, reference_sd(read["l23_scale"]), by_form),
        "as_found": not read["l23_as_found"].empty,
        "reproduced": _reproduced(read["l23_as_found"]),
        "verdict_tables": _verdict_tables(read),
        "curves": list(dict.fromkeys(read["l23_lambda"]["curve"])),
        "gains": _gains(read),
        "verdicts": _verdicts(read["checks"], block["focus"]),
        "lengths": list(trajectory.LENGTHS),
        "courses": list(courses.LENGTHS),
        "backends": _backends(read["backends"]),
        "version": __version__,
        "text": {name: entry["text"] for name, entry in ledger.items()},
        "value": {name: entry["value"] for name, entry in ledger.items()},
    }


def without_halves(read: dict[str, pd.DataFrame], variants: dict[str, dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """The tables without the variants that learn from half of the students: they say whether gains repeat, and are no models of their own.

    Arguments:
        read: The tables.
        variants: The study's blocks by family and name.
    """
    halves = [f"{family}.{name}" for family, blocks in variants.items() for name, settings in blocks.items() if settings.get("half")]
    return {**read, **{name: read[name][~read[name]["variant"].isin(halves)] for name in ("models", "checks")}}


def pages(read: dict[str, pd.DataFrame], focus: str) -> dict[str, pd.DataFrame]:
    """The tables as the paper prints them: the focus variant's checks (its scale stands in the table of forms), and the
    verdicts of all variants."""
    on_curve = curve_points(read["l23_lambda"])
    shown = {
        name: tables.SHOWN[name](table[~table["variant"].isin(on_curve)] if name in quantities.WORDS else table)
        for name, table in read.items()
        if name not in ("checks", "practice")
    }
    own = _printed(read["checks"], focus)
    return {
        **shown,
        "checks": tables.SHOWN["checks"](own.assign(null_is=own["null_is"].map(_without_explanation))),
        **dict(zip(_verdict_tables(read), _verdicts_side_by_side(read), strict=True)),
    }


def _verdicts_side_by_side(read: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """The matrix of verdicts of all variants but the points of curves, cut to the width of a page."""
    checks = read["checks"]
    wide = verdict_matrix(checks[~checks["variant"].isin(curve_points(read["l23_lambda"]))])
    return [wide.iloc[:, [0, *range(first, min(first + SIDE_BY_SIDE, wide.shape[1]))]] for first in range(1, wide.shape[1], SIDE_BY_SIDE)]


def _verdict_tables(read: dict[str, pd.DataFrame]) -> list[str]:
    return [f"verdicts_{part}" for part, _ in enumerate(_verdicts_side_by_side(read), start=1)]


def verdict_matrix(checks: pd.DataFrame) -> pd.DataFrame:
    """A row for every quantity that has a threshold, a column for every variant: value and short verdict."""
    judged = checks[checks["threshold"].notna() & (checks["better"] != "none")]
    sign = judged["better"].map({"higher": "≥ ", "lower": "≤ "})
    asked = judged["quantity"] + " " + sign + judged["threshold"].map(compact)
    cells = judged["value"].map(compact) + " " + judged["verdict"].map(lambda verdict: _SHORT.get(verdict, "unatt."))
    frame = pd.DataFrame({"asked": asked, "variant": judged["variant"], "cell": cells})
    variants, rows = list(dict.fromkeys(frame["variant"])), list(dict.fromkeys(frame["asked"]))
    wide = frame.drop_duplicates(["asked", "variant"]).pivot(index="asked", columns="variant", values="cell")
    heads = {variant: variant.replace(".", "./", 1) for variant in variants}  # the page breaks a heading at a slash
    return wide.reindex(index=rows, columns=variants).fillna(NOTHING).reset_index().rename(columns={"asked": "", **heads})


def _backends(backends: pd.DataFrame) -> list[dict[str, str]]:
    """The fits, each with the guards that refuse it in words."""
    return [
        {"fit": fit, "kind": kind, "responses": responses, "refused_by": refused.replace("_", " ")}
        for fit, kind, responses, refused in backends[["fit", "kind", "responses", "refused_by"]].itertuples(index=False)
    ]


def _best(models: pd.DataFrame) -> dict[str, str]:
    """The variant with the best test AUC of each group that the study has; of "published", the best published model."""
    best = models.sort_values("test_auc", ascending=False, kind="stable").drop_duplicates("group")
    return dict(zip(best["group"].str.replace(" ", "_"), best["variant"], strict=True))


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
        "asked": {key: f"{threshold:g}" for key, threshold in ASKED.items()},
        "noted": not read["gains_replication"].empty,
        "verdicts": dict(Counter(read["gains_replication"]["verdict"])),
    }


def _reproduced(signatures: pd.DataFrame) -> list[dict[str, str]]:
    """The as-found variants that come within a factor of two of a figure of the note, and those figures."""
    met = signatures[signatures["reproduced"] == 1]
    words = met["key"].map(HEADS)
    return [
        {"variant": str(variant), "figures": ", ".join(figures)}
        for variant, figures in words.groupby(met["variant"], sort=False).agg(list).items()
    ]


def reference_sd(scale: pd.DataFrame) -> float:
    """sd of the static targets over the rows that theta is judged on, in logits; NaN in a study without an l_23."""
    of_reference = scale[(scale["source"] == REFERENCE) & (scale["key"] == "theta_sd")]["value"]
    return float(of_reference.iloc[0]) if len(of_reference) else float("nan")


def curve_points(trade_off: pd.DataFrame) -> list[str]:
    """Variants that stand on a curve of lambda and are not the core variant that it is named after."""
    return [variant for variant, curve in zip(trade_off["variant"], trade_off["curve"], strict=True) if variant != curve]


def _forms(scale: pd.DataFrame, on_curve: Collection[str]) -> list[dict[str, str]]:
    """The study's core variants that have an l_23, with its form."""
    own = scale[(scale["source"] == "this study") & ~scale["variant"].isin(on_curve)].drop_duplicates("variant")
    return [{"variant": variant, "form": form} for variant, form in zip(own["variant"], own["form"], strict=True)]


def _verdicts(checks: pd.DataFrame, focus: str) -> dict[str, int]:
    """How many of the focus variant's printed checks end in each verdict."""
    counts = Counter(verdict.partition(" (")[0] for verdict in _printed(checks, focus)["verdict"])
    return dict(sorted(counts.items()))


def _printed(checks: pd.DataFrame, focus: str) -> pd.DataFrame:
    """The focus variant's rows, without its scale."""
    return checks[(checks["variant"] == focus) & (checks["check"] != "scale")]


def _without_explanation(null_is: str) -> str:
    """What a null is, without its explanation."""
    return null_is.partition(" (")[0].partition(":")[0]
