"""The state space: the skill, the ability, and what earlier responses still give, by practice, evidence and transfer."""

import math
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from glasskt.data.batches import assemble
from glasskt.data.cohort import Cohort
from glasskt.explain.term import Part, Term
from glasskt.explain.words import FILTER, words
from glasskt.models.statespace.contributions import Contributions
from glasskt.models.statespace.network import Network
from glasskt.models.statespace.settings import Settings
from glasskt.training.objective import TensorBatch
from glasskt.training.reproducible import device, reproducible
from glasskt.training.weights import loaded

NOTES = (
    "Ability is that of an average student at 0, and so is its term. Practice: gains of earlier responses to this skill, never negative. "
    "Evidence: the surprise in their answers, which says what the student knew already. Transfer: gains of earlier responses to other "
    "skills. All three fade; left is the share that remains of what a response gave when the next one came.",
    "A gain is a statement about prediction: the history is among its inputs, so part of it says who the student is. Transfer holds the "
    "curriculum (which class, book and path the student is on) as well as what one skill teaches of another.",
)
"""What a reader must know of the terms."""


def terms(settings: Settings, weights: dict[str, NDArray], cohort: Cohort, rows: Sequence[int]) -> list[tuple[Term, ...]]:
    """For each row its terms; they sum to the logit of p_before, and their parts to them."""
    at = np.array(rows)
    students, place = np.unique(cohort.student_of_row[at], return_inverse=True)
    with reproducible(seed=0), torch.no_grad():
        network = cast(Network, loaded(lambda: Network(settings, cohort.n_skills, cohort.combinations), weights))
        batch = TensorBatch.of(assemble(cohort, students), device())
        given = network.contributions(batch.skill, batch.response)
        return [_terms(settings, given, cohort, int(row), int(student)) for row, student in zip(at, place, strict=True)]


def _terms(settings: Settings, given: Contributions, cohort: Cohort, row: int, student: int) -> tuple[Term, ...]:
    """Of one row; `student` is its place in the batch that `given` is of."""
    step, ability = int(cohort.step[row]), words("theta", "")
    skill, theta = given.skill[student, step].item(), given.theta[student, step].item()
    start = Term(name="skill", group="the skill itself", note="this skill, at ability 0 and unpractised", logit=skill)
    value = ability.shown(given.ability[student, step].item())
    level = Term(name="theta", group=FILTER, note=ability.note, logit=theta, value=value)
    past = slice(row - step, row)

    def earlier(values: Tensor) -> NDArray:
        """Of this row, `(t,)`."""
        return values[student, step, :step].cpu().numpy()

    own, left = earlier(given.shared), earlier(given.left)

    def of_past(name: str, note: str, which: NDArray[np.bool_], told: Callable[[tuple[Part, ...]], str]) -> Term:
        logits = earlier(getattr(given, name)).astype(np.float64)  # (t,)
        which = which | (logits != 0.0)  # a response to two skills may practise the one and transfer from the other
        parts = tuple(
            Part(
                step=int(at),
                skill=int(cohort.skill[past][at]),
                response=int(cohort.response[past][at]),
                left=float(left[at]),
                logit=float(logits[at]),
            )
            for at in np.flatnonzero(which)
        )
        return Term(name=name, group=note, note=note, logit=math.fsum(part.logit for part in parts), value=told(parts), parts=parts)

    held = [
        (settings.gain != "zero", "practice", "practice of this skill", own, _practised),
        (settings.evidence, "evidence", "evidence of its answers", own, _answered),
        (settings.transfers, "transfer", "transfer from other skills", ~own, _practised),
    ]
    return (start, level, *(of_past(name, note, which, told) for there, name, note, which, told in held if there))


def _practised(parts: tuple[Part, ...]) -> str:
    return f"{len(parts)} response{'s' if len(parts) != 1 else ''}"


def _answered(parts: tuple[Part, ...]) -> str:
    right = sum(part.response for part in parts)
    return f"{right} right, {len(parts) - right} wrong"
