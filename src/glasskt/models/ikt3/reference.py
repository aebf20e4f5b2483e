"""The targets of iKT3 as tensors: beta_IRT per skill, theta_IRT per student (static) or per response (dynamic).

A cohort is given its own students' rows by student id, never by position. Students outside the training folds are scored by item response
theory with the items held fixed; their rows serve the validation total, and no gradient ever comes from them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.models.family import Targets
from glasskt.models.ikt3.l_23 import Target
from glasskt.models.parts.skill_table import ABSENT, members
from glasskt.training.objective import TensorBatch
from glasskt.training.reproducible import device


def beta_irt(targets: Targets, n_skills: int) -> Tensor:
    """Difficulty of every skill in logits, `(C,)`; a skill that no training student practised gets the mean of the others.

    Raises:
        UserError: The items were not given, or hold no difficulty.
    """
    if targets.items is None:
        raise UserError("ikt3 needs items.parquet: pass --items, the output of fit-irt")
    beta = np.full(n_skills, np.nan, np.float32)
    beta[targets.items["skill"].to_numpy()] = targets.items["beta"].to_numpy()
    known = np.isfinite(beta)
    if not known.any():
        raise UserError("items.parquet: no skill has a finite beta; rerun fit-irt")
    return torch.from_numpy(np.where(known, beta, beta[known].mean())).to(device())


def beta_of_indices(targets: Targets, cohort: Cohort) -> Tensor:
    """Of every skill index in logits, `(C + J,)`: of a combination the mean of its skills'. Raises as `beta_irt`."""
    beta = beta_irt(targets, cohort.n_skills)
    sets = members(cohort.n_skills, cohort.combinations).to(beta.device)  # (C + J, M)
    there = sets != ABSENT
    return beta if not cohort.combinations else (beta[sets.clamp(min=0)] * there).sum(dim=-1) / there.sum(dim=-1)


@dataclass(frozen=True, kw_only=True)
class Static:
    """One ability per student, `(S,)`, the same at every step; mean and sd of those of the training students."""

    theta: Tensor
    mean: float
    sd: float

    @classmethod
    def of(cls, cohort: Cohort, targets: Targets) -> "Static":
        """The EAP ability of each student of the cohort.

        Raises:
            UserError: The file was not given, or a student is missing from it.
        """
        if targets.students is None:
            raise UserError("a static form of l_23 needs students.parquet: pass --students, the output of fit-irt")
        theta = targets.students.set_index("student")["theta"].reindex(pd.Index(cohort.students)).to_numpy(np.float32)
        learnt_from = targets.students.loc[targets.students["role"] == "train", "theta"].to_numpy()
        return cls(
            theta=_complete(theta, cohort.students, "students.parquet"), mean=float(learnt_from.mean()), sd=float(learnt_from.std())
        )  # fmt: skip

    def target(self, batch: TensorBatch) -> Target:
        """What l_23 compares with."""
        theta = self.theta[batch.students]  # (B,)
        return Target(theta=theta[:, None].expand(batch.rows.shape), by_student=theta, mean=self.mean, sd=self.sd)


@dataclass(frozen=True, kw_only=True)
class Dynamic:
    """One ability per response, `(N,)`, filtered from the responses before it, and 1 / its posterior variance, scaled to mean 1, `(N,)`."""

    theta: Tensor
    weight: Tensor

    @classmethod
    def of(cls, cohort: Cohort, targets: Targets) -> "Dynamic":
        """The filtered ability before each response of the cohort.

        Raises:
            UserError: The file was not given, or a response is missing from it.
        """
        if targets.theta is None:
            raise UserError("a dynamic form of l_23 needs theta.parquet: pass --theta, the output of track-ability")
        wanted = pd.MultiIndex.from_arrays([cohort.students[cohort.student_of_row], cohort.step])
        found = targets.theta.set_index(["student", "step"])[["theta_before", "theta_before_sd"]].reindex(wanted)
        precision = found["theta_before_sd"].to_numpy() ** -2.0
        students = cohort.students[cohort.student_of_row]
        return cls(
            theta=_complete(found["theta_before"].to_numpy(np.float32), students, "theta.parquet"),
            weight=_complete((precision / precision.mean()).astype(np.float32), students, "theta.parquet"),
        )

    def target(self, batch: TensorBatch) -> Target:
        """What l_23 compares with."""
        return Target(theta=self.theta[batch.rows], weight=self.weight[batch.rows])


Reference = Static | Dynamic
REFERENCES: dict[str, Callable[[Cohort, Targets], Reference]] = {
    "mean": Static.of,
    "direct": Static.of,
    "standardized": Static.of,
    "scale": Static.of,
    "dynamic": Dynamic.of,
    "weighted": Dynamic.of,
}


def _complete(theta: NDArray[np.float32], students: NDArray, file: str) -> Tensor:
    missing = np.flatnonzero(~np.isfinite(theta))
    if len(missing):
        raise UserError(
            f"{file}: no theta for student {students[missing[0]]} ({len(missing)} missing); rerun the IRT stages on these interactions"
        )
    return torch.from_numpy(theta).to(device())
