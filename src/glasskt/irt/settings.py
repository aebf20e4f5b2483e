"""Keys of the blocks `irt.static` and `irt.dynamic`; imports nothing heavy, so that the configuration is checked at once."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class StaticSettings(BaseModel):
    """The static fit: one ability per student."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Literal["rasch"] = "rasch"
    responses: Literal["all", "first"] = "all"
    """all: every response, repeats counted; first: a student's first response to each skill only."""
    backend: Literal["mml"] = "mml"


class DynamicSettings(BaseModel):
    """The ability filter: an ability at every response."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: Literal[1, 2] = 1
    """1: general ability only. 2: general ability and a deviation for every practised skill, learning steps included."""
    drift: Literal["learned"] | Annotated[float, Field(ge=0, allow_inf_nan=False)] = "learned"
    """Variance of the ability's random walk per response, in squared logits; learned: by marginal likelihood on the training students."""

    @model_validator(mode="after")
    def _two_levels_learn_their_drifts(self) -> Self:
        if self.levels == 2 and self.drift != "learned":
            raise ValueError(f"two levels have two drifts, which are learned; leave drift: {self.drift} out, or use levels: 1")
        return self
