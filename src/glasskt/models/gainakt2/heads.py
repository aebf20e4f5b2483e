"""Gains and initial mastery read off the encoder's states by two heads: ReLU(w_s . h + b_s) after each response, sigmoid(v_s . h_0 + c_s).

Source: note 004. The initial mastery is read from the state before the first response, so that it knows none.
"""

from torch import Tensor, nn

from glasskt.data.cohort import Combinations
from glasskt.models.gainakt2.settings import Settings
from glasskt.models.gainakt2.states import States
from glasskt.models.parts.encoder.choice import encoder


class Heads(nn.Module):
    """An encoder of either kind, and the two heads."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        width = settings.encoder.width
        self.encoder = encoder(settings.encoder, n_skills, combinations)
        self.norm = nn.LayerNorm(width)
        self.gain = nn.Linear(width, n_skills)
        self.mastery = nn.Linear(width, n_skills)
        self.every = settings.every_gain

    def forward(self, skill: Tensor, response: Tensor, skills: Tensor) -> States:
        """`(B, L)`, `(B, L)`, `(B, L, M)` -> states, gains and initial mastery."""
        context = self.norm(self.encoder(skill, response))  # (B, L + 1, D)
        after, index = context[:, 1:], skills.clamp(min=0)
        every = self.gain(after).relu() if self.every else None  # (B, L, C)
        practised = _rows(self.gain, after, index).relu() if every is None else every.gather(-1, index)  # (B, L, M)
        first = context[:, :1].expand_as(after)  # (B, L, D)
        return States(context=context, value=after, gain=practised, every=every, initial=_rows(self.mastery, first, index).sigmoid())

    def of_all_skills(self, skill: Tensor, response: Tensor) -> tuple[Tensor, Tensor]:
        """Gains of all skills after each response, `(B, L, C)`, and their initial mastery, `(B, 1, C)`."""
        context = self.norm(self.encoder(skill, response))
        return self.gain(context[:, 1:]).relu(), self.mastery(context[:, :1]).sigmoid()


def _rows(layer: nn.Linear, state: Tensor, index: Tensor) -> Tensor:
    """Some outputs of a layer, `(B, L, D)` and `(B, L, M)` -> `(B, L, M)`."""
    picked: Tensor = (layer.weight[index] * state[..., None, :]).sum(dim=-1) + layer.bias[index]
    return picked
