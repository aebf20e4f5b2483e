"""Does theta move with the ability that a Bayes filter tracks from the same earlier responses?

    r = corr(theta_before, theta_IRT,t) pooled over scored responses; rho the same of ranks

A pass means that theta is a linear (r) or monotone (rho) image of what the earlier responses say of the student's ability. It does not
mean that it tells more than they do: the filter itself scores 1, so a value near 1 shows agreement with item response theory, not
discovery. Much of r is the spread between students; l_23 dynamic compares the scale too. The null is a practice counter: the number of
responses so far.

Source: note 003 (r > 0.85) against the dynamic targets of experiments T.3.
"""

from collections.abc import Callable, Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.checks.parts.null import PRACTICE, practice_counter
from glasskt.compare.bootstrap import Clusters, Floats
from glasskt.compare.metrics import Estimate, correlation, pearson, rank_correlation, spearman

NEEDS = ("theta_before", "theta_irt_before")

THRESHOLD = 0.85

QUANTITIES: dict[str, tuple[Callable[[Floats, Floats, Clusters], Estimate], Callable[[Floats, Floats], float]]] = {
    "r(theta, dynamic theta)": (correlation, pearson),
    "rho(theta, dynamic theta)": (rank_correlation, spearman),
}


def findings(evidence: Evidence) -> Iterator[Finding]:
    """r and rho over responses."""
    theta, ability = evidence["theta_before"], evidence["theta_irt_before"]
    for quantity, (estimated, agreement) in QUANTITIES.items():
        yield Finding(
            quantity=quantity,
            question="Does theta move with the ability that the filter tracks?",
            estimate=estimated(theta, ability, evidence.students),
            null=practice_counter(evidence, ability, agreement),
            null_is=PRACTICE,
            threshold=THRESHOLD,
            better="higher",
            source="note 003",
            n=len(evidence),
        )
