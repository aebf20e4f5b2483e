"""Keys of a `variants.dkt.<name>` block."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.training.settings import NeuralSettings


class Settings(NeuralSettings):
    """One variant of deep knowledge tracing."""

    several_skills: ClassVar[bool] = True

    encoder: EncoderSettings = EncoderSettings()
    head: Literal["per_skill", "asked"] = "per_skill"
    """per_skill: one output for each skill, as in Piech et al.; asked: a perceptron on the state and an embedding of the asked skill."""
    head_dropout: float | None = Field(default=None, ge=0, lt=1)
    """Dropout within the perceptron of head asked; null: as in the encoder."""
    next_skill: bool = False
    """The encoder reads at every step which skill is asked, beside the response before; kind lstm only."""
    recall: bool = False
    """The head reads the state after the student's last response to the asked skill, beside the present one; head asked only."""

    @model_validator(mode="after")
    def _keys_fit_encoder_and_head(self) -> Self:
        if self.next_skill and self.encoder.kind != "lstm":
            raise ValueError(f"encoder kind {self.encoder.kind} reads no next_skill; leave next_skill out, or use kind lstm")
        if self.recall and self.head != "asked":
            raise ValueError(f"head {self.head} has no place for recall; leave recall out, or use head asked")
        if self.head_dropout is not None and self.head != "asked":
            raise ValueError(f"head {self.head} has no perceptron for head_dropout; leave head_dropout out, or use head asked")
        return self
