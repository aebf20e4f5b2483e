"""Do skills learn at different rates?

    sd over skills of beta_skill, the factor of practice in the curve of mastery, at the kept epoch.

A pass means that the curves of skills differ in steepness. It does not mean that the rates are those of the skills: where only the
product of rate and gain enters the prediction, a spread of one is undone by the other, and a term of the loss can buy any spread. The
null is 0, one rate for all skills.

Source: note 002 (sd > 0.3).
"""

from collections.abc import Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.metrics import Estimate

NEEDS = ("gain",)
RATE = "beta_std"
"""Of the history; families without gains follow a difficulty under that name, hence the need above."""


def findings(evidence: Evidence) -> Iterator[Finding]:
    """One figure of the kept epoch."""
    history = evidence.history
    if history is None or RATE not in history or not history["kept"].any():
        return
    yield Finding(
        quantity="sd of beta_skill",
        question="Do skills learn at different rates?",
        estimate=Estimate(float(history.loc[history["kept"], RATE].iloc[0])),
        null=0.0,
        null_is="one rate for all skills",
        threshold=0.3,
        better="higher",
        source="note 002",
        n=1,
    )
