"""What stands beside practice inside the sigmoid of mastery: an ability, an initial mastery, both or nothing.

Both are read from the state before the response, so they move with it, and mastery may then fall. Source: experiments G3.10.
"""

from torch import Tensor, nn

from glasskt.models.gainakt3.settings import Settings
from glasskt.models.parts.perceptron import Perceptron


class Inside(nn.Module):
    """theta_t and u_0."""

    def __init__(self, settings: Settings, n_skills: int) -> None:
        super().__init__()
        width, dropout = settings.encoder.width, settings.encoder.dropout
        self.ability = Perceptron(width, width, dropout) if settings.ability else None
        self.skill = nn.Embedding(n_skills, width) if settings.initial_mastery else None
        self.initial_mastery = Perceptron(2 * width, width, dropout) if settings.initial_mastery else None

    def forward(self, states: Tensor | None, skills: Tensor) -> tuple[Tensor | None, Tensor | float, Tensor | float]:
        """`(B, L + 1, D)`, `(B, L, M)` -> theta `(B, L + 1)`, and what is added before and after each response, `(B, L, M)` each."""
        if states is None:
            return None, 0.0, 0.0
        theta = None if self.ability is None else self.ability(states)  # (B, L + 1)
        return theta, self._added(theta, states, skills, slice(None, -1)), self._added(theta, states, skills, slice(1, None))

    def _added(self, theta: Tensor | None, states: Tensor, skills: Tensor, when: slice) -> Tensor | float:
        added: Tensor | float = 0.0 if theta is None else theta[:, when, None]  # (B, L, 1)
        if self.skill is None or self.initial_mastery is None:
            return added
        asked = self.skill(skills.clamp(min=0))  # (B, L, M, D)
        initial: Tensor = self.initial_mastery(states[:, when, None].expand_as(asked), asked)  # (B, L, M)
        return added + initial
