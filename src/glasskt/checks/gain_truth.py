"""Are the gains of skills the true ones?

    r over skills of mean gain and mean true gain, over the test rows that practise the skill, skills with at least 30 rows,

on simulated students, whose truth is known. Of a model with a mastery before and after, the same for its mean step in logits.

A pass means that differences between skills are real, on any scale. It does not mean that the model has the size of gains right. The null
is 0, gains shuffled among skills; the ceiling is the truth itself, which scores 1 by definition. Gains that follow the response are
judged by what they are on average, so an easy skill with many right answers may look like one that teaches much.

Source: spec of the checks, 5.3d.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import logit

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.metrics import correlation

NEEDS = ("gain_true",)
LEAST_ROWS, LEAST_SKILLS = 30, 5
EDGE = 1e-6


def findings(evidence: Evidence) -> Iterator[Finding]:
    """r of the gains, r of the steps of mastery."""
    gains = evidence.complete(("gain",))
    yield from _recovered(gains, gains["gain"] if len(gains) else np.empty(0), "gain")
    steps = evidence.complete(("mastery_before", "mastery_after"))
    if len(steps):
        before, after = (logit(np.clip(steps[f"mastery_{when}"], EDGE, 1 - EDGE)) for when in ("before", "after"))
        yield from _recovered(steps, after - before, "step of mastery")


def _recovered(evidence: Evidence, values: np.ndarray, of: str) -> Iterator[Finding]:
    if not len(evidence):
        return
    known = evidence.rows.assign(value=values).groupby("skill")[["value", "gain_true"]].agg(["mean", "size"])
    known = known[known["value", "size"] >= LEAST_ROWS]
    if len(known) < LEAST_SKILLS:
        return
    mine, true = (known[column, "mean"].to_numpy(np.float64) for column in ("value", "gain_true"))
    yield Finding(
        quantity=f"r({of} of a skill, true gain)",
        question="Are the gains of skills the true ones?",
        estimate=correlation(mine, true, Clusters.of(known.index.to_numpy())),
        null=0.0,
        null_is="gains shuffled among skills",
        threshold=None,
        better="higher",
        source="spec of the checks, 5.3d",
        n=len(known),
    )
