"""Are the difficulties those of item response theory?

    l_22 = mean over scored responses of (beta_q - beta_IRT,q)^2, in squared logits;      r = corr(beta_k, beta_IRT,k) over skills

A pass of l_22 means equal difficulties on the same scale, weighted by practice; a pass of r an equal ordering with even spacing, on any
scale. Neither means that a difficulty was learned: one initialised at beta_IRT and weakly anchored starts at a pass, so read it beside
that setting. Where a model's beta moves with the step, a skill counts with its mean. The interval of l_22 resamples students (the weights
of the skills), that of r resamples skills. The null is the model's own difficulties permuted over the skills, in expectation.

Source: note 003 (l_22 < 0.10, r > 0.85).
"""

from collections.abc import Iterator

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.metrics import correlation, mean

NEEDS = ("beta", "beta_irt")

THRESHOLD = 0.10
THRESHOLD_R = 0.85
_NULL_IS = "the difficulties permuted over skills (expected value)"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """l_22 over responses, r over skills."""
    beta, target = evidence["beta"], evidence["beta_irt"]
    skills = evidence.by_skill()
    own = skills["beta"]
    yield Finding(
        quantity="l_22",
        question="Are the difficulties those of item response theory?",
        estimate=mean((beta - target) ** 2, evidence.students),
        null=float((own**2).mean() - 2 * own.mean() * target.mean() + (target**2).mean()),
        null_is=_NULL_IS,
        threshold=THRESHOLD,
        better="lower",
        source="note 003",
        n=len(evidence),
    )
    yield Finding(
        quantity="r(beta, IRT beta)",
        question="Are the skills ordered by difficulty as item response theory orders them?",
        estimate=correlation(own, skills["beta_irt"], skills.skills),
        null=0.0,
        null_is=_NULL_IS,
        threshold=THRESHOLD_R,
        better="higher",
        source="note 003",
        n=len(skills),
    )
