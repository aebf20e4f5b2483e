"""The small network that reads a number, or one number per skill, off a state."""

import torch
from torch import Tensor, nn


class Perceptron(nn.Module):
    """Linear, ReLU, dropout, linear: `(..., D_in)` -> `(..., D_out)`, squeezed to `(...)` where D_out is 1."""

    def __init__(self, inputs: int, hidden: int, dropout: float, outputs: int = 1) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, outputs))

    def forward(self, *parts: Tensor) -> Tensor:
        """Apply to the concatenation of `parts` along the last dimension."""
        result: Tensor = self.layers(torch.cat(parts, dim=-1))
        return result.squeeze(-1)
