"""The two forms of iKT3: a black-box head beside a glass head, or one split glass path.

Source: note 003 (two heads); experiment I3.9 (split). One fault of the notes is mended: theta_t, q_t and r_t stand at the same position t,
and theta_t is made of responses 0..t-1. A response to several skills is asked at the mean of their difficulties and embeddings.
"""

import torch
from torch import Tensor, nn

from glasskt.data.cohort import Combinations
from glasskt.models.ikt3.settings import Settings
from glasskt.models.parts.encoder.choice import encoder
from glasskt.models.parts.output import Output
from glasskt.models.parts.perceptron import Perceptron
from glasskt.models.parts.skill_table import skill_table


class Glass(nn.Module):
    """theta_t from the state alone, beta_k from a table: the quantities that item response theory has too."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        width = settings.encoder.width
        self.ability = Perceptron(width, width, settings.encoder.dropout)
        self.difficulty = skill_table(n_skills, combinations, 1)
        nn.init.zeros_(self.difficulty.weight)

    def start_at(self, beta_irt: Tensor) -> None:
        """Begin at these difficulties, in logits, `(C,)`."""
        with torch.no_grad():
            self.difficulty.weight.copy_(beta_irt[:, None])

    def theta(self, states: Tensor) -> Tensor:
        """Ability in logits, `(B, T, D)` -> `(B, T)`."""
        ability: Tensor = self.ability(states)
        return ability

    def beta(self, skill: Tensor) -> Tensor:
        """Difficulty in logits, `(B, L)` -> `(B, L)`."""
        difficulty: Tensor = self.difficulty(skill)
        return difficulty.squeeze(-1)


class TwoHeads(nn.Module):
    """Head 1 predicts from [h_t, e_q] and explains nothing; head 2 is mastery = sigmoid(theta_t - beta_q), the path that is judged."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        width = settings.encoder.width
        self.encoder = encoder(settings.encoder, n_skills, combinations)
        self.skill = skill_table(n_skills, combinations, width)
        self.blackbox = Perceptron(2 * width, width, settings.encoder.dropout)
        self.glass = Glass(settings, n_skills, combinations)

    def forward(self, skill: Tensor, response: Tensor) -> Output:
        """`(B, L)`, `(B, L)` -> both paths."""
        states = self.encoder(skill, response)  # (B, L + 1, D)
        theta, beta = self.glass.theta(states), self.glass.beta(skill)  # (B, L + 1), (B, L)
        mastery = theta[:, :-1] - beta  # (B, L)
        return Output(
            logit_before=mastery,
            logit_blackbox_before=self.blackbox(states[:, :-1], self.skill(skill)),
            theta_before=theta[:, :-1],
            theta_after=theta[:, 1:],
            beta=beta,
            logit_mastery_before=mastery,
            logit_mastery_after=theta[:, 1:] - beta,
        )


class Deviation(nn.Module):
    """What a history says of one skill beyond general ability."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        width = settings.encoder.width
        self.skill = skill_table(n_skills, combinations, width)
        self.read = Perceptron(2 * width, width, settings.encoder.dropout)

    def forward(self, states: Tensor, skill: Tensor) -> Tensor:
        """In logits, `(B, L, D)`, `(B, L)` -> `(B, L)`."""
        deviation: Tensor = self.read(states, self.skill(skill))
        return deviation


class NoDeviation(nn.Module):
    """The ablation: delta = 0."""

    def forward(self, states: Tensor, skill: Tensor) -> Tensor:
        """`(B, L, D)`, `(B, L)` -> zeros, `(B, L)`."""
        return torch.zeros_like(states[..., 0])


class Split(nn.Module):
    """General ability and a skill-specific deviation: mastery = sigmoid(theta_t + delta(h_t, q) - beta_q), which is also the prediction."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        self.encoder = encoder(settings.encoder, n_skills, combinations)
        self.deviation = Deviation(settings, n_skills, combinations) if settings.delta else NoDeviation()
        self.glass = Glass(settings, n_skills, combinations)

    def forward(self, skill: Tensor, response: Tensor) -> Output:
        """`(B, L)`, `(B, L)` -> the one path."""
        states = self.encoder(skill, response)  # (B, L + 1, D)
        theta, beta = self.glass.theta(states), self.glass.beta(skill)  # (B, L + 1), (B, L)
        mastery = theta[:, :-1] + self.deviation(states[:, :-1], skill) - beta  # (B, L)
        return Output(
            logit_before=mastery,
            theta_before=theta[:, :-1],
            theta_after=theta[:, 1:],
            beta=beta,
            logit_mastery_before=mastery,
            logit_mastery_after=theta[:, 1:] + self.deviation(states[:, 1:], skill) - beta,
        )


Network = TwoHeads | Split
NETWORKS: dict[bool, type[TwoHeads] | type[Split]] = {False: TwoHeads, True: Split}


def network(settings: Settings, n_skills: int, combinations: Combinations = ()) -> Network:
    """The form that `settings.split` asks for."""
    return NETWORKS[settings.split](settings, n_skills, combinations)
