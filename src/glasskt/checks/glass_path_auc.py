"""Does the interpretable path predict, or is the prediction made elsewhere?

    AUC = P(p_before of a correct response > p_before of a wrong one) + P(equal) / 2,

of the path whose inner quantities are shown, over all scored responses. A model that states no mastery has no such path and is left
out, and so is one whose mastery stands beside a head that predicts.

A pass means that the quantities shown carry predictive information of their own. It does not mean that they carry it for the reasons
their names give, nor that they are needed: compare with the black-box path and with the reference predictors. The null is what the skill
alone gives, since responses are permuted within each skill.

Source: notes 000 and 001 (second encoder: AUC > 0.55, then 0.60, then 0.62).
"""

from collections.abc import Iterator

from sklearn.metrics import roc_auc_score

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.checks.parts.null import PERMUTED, permuted_within_skill
from glasskt.compare.metrics import auc

NEEDS = ("p_before", "mastery_before", "response")

THRESHOLD = 0.62


def findings(evidence: Evidence) -> Iterator[Finding]:
    """AUC of p_before."""
    if not evidence.has_glass_path:
        return
    p = evidence["p_before"]
    estimate = auc(p, evidence["response"], evidence.students)
    yield Finding(
        quantity="AUC of p before",
        question="Does the interpretable path predict the response?",
        estimate=estimate,
        null=permuted_within_skill(evidence, lambda response: float(roc_auc_score(response, p)))
        if estimate.value == estimate.value
        else None,
        null_is=PERMUTED,
        threshold=THRESHOLD,
        better="higher",
        source="notes 000, 001",
        n=len(evidence),
    )
