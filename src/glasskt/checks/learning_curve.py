"""Does mastery follow a learning curve?

For each skill that at least 30 students have practised 5 times: the mean mastery before its n-th practice, n = 1..15, against

    floor + (ceiling - floor) * sigmoid( slope * (n - middle) ),  slope >= 0, all of [0, 1],

fitted by least squares. R^2 is that of the skill's means; the value is its mean over skills, the interval a bootstrap over skills.

A pass means that mastery, averaged over students, grows smoothly with practice. It does not mean that anybody learns: a counter of
practice follows the curve exactly, and students who stay on a skill differ from those who have left it (the rule that ends practice after
three right answers selects them). The null is such a counter, n / (n + 3).

Source: notes 000 to 002 (sigmoid learning curves).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.optimize import curve_fit
from scipy.special import expit

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters, Floats
from glasskt.compare.metrics import mean

NEEDS = ("mastery_before",)
LEAST_STUDENTS = 30
LEAST, MOST = 5, 15
"""Practices of a skill: the fewest means that show a shape, and where students grow few."""


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Mean R^2 over skills."""
    curves = [curve for _, curve in of_skills(evidence.rows).groupby("skill") if len(curve) >= LEAST]
    if not curves:
        return
    fits = np.array([explained(curve["mastery"].to_numpy(np.float64)) for curve in curves])
    counter = np.array([explained(n / (n + 3.0)) for n in (np.arange(1.0, len(curve) + 1) for curve in curves)])
    yield Finding(
        quantity="R2 of a sigmoid curve of practice",
        question="Does the mean mastery of a skill follow a learning curve?",
        estimate=mean(fits, Clusters.of(np.arange(len(fits)))),
        null=float(counter.mean()),
        null_is="a counter of practice, n / (n + 3)",
        threshold=0.8,
        better="higher",
        source="notes 000 to 002; threshold ours",
        n=len(fits),
    )


def of_skills(rows: pd.DataFrame) -> pd.DataFrame:
    """skill, practice (1 for the first in these rows), students, mastery: means over students, as far as `LEAST_STUDENTS` come."""
    numbered = rows[["student", "skill", "mastery_before"]].assign(practice=rows.groupby(["student", "skill"], sort=False).cumcount() + 1)
    means = numbered[numbered["practice"] <= MOST].groupby(["skill", "practice"])["mastery_before"].agg(["size", "mean"]).reset_index()
    known = means[means["size"] >= LEAST_STUDENTS]
    return known.rename(columns={"size": "students", "mean": "mastery"})


def explained(mastery: Floats) -> float:
    """R^2 of the best curve, `(n,)`; 0 where mastery does not vary, and never below it, since a flat curve is one of them."""
    spread = float(((mastery - mastery.mean()) ** 2).sum())
    if spread < 1e-12:
        return 0.0
    n = np.arange(1.0, len(mastery) + 1)
    start = (float(np.clip(mastery[0], 0, 1)), float(np.clip(mastery[-1], 0, 1)), 0.5, len(n) / 2)
    try:
        found, _ = curve_fit(sigmoid_curve, n, mastery, p0=start, bounds=([0, 0, 0, -50], [1, 1, 10, 50]), max_nfev=2000)
    except RuntimeError:  # no convergence: the curve does not describe it
        return 0.0
    return max(0.0, 1 - float(((mastery - sigmoid_curve(n, *found)) ** 2).sum()) / spread)


def sigmoid_curve(n: Floats, floor: float, ceiling: float, slope: float, middle: float) -> Floats:
    """Mastery after n practices, `(n,)`; falls where ceiling < floor."""
    curve: Floats = floor + (ceiling - floor) * expit(slope * (n - middle))
    return curve
