"""Does mastery tell who answers correctly?

    r = corr(mastery_before[t, q_t], r_t), pooled over all scored responses,

with the mastery of the practised skill as it stood *before* the response.

A pass means that whoever is called a master of a skill answers its items correctly more often, over students and skills together. It does
not mean that mastery grows by learning: stable differences between students and skills raise r as well. The null shows the skills' share:
responses permuted within each skill keep every difficulty and nothing else. r is bounded by how predictable a 0/1 response is: a
calibrated prediction has r^2 = var(p) / var(response), which on ASSIST2015 is r = 0.37 for the best known predictors; the threshold lies
above that.

Source: notes 000 and 001 (r > 0.3, then 0.4). Their own figures averaged mastery over all skills, or correlated it with the *next*
response within a student, which makes r the correlation of correctness with time; the pooled form is the one that the sentence above
describes.
"""

from collections.abc import Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.checks.parts.null import PERMUTED, permuted_within_skill
from glasskt.compare.metrics import correlation, pearson

NEEDS = ("mastery_before", "response")

THRESHOLD = 0.40


def findings(evidence: Evidence) -> Iterator[Finding]:
    """r(mastery before, response)."""
    mastery = evidence["mastery_before"]
    yield Finding(
        quantity="r(mastery before, response)",
        question="Does the mastery of the practised skill, before the response, tell who answers correctly?",
        estimate=correlation(mastery, evidence["response"], evidence.students),
        null=permuted_within_skill(evidence, lambda response: pearson(mastery, response)),
        null_is=PERMUTED,
        threshold=THRESHOLD,
        better="higher",
        source="notes 000, 001",
        n=len(evidence),
    )
