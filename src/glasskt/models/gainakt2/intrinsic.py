"""Gains out of the attention itself: values are vectors over skills, and what attention reads from the history is the gain.

    gains_t = softmax(Q K^T) softplus(v),   v a row of C numbers for each response in the history

Each block projects what it read back to the context stream, which alone is updated; the gains of the last block are returned. Source:
note 004, intrinsic mode. Changes: relative positions as in `parts.encoder.attention`; the values are one table for all blocks; initial
mastery is 0, as a gain before any response would be the start token's own.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, scaled_dot_product_attention, softplus

from glasskt.data.cohort import Combinations
from glasskt.models.gainakt2.settings import Settings
from glasskt.models.gainakt2.states import States
from glasskt.models.parts.encoder.attention import Stream, recency_bias
from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.models.parts.encoder.tokens import history_tokens, token_table


class SkillBlock(nn.Module):
    """Attention of the context over values in skill space, then the context's own update."""

    def __init__(self, settings: EncoderSettings, n_skills: int) -> None:
        super().__init__()
        self.heads = settings.heads
        self.n_skills = n_skills
        self.query_key = nn.Linear(settings.width, 2 * settings.width, bias=False)
        self.out = nn.Linear(n_skills, settings.width)
        self.context_stream = Stream(settings.width, settings.dropout)

    def forward(self, context: Tensor, values: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """`(B, T, D)`, `(B, T, C)`, `(H, T, T)` -> context `(B, T, D)` and what was read for each skill, `(B, T, C)`."""
        query, key = self.query_key(context).chunk(2, dim=-1)  # (B, T, D) each
        filled = pad(values, (0, -self.n_skills % self.heads))  # (B, T, C'), a multiple of heads
        read = scaled_dot_product_attention(self._split(query), self._split(key), self._split(filled), attn_mask=bias)  # (B, H, T, C'/H)
        gains = read.transpose(1, 2).flatten(2)[..., : self.n_skills]  # (B, T, C)
        return self.context_stream(context, self.out(gains)), gains

    def _split(self, stream: Tensor) -> Tensor:
        return stream.reshape(*stream.shape[:2], self.heads, -1).transpose(1, 2)  # (B, T, D) -> (B, H, T, D/H)


class Intrinsic(nn.Module):
    """The encoder that has no heads."""

    slopes: Tensor

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        width, heads = settings.encoder.width, settings.encoder.heads
        self.n_indices = n_skills + len(combinations)
        self.context_embedding = token_table(n_skills, combinations, width)
        self.value_embedding = token_table(n_skills, combinations, n_skills)
        self.blocks = nn.ModuleList(SkillBlock(settings.encoder, n_skills) for _ in range(settings.encoder.blocks))
        slopes = 2.0 ** (-8.0 * torch.arange(1, heads + 1) / heads)  # (H,)
        self.register_buffer("slopes", slopes, persistent=False)

    def forward(self, skill: Tensor, response: Tensor, skills: Tensor) -> States:
        """As `heads.Heads.forward`."""
        context, gains = self._read(skill, response)  # (B, L + 1, D), (B, L + 1, C)
        after = gains[:, 1:].relu()  # (B, L, C)
        practised = after.gather(-1, skills.clamp(min=0))  # (B, L, M)
        return States(context=context, value=context[:, 1:], gain=practised, every=after, initial=torch.zeros_like(practised))

    def of_all_skills(self, skill: Tensor, response: Tensor) -> tuple[Tensor, Tensor]:
        """As `heads.Heads.of_all_skills`."""
        gains = self._read(skill, response)[1][:, 1:].relu()  # (B, L, C)
        return gains, torch.zeros_like(gains[:, :1])

    def _read(self, skill: Tensor, response: Tensor) -> tuple[Tensor, Tensor]:
        tokens = history_tokens(skill, response, self.n_indices)  # (B, L + 1)
        context = self.context_embedding(tokens)  # (B, L + 1, D)
        values = softplus(self.value_embedding(tokens))  # (B, L + 1, C)
        bias = recency_bias(self.slopes, tokens.shape[1])  # (H, L + 1, L + 1)
        gains = values
        for block in self.blocks:
            context, gains = block(context, values, bias)
        return context, gains
