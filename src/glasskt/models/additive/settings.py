"""Keys of a `variants.additive.<name>` block."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from glasskt.models.family import FamilySettings, IrtFile


class Settings(FamilySettings):
    """One variant of the additive model."""

    deterministic: ClassVar[bool] = True
    several_skills: ClassVar[bool] = True

    monotone: bool = False
    """No right answer can lower a prediction, whatever the history: features whose response to an answer has no one sign are left out, and
    no slope has the wrong sign."""
    features: Literal["all"] | tuple[str, ...] = "all"
    """Names of features (`models/parts/features`, `models/additive/filters.py`); all: every one that the variant may have."""
    slope_sd: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 0.04
    """Standard deviation over skills of a slope, in logits per standard deviation of its feature: what draws the slopes of a skill to
    those of all."""
    curriculum_sd: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.1
    """Standard deviation of the entries of the curriculum matrix, in logits; 0: no matrix. The matrix says what was practised before, in
    which class and book, and not what transfers."""

    @property
    def irt_files(self) -> tuple[IrtFile, ...]:
        """The filters start from the static fit: the difficulties and the spread of abilities."""
        return ("items", "irt_fit")
