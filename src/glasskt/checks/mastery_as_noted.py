"""How well does mastery tell who answers correctly, measured as the notes measured it?

    mean over students of corr( mean over all C skills of mastery before t, r_t ), within each student.

A mean over all skills only grows, whichever skill is asked, so within a student this is the correlation of correctness with time: it can
pass no sensible threshold, and a pass would not mean that mastery is right about any skill. It is kept to stand beside the r of
`mastery_response`. The null is the same correlation of the step number: a clock.

Source: notes 000 to 002, whose "mastery correlation" of 0.03 to 0.11 this is; students whose responses are all equal have none.
"""

from collections.abc import Iterator

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters, Floats
from glasskt.compare.metrics import mean

NEEDS = ("mastery_all_before", "response")


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Mean of the students' own correlations."""
    response = evidence["response"]
    r = within(evidence["mastery_all_before"], response, evidence.students)
    clock = within(evidence["step"], response, evidence.students)
    defined = np.isfinite(r)
    if defined.any():
        yield Finding(
            quantity="r(mean mastery, response) within students",
            question="How well does the mean mastery of all skills follow a student's own responses?",
            estimate=mean(r[defined], Clusters.of(np.arange(defined.sum()))),
            null=float(np.nanmean(clock)),
            null_is="the step number",
            threshold=None,
            better="none",
            source="notes 000 to 002",
            n=int(defined.sum()),
        )


def within(x: Floats, y: Floats, students: Clusters) -> Floats:
    """Pearson correlation within each student, `(N,)`, `(N,)` -> `(S,)`; NaN where one of the two does not vary."""
    n = np.bincount(students.code)

    def centred(values: Floats) -> Floats:
        deviation: Floats = values - (np.bincount(students.code, values) / n)[students.code]
        return deviation

    x, y = centred(x), centred(y)
    xx, yy, xy = (np.bincount(students.code, product) for product in (x * x, y * y, x * y))
    varies = (xx > 1e-12 * n) & (yy > 1e-12 * n)
    r: Floats = np.divide(xy, np.sqrt(xx * yy), out=np.full(len(n), np.nan), where=varies)
    return r
