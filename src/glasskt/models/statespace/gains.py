"""What a response gives: a gain to each of its own skills and one to the others, both never negative.

gain = softplus( network( features before the response, ability, skill, response ) )
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, softplus

from glasskt.data.cohort import Combinations
from glasskt.models.parts.skill_table import skill_table
from glasskt.models.statespace.contexts import DIRECTIONS, N_INPUTS
from glasskt.models.statespace.settings import Settings

LARGEST = 4.0
"""Inputs are cut off at so many standard deviations, which keeps their order."""


class Gains(NamedTuple):
    """Of every response, `(B, L)` each."""

    own: Tensor
    others: Tensor


class Free(nn.Module):
    """One hidden layer, weights of any sign."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(N_INPUTS + 1 + settings.skill_width, settings.width),
            nn.ReLU(),
            nn.Dropout(settings.dropout),
            nn.Linear(settings.width, 2),
        )

    def forward(self, given: Tensor, skill: Tensor) -> Tensor:
        """Inputs and response `(B, L, F + 1)`, the skill's vector `(B, L, E)` -> `(B, L, 2)`."""
        result: Tensor = self.layers(torch.cat([given, skill], dim=-1))
        return result


class Rising(nn.Module):
    """One hidden layer that rises with every input that a right answer raises: on their way no weight is negative.

    Such weights are squares, which leave the neighbourhood of 0 faster than exponentials do.
    """

    direction: Tensor

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.register_buffer("direction", torch.tensor([*DIRECTIONS.values(), 1.0]), persistent=False)  # (F + 1,); the response rises
        self.directed, self.undirected = self.direction.nonzero().squeeze(-1), (self.direction == 0).nonzero().squeeze(-1)
        self.root_of_directed = nn.Parameter(0.15 * torch.randn(settings.width, len(self.directed)))
        self.of_others = nn.Linear(len(self.undirected) + settings.skill_width, settings.width)
        self.root_of_out = nn.Parameter(0.3 * torch.randn(2, settings.width))
        self.out = nn.Parameter(torch.zeros(2))
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, given: Tensor, skill: Tensor) -> Tensor:
        """As `Free`."""
        directed = (given * self.direction)[..., self.directed]
        others = torch.cat([given[..., self.undirected], skill], dim=-1)
        hidden = torch.tanh(linear(directed, self.root_of_directed.square()) + self.of_others(others))  # (B, L, D)
        return linear(self.dropout(hidden), self.root_of_out.square(), self.out)


class Learned(nn.Module):
    """A network of what is known before the response, the response and the skill."""

    centre: Tensor
    scale: Tensor

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(N_INPUTS))
        self.register_buffer("scale", torch.ones(N_INPUTS))
        self.skill = skill_table(n_skills, combinations, settings.skill_width)
        self.head = Rising(settings) if settings.monotone else Free(settings)

    def forward(self, inputs: Tensor, skill: Tensor, response: Tensor) -> Gains:
        """`(B, L, F)`, `(B, L)`, `(B, L)` -> the gains that each response gives."""
        standard = ((inputs - self.centre) / self.scale).clamp(-LARGEST, LARGEST)  # (B, L, F)
        answered = response[..., None].to(inputs.dtype) * 2 - 1  # (B, L, 1)
        return Gains(*softplus(self.head(torch.cat([standard, answered], dim=-1), self.skill(skill))).unbind(dim=-1))


class Given(nn.Module):
    """What is known without learning, of its own skill and of others alike."""

    def __init__(self, of_response: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.of_response = of_response

    def forward(self, inputs: Tensor, skill: Tensor, response: Tensor) -> Gains:
        """As `Learned`."""
        gain = self.of_response(response).to(inputs.dtype)
        return Gains(own=gain, others=gain)


SOURCES: dict[str, Callable[[Settings, int, Combinations], nn.Module]] = {
    "learned": Learned,
    "zero": lambda settings, n_skills, combinations: Given(torch.zeros_like),
    "one": lambda settings, n_skills, combinations: Given(torch.ones_like),
    "response": lambda settings, n_skills, combinations: Given(lambda response: response),
}
