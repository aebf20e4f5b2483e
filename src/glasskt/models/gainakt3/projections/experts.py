"""A mixture of experts: few networks make gains, and each skill has its own mixture of them.

    gain[s] = sigmoid( sum_k softmax(a_s)_k f_k(value) + b_s ),   f_k: value -> a number, a_s (K,)

Source: note 002, "per-skill expert networks (mixture of experts)".
"""

import torch
from torch import Tensor, nn

from glasskt.models.gainakt3.projections.every_skill import EverySkill
from glasskt.models.parts.perceptron import Perceptron

EXPERTS = 8


class ExpertGains(EverySkill):
    """`EXPERTS` outputs of one hidden layer; the mixtures begin at random, since equal ones would stay equal."""

    def __init__(self, width: int, n_skills: int) -> None:
        super().__init__()
        self.experts = Perceptron(width, width, 0.0, EXPERTS)
        self.mixture = nn.Parameter(torch.randn(n_skills, EXPERTS))  # (C, K)
        self.bias = nn.Parameter(torch.zeros(n_skills))  # (C,)

    def every(self, value: Tensor, skills: Tensor) -> Tensor:
        """As `EverySkill.every`."""
        said: Tensor = self.experts(value)  # (B, L, K)
        return (said @ self.mixture.softmax(dim=-1).T + self.bias).sigmoid()  # (B, L, C)
