"""On what scale do theta, beta and mastery live, beside the item response reference?

Mean, standard deviation (divisor n), least and greatest value: of theta before and mastery before over scored responses, of beta over
skills.

Nothing passes or fails here: correlations are blind to scale, and a theta of standard deviation 0.1 or 30 beside targets of 0.8 is a fact
to be seen. In place of a null stands the reference's own figure: static ability, beta_IRT, and sigmoid(theta_IRT - beta_IRT), on the same
rows or skills. Intervals resample students, for beta skills; extremes have none.

Source: note 003 (scale tables of runs 290365 and 161656).
"""

from collections.abc import Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.metrics import Estimate, mean, sd

NEEDS = ("theta_irt", "beta_irt", "p_irt")


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Mean, sd, min and max of theta, mastery and beta, where the family has them."""
    for name, own, reference in (("theta", "theta_before", "theta_irt"), ("mastery", "mastery_before", "p_irt")):
        if len(known := evidence.complete([own])):
            yield from _of(name, known, known.students, own, reference)
    if len(known := evidence.complete(["beta"])):
        skills = known.by_skill()
        yield from _of("beta", skills, skills.skills, "beta", "beta_irt")


def _of(name: str, evidence: Evidence, clusters: Clusters, own: str, reference: str) -> Iterator[Finding]:
    values, theirs = evidence[own], evidence[reference]
    figures = {
        "mean": (mean(values, clusters), theirs.mean()),
        "sd": (sd(values, clusters), theirs.std()),
        "min": (Estimate(values.min()), theirs.min()),
        "max": (Estimate(values.max()), theirs.max()),
    }
    for figure, (estimate, of_reference) in figures.items():
        yield Finding(
            quantity=f"{name} {figure}",
            question=f"On what scale does {name} live?",
            estimate=estimate,
            null=float(of_reference),
            null_is="the item response reference (static)",
            threshold=None,
            better="none",
            source="note 003",
            n=len(evidence),
        )
