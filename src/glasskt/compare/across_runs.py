"""Checks that need several runs: whether gains repeat on other students, and what is lost without them.

A single run cannot answer these, so they are found here and stand among the others in the table of checks.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasskt.checks.parts.finding import Finding
from glasskt.compare.metrics import Estimate
from glasskt.compare.replication import ablation, reliability
from glasskt.compare.replication.members import halves_of
from glasskt.compare.replication.traced import Traced
from glasskt.compare.study import CHECK, RUN, Study

LEAST_R = 0.7
"""What plain per-skill parameters reach on ASSIST2015, see the measured facts on split halves in docs/checks.md."""


def found(study: Study, traced: Sequence[Traced]) -> pd.DataFrame:
    """Rows of `Study.checks`, one per variant and quantity, under the variant's first run."""
    rows = [*_reliability(study, traced), *_ablation(study, traced)]
    first = study.runs.drop_duplicates("variant").set_index("variant")
    named = [{**{key: first.at[variant, key] for key in RUN if key != "variant"}, "variant": variant, **row} for variant, row in rows]
    numbers = ["value", "low", "high", "null", "threshold", "n"]
    return pd.DataFrame(named, columns=[*RUN, *CHECK]).astype(dict.fromkeys(numbers, float))


def _reliability(study: Study, traced: Sequence[Traced]) -> Iterator[tuple[str, dict[str, Any]]]:
    for variant in halves_of(study):
        for figure in reliability.figures(study, traced, variant):
            if figure["key"] == "split_half_r":
                yield (
                    variant,
                    Finding(
                        quantity="r(gains of two halves)",
                        question="Do the gains of skills repeat in a model that saw other students?",
                        estimate=Estimate(figure["value"], figure["low"], figure["high"]),
                        null=0.0,
                        null_is="gains shuffled among skills",
                        threshold=LEAST_R,
                        better="higher",
                        source="spec of the checks, 5.3a",
                        n=figure["runs"],
                    ).as_json("gain_reliability"),
                )


def _ablation(study: Study, traced: Sequence[Traced]) -> Iterator[tuple[str, dict[str, Any]]]:
    strongest = ablation.strongest(ablation.table(study, traced))
    for variant, row in strongest.iterrows():
        yield (
            str(variant),
            Finding(
                quantity="AUC lost to the strongest control",
                question="What is lost when the learned part is fixed and the model is trained anew?",
                estimate=Estimate(*(float(row[name]) if np.isfinite(row[name]) else np.nan for name in ("drop", "low", "high"))),
                null=0.0,
                null_is=f"the control {row['control']}",
                threshold=None,
                better="higher",
                source="spec of the checks, 5.3e",
                n=int(row["runs"]),
            ).as_json("ablation_drop"),
        )
