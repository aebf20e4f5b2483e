"""How near is the prediction to the true probability?

    r(p_before, true probability) over the test rows of simulated students;

beside it r and AUC of the true probability itself with the responses, which no model can exceed but by luck.

A high r means that the model knows what can be known: unlike the area under the curve it has no luck of the answers in it. It is no pass
for inner quantities: it does not say which part of the model knows. The null is what knowing the skill alone gives; the ceiling is the
truth itself, which scores 1.

Source: spec of the checks, 5.3d.
"""

from collections.abc import Iterator
from typing import Literal

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.metrics import Estimate, auc, correlation, pearson

NEEDS = ("p_before", "p_true")


def findings(evidence: Evidence) -> Iterator[Finding]:
    """The model's correlation, and what the truth scores against the responses."""
    true, response, students = evidence["p_true"], evidence["response"], evidence.students
    of_skill = evidence.rows.groupby("skill")["p_true"].transform("mean").to_numpy()
    known = correlation(evidence["p_before"], true, students)
    yield _finding("r(p before, true probability)", known, pearson(of_skill, true), "higher", len(evidence))
    yield _finding("r(true probability, response)", correlation(true, response, students), None, "none", len(evidence))
    yield _finding("AUC of the true probability", auc(true, response, students), None, "none", len(evidence))


def _finding(quantity: str, estimate: Estimate, null: float | None, better: Literal["higher", "none"], n: int) -> Finding:
    return Finding(
        quantity=quantity,
        question="How near is the prediction to the true probability?",
        estimate=estimate,
        null=null,
        null_is="" if null is None else "the mean true probability of the skill",
        threshold=None,
        better=better,
        source="spec of the checks, 5.3d",
        n=n,
    )
