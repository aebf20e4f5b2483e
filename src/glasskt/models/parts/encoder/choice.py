"""The encoder that `encoder.kind` names."""

from collections.abc import Callable

from torch import nn

from glasskt.data.cohort import Combinations
from glasskt.models.parts.encoder.attention import AttentionEncoder
from glasskt.models.parts.encoder.lstm import LstmEncoder
from glasskt.models.parts.encoder.settings import EncoderSettings, ReadStream

ENCODERS: dict[str, Callable[..., nn.Module]] = {
    "lstm": lambda settings, n_skills, combinations, reads: LstmEncoder(settings, n_skills, combinations),
    "attention": AttentionEncoder,
}


def encoder(settings: EncoderSettings, n_skills: int, combinations: Combinations = (), reads: ReadStream = "context") -> nn.Module:
    """The encoder that `settings.kind` names: `(B, L)` skill indices and responses -> states `(B, L + 1, D)`, D = `settings.width`."""
    return ENCODERS[settings.kind](settings, n_skills, combinations, reads)
