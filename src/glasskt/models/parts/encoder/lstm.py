"""The recurrent encoder of deep knowledge tracing (Piech et al. 2015)."""

from torch import Tensor, nn

from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.models.parts.encoder.tokens import history_tokens, vocabulary


class LstmEncoder(nn.Module):
    """States along a history, one more than there are responses."""

    def __init__(self, settings: EncoderSettings, n_skills: int) -> None:
        super().__init__()
        self.n_skills = n_skills
        self.embedding = nn.Embedding(vocabulary(n_skills), settings.width)
        self.lstm = nn.LSTM(settings.width, settings.width, batch_first=True)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, skill: Tensor, response: Tensor) -> Tensor:
        """State t has seen responses 0..t-1: `(B, L)`, `(B, L)` -> `(B, L + 1, D)`."""
        tokens = self.embedding(history_tokens(skill, response, self.n_skills))  # (B, L + 1, D)
        states: Tensor = self.dropout(self.lstm(tokens)[0])  # (B, L + 1, D)
        return states
