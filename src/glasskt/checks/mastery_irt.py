"""Is mastery what item response theory would call it?

    r = corr(mastery_before, M_ref) pooled over scored responses; rho the same of ranks

static: M_ref = sigmoid(theta_IRT - beta_IRT) with the student's ability from all responses; dynamic: M_ref is the filter's probability
before the response.

A pass means that mastery rises and falls with the reference's probability. It does not mean that it predicts (see mastery_response): a
mastery that also knows what was practised of *this* skill is right to differ from a reference that knows one ability per student. The
null is a practice counter.

Source: note 003, whose "theta" correlations (Pearson 0.309 and 0.071, Spearman 0.494 and 0.100) are of these masteries; threshold 0.85 as
for theta.
"""

from collections.abc import Callable, Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.checks.parts.null import PRACTICE, practice_counter
from glasskt.compare.bootstrap import Clusters, Floats
from glasskt.compare.metrics import Estimate, correlation, pearson, rank_correlation, spearman

NEEDS = ("mastery_before", "p_irt", "p_irt_before")

THRESHOLD = 0.85

QUANTITIES: dict[str, tuple[str, Callable[[Floats, Floats, Clusters], Estimate], Callable[[Floats, Floats], float]]] = {
    "r(mastery, IRT mastery)": ("p_irt", correlation, pearson),
    "rho(mastery, IRT mastery)": ("p_irt", rank_correlation, spearman),
    "r(mastery, dynamic IRT mastery)": ("p_irt_before", correlation, pearson),
}


def findings(evidence: Evidence) -> Iterator[Finding]:
    """r and rho against the static reference, r against the dynamic one."""
    for quantity, (reference, estimated, agreement) in QUANTITIES.items():
        yield Finding(
            quantity=quantity,
            question="Is mastery what item response theory would call it?",
            estimate=estimated(evidence["mastery_before"], evidence[reference], evidence.students),
            null=practice_counter(evidence, evidence[reference], agreement),
            null_is=PRACTICE,
            threshold=THRESHOLD,
            better="higher",
            source="note 003",
            n=len(evidence),
        )
