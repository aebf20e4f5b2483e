"""Does theta order students by the ability that item response theory assigns to them from all their responses?

    r   = corr(theta_before, theta_IRT) pooled over scored responses; rho the same of ranks
    and over students: of the student's mean theta_before, of the last one, and of the one after 1, 5, 10, 20 and 50 responses

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
SEEN = (1, 5, 10, 20, 50)
"""Responses that theta has seen."""
LEAST_STUDENTS = 30
"""Fewer students than this who come so far give no correlation."""


def findings(evidence: Evidence) -> Iterator[Finding]:
    """r and rho over responses, r over students, r after so many responses."""
    yield _finding("r(theta, static theta)", evidence, correlation, pearson)
    yield _finding("rho(theta, static theta)", evidence, rank_correlation, spearman)
    yield _finding("r(student mean theta, static theta)", evidence.by_student(), correlation, pearson)
    yield _finding("r(last theta, static theta)", evidence.last(), correlation, pearson)
    for seen in SEEN:
        so_far = Evidence(rows=evidence.rows[evidence.rows["step"] == seen])
        if len(so_far) >= LEAST_STUDENTS:
            yield _after(seen, so_far)


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


def _after(seen: int, evidence: Evidence) -> Finding:
    """Everybody has seen as many responses, so a practice counter says nothing, and no threshold fits every number of them."""
    return Finding(
        quantity=f"r(theta, static theta) after {seen}",
        question="How soon does theta order students by their static IRT ability?",
        estimate=correlation(evidence["theta_before"], evidence["theta_irt"], evidence.students),
        null=0.0,
        null_is="a theta that is the same for every student who has seen as many responses",
        threshold=None,
        better="higher",
        source="spec of the targets: r of the causal ability with the final one",
        n=len(evidence),
    )
