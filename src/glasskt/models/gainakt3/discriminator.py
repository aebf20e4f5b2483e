"""A discriminator that learns to tell the gains of a response from gains that differ, while the gains learn to be taken for such.

Both learn by one loss in one pass: the gradient of what makes the gains is turned round on its way back (Ganin and Lempitsky 2015). It
reads gains in order of size, so it asks how they spread, not which skill has which. Its reference is drawn from the uniform distribution
on [0, 1] once and for all, so that a loss does not depend on chance. Source: note 002, "adversarial training (discriminator to detect
uniform gains)".
"""

from typing import Any

import torch
from torch import Tensor, nn

from glasskt.models.parts.perceptron import Perceptron

REFERENCES = 256
HIDDEN = 64


class _Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        return values.view_as(values)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return -gradients[0]


def reversed_gradient(values: Tensor) -> Tensor:
    """The values; on the way back, minus their gradient."""
    turned: Tensor = _Reversed.apply(values)  # type: ignore[no-untyped-call]
    return turned


class Discriminator(nn.Module):
    """Logit that some gains of all skills are of the reference."""

    reference: Tensor

    def __init__(self, n_skills: int) -> None:
        super().__init__()
        self.layers = Perceptron(n_skills, HIDDEN, 0.0)
        drawn = torch.rand(REFERENCES, n_skills, generator=torch.Generator().manual_seed(0))
        self.register_buffer("reference", drawn.sort(dim=-1).values, persistent=False)  # (R, C)

    def forward(self, gains: Tensor) -> tuple[Tensor, Tensor]:
        """`(B, L, C)` -> of these gains, `(B, L)`, and of the reference, `(R,)`."""
        ordered = reversed_gradient(gains).sort(dim=-1).values  # (B, L, C)
        return self.layers(ordered), self.layers(self.reference)
