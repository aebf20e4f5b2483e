"""The recurrent encoder of deep knowledge tracing (Piech et al. 2015)."""

from torch import Tensor, nn

from glasskt.data.cohort import Combinations
from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.models.parts.encoder.tokens import history_tokens, token_table


class LstmEncoder(nn.Module):
    """States along a history, one more than there are responses."""

    def __init__(self, settings: EncoderSettings, n_skills: int, combinations: Combinations = ()) -> None:
        super().__init__()
        self.n_indices = n_skills + len(combinations)
        self.embedding = token_table(n_skills, combinations, settings.width)
        self.lstm = nn.LSTM(settings.width, settings.width, batch_first=True)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, skill: Tensor, response: Tensor) -> Tensor:
        """State t has seen responses 0..t-1: `(B, L)`, `(B, L)` -> `(B, L + 1, D)`."""
        tokens = self.embedding(history_tokens(skill, response, self.n_indices))  # (B, L + 1, D)
        states: Tensor = self.dropout(self.lstm(tokens)[0])  # (B, L + 1, D)
        return states
