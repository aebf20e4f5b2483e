"""Keys of a `variants.gainakt2.<name>` block; weights are the best compromise of the notes' own ablations."""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.training.schedules import ScheduleSettings
from glasskt.training.settings import NeuralSettings

OFF = ScheduleSettings(weight=0)


class Weights(BaseModel):
    """Weight of each loss: a number, or a schedule. A loss that stays at 0 is not computed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bce: ScheduleSettings = ScheduleSettings(weight=1)
    non_negativity: ScheduleSettings = OFF
    """0 by construction: both ways to gains end in a ReLU."""
    monotonicity: ScheduleSettings = OFF
    """0 by construction: mastery is a sum of gains."""
    consistency: ScheduleSettings = OFF
    """0 by construction, until mastery is full."""
    mastery_performance: ScheduleSettings = OFF
    gain_performance: ScheduleSettings = OFF
    sparsity: ScheduleSettings = ScheduleSettings(weight=0.2)
    alignment: ScheduleSettings = ScheduleSettings(weight=0.15)
    global_alignment: ScheduleSettings = OFF
    retention: ScheduleSettings = OFF
    lag_gain: ScheduleSettings = OFF

    @property
    def used(self) -> tuple[str, ...]:
        """Losses that weigh anything at any time."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) != OFF)


class Settings(NeuralSettings):
    """One variant of GainAKT2Exp."""

    several_skills: ClassVar[bool] = True
    parameter_groups: ClassVar[tuple[str, ...]] = ("gains",)

    encoder: EncoderSettings = EncoderSettings(width=64)
    intrinsic: bool = False
    """True: gains are what the attention itself reads, skill by skill; False: heads on the encoder's state."""
    accumulate: Literal["all", "practised"] = "all"
    """all: every skill gains at every step, as in the notes; practised: only those that the response practises."""
    weights: Weights = Weights()
    epochs: int = Field(default=12, ge=1)
    learning_rate: float = Field(default=1.74e-4, ge=0)
    learning_rate_schedule: Literal["one_cycle", "constant"] = "constant"

    @property
    def every_gain(self) -> bool:
        """The gains of all skills at every step are needed, `(B, L, C)`."""
        return self.intrinsic or self.accumulate == "all" or "sparsity" in self.weights.used

    @model_validator(mode="after")
    def _intrinsic_needs_attention(self) -> Self:
        if self.intrinsic and self.encoder.kind != "attention":
            raise ValueError("intrinsic: true reads gains out of the attention; set encoder: {kind: attention}")
        return self
