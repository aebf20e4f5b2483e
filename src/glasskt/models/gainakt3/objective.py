"""The weighted sum of the losses that a variant uses, each a mean over valid positions. Source: notes 000 to 002, 004."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, cast

from torch import Tensor

from glasskt.models.gainakt3.l_im import l_im
from glasskt.models.gainakt3.network import GainOutput
from glasskt.models.gainakt3.settings import Settings
from glasskt.models.parts.gain_losses.alignment import alignment, global_alignment
from glasskt.models.parts.gain_losses.beta_spread import beta_spread
from glasskt.models.parts.gain_losses.consistency import consistency
from glasskt.models.parts.gain_losses.contrastive import contrastive
from glasskt.models.parts.gain_losses.gain_performance import gain_performance
from glasskt.models.parts.gain_losses.gain_response import gain_response
from glasskt.models.parts.gain_losses.lag_gain import lag_gain
from glasskt.models.parts.gain_losses.mastery_performance import mastery_performance
from glasskt.models.parts.gain_losses.monotonicity import monotonicity
from glasskt.models.parts.gain_losses.non_negativity import non_negativity
from glasskt.models.parts.gain_losses.retention import retention
from glasskt.models.parts.gain_losses.sparsity import sparsity
from glasskt.models.parts.gain_losses.variance import variance
from glasskt.models.parts.l_bce import l_bce
from glasskt.models.parts.output import Output
from glasskt.training.objective import TensorBatch


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a loss may look at."""

    output: GainOutput
    batch: TensorBatch
    im_target: str
    n_skills: int

    @property
    def mastery(self) -> tuple[Tensor, Tensor]:
        """Of the practised skill before and after, `(B, L)` each."""
        assert self.output.mastery_before is not None
        assert self.output.mastery_after is not None
        return self.output.mastery_before, self.output.mastery_after

    @property
    def gain(self) -> Tensor:
        """Of the practised skill, `(B, L)`."""
        assert self.output.gain is not None
        return self.output.gain


TERMS: dict[str, Callable[[Seen], Tensor]] = {
    "bce": lambda s: l_bce(cast(Tensor, s.output.logit_blackbox_before), s.batch.response, s.batch.valid),
    "im": lambda s: l_im(s.output, s.batch.response, s.batch.valid, s.im_target),
    "variance": lambda s: variance(cast(Tensor, s.output.every_gain), s.batch.valid),
    "contrastive": lambda s: contrastive(cast(Tensor, s.output.every_gain), s.batch.valid),
    "beta_spread": lambda s: beta_spread(cast(Tensor, s.output.beta_of_skill)),
    "gain_response": lambda s: gain_response(s.output.gain_of_skill, s.batch.response, s.output.skills, s.batch.valid, s.n_skills),
    "non_negativity": lambda s: non_negativity(s.gain, s.batch.valid),
    "monotonicity": lambda s: monotonicity(*s.mastery, s.batch.valid),
    "mastery_performance": lambda s: mastery_performance(s.mastery[0], s.batch.response, s.batch.valid),
    "gain_performance": lambda s: gain_performance(s.gain, s.batch.response, s.batch.valid),
    "sparsity": lambda s: sparsity(cast(Tensor, s.output.every_gain), s.output.skills, s.batch.valid),
    "consistency": lambda s: consistency(*s.mastery, s.gain, s.batch.valid),
    "alignment": lambda s: alignment(s.mastery[0], s.batch.response, s.batch.valid),
    "global_alignment": lambda s: global_alignment(s.mastery[0], s.batch.response, s.batch.valid),
    "retention": lambda s: retention(*s.mastery, s.batch.skill, s.batch.valid),
    "lag_gain": lambda s: lag_gain(s.gain, s.batch.response, s.batch.valid),
}


class Losses:
    """The loss over one cohort; satisfies `training.objective.Objective`."""

    def __init__(self, settings: Settings, n_skills: int, *, trained: bool = False) -> None:
        """`trained`: the cohort is the one learned from, whose students have gammas of their own."""
        self.schedules = {name: getattr(settings.weights, name).schedule() for name in settings.weights.used}
        self.im_target = settings.im_target
        self.n_skills = n_skills
        self.trained = trained

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """Every loss that the variant uses, unweighted."""
        output = cast(GainOutput, output)
        if self.trained:
            output = output.of_trained(batch.students)
        seen = Seen(output=output, batch=batch, im_target=self.im_target, n_skills=self.n_skills)
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
