"""Deep knowledge tracing: p_t = sigmoid(head(h_t, q_t)), h_t the state of an encoder after responses 0..t-1.

With `recall` the head also reads h_j and the response at j, the last time before t at which q_t was asked.
Source: Piech et al. 2015; the `asked` head as in qDKT (Sonkar et al. 2020).
"""

from collections.abc import Callable

from torch import Tensor, nn

from glasskt.models.dkt.next_skill import NextSkillLstm
from glasskt.models.dkt.recall import recalled
from glasskt.models.dkt.settings import Settings
from glasskt.models.parts.encoder.choice import encoder
from glasskt.models.parts.output import Output
from glasskt.models.parts.perceptron import Perceptron


class PerSkill(nn.Module):
    """One output for every skill, of which the asked one is read."""

    def __init__(self, settings: Settings, n_skills: int) -> None:
        super().__init__()
        self.outputs = nn.Linear(settings.encoder.width, n_skills)

    def forward(self, states: Tensor, skill: Tensor, response: Tensor) -> Tensor:
        """`(B, L, D)`, `(B, L)`, `(B, L)` -> logits `(B, L)`."""
        logits: Tensor = self.outputs(states)  # (B, L, C)
        return logits.gather(-1, skill[..., None]).squeeze(-1)  # (B, L)


class Asked(nn.Module):
    """A perceptron on the state, the asked skill and, with `recall`, what the last response to that skill was and the state before it."""

    def __init__(self, settings: Settings, n_skills: int) -> None:
        super().__init__()
        width = settings.encoder.width
        self.skill = nn.Embedding(n_skills, width)
        self.answer = nn.Embedding(3, width) if settings.recall else None
        self.perceptron = Perceptron((4 if settings.recall else 2) * width, width, settings.encoder.dropout)

    def forward(self, states: Tensor, skill: Tensor, response: Tensor) -> Tensor:
        """`(B, L, D)`, `(B, L)`, `(B, L)` -> logits `(B, L)`; of the responses those before each step are read."""
        parts = [states, self.skill(skill)]  # (B, L, D) each
        if self.answer is not None:
            state, answer = recalled(states, skill, response)  # (B, L, D), (B, L)
            parts += [state, self.answer(answer)]  # (B, L, D) each
        logits: Tensor = self.perceptron(*parts)
        return logits


HEADS: dict[str, Callable[[Settings, int], nn.Module]] = {"per_skill": PerSkill, "asked": Asked}


class Network(nn.Module):
    """Encoder and head."""

    def __init__(self, settings: Settings, n_skills: int) -> None:
        super().__init__()
        self.encoder = NextSkillLstm(settings.encoder, n_skills) if settings.next_skill else encoder(settings.encoder, n_skills)
        self.head = HEADS[settings.head](settings, n_skills)

    def forward(self, skill: Tensor, response: Tensor) -> Output:
        """`(B, L)`, `(B, L)` -> the judged path only."""
        before = self.encoder(skill, response)[:, :-1]  # (B, L, D)
        return Output(logit_before=self.head(before, skill, response))
