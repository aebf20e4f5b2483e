"""Keys of the blocks `irt.static` and `irt.dynamic`; imports nothing heavy, so that the configuration is checked at once."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from glasskt.errors import did_you_mean

GUARDS = (
    "gradient",
    "last_change",
    "movement",
    "two_starts",
    "location",
    "extremes",
    "smallest_spread",
    "largest_spread",
    "agreement",
    "prediction",
)
"""Names of the guards in `glasskt.irt.guards`."""


class PyIrtSettings(BaseModel):
    """How py-irt is run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: int = Field(default=300, ge=20)
    learning_rate: float = Field(default=0.05, gt=0, allow_inf_nan=False)
    decay: float = Field(default=0.99, gt=0, le=1)
    """Factor on the learning rate per epoch."""
    priors: Literal["vague", "hierarchical"] = "vague"
    start: Literal["tight", "own"] = "tight"
    """tight: at the success rates, with small posterior sds; own: py-irt's, from which a few hundred epochs do not converge."""
    seed: int = 0


class StaticSettings(BaseModel):
    """The static fit: one ability per student."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Literal["rasch", "2pl"] = "rasch"
    """rasch: every skill discriminates alike, the spread of abilities is estimated; 2pl: each skill has its own discrimination."""
    discrimination_prior: Literal["none"] | Annotated[float, Field(gt=0, allow_inf_nan=False)] = 0.5
    """2pl: standard deviation of log a around 0 in its lognormal prior; none: maximum likelihood."""
    responses: Literal["all", "first"] = "all"
    """all: every response, repeats counted; first: a student's first response to each skill only."""
    backend: Literal["mml", "py-irt"] = "mml"
    """mml: marginal maximum likelihood; py-irt: variational inference, Rasch only, Python below 3.12."""
    py_irt: PyIrtSettings = PyIrtSettings()
    override: list[str] = Field(default_factory=list)
    """Guards that may fail: each such failure is recorded in fit.json, and the fit handed on."""

    @field_validator("override")
    @classmethod
    def _known_guards(cls, names: list[str]) -> list[str]:
        for name in names:
            if name not in GUARDS:
                raise ValueError(f"no guard {name!r}. {did_you_mean(name, GUARDS)}")
        return names

    @model_validator(mode="after")
    def _backend_has_the_model(self) -> "StaticSettings":
        if self.backend == "py-irt" and self.model != "rasch":
            raise ValueError(f"backend py-irt fits the Rasch model only (given: model: {self.model}): choose backend: mml, or model: rasch")
        return self


class AsFoundSettings(BaseModel):
    """The notes' calibration, repeated: py-irt with vague priors from its own start. Defaults are py-irt's; the seed is the notes'."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: list[Annotated[int, Field(ge=20)]] = Field(default=[100, 300, 500, 1000, 2000], min_length=1)
    """After how many epochs the fit is looked at: one run, of the most."""
    epochs_kept: int = 500
    """The fit that as-found targets are made of."""
    learning_rate: float = Field(default=0.1, gt=0, allow_inf_nan=False)
    decay: float = Field(default=0.9999, gt=0, le=1)
    """Factor on the learning rate per epoch."""
    seed: int = 42

    @model_validator(mode="after")
    def _the_kept_fit_is_among_them(self) -> Self:
        if sorted(set(self.epochs)) != self.epochs:
            raise ValueError(f"epochs: give each number once, from the fewest to the most (given: {self.epochs})")
        if self.epochs_kept not in self.epochs:
            raise ValueError(f"epochs_kept: {self.epochs_kept} is not among the epochs {self.epochs}")
        return self


class DynamicSettings(BaseModel):
    """The ability filter: an ability at every response."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: Literal[1, 2] = 1
    """1: general ability only. 2: general ability and a deviation for every practised skill, learning steps included."""
    drift: Literal["learned"] | Annotated[float, Field(ge=0, allow_inf_nan=False)] = "learned"
    """Variance of the ability's random walk per response, in squared logits; learned: by marginal likelihood on the training students."""
    drift_students: int = Field(default=15_000, ge=1)
    """Training students at most, at even distances, that the drift is learned on; with two levels, that everything is."""

    @model_validator(mode="after")
    def _two_levels_learn_their_drifts(self) -> Self:
        if self.levels == 2 and self.drift != "learned":
            raise ValueError(f"two levels have two drifts, which are learned; leave drift: {self.drift} out, or use levels: 1")
        return self
