"""Does anything that is called *before* know the response, or what comes after it?

    largest change of p, mastery and theta before a response, once that response is turned round and the future is cut off,

relative to 1 + the size of the quantity, over up to 2,000 test rows drawn at random; and the share of these rows at which it exceeds 1e-4.

A pass means that these rows do not leak. It does not prove that no row does, and it says nothing about leaks of the data, such as one
response spread over several rows. The null is what a model that states the *after* for the *before* would score: the median change that
a response makes to the state.

Source: the evaluation faults of published code (a state that has seen its own response), see the spec of the checks, 5.3c.
"""

from collections.abc import Iterator

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.metrics import Estimate, mean

NEEDS = ("response",)
TOLERANCE = 1e-4
"""Single precision, summed in another order, moves a state by less."""
QUESTION = "Does anything called before know the response or the future?"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """The largest change, and how often there is one."""
    if evidence.flips is None or evidence.flips.empty:
        return
    leak = evidence.flips["leak"].to_numpy(np.float64)
    leaks = mean((leak > TOLERANCE).astype(np.float64), Clusters.of(evidence.flips["student"].to_numpy()))
    yield _finding("share of rows that leak", leaks, 1.0, len(leak), threshold=0.0)
    yield _finding("largest change by the future", Estimate(float(leak.max())), _after_for_before(evidence), len(leak))


def _after_for_before(evidence: Evidence) -> float | None:
    both = evidence.complete(("mastery_before", "mastery_after"))
    return float(np.median(np.abs(both["mastery_after"] - both["mastery_before"]))) if len(both) else None


def _finding(quantity: str, estimate: Estimate, null: float | None, n: int, *, threshold: float | None = None) -> Finding:
    return Finding(
        quantity=quantity,
        question=QUESTION,
        estimate=estimate,
        null=null,
        null_is="" if null is None else "a model that states the after for the before",
        threshold=threshold,
        better="none" if threshold is None else "lower",
        source="spec of the checks, 5.3c",
        n=n,
    )
