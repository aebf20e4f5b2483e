"""Nulls: what a model without the property scores."""

from collections.abc import Callable

import numpy as np

from glasskt.checks.parts.evidence import Evidence
from glasskt.compare.bootstrap import Floats
from glasskt.compare.metrics import pearson

PERMUTATIONS = 5
SEED = 0

PERMUTED = f"the responses permuted within each skill (mean of {PERMUTATIONS} permutations): what knowing the skill alone gives"
PRACTICE = "the number of responses so far (a practice counter)"


def permuted_within_skill(evidence: Evidence, statistic: Callable[[Floats], float]) -> float:
    """Mean of a statistic over permutations of the responses within each skill: difficulties stay, students and learning are gone.

    Arguments:
        evidence: Rows.
        statistic: Of the responses, `(N,)`.
    """
    rng = np.random.default_rng(SEED)
    skill, response = evidence["skill"], evidence["response"]
    places = np.argsort(skill, kind="stable")
    permuted = np.empty_like(response)
    found = []
    for _ in range(PERMUTATIONS):
        permuted[places] = response[np.lexsort((rng.random(len(response)), skill))]
        found.append(statistic(permuted))
    return float(np.mean(found))


def practice_counter(evidence: Evidence, target: Floats, agreement: Callable[[Floats, Floats], float] = pearson) -> float:
    """Agreement of a target with the number of responses so far; no model at all."""
    return agreement(evidence["step"], target)
