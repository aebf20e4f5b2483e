"""Keys of a `variants.gainakt3.<name>` block.

Defaults give predictions the range that responses need: from the notes' own start, offset 1.5, threshold 0.85 and temperature 1, every
prediction lies in [0.30, 0.54], below the share of correct responses, and all gains are pushed one way. Blocks v0 to v3 hold the notes'.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from glasskt.models.family import IrtFile
from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.training.schedules import ScheduleSettings
from glasskt.training.settings import NeuralSettings

ALL_SKILLS = ("variance", "contrastive", "sparsity", "gain_targets", "triplet", "adversarial")
"""Losses on the gains of all C skills; without them, and with `accumulate: practised`, no such tensor is built."""

LEARNED = ("learned", "perceptron", "heads", "experts", "groups", "q_matrix")
"""Values of `gain` that learn a gain for every skill."""

OFF = ScheduleSettings(weight=0)


class Initial(BaseModel):
    """Where the parameters of mastery begin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    beta: float = Field(default=1.0, gt=0)
    """Learning rate of a skill, per unit of practice."""
    beta_std: float = Field(default=0.0, ge=0)
    """Spread of the learning rates over skills, drawn at random; they stay above 0."""
    m_sat: float = Field(default=0.9, gt=0, lt=1)
    """Mastery that a skill can reach."""
    gamma: float = Field(default=1.0, gt=0)
    """Learning rate of a student, a factor."""
    offset: float = 0.0
    theta_global: float = 0.2
    """Mastery at which a response is as often correct as not."""


class Weights(BaseModel):
    """Weight of each loss: a number, or a schedule. A loss that stays at 0 is not computed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bce: ScheduleSettings = OFF
    im: ScheduleSettings = ScheduleSettings(weight=1)
    variance: ScheduleSettings = OFF
    contrastive: ScheduleSettings = OFF
    beta_spread: ScheduleSettings = OFF
    gain_response: ScheduleSettings = OFF
    non_negativity: ScheduleSettings = OFF
    monotonicity: ScheduleSettings = OFF
    mastery_performance: ScheduleSettings = OFF
    gain_performance: ScheduleSettings = OFF
    sparsity: ScheduleSettings = OFF
    consistency: ScheduleSettings = OFF
    alignment: ScheduleSettings = OFF
    global_alignment: ScheduleSettings = OFF
    retention: ScheduleSettings = OFF
    lag_gain: ScheduleSettings = OFF
    gain_targets: ScheduleSettings = OFF
    triplet: ScheduleSettings = OFF
    adversarial: ScheduleSettings = OFF
    beta_prior: ScheduleSettings = OFF
    """Learning rates of skills also begin where item response theory expects them."""
    im_easy: ScheduleSettings = OFF
    """im_easy, im_medium and im_hard are the parts of `im`, to be used in its place."""
    im_medium: ScheduleSettings = OFF
    im_hard: ScheduleSettings = OFF

    @property
    def used(self) -> tuple[str, ...]:
        """Losses that weigh anything at any time."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) != OFF)


class Settings(NeuralSettings):
    """One variant of GainAKT3Exp."""

    several_skills: ClassVar[bool] = True
    parameter_groups: ClassVar[tuple[str, ...]] = ("projection", "beta", "mastery")

    encoder: EncoderSettings = EncoderSettings(width=64)
    """Of both encoders, which share nothing."""
    blackbox: bool = False
    """True: the first encoder too, which predicts beside the second and shares nothing with it."""
    gain: Literal["learned", "perceptron", "heads", "experts", "groups", "q_matrix", "scalar", "zero", "one", "response"] = "learned"
    """learned: a linear projection to every skill; up to q_matrix: what stands in its place (`projections`); scalar: V0, one number for all
    skills; the others are controls that learn no gain."""
    projection_sd: float | None = Field(default=None, gt=0)
    """learned: sd of the projection's first weights, its biases 0; null: torch's own start."""
    least_gain_sd: float = Field(default=0.0, ge=0)
    """Hard constraint: least sd over the skills of the gains of a response."""
    skill_similarity: bool = False
    """Adds to the attention scores of the second encoder how alike the skills of two responses are."""
    accumulate: Literal["all", "practised"] = "practised"
    """all: every skill gains at every step, as in the notes; practised: only those that the response practises."""
    im_target: Literal["next", "current"] = "next"
    """current: mastery after a response is fitted to that response, which its own gain has seen. A fault of V3, kept to show it."""
    gamma: Literal["learned", "one"] = "one"
    """learned: a rate for every training student; others, all that are judged, get the mean. one: none."""
    offset_per_skill: bool = False
    """An offset for each skill in place of one for all: how hard it is to begin with."""
    ability: bool = False
    """Adds an ability theta_t, read from the state before the response, inside the sigmoid of mastery, which then may fall."""
    initial_mastery: bool = False
    """Adds an initial mastery u_0, read from the state before the response and the skill, inside that sigmoid."""
    combine: Literal["product", "min"] = "product"
    """How the probabilities of the skills of one response make one."""
    initial: Initial = Initial()
    temperature: float = Field(default=0.25, gt=0)
    projection_dropout: float = Field(default=0.0, ge=0, lt=1)
    weights: Weights = Weights()
    learning_rate: float = Field(default=3e-3, ge=0)
    learning_rates: dict[str, Annotated[float, Field(ge=0)]] = Field(default={"projection": 3.0, "beta": 3.0, "mastery": 3.0})

    @property
    def monotone(self) -> bool:
        """Practice never lowers mastery."""
        return not (self.ability or self.initial_mastery)

    @property
    def every_gain(self) -> bool:
        """The gains of all skills at every step are needed, `(B, L, C)`."""
        return self.accumulate == "all" or any(name in ALL_SKILLS for name in self.weights.used)

    @property
    def reads_states(self) -> bool:
        """Something is read from the second encoder."""
        return self.gain in (*LEARNED, "scalar") or not self.monotone

    @property
    def irt_files(self) -> tuple[IrtFile, ...]:
        """The difficulties, where learning rates follow them."""
        return ("items",) if "beta_prior" in self.weights.used else ()

    @model_validator(mode="after")
    def _keys_fit_together(self) -> Self:
        if self.every_gain and self.gain not in LEARNED:
            raise ValueError(f"gain {self.gain} is one number a response: set accumulate: practised and leave out {', '.join(ALL_SKILLS)}")
        if not self.blackbox and "bce" in self.weights.used:
            raise ValueError("blackbox: false leaves weights.bce nothing to weigh; set weights.bce to 0, or blackbox: true")
        if "im" in self.weights.used and any(name.startswith("im_") for name in self.weights.used):
            raise ValueError("weights.im_easy, im_medium and im_hard are the parts of im: set weights.im to 0, or leave them out")
        if self.projection_sd is not None and self.gain != "learned":
            raise ValueError(f"projection_sd is of gain: learned; leave it out with gain: {self.gain}")
        if self.least_gain_sd and self.gain not in LEARNED:
            raise ValueError(f"least_gain_sd needs a gain for every skill, and gain: {self.gain} has none; leave it out")
        if self.skill_similarity and self.encoder.kind != "attention":
            raise ValueError("skill_similarity is a bias of attention: set encoder.kind to attention, or leave it out")
        of_rates = [name for name in ("beta_spread", "beta_prior") if name in self.weights.used]
        if of_rates and self.gain == "zero":
            raise ValueError(f"gain: zero has no learning rates: leave {' and '.join(f'weights.{name}' for name in of_rates)} out")
        return self
