"""Does a response move the skill that it practises, and not every other?

One response of each of 60 test students, up to 100 skills asked before and after it:

    number of skills whose state moves by more than 0.01; and share of all movement that is of the practised skills,

where the state is mastery, or in a model without one the probability of a right answer.

A pass means that practice is booked where the Q-matrix says. It does not mean that transfer is wrong: an ability that all skills share
must move all of them, and a good model may well fail. The nulls are those of one state for all skills: it moves all of them, by the same.

Source: notes 000 and 001 (1 to 5 skills), which counted gains above a threshold instead: with gains of all skills above 0 that count is C.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters
from glasskt.compare.metrics import Estimate, estimated, mean

NEEDS = ("response",)
MOVES = 0.01
MOST = 5.0


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Count of moved skills, share on the practised ones."""
    if evidence.movement is None or evidence.movement.empty:
        return
    rows = evidence.movement
    size = (rows["after"] - rows["before"]).abs()
    asked = rows.assign(size=size, moved=size > MOVES, own=size.where(rows["practised"], 0.0)).groupby(["student", "step"], sort=False)
    sums = asked[["size", "own", "moved", "practised"]].sum().reset_index()
    students = Clusters.of(sums["student"].to_numpy())
    moved, own, total = (sums[column].to_numpy(np.float64) for column in ("moved", "own", "size"))
    n_asked = float(asked.size().mean())
    yield _finding("skills moved by a response", mean(moved, students), n_asked, len(sums), "lower", MOST)
    if total.sum() > 0:
        in_all = students.totals(own, total)
        share = estimated(own.sum() / total.sum(), in_all[0] / np.where(in_all[1] > 0, in_all[1], np.nan))
        yield _finding("share of movement on the practised skill", share, float(rows["practised"].mean()), len(sums), "higher", None)


def _finding(
    quantity: str, estimate: Estimate, null: float, n: int, better: Literal["higher", "lower"], threshold: float | None
) -> Finding:
    return Finding(
        quantity=quantity,
        question="Does a response move its own skills and not all of them?",
        estimate=estimate,
        null=null,
        null_is="one state for all skills",
        threshold=threshold,
        better=better,
        source="notes 000, 001",
        n=n,
    )
