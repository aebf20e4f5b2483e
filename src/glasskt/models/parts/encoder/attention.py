"""The notes' two-stream attention: who attends comes from the context stream, what is read from the value stream.

Source: iKT3 encoder (note 003). One change: relative positions, a bias that falls linearly with distance (ALiBi, Press et al. 2022),
stand in place of a learned table of absolute positions, so that a sequence may be longer than any seen in training.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from glasskt.data.cohort import Combinations
from glasskt.models.parts.encoder.settings import EncoderSettings, ReadStream
from glasskt.models.parts.encoder.tokens import history_tokens, token_table


def recency_bias(slopes: Tensor, length: int) -> Tensor:
    """What is added to attention scores: `-slope * distance` into the past, minus infinity into the future.

    Arguments:
        slopes: One per head, `(H,)`.
        length: Number of positions T.

    Returns:
        `(H, T, T)`.
    """
    position = torch.arange(length, device=slopes.device)
    distance = position[:, None] - position[None, :]  # (T, T)
    bias = -slopes[:, None, None] * distance  # (H, T, T)
    return bias.masked_fill(distance < 0, float("-inf"))


class Stream(nn.Module):
    """Post-norm residual update of one stream: the attention's result, then a feed-forward layer."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm_attended = nn.LayerNorm(width)
        self.forward_layer = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(4 * width, width))
        self.norm_forward = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, stream: Tensor, attended: Tensor) -> Tensor:
        """`(B, T, D)`, `(B, T, D)` -> `(B, T, D)`."""
        stream = self.norm_attended(stream + self.dropout(attended))
        updated: Tensor = self.norm_forward(stream + self.dropout(self.forward_layer(stream)))
        return updated


class Block(nn.Module):
    """Attention from context to value; both streams take the result. The last block leaves the stream that nobody reads alone."""

    def __init__(self, settings: EncoderSettings, *, context: bool = True, value: bool = True) -> None:
        super().__init__()
        width = settings.width
        self.heads = settings.heads
        self.query_key = nn.Linear(width, 2 * width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width)
        self.context_stream = Stream(width, settings.dropout) if context else None
        self.value_stream = Stream(width, settings.dropout) if value else None

    def forward(self, context: Tensor, value: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """`(B, T, D)`, `(B, T, D)`, `(H, T, T)` -> the two streams, `(B, T, D)` each."""
        query, key = self.query_key(context).chunk(2, dim=-1)  # (B, T, D) each
        read = scaled_dot_product_attention(
            self._split(query), self._split(key), self._split(self.value(value)), attn_mask=bias
        )  # (B, H, T, D/H)
        attended = self.out(read.transpose(1, 2).flatten(2))  # (B, T, D)
        return (
            context if self.context_stream is None else self.context_stream(context, attended),
            value if self.value_stream is None else self.value_stream(value, attended),
        )

    def _split(self, stream: Tensor) -> Tensor:
        return stream.reshape(*stream.shape[:2], self.heads, -1).transpose(1, 2)  # (B, T, D) -> (B, H, T, D/H)


class AttentionEncoder(nn.Module):
    """States along a history, one more than there are responses: one stream of the last block, the context unless `reads` says value."""

    slopes: Tensor

    def __init__(self, settings: EncoderSettings, n_skills: int, combinations: Combinations = (), reads: ReadStream = "context") -> None:
        super().__init__()
        self.n_indices = n_skills + len(combinations)
        self.reads = reads
        self.context_embedding = token_table(n_skills, combinations, settings.width)
        self.value_embedding = token_table(n_skills, combinations, settings.width)
        earlier = [Block(settings) for _ in range(settings.blocks - 1)]
        self.blocks = nn.ModuleList([*earlier, Block(settings, context=reads == "context", value=reads == "value")])
        slopes = 2.0 ** (-8.0 * torch.arange(1, settings.heads + 1) / settings.heads)  # (H,)
        self.register_buffer("slopes", slopes, persistent=False)

    def forward(self, skill: Tensor, response: Tensor) -> Tensor:
        """State t has seen responses 0..t-1: `(B, L)`, `(B, L)` -> `(B, L + 1, D)`."""
        tokens = history_tokens(skill, response, self.n_indices)  # (B, L + 1)
        context, value = self.context_embedding(tokens), self.value_embedding(tokens)  # (B, L + 1, D) each
        bias = recency_bias(self.slopes, tokens.shape[1])  # (H, L + 1, L + 1)
        for block in self.blocks:
            context, value = block(context, value, bias)
        states: Tensor = {"context": context, "value": value}[self.reads]
        return states
