"""Do gains differ between skills?

    mean over interactions of sd over skills ( gain[t, s] ),

on the gains of all C skills after each response of the sampled students. Beside it the mean and sd of the gain of the practised skill over
the test rows, and of the legacy scalar, which the notes exported under the name of the gains (see `models.parts.legacy_gain`).

A pass means that the model gives skills different gains at the same moment. It does not mean that the differences are true: a variance loss
buys any spread, and only gains that repeat on other students (split halves) or match a known truth are evidence. The null of the spread is
0, one gain for all skills; of the others there is none.

Source: notes 000 to 002 (sd > 0.05, then 0.10).
"""

from collections.abc import Iterator

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.metrics import Estimate, mean, sd

NEEDS = ("gain",)

OVER_SKILLS, PRACTISED = 0.10, 0.05
QUESTION = "Do gains differ between skills?"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Spread over skills; mean and sd of what stands beside it."""
    if evidence.gains is not None and len(evidence.gains):
        spread = evidence.gains.astype({"gain": np.float64}).groupby(["student", "step"], sort=False)["gain"].std(ddof=0).reset_index()
        values = spread["gain"].to_numpy()
        estimate = mean(values, Clusters.of(spread["student"].to_numpy()))
        yield _finding("sd of gains over skills", estimate, len(values), null=0.0, threshold=OVER_SKILLS)
    for column, of in {"gain": "practised gains", "legacy_gain": "the legacy scalar"}.items():
        known = evidence.complete((column,))
        if len(known):
            yield _finding(f"mean of {of}", mean(known[column], known.students), len(known))
            asked = PRACTISED if column == "gain" else None
            yield _finding(f"sd of {of}", sd(known[column], known.students), len(known), threshold=asked)


def _finding(quantity: str, estimate: Estimate, n: int, *, null: float | None = None, threshold: float | None = None) -> Finding:
    return Finding(
        quantity=quantity,
        question=QUESTION,
        estimate=estimate,
        null=null,
        null_is="" if null is None else "one gain for all skills",
        threshold=threshold,
        better="none" if threshold is None else "higher",
        source="notes 000 to 002",
        n=n,
    )
