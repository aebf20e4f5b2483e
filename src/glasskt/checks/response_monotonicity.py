"""Is a right answer good news?

One earlier answer to the same skill is set to wrong and to right, all else as it was, over up to 2,000 test rows:

    effect = mean of ( state if right - state if wrong ), and the share of rows at which the state is lower if right (by more than 1e-5),

where the state is the mastery of the skill, or in a model without one its probability of a right answer.

A pass means that better answers never lower what the model says of a skill, which teachers and students take for granted. It does not
mean that mastery should never fall: it may fall from step to step, see monotonicity. The null of the share is one half, a state that
moves up and down by chance; that of the effect is 0, a practice counter, which looks at no answer.

Source: Kim et al. (2021), "Behavioral testing of deep neural network knowledge tracing models", EDM; counterfactual monotonicity as in
CMKT (arXiv 2308.03377).
"""

from collections.abc import Iterator

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.metrics import Estimate, mean

NEEDS = ("response",)
TOLERANCE = 1e-5


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Share of rows at which a right answer lowers the state, and its mean effect."""
    flips = evidence.flips
    if flips is None or flips.empty:
        return
    effect = flips["if_right"].to_numpy(np.float64) - flips["if_wrong"].to_numpy(np.float64)
    students = Clusters.of(flips["student"].to_numpy())
    lowered = (effect < -TOLERANCE).astype(np.float64)
    yield _finding("share of answers that count against it", mean(lowered, students), 0.5, "a state that moves by chance", len(flips), 0.0)
    yield _finding("effect of one right answer", mean(effect, students), 0.0, "a practice counter", len(flips), None)


def _finding(quantity: str, estimate: Estimate, null: float, null_is: str, n: int, threshold: float | None) -> Finding:
    return Finding(
        quantity=quantity,
        question="Does a right answer ever lower the later state of its skill?",
        estimate=estimate,
        null=null,
        null_is=null_is,
        threshold=threshold,
        better="higher" if threshold is None else "lower",
        source="Kim et al. 2021",
        n=n,
    )
