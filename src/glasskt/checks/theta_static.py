"""Does theta order students by the ability that item response theory assigns to them from all their responses?

    r   = corr(theta_before, theta_IRT) pooled over scored responses; rho the same of ranks
    and over students: of the student's mean theta_before, and of the last one

A pass means that theta is a linear (r) or monotone (rho) image of static ability, on any scale. It does not mean equal logits (see l_23,
scale), nor that theta moves as it should within a student: the target does not move. The target is made of the responses that are still
to come as well, so even the exact filter stays below 1, most of all at early steps; its value is the ceiling. The null is a practice
counter: the number of responses so far.

Source: note 003 (r > 0.85). The note's 0.309 and 0.071 compare masteries, see mastery_irt.
"""

from collections.abc import Callable, Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.checks.parts.null import PRACTICE, practice_counter
from glasskt.compare.bootstrap import Clusters, Floats
from glasskt.compare.metrics import Estimate, correlation, pearson, rank_correlation, spearman

NEEDS = ("theta_before", "theta_irt")

THRESHOLD = 0.85


def findings(evidence: Evidence) -> Iterator[Finding]:
    """r and rho over responses, r over students."""
    yield _finding("r(theta, static theta)", evidence, correlation, pearson)
    yield _finding("rho(theta, static theta)", evidence, rank_correlation, spearman)
    yield _finding("r(student mean theta, static theta)", evidence.by_student(), correlation, pearson)
    yield _finding("r(last theta, static theta)", evidence.last(), correlation, pearson)


def _finding(
    quantity: str,
    evidence: Evidence,
    estimated: Callable[[Floats, Floats, Clusters], Estimate],
    agreement: Callable[[Floats, Floats], float],
) -> Finding:
    ability = evidence["theta_irt"]
    return Finding(
        quantity=quantity,
        question="Does theta order students by their static IRT ability?",
        estimate=estimated(evidence["theta_before"], ability, evidence.students),
        null=practice_counter(evidence, ability, agreement),
        null_is=PRACTICE,
        threshold=THRESHOLD,
        better="higher",
        source="note 003",
        n=len(evidence),
    )
