"""Does practice ever lower the mastery of the practised skill?

    share of test rows at which mastery falls by more than 1e-6, from before the response to after it or since the skill was practised
    last.

A pass means that the curve of every skill only rises, as a sum of gains that are never negative does. It does not mean that it rises for
the right reasons, and a model whose mastery also follows an ability is not wrong to fail: evidence against a student must lower something.
There is no null: a model that says nothing passes.

Source: notes 000 and 001 (no violation).
"""

from collections.abc import Iterator

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.metrics import mean

NEEDS = ("mastery_before", "mastery_after", "gain")
TOLERANCE = 1e-6


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Share of rows that lower mastery."""
    rows = evidence.rows
    last = rows.groupby(["student", "skill"], sort=False)["mastery_after"].shift().to_numpy(np.float64)  # NaN at a skill's first row
    before, after = evidence["mastery_before"], evidence["mastery_after"]
    falls = (after < before - TOLERANCE) | (before < last - TOLERANCE)
    yield Finding(
        quantity="share of responses that lower mastery",
        question="Does practice ever lower the mastery of the practised skill?",
        estimate=mean(falls.astype(np.float64), evidence.students),
        null=None,
        null_is="",
        threshold=0.0,
        better="lower",
        source="notes 000, 001",
        n=len(evidence),
    )
