"""The faults of note 003, each by its own switch of `as_found`. No sound variant loads this module.

Source: the code of the notes.
- unmasked: every loss is a mean over all positions. A padded position has response 0, skill 0 and M_ref 0; its theta target is the
  student's, which the notes repeated along the whole sequence.
- zero_filled: tables of targets began as zeros and were filled with what a lookup found. `missing`: students outside the calibration have
  theta target 0 and M_ref 0. `every`: so they do, and no student's ability is found at all, since the keys were tensors; theta targets
  are 0 and M_ref falls back to the mean ability.
- broken_scale: difficulties and abilities are those of a calibration whose scale was never fixed.
- offset: M_ref[t - 1], of the skill answered before, is compared with the mastery of the skill asked at t.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from scipy.special import logit
from torch import Tensor

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.models.family import Targets
from glasskt.models.ikt3.l_21 import divergence, l_21
from glasskt.models.ikt3.l_22 import l_22
from glasskt.models.ikt3.l_23 import Target
from glasskt.models.ikt3.objective import Alignment
from glasskt.models.ikt3.reference import beta_of_indices
from glasskt.models.ikt3.settings import AsFound as Faults
from glasskt.models.ikt3.settings import Settings
from glasskt.models.parts.l_bce import l_bce
from glasskt.models.parts.output import Output
from glasskt.training.objective import TensorBatch


def targets(settings: Settings, given: Targets) -> Targets:
    """Those of the notes' calibration in place of the sound ones, where a variant has their scale.

    Raises:
        UserError: The notes' calibration was not given, or not run.
    """
    if not (settings.as_found and settings.as_found.broken_scale):
        return given
    if given.as_found_items is None or given.as_found_students is None:
        raise UserError("broken_scale needs the notes' calibration: pass --as-found-items and --as-found-students, outputs of fit-as-found")
    if given.as_found_items.empty:
        raise UserError(
            "as_found/items.parquet: no rows; install py-irt, then rerun fit-as-found (it fits one skill per response: where responses "
            "practise several, there is no broken_scale)"
        )
    return replace(given, items=given.as_found_items, students=given.as_found_students.assign(role="train"))


class AsFound(Alignment):
    """The loss of the notes with the chosen faults; without any it equals `Alignment`."""

    def __init__(self, settings: Settings, cohort: Cohort, targets: Targets) -> None:
        assert settings.as_found is not None
        self.faults = settings.as_found
        theta, found = abilities(self.faults, cohort, targets)
        super().__init__(settings, cohort, replace(targets, students=theta))
        self.found = torch.from_numpy(found).to(self.beta_irt.device)  # (S,)
        self.mean_ability = theta.loc[theta["role"] == "train", "theta"].mean()

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """l_bce, l_21, l_22, l_23 and kl_21, unweighted."""
        assert output.theta_before is not None
        assert output.beta is not None
        predicted = output.logit_before if output.logit_blackbox_before is None else output.logit_blackbox_before
        theta, beta, beta_irt = output.theta_before, output.beta, self.beta_irt[batch.skill]  # (B, L) each
        counted = torch.ones_like(batch.valid) if self.faults.unmasked else batch.valid  # (B, L)
        target = self.reference.target(batch)
        mastery_ref = self._mastery_ref(target.theta - beta_irt, beta_irt, batch)  # (B, L)
        target = self._filled(target, batch)
        return {
            "l_bce": l_bce(predicted, batch.response, counted),
            "l_21": l_21(theta - beta, mastery_ref, counted),
            "l_22": l_22(beta, beta_irt, counted),
            "l_23": self.l_23(theta, target, counted),
            "kl_21": divergence(theta - beta, mastery_ref, counted).detach(),
        }

    def _filled(self, target: Target, batch: TensorBatch) -> Target:
        """The target with 0 where the lookup found nothing."""
        if self.faults.zero_filled is None or target.by_student is None:
            return target
        looked_up = (
            self.found[batch.students] if self.faults.zero_filled == "missing" else torch.zeros_like(batch.students, dtype=torch.bool)
        )
        theta = target.by_student.where(looked_up, 0.0)  # (B,)
        return replace(target, by_student=theta, theta=theta[:, None].expand(batch.rows.shape))

    def _mastery_ref(self, margin: Tensor, beta_irt: Tensor, batch: TensorBatch) -> Tensor:
        """M_ref, `(B, L)`: 0 where padded and, zero-filled, for students who were not found; one step late with the offset."""
        if self.faults.zero_filled == "every":
            margin = self.mean_ability - beta_irt
        reference = torch.sigmoid(margin).masked_fill(~batch.valid, 0.0)  # (B, L)
        if self.faults.zero_filled:
            reference = reference.masked_fill(~self.found[batch.students][:, None], 0.0)
        return torch.cat([reference[:, :1], reference[:, :-1]], dim=1) if self.faults.offset else reference


def abilities(faults: Faults, cohort: Cohort, targets: Targets) -> tuple[pd.DataFrame, np.ndarray]:
    """Ability of every student of a cohort, and whether the student is among those of the calibration, `(S,)`.

    The notes' file holds training students only. Where the broken scale is the one fault, the others are scored by the notes' recipe, the
    mean over a student's responses of beta + logit((r + 0.5) / 2).

    Raises:
        UserError: The targets were not given.
    """
    if targets.students is None:
        raise UserError("as_found needs students.parquet, or as_found/students.parquet with broken_scale")
    calibrated = targets.students[targets.students["role"] == "train"]
    found = np.isin(cohort.students, calibrated["student"].to_numpy())
    if not faults.broken_scale:
        return targets.students, found
    beta = beta_of_indices(targets, cohort).cpu().numpy()
    each = beta[cohort.skill] + logit((cohort.response + 0.5) / 2)
    scored = pd.DataFrame(
        {"student": cohort.students, "theta": np.bincount(cohort.student_of_row, each) / cohort.lengths, "role": "scored"}
    )
    return pd.concat([calibrated, scored[~found]], ignore_index=True), found
