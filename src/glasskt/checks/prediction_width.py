"""Do the predictions of the interpretable path differ between students, skills and moments at all?

    range = max(p_before) - min(p_before),        central width = q(0.975) - q(0.025) of p_before

A pass means that the path does not answer "about the base rate" to everyone. It does not mean that the differences are right: noise is
wide too. The range is the distance of two extreme rows, grows with the number of rows and has no useful interval; the central width has
one. The null answers each skill's own success rate on these rows.

Source: notes 000 and 001 (range > 0.3). The notes' second encoder squashes a mastery in [0, 1] less a threshold by a sigmoid of
temperature 1, which cannot be wider than sigmoid(0.5) - sigmoid(-0.5) = 0.245 about a middling threshold: there the threshold asks for a
temperature below 1.
"""

from collections.abc import Iterator

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Floats
from glasskt.compare.metrics import Estimate, width

NEEDS = ("p_before", "mastery_before", "response")

THRESHOLD = 0.3
CENTRAL = 0.95
_NULL_IS = "each skill's success rate as the prediction"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Range and central 95 % width of p_before."""
    if not evidence.has_glass_path:
        return
    p = evidence["p_before"]
    success = _success_rate(evidence)
    yield _finding("range of p before", Estimate(np.ptp(p)), float(np.ptp(success)), len(p))
    low, high = np.quantile(success, [(1 - CENTRAL) / 2, (1 + CENTRAL) / 2], method="inverted_cdf")
    yield _finding("central 95 % width of p before", width(p, CENTRAL, evidence.students), high - low, len(p))


def _finding(quantity: str, estimate: Estimate, null: float, n: int) -> Finding:
    return Finding(
        quantity=quantity,
        question="Do the predictions of the interpretable path differ?",
        estimate=estimate,
        null=null,
        null_is=_NULL_IS,
        threshold=THRESHOLD,
        better="higher",
        source="notes 000, 001",
        n=n,
    )


def _success_rate(evidence: Evidence) -> Floats:
    rates: Floats = evidence.rows.groupby("skill")["response"].transform("mean").to_numpy(np.float64)
    return rates
