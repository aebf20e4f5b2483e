"""The prediction's loss and the auxiliary ones in one sum, of which all are in the backward pass. Source: note 004.

Every term is returned unweighted and by name, and none is negative, so that the shares of the weighted terms lie in [0, 1] and sum to 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, cast

from torch import Tensor

from glasskt.models.gainakt2.network import GainOutput
from glasskt.models.gainakt2.settings import Settings
from glasskt.models.parts.gain_losses.alignment import alignment, global_alignment
from glasskt.models.parts.gain_losses.consistency import consistency
from glasskt.models.parts.gain_losses.gain_performance import gain_performance
from glasskt.models.parts.gain_losses.lag_gain import lag_gain
from glasskt.models.parts.gain_losses.mastery_performance import mastery_performance
from glasskt.models.parts.gain_losses.monotonicity import monotonicity
from glasskt.models.parts.gain_losses.non_negativity import non_negativity
from glasskt.models.parts.gain_losses.retention import retention
from glasskt.models.parts.gain_losses.sparsity import sparsity
from glasskt.models.parts.l_bce import l_bce
from glasskt.models.parts.output import Output
from glasskt.training.objective import TensorBatch


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a loss may look at."""

    logit: Tensor
    before: Tensor
    after: Tensor
    gain: Tensor
    every: Tensor | None
    skills: Tensor
    batch: TensorBatch


TERMS: dict[str, Callable[[Seen], Tensor]] = {
    "bce": lambda s: l_bce(s.logit, s.batch.response, s.batch.valid),
    "non_negativity": lambda s: non_negativity(s.gain, s.batch.valid),
    "monotonicity": lambda s: monotonicity(s.before, s.after, s.batch.valid),
    "mastery_performance": lambda s: mastery_performance(s.before, s.batch.response, s.batch.valid),
    "gain_performance": lambda s: gain_performance(s.gain, s.batch.response, s.batch.valid),
    "sparsity": lambda s: sparsity(cast(Tensor, s.every), s.skills, s.batch.valid),
    "consistency": lambda s: consistency(s.before, s.after, s.gain, s.batch.valid),
    "alignment": lambda s: alignment(s.before, s.batch.response, s.batch.valid),
    "global_alignment": lambda s: global_alignment(s.before, s.batch.response, s.batch.valid),
    "retention": lambda s: retention(s.before, s.after, s.batch.skill, s.batch.valid),
    "lag_gain": lambda s: lag_gain(s.gain, s.batch.response, s.batch.valid),
}


class Losses:
    """The loss over one cohort; satisfies `training.objective.Objective`."""

    def __init__(self, settings: Settings) -> None:
        self.schedules = {name: getattr(settings.weights, name).schedule() for name in settings.weights.used}

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """Every loss that the variant uses, unweighted."""
        output = cast(GainOutput, output)
        assert output.mastery_before is not None
        assert output.mastery_after is not None
        assert output.gain is not None
        seen = Seen(
            logit=output.logit_before,
            before=output.mastery_before,
            after=output.mastery_after,
            gain=output.gain,
            every=output.every_gain,
            skills=output.skills,
            batch=batch,
        )
        return {f"l_{name}": TERMS[name](seen) for name in self.schedules}

    def weights(self, share: float) -> dict[str, float]:
        """By the schedules of the variant."""
        return {f"l_{name}": schedule(share) for name, schedule in self.schedules.items()}

    def schedule(self, share: float) -> dict[str, float]:
        """Nothing but the weights is scheduled."""
        return {}

    def calibrated(self, magnitudes: dict[str, float]) -> Self:
        """Itself: weights are taken as they are given."""
        return self
