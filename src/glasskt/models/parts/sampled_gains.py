"""Gains of all C skills, of a few students: what gains.parquet holds."""

from collections.abc import Callable
from typing import cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from glasskt.data.batches import assemble
from glasskt.data.cohort import Cohort
from glasskt.training.objective import TensorBatch
from glasskt.training.reproducible import device, reproducible
from glasskt.training.weights import loaded

STUDENTS = 20
RESPONSES = 10
"""Students with fewer responses are left out, as in the notes."""


def sampled_gains(network: Callable[[], nn.Module], weights: dict[str, NDArray], cohort: Cohort) -> pd.DataFrame | None:
    """Gains of students spread evenly over those with at least `RESPONSES` responses, by a network with a method `every_gain`.

    Returns:
        student, step, skill, gain: a row for every skill at every step; None where the network learns no gains.
    """
    with reproducible(seed=0), torch.no_grad():
        ready = loaded(network, weights)
        tables = [_of_student(ready, cohort, student) for student in sample(cohort)]
    found = [table for table in tables if table is not None]
    return pd.concat(found, ignore_index=True) if found else None


def sample(cohort: Cohort) -> NDArray[np.int64]:
    """Indices into `cohort.students`, at most `STUDENTS` of them."""
    long = np.flatnonzero(cohort.lengths >= RESPONSES)
    return long[np.unique(np.linspace(0, len(long) - 1, STUDENTS).astype(np.int64))] if len(long) else long


def _of_student(network: nn.Module, cohort: Cohort, student: int) -> pd.DataFrame | None:
    batch = TensorBatch.of(assemble(cohort, np.array([student])), device())
    gains = cast(Callable[[Tensor, Tensor], Tensor | None], network.every_gain)(batch.skill, batch.response)  # (1, L, C)
    if gains is None:
        return None
    length, n_skills = gains.shape[1:]
    return pd.DataFrame(
        {
            "student": np.repeat(cohort.students[[student]], length * n_skills),
            "step": np.repeat(np.arange(length, dtype=np.int32), n_skills),
            "skill": np.tile(np.arange(n_skills, dtype=np.int32), length),
            "gain": gains.flatten().cpu().numpy(),
        }
    )
