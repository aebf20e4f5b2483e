"""What a response gives: a gain to its own skill and one to the others, both never negative.

gain = softplus( network( features before the response, ability, skill, response ) )
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, softplus

from glasskt.models.statespace.contexts import DIRECTIONS, N_INPUTS
from glasskt.models.statespace.settings import Settings

LARGEST = 4.0
"""Inputs are cut off at so many standard deviations, which keeps their order."""


class Gains(NamedTuple):
    """Of every response, `(B, L)` each."""

    own: Tensor
    others: Tensor


class Learned(nn.Module):
    """One hidden layer, any sign."""

    centre: Tensor
    scale: Tensor

    def __init__(self, settings: Settings, n_skills: int) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(N_INPUTS))
        self.register_buffer("scale", torch.ones(N_INPUTS))
        self.skill = nn.Embedding(n_skills, settings.skill_width)
        self.layers = nn.Sequential(
            nn.Linear(N_INPUTS + 1 + settings.skill_width, settings.width),
            nn.ReLU(),
            nn.Dropout(settings.dropout),
            nn.Linear(settings.width, 2),
        )

    def forward(self, inputs: Tensor, skill: Tensor, response: Tensor) -> Gains:
        """`(B, L, F)`, `(B, L)`, `(B, L)` -> the gains that each response gives."""
        given = torch.cat([self.standard(inputs), response[..., None].to(inputs.dtype) * 2 - 1], dim=-1)  # (B, L, F + 1)
        raw = self.raw(given, self.skill(skill))  # (B, L, 2)
        return Gains(*softplus(raw).unbind(dim=-1))

    def standard(self, inputs: Tensor) -> Tensor:
        """In standard deviations over the training responses, `(B, L, F)`."""
        return ((inputs - self.centre) / self.scale).clamp(-LARGEST, LARGEST)

    def raw(self, given: Tensor, skill: Tensor) -> Tensor:
        """`(B, L, F + 1)`, `(B, L, E)` -> `(B, L, 2)`."""
        result: Tensor = self.layers(torch.cat([given, skill], dim=-1))
        return result


class Rising(Learned):
    """One hidden layer that rises with every input that a right answer raises: on their way, no weight is negative."""

    direction: Tensor

    def __init__(self, settings: Settings, n_skills: int) -> None:
        super().__init__(settings, n_skills)
        del self.layers
        self.register_buffer("direction", torch.tensor([*DIRECTIONS.values(), 1.0]), persistent=False)  # (F + 1,)
        rising, free = int((self.direction != 0).sum()), int((self.direction == 0).sum())
        self.raw_rising = nn.Parameter(torch.randn(settings.width, rising) - 4)
        self.free = nn.Linear(free + settings.skill_width, settings.width)
        self.raw_out = nn.Parameter(torch.randn(2, settings.width) - 3)
        self.out = nn.Parameter(torch.zeros(2))
        self.dropout = nn.Dropout(settings.dropout)

    def raw(self, given: Tensor, skill: Tensor) -> Tensor:
        """As `Learned.raw`."""
        has = self.direction != 0
        rising = (given * self.direction)[..., has]
        hidden = linear(rising, softplus(self.raw_rising)) + self.free(torch.cat([given[..., ~has], skill], dim=-1))
        return linear(self.dropout(torch.tanh(hidden)), softplus(self.raw_out), self.out)


class Given(nn.Module):
    """What is known without learning, of its own skill and of others alike."""

    def __init__(self, of_response: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.of_response = of_response

    def forward(self, inputs: Tensor, skill: Tensor, response: Tensor) -> Gains:
        """As `Learned`."""
        gain = self.of_response(response).to(inputs.dtype)
        return Gains(own=gain, others=gain)


SOURCES: dict[str, Callable[[Settings, int], nn.Module]] = {
    "learned": lambda settings, n_skills: (Rising if settings.monotone else Learned)(settings, n_skills),
    "zero": lambda settings, n_skills: Given(torch.zeros_like),
    "one": lambda settings, n_skills: Given(torch.ones_like),
    "response": lambda settings, n_skills: Given(lambda response: response),
}
