"""Keys of a `variants.average.<name>` block."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from glasskt.models.family import FamilySettings


class Settings(FamilySettings):
    """One average of finished runs."""

    deterministic: ClassVar[bool] = True

    of: Annotated[tuple[str, ...], Field(min_length=1)]
    """`family.name` of its members: every run of each in the same fold. Members weigh the same, and so do the runs of a member."""

    null_of: None = None
    half: Literal[0] = 0

    @field_validator("of")
    @classmethod
    def _each_once(cls, of: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(of)) < len(of):
            raise ValueError("a variant stands twice; name each once")
        return of


def members(settings: FamilySettings) -> tuple[str, ...]:
    """The variants whose runs a variant averages; none where it is a model."""
    return settings.of if isinstance(settings, Settings) else ()
