"""Deep knowledge tracing: p_t = sigmoid(head(h_t, q_t)), h_t the state of an encoder after responses 0..t-1.

With `recall` the head also reads h_{j+1}, the state after the response at j, the last time before t at which q_t was asked. Of several
skills: the mean of their logits, or of their embeddings and of the states after the last time at which each was asked.

Source: Piech et al. 2015; the `asked` head as in qDKT (Sonkar et al. 2020).
"""

from collections.abc import Callable

from torch import Tensor, nn

from glasskt.data.cohort import Combinations
from glasskt.models.dkt.next_skill import NextSkillLstm
from glasskt.models.dkt.recall import recalled
from glasskt.models.dkt.settings import Settings
from glasskt.models.parts.encoder.choice import encoder
from glasskt.models.parts.output import Output
from glasskt.models.parts.perceptron import Perceptron
from glasskt.models.parts.practice import mean_over_skills
from glasskt.models.parts.skill_table import members, skill_table


class PerSkill(nn.Module):
    """One output for every skill, of which the asked ones are read."""

    members: Tensor

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        self.outputs = nn.Linear(settings.encoder.width, n_skills)
        self.register_buffer("members", members(n_skills, combinations), persistent=False)  # (C + J, M)

    def forward(self, states: Tensor, skill: Tensor) -> Tensor:
        """`(B, L + 1, D)`, `(B, L)` -> logits `(B, L)`."""
        logits: Tensor = self.outputs(states[:, :-1])  # (B, L, C)
        skills = self.members[skill]  # (B, L, M)
        asked = logits.gather(-1, skills.clamp(min=0))  # (B, L, M)
        return asked.squeeze(-1) if asked.shape[-1] == 1 else mean_over_skills(asked, skills)  # (B, L)


class Asked(nn.Module):
    """A perceptron on the state, the asked skill and, with `recall`, the state after the last response to that skill."""

    members: Tensor

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        width = settings.encoder.width
        dropout = settings.encoder.dropout if settings.head_dropout is None else settings.head_dropout
        self.recall = settings.recall
        self.register_buffer("members", members(n_skills, combinations), persistent=False)  # (C + J, M)
        self.skill = skill_table(n_skills, combinations, width)
        self.perceptron = Perceptron((3 if settings.recall else 2) * width, width, dropout)

    def forward(self, states: Tensor, skill: Tensor) -> Tensor:
        """`(B, L + 1, D)`, `(B, L)` -> logits `(B, L)`."""
        parts = [states[:, :-1], self.skill(skill)]  # (B, L, D) each
        if self.recall:
            parts.append(recalled(states[:, 1:], self.members[skill]))  # (B, L, D)
        logits: Tensor = self.perceptron(*parts)
        return logits


HEADS: dict[str, Callable[[Settings, int, Combinations], nn.Module]] = {"per_skill": PerSkill, "asked": Asked}


class Network(nn.Module):
    """Encoder and head."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations = ()) -> None:
        super().__init__()
        encode = NextSkillLstm if settings.next_skill else encoder
        self.encoder = encode(settings.encoder, n_skills, combinations)
        self.head = HEADS[settings.head](settings, n_skills, combinations)

    def forward(self, skill: Tensor, response: Tensor) -> Output:
        """`(B, L)`, `(B, L)` -> the judged path only."""
        states = self.encoder(skill, response)  # (B, L + 1, D)
        return Output(logit_before=self.head(states, skill))
