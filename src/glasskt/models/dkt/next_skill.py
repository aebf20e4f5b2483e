"""The recurrent encoder told what is asked: with each response it reads the skill of the next one, which is known before it."""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from glasskt.data.cohort import Combinations
from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.models.parts.encoder.tokens import history_tokens, token_table
from glasskt.models.parts.skill_table import skill_table


class NextSkillLstm(nn.Module):
    """States along a history, one more than there are responses; after the last of them no skill is asked."""

    def __init__(self, settings: EncoderSettings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        self.n_indices = n_skills + len(combinations)
        self.embedding = token_table(n_skills, combinations, settings.width)
        self.asked = skill_table(n_skills, combinations, settings.width)
        self.lstm = nn.LSTM(2 * settings.width, settings.width, batch_first=True)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, skill: Tensor, response: Tensor) -> Tensor:
        """State t has seen responses 0..t-1 and skills 0..t: `(B, L)`, `(B, L)` -> `(B, L + 1, D)`."""
        tokens = self.embedding(history_tokens(skill, response, self.n_indices))  # (B, L + 1, D)
        asked = pad(self.asked(skill), (0, 0, 0, 1))  # (B, L + 1, D)
        inputs = torch.cat([tokens, asked], dim=-1)  # (B, L + 1, 2D)
        states: Tensor = self.dropout(self.lstm(inputs)[0])  # (B, L + 1, D)
        return states
