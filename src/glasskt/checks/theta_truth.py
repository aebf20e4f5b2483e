"""Do theta and beta recover the truth of simulated students?

    r(theta_before, true theta), r(theta_before, true theta + state of the practised skill), pooled over scored responses;
    r(beta, true beta) over the skills that were practised

state is what practice has added to the practised skill, in logits. Only the simulator knows these; a study of real students has no such
check.

A pass means that the quantity orders students (or skills) as the truth does. It does not mean equal logits, nor that real students are
like the simulated ones. A single ability per student can follow theta + state only in so far as practice has moved all skills alike. The
null of theta is a practice counter, which follows the state by construction; that of beta is the difficulties permuted over skills, whose
expected r is 0.

Source: checks 5.3 (d), truth recovery.
"""

from collections.abc import Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.checks.parts.null import PRACTICE, practice_counter
from glasskt.compare.metrics import correlation

NEEDS = ("theta_before", "theta_true", "state_true", "beta_true")

_SOURCE = "truth of the simulator"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """r of theta with both truths, and of beta where the family has one."""
    truths = {"true theta": evidence["theta_true"], "true theta + state": evidence["theta_true"] + evidence["state_true"]}
    for name, truth in truths.items():
        yield Finding(
            quantity=f"r(theta, {name})",
            question="Does theta recover the simulated students' ability?",
            estimate=correlation(evidence["theta_before"], truth, evidence.students),
            null=practice_counter(evidence, truth),
            null_is=PRACTICE,
            threshold=None,
            better="higher",
            source=_SOURCE,
            n=len(evidence),
        )
    skills = evidence.complete(["beta"]).by_skill()
    if len(skills):
        yield Finding(
            quantity="r(beta, true beta)",
            question="Does beta recover the simulated difficulties?",
            estimate=correlation(skills["beta"], skills["beta_true"], skills.skills),
            null=0.0,
            null_is="the difficulties permuted over skills (expected value)",
            threshold=None,
            better="higher",
            source=_SOURCE,
            n=len(skills),
        )
