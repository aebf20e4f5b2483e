"""Keys of a `variants.reference.<name>` block."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from glasskt.models.family import FamilySettings, IrtFile

READ_THE_STATIC_FIT = ("skill_easiness", "rasch_filter", "two_level", "boosted")


class Settings(FamilySettings):
    """One reference predictor."""

    deterministic: ClassVar[bool] = True
    several_skills: ClassVar[bool] = True

    predictor: Literal["skill_easiness", "afm", "rasch_filter", "pfa", "two_level", "boosted"]
    """The module of this folder that predicts."""
    drift: bool = False
    """rasch_filter only: whether the ability drifts, with a variance learned on the training students."""

    @property
    def irt_files(self) -> tuple[IrtFile, ...]:
        """Some predictors read item response theory: the difficulties and the spread of abilities of the static fit."""
        return ("items", "irt_fit") if self.predictor in READ_THE_STATIC_FIT else ()

    @model_validator(mode="after")
    def _drift_is_of_the_filter(self) -> Self:
        if self.drift and self.predictor != "rasch_filter":
            raise ValueError(f"predictor {self.predictor} has no ability that could drift; leave drift out, or use predictor rasch_filter")
        return self
