"""Keys of a `variants.dkt.<name>` block."""

from typing import ClassVar, Literal

from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.training.settings import NeuralSettings


class Settings(NeuralSettings):
    """One variant of deep knowledge tracing."""

    several_skills: ClassVar[bool] = True

    encoder: EncoderSettings = EncoderSettings()
    head: Literal["per_skill", "asked"] = "per_skill"
    """per_skill: one output for each skill, as in Piech et al.; asked: a perceptron on the state and an embedding of the asked skill."""
