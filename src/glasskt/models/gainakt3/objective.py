"""The weighted sum of the losses that a variant uses, each a mean over valid positions. Source: notes 000 to 002, 004."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, cast

from torch import Tensor

from glasskt.data.cohort import Cohort
from glasskt.models.gainakt3.l_im import LOGITS, l_im
from glasskt.models.gainakt3.l_im_by_easiness import BANDS, bands, l_im_of_band
from glasskt.models.gainakt3.network import GainOutput
from glasskt.models.gainakt3.settings import Settings
from glasskt.models.parts.gain_losses.adversarial import adversarial
from glasskt.models.parts.gain_losses.alignment import alignment, global_alignment
from glasskt.models.parts.gain_losses.beta_prior import beta_prior
from glasskt.models.parts.gain_losses.beta_spread import beta_spread
from glasskt.models.parts.gain_losses.consistency import consistency
from glasskt.models.parts.gain_losses.contrastive import contrastive
from glasskt.models.parts.gain_losses.gain_performance import gain_performance
from glasskt.models.parts.gain_losses.gain_response import gain_response
from glasskt.models.parts.gain_losses.gain_targets import gain_targets
from glasskt.models.parts.gain_losses.lag_gain import lag_gain
from glasskt.models.parts.gain_losses.mastery_performance import mastery_performance
from glasskt.models.parts.gain_losses.monotonicity import monotonicity
from glasskt.models.parts.gain_losses.non_negativity import non_negativity
from glasskt.models.parts.gain_losses.retention import retention
from glasskt.models.parts.gain_losses.sparsity import sparsity
from glasskt.models.parts.gain_losses.triplet import triplet
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
    band: Tensor
    """Of each skill index, `(C + J,)`."""

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

    @property
    def every_gain(self) -> Tensor:
        """Of all skills, `(B, L, C)`."""
        assert self.output.every_gain is not None
        return self.output.every_gain

    def im_of(self, band: str) -> Tensor:
        """The part of l_im that is due to a band of skills."""
        in_band = self.band.to(self.batch.skill.device)[self.batch.skill] == BANDS.index(band)  # (B, L)
        return l_im_of_band(LOGITS[self.im_target](self.output), self.batch.response, self.batch.valid, in_band)


TERMS: dict[str, Callable[[Seen], Tensor]] = {
    "bce": lambda s: l_bce(cast(Tensor, s.output.logit_blackbox_before), s.batch.response, s.batch.valid),
    "im": lambda s: l_im(s.output, s.batch.response, s.batch.valid, s.im_target),
    "variance": lambda s: variance(s.every_gain, s.batch.valid),
    "contrastive": lambda s: contrastive(s.every_gain, s.batch.valid),
    "beta_spread": lambda s: beta_spread(cast(Tensor, s.output.beta_of_skill)),
    "gain_response": lambda s: gain_response(s.output.gain_of_skill, s.batch.response, s.output.skills, s.batch.valid, s.n_skills),
    "non_negativity": lambda s: non_negativity(s.gain, s.batch.valid),
    "monotonicity": lambda s: monotonicity(*s.mastery, s.batch.valid),
    "mastery_performance": lambda s: mastery_performance(s.mastery[0], s.batch.response, s.batch.valid),
    "gain_performance": lambda s: gain_performance(s.gain, s.batch.response, s.batch.valid),
    "sparsity": lambda s: sparsity(s.every_gain, s.output.skills, s.batch.valid),
    "consistency": lambda s: consistency(*s.mastery, s.gain, s.batch.valid),
    "alignment": lambda s: alignment(s.mastery[0], s.batch.response, s.batch.valid),
    "global_alignment": lambda s: global_alignment(s.mastery[0], s.batch.response, s.batch.valid),
    "retention": lambda s: retention(*s.mastery, s.batch.skill, s.batch.valid),
    "lag_gain": lambda s: lag_gain(s.gain, s.batch.response, s.batch.valid),
    "gain_targets": lambda s: gain_targets(s.every_gain, s.batch.valid),
    "triplet": lambda s: triplet(s.every_gain, s.batch.response, s.output.skills, s.batch.valid),
    "adversarial": lambda s: adversarial(*cast(tuple[Tensor, Tensor], s.output.told_apart), s.batch.valid),
    "beta_prior": lambda s: beta_prior(cast(Tensor, s.output.beta_of_skill), cast(Tensor, s.output.beta_prior)),
    "im_easy": lambda s: s.im_of("easy"),
    "im_medium": lambda s: s.im_of("medium"),
    "im_hard": lambda s: s.im_of("hard"),
}


class Losses:
    """The loss over one cohort; satisfies `training.objective.Objective`."""

    def __init__(self, settings: Settings, learned_from: Cohort, *, trained: bool = False) -> None:
        """`trained`: the cohort is the one learned from, whose students have gammas of their own."""
        self.schedules = {name: getattr(settings.weights, name).schedule() for name in settings.weights.used}
        self.im_target = settings.im_target
        self.n_skills = learned_from.n_skills
        self.band = bands(learned_from)
        self.trained = trained

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """Every loss that the variant uses, unweighted."""
        output = cast(GainOutput, output)
        if self.trained:
            output = output.of_trained(batch.students)
        seen = Seen(output=output, batch=batch, im_target=self.im_target, n_skills=self.n_skills, band=self.band)
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
