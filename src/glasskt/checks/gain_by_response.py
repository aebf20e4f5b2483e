"""Is more gained by a right answer than by a wrong one?

    mean gain of the practised skill after a right answer / after a wrong one, and r(gain, response), over the test rows;

the ratio also of the legacy scalar that the notes exported.

The ratio is reported and never a pass: a gain that is the response itself has an infinite one, while a sound state space has one below 1,
since the right answer is absorbed as evidence before anything is gained. So it is not evidence of learning either way. The null of the
ratio is 1 and that of r is 0: a gain that does not look at the response.

Source: notes 000 to 002 (ratio > 1.2), note 002 for r.
"""

from collections.abc import Iterator

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.metrics import Estimate, correlation, ratio_of_means

NEEDS = ("gain", "response")

THRESHOLD = 1.2


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Ratio of the gains and of the legacy scalar, and r of the gains."""
    for column, of in {"gain": "gain", "legacy_gain": "legacy scalar"}.items():
        known = evidence.complete((column,))
        if len(known) and np.ptp(known["response"]):
            ratio = ratio_of_means(known[column], known["response"], known.students)
            yield _finding(f"{of} after right / after wrong", ratio, 1.0, THRESHOLD, len(known))
    yield _finding("r(gain, response)", correlation(evidence["gain"], evidence["response"], evidence.students), 0.0, None, len(evidence))


def _finding(quantity: str, estimate: Estimate, null: float, threshold: float | None, n: int) -> Finding:
    return Finding(
        quantity=quantity,
        question="Is more gained by a right answer than by a wrong one?",
        estimate=estimate,
        null=null,
        null_is="a gain that does not look at the response",
        threshold=threshold,
        better="none",
        source="notes 000 to 002",
        n=n,
    )
