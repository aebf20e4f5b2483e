"""Keys of the blocks `irt.static` and `irt.dynamic`; imports nothing heavy, so that the configuration is checked at once."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

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


class StaticSettings(BaseModel):
    """The static fit: one ability per student."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Literal["rasch", "2pl"] = "rasch"
    """rasch: every skill discriminates alike, the spread of abilities is estimated; 2pl: each skill has its own discrimination."""
    discrimination_prior: Literal["none"] | Annotated[float, Field(gt=0, allow_inf_nan=False)] = 0.5
    """2pl: standard deviation of log a around 0 in its lognormal prior; none: maximum likelihood."""
    responses: Literal["all", "first"] = "all"
    """all: every response, repeats counted; first: a student's first response to each skill only."""
    backend: Literal["mml"] = "mml"
    override: list[str] = Field(default_factory=list)
    """Guards that may fail: each such failure is recorded in fit.json, and the fit handed on."""

    @field_validator("override")
    @classmethod
    def _known_guards(cls, names: list[str]) -> list[str]:
        for name in names:
            if name not in GUARDS:
                raise ValueError(f"no guard {name!r}. {did_you_mean(name, GUARDS)}")
        return names


class DynamicSettings(BaseModel):
    """The ability filter: one ability per response."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: Literal[1] = 1
    """1: general ability only."""
    drift: Literal["learned"] | Annotated[float, Field(ge=0, allow_inf_nan=False)] = "learned"
    """Variance of the ability's random walk per response, in squared logits; learned: by marginal likelihood on the training students."""
