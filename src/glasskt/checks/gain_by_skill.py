"""Do some skills gain more than others?

    CV = sd over skills / mean over skills, of the mean gain of each skill,

over the test rows that practise the skill, skills with at least 30 rows; and the same for the legacy scalar that the notes exported.

A pass means that skills have mean gains of their own. It does not mean that they are learned at different rates: a gain that sees the
response is larger for easy skills, because these are answered correctly more often. The null shows what chance alone makes of rows of such
numbers: the skills permuted over the rows, so that no skill has a gain of its own.

Source: notes 001 and 002 (CV > 0.20).
"""

from collections.abc import Iterator

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Floats
from glasskt.compare.metrics import estimated

NEEDS = ("gain",)

THRESHOLD = 0.20
LEAST_ROWS = 30
SEED = 0


def findings(evidence: Evidence) -> Iterator[Finding]:
    """CV of the gains, and of the legacy scalar."""
    for column, of in {"gain": "gains", "legacy_gain": "legacy scalars"}.items():
        known = evidence.complete((column,))
        if not len(known):
            continue
        values, skill = known[column], known.skills.code
        drawn = known.students.means_by_group(values, skill)  # (B, C)
        enough = np.bincount(skill) >= LEAST_ROWS
        if enough.sum() < 2:
            continue
        shuffled = np.random.default_rng(SEED).permutation(skill)
        yield Finding(
            quantity=f"CV of skill mean {of}",
            question="Do some skills gain more than others?",
            estimate=estimated(_cv(_means(values, skill)[None, enough])[0], _cv(drawn[:, enough])),
            null=float(_cv(_means(values, shuffled)[None, enough])[0]),
            null_is="the skills permuted over the rows",
            threshold=THRESHOLD if column == "gain" else None,
            better="higher" if column == "gain" else "none",
            source="notes 001, 002",
            n=int(enough.sum()),
        )


def _means(values: Floats, skill: np.ndarray) -> Floats:
    """Mean of each skill, `(C,)`."""
    means: Floats = np.bincount(skill, values) / np.bincount(skill)
    return means


def _cv(means: Floats) -> Floats:
    """Of each row, `(B, C)` -> `(B,)`; NaN where the mean is 0."""
    centre = np.nanmean(means, axis=1)
    cv: Floats = np.divide(np.nanstd(means, axis=1), centre, out=np.full(len(means), np.nan), where=centre != 0)
    return cv
