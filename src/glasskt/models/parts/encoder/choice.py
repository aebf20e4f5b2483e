"""The encoder that `encoder.kind` names."""

from collections.abc import Callable

from torch import nn

from glasskt.models.parts.encoder.attention import AttentionEncoder
from glasskt.models.parts.encoder.lstm import LstmEncoder
from glasskt.models.parts.encoder.settings import EncoderSettings

ENCODERS: dict[str, Callable[..., nn.Module]] = {"lstm": LstmEncoder, "attention": AttentionEncoder}


def encoder(settings: EncoderSettings, n_skills: int) -> nn.Module:
    """The encoder that `settings.kind` names: `(B, L)` skills and responses -> states `(B, L + 1, D)`, D = `settings.width`."""
    return ENCODERS[settings.kind](settings, n_skills)
