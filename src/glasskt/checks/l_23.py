"""How far does theta lie from the ability that item response theory assigns?

    direct:    l_23 = mean over scored responses of (theta_before - theta_IRT)^2
    mean form: l_23 = mean over students of (mean over the student's scored responses of theta_before - theta_IRT)^2
    dynamic:   l_23 = mean over scored responses of (theta_before - theta_IRT,t)^2
    R^2 = 1 - l_23 / variance of the target

in squared logits. theta_IRT is the student's EAP ability from all responses, theta_IRT,t the Bayes filter's mean before the response.

A pass means the same ability on the same scale. It does not mean that theta carries more than the reference does. Whether a fixed 0.15 is
much depends on the spread of the targets: on targets of standard deviation 2.5, as in the note, it asks for R^2 > 0.977, on targets of
0.35 a constant meets it. R^2 says the same on any scale. The static target is made of later responses too, so no honest theta reaches R^2
= 1; the dynamic target can be reached. In the mean form theta may wander within a student as long as its mean is right. The null is the
best constant: l_23 = variance of the target, R^2 = 0.

Source: note 003 (l_23 < 0.15; mean form: run 290365, direct form: run 161656); R^2: experiments I3.8.
"""

from collections.abc import Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.metrics import explained, mean

NEEDS = ("theta_before", "theta_irt", "theta_irt_before")

THRESHOLD = 0.15
_NULL_IS = "the best constant theta"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Mean squared distance and R^2 in the three forms."""
    yield from _against(evidence, "theta_irt", "", "each response")
    yield from _against(evidence.by_student(), "theta_irt", " mean form", "each student on average")
    yield from _against(evidence, "theta_irt_before", " dynamic", "each response, as filtered until then")


def _against(evidence: Evidence, target: str, form: str, where: str) -> Iterator[Finding]:
    theta, ability = evidence["theta_before"], evidence[target]
    common = {"question": f"Is theta the ability of item response theory at {where}?", "null_is": _NULL_IS, "source": "note 003"}
    distance, share = mean((theta - ability) ** 2, evidence.students), explained(theta, ability, evidence.students)
    n = len(evidence)
    yield Finding(quantity=f"l_23{form}", estimate=distance, null=ability.var(), threshold=THRESHOLD, better="lower", n=n, **common)
    yield Finding(quantity=f"l_23 R2{form}", estimate=share, null=0.0, threshold=None, better="higher", n=n, **common)
