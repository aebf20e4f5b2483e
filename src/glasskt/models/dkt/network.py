"""Deep knowledge tracing: p_t = sigmoid(head(h_t, q_t)), h_t the state of an encoder after responses 0..t-1.

Of several skills: the mean of their logits, or of their embeddings.

Source: Piech et al. 2015; the `asked` head as in qDKT (Sonkar et al. 2020).
"""

from collections.abc import Callable

from torch import Tensor, nn

from glasskt.data.cohort import Combinations
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

    def forward(self, state: Tensor, skill: Tensor) -> Tensor:
        """`(B, L, D)`, `(B, L)` -> logits `(B, L)`."""
        logits: Tensor = self.outputs(state)  # (B, L, C)
        skills = self.members[skill]  # (B, L, M)
        asked = logits.gather(-1, skills.clamp(min=0))  # (B, L, M)
        return asked.squeeze(-1) if asked.shape[-1] == 1 else mean_over_skills(asked, skills)  # (B, L)


class Asked(nn.Module):
    """A perceptron on the state and the asked skill."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        width = settings.encoder.width
        self.skill = skill_table(n_skills, combinations, width)
        self.perceptron = Perceptron(2 * width, width, settings.encoder.dropout)

    def forward(self, state: Tensor, skill: Tensor) -> Tensor:
        """`(B, L, D)`, `(B, L)` -> logits `(B, L)`."""
        logits: Tensor = self.perceptron(state, self.skill(skill))
        return logits


HEADS: dict[str, Callable[[Settings, int, Combinations], nn.Module]] = {"per_skill": PerSkill, "asked": Asked}


class Network(nn.Module):
    """Encoder and head."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations = ()) -> None:
        super().__init__()
        self.encoder = encoder(settings.encoder, n_skills, combinations)
        self.head = HEADS[settings.head](settings, n_skills, combinations)

    def forward(self, skill: Tensor, response: Tensor) -> Output:
        """`(B, L)`, `(B, L)` -> the judged path only."""
        before = self.encoder(skill, response)[:, :-1]  # (B, L, D)
        return Output(logit_before=self.head(before, skill))
