"""Where gains come from: a projection of the value stream to every skill, one scalar (V0), or nothing learned (the controls)."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from glasskt.models.gainakt3.projections.every_skill import EverySkill
from glasskt.models.gainakt3.projections.experts import ExpertGains
from glasskt.models.gainakt3.projections.groups import GroupGains
from glasskt.models.gainakt3.projections.heads import HeadGains
from glasskt.models.gainakt3.projections.least_spread import LeastSpread
from glasskt.models.gainakt3.projections.perceptron import PerceptronGains
from glasskt.models.gainakt3.projections.q_matrix import QMatrixGains
from glasskt.models.gainakt3.settings import Settings
from glasskt.models.parts.legacy_gain import legacy_gain


class Learned(EverySkill):
    """gain[s] = sigmoid(w_s . value + b_s); the rows of the practised skills are looked up, the others never computed."""

    def __init__(self, width: int, n_skills: int) -> None:
        super().__init__()
        as_linear = nn.Linear(width, n_skills)
        self.weight = nn.Parameter(as_linear.weight.detach().clone())  # (C, D)
        self.bias = nn.Parameter(as_linear.bias.detach().clone())  # (C,)

    def forward(self, value: Tensor, skills: Tensor, response: Tensor) -> Tensor:
        """`(B, L, D)` after each response, `(B, L, M)`, `(B, L)` -> gains of the practised skills, `(B, L, M)`."""
        index = skills.clamp(min=0)  # (B, L, M)
        logits = (self.weight[index] * value[..., None, :]).sum(dim=-1) + self.bias[index]  # (B, L, M)
        return logits.sigmoid()

    def every(self, value: Tensor, skills: Tensor) -> Tensor:
        """As `EverySkill.every`."""
        return linear(value, self.weight, self.bias).sigmoid()

    def begin_small(self, sd: float) -> None:
        """Weights anew from N(0, sd^2), biases 0: every gain begins near 0.5. Source: note 001, option 2."""
        nn.init.normal_(self.weight, std=sd)
        nn.init.zeros_(self.bias)


class Scalar(nn.Module):
    """One number for all skills: the legacy gain itself."""

    def forward(self, value: Tensor, skills: Tensor, response: Tensor) -> Tensor:
        """As `Learned`."""
        return legacy_gain(value)[..., None].expand(skills.shape)


class Given(nn.Module):
    """What is known without learning: 0, 1 (practice is then a count) or the response (a count of successes)."""

    def __init__(self, of_response: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.of_response = of_response

    def forward(self, value: Tensor | None, skills: Tensor, response: Tensor) -> Tensor:
        """As `Learned`."""
        return self.of_response(response).to(torch.get_default_dtype())[..., None].expand(skills.shape)


SOURCES: dict[str, Callable[[int, int], nn.Module]] = {
    "learned": Learned,
    "perceptron": PerceptronGains,
    "heads": HeadGains,
    "experts": ExpertGains,
    "groups": GroupGains,
    "q_matrix": QMatrixGains,
    "scalar": lambda width, n_skills: Scalar(),
    "zero": lambda width, n_skills: Given(torch.zeros_like),
    "one": lambda width, n_skills: Given(torch.ones_like),
    "response": lambda width, n_skills: Given(lambda response: response),
}
"""By `gain`."""


def source(settings: Settings, n_skills: int) -> nn.Module:
    """Where the gains of a variant come from."""
    made = SOURCES[settings.gain](settings.encoder.width, n_skills)
    if isinstance(made, Learned) and settings.projection_sd is not None:
        made.begin_small(settings.projection_sd)
    return LeastSpread(made, settings.least_gain_sd) if isinstance(made, EverySkill) and settings.least_gain_sd else made
