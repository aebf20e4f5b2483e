"""Does sigmoid(theta_t - beta_q) assign the probabilities that item response theory assigns?

    l_21 = mean of H(M_ref, M) = -M_ref log M - (1 - M_ref) log(1 - M),   M = sigmoid(theta_before - beta)
    KL   = l_21 - mean of H(M_ref, M_ref)                                 (0 for perfect agreement)

over all scored responses, in nats; static: M_ref = sigmoid(theta_IRT - beta_IRT) with the student's ability from all responses; dynamic:
M_ref is the Bayes filter's probability before the response. In a split model M is read from theta alone: its deviation is what item
response theory lacks.

A pass means that the model's probabilities are the reference's. It does not mean that they predict better, and a student who learns is
not described by a static reference. The notes' threshold of 0.15 on l_21 cannot be met: cross-entropy against soft targets never falls
below their own entropy (the floor, reported beside it: about 0.5 at a spread of 0.8 logits, and still 0.27 at a spread of 4); the KL has
no floor. The null is the best constant per skill: each skill's mean M_ref on these rows.

Source: note 003 (l_21 < 0.15); KL and floor: experiments I3.8.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Floats
from glasskt.compare.metrics import mean

NEEDS = ("theta_before", "beta", "p_irt", "p_irt_before")

THRESHOLD = 0.15
_NULL_IS = "the best constant per skill"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Cross-entropy, its floor and the divergence, against the static and the dynamic reference."""
    logit = evidence["theta_before"] - evidence["beta"]
    yield from _against(evidence, logit, evidence["p_irt"], "")
    yield from _against(evidence, logit, evidence["p_irt_before"], " dynamic")


def _against(evidence: Evidence, logit: Floats, reference: Floats, which: str) -> Iterator[Finding]:
    constant = pd.Series(reference).groupby(evidence["skill"]).transform("mean").to_numpy(np.float64)
    own, crossed = _cross_entropy(_logit(reference), reference), _cross_entropy(logit, reference)
    by_skill = _cross_entropy(_logit(constant), reference)
    question = f"Does sigmoid(theta - beta) agree with the{which or ' static'} IRT probability?"

    def finding(quantity: str, values: Floats, null: float | None, threshold: float | None) -> Finding:
        return Finding(
            quantity=quantity + which,
            question=question,
            estimate=mean(values, evidence.students),
            null=null,
            null_is=_NULL_IS if null is not None else "none: it belongs to the reference, not to the model",
            threshold=threshold,
            better="lower" if null is not None else "none",
            source="note 003",
            n=len(evidence),
        )

    yield finding("l_21", crossed, float(by_skill.mean()), THRESHOLD)
    yield finding("l_21 KL", crossed - own, float((by_skill - own).mean()), None)
    yield finding("l_21 floor", own, None, None)


def _cross_entropy(logit: Floats, target: Floats) -> Floats:
    """-target log sigmoid(logit) - (1 - target) log sigmoid(-logit), finite at any logit."""
    return np.logaddexp(0, logit) - target * logit


def _logit(p: Floats) -> Floats:
    bounded = np.clip(p, np.finfo(np.float64).eps, 1 - np.finfo(np.float64).eps)
    return np.log(bounded) - np.log1p(-bounded)
