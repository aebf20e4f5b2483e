"""What is known before each response of a batch: the features of its history, and the analytic filter of one drifting ability.

Both are computed from earlier responses only, so that what stands in the padding, which follows a student's responses, cannot reach them.
Both take a combination of skills for a skill of its own, as difficult as the mean of its skills.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.irt import ability_filter, drift, two_level
from glasskt.irt.difficulties import difficulties, discriminations
from glasskt.models.family import Targets
from glasskt.models.parts.combinations import item_parameters
from glasskt.models.parts.features.history import History
from glasskt.models.parts.features.table import DIRECTION, TABLE

Floats = NDArray[np.float64]

DIRECTIONS = DIRECTION | {"theta": 1}
"""Inputs of the gains by name, and which way a right answer moves each (`parts.features.table`); the mean of the exact filter rises."""
N_INPUTS = len(DIRECTIONS)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """The filter of one drifting ability, as `irt.ability_filter.track` takes it."""

    beta: Floats  # (C + J,)
    discrimination: Floats  # (C + J,)
    sigma: float
    drift: float

    @classmethod
    def learn(cls, train: Cohort, targets: Targets) -> Self:
        """From the static fit, with a drift learned on the training students.

        Raises:
            UserError: The outputs of fit-irt were not given.
        """
        if targets.items is None or targets.irt_fit is None:
            raise UserError("family statespace needs the static fit: pass --items and --irt-fit, the outputs of fit-irt")
        beta, a = difficulties(targets.items, train.n_skills), discriminations(targets.items, train.n_skills)
        beta, a = item_parameters(train, beta, a)
        sigma = float(targets.irt_fit["sigma"])
        return cls(beta=beta, discrimination=a, sigma=sigma, drift=drift.learn(two_level.sample(train), beta, sigma, a).variance)

    def track(self, cohort: Cohort) -> ability_filter.Filtered:
        """Along every student of a cohort."""
        return ability_filter.track(cohort, self.beta, self.sigma, self.drift, self.discrimination)


def inputs(cohort: Cohort, tracked: ability_filter.Filtered) -> NDArray[np.float32]:
    """Every input of the gains but the response and the skill, `(N, F)`, in the order of `DIRECTIONS`."""
    history = History(cohort)
    columns = np.empty((len(cohort), N_INPUTS), np.float32)
    for place, name in enumerate(DIRECTIONS):
        columns[:, place] = TABLE[name].values(history) if name in TABLE else tracked.theta_before
    return columns


@dataclass(frozen=True, kw_only=True)
class Context:
    """What is known of every response of a batch."""

    inputs: Tensor  # (B, L, F)
    theta_before: Tensor  # (B, L)
    theta_after: Tensor  # (B, L)
    expected: Tensor  # (B, L), probability of success by the filter

    @classmethod
    def of(cls, skill: Tensor, response: Tensor, known: Filter) -> Self:
        """`(B, L)` skills and responses, each row from a student's first response on."""
        size, length = skill.shape
        cohort = Cohort(
            students=np.arange(size),
            offsets=np.arange(size + 1) * length,
            skill=skill.cpu().numpy().ravel(),
            response=response.cpu().numpy().ravel().astype(np.int8),
            n_skills=len(known.beta),
        )
        tracked = known.track(cohort)

        def laid_out(values: NDArray) -> Tensor:
            return torch.from_numpy(values.astype(np.float32)).to(skill.device).view(size, length, *values.shape[1:])

        return cls(
            inputs=laid_out(inputs(cohort, tracked)),
            theta_before=laid_out(tracked.theta_before),
            theta_after=laid_out(tracked.theta_after),
            expected=laid_out(tracked.p_before),
        )
