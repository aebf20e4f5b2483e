"""Groups of skills, then skills: what a group gains, and how far each of its skills departs from that.

    gain[s] = sigmoid( sum_g softmax(m_s)_g (u_g . value + c_g) + w_s . value + b_s ),   m_s (G,)

Which skill belongs to which group is learned: the data name none. Departures begin at a tenth of a projection's usual start, so that
skills begin as their groups. Source: note 002, "hierarchical models (skill groups -> skills)".
"""

import torch
from torch import Tensor, nn

from glasskt.models.gainakt3.projections.every_skill import EverySkill

GROUPS = 10
DEPARTURE = 0.1


class GroupGains(EverySkill):
    """A projection to `GROUPS` groups, memberships, and a projection to the skills' departures."""

    def __init__(self, width: int, n_skills: int) -> None:
        super().__init__()
        self.group = nn.Linear(width, GROUPS)
        self.membership = nn.Parameter(torch.randn(n_skills, GROUPS))  # (C, G)
        self.departure = nn.Linear(width, n_skills)
        with torch.no_grad():
            self.departure.weight.mul_(DEPARTURE)
            self.departure.bias.mul_(DEPARTURE)

    def every(self, value: Tensor, skills: Tensor) -> Tensor:
        """As `EverySkill.every`."""
        of_group = self.group(value) @ self.membership.softmax(dim=-1).T  # (B, L, C)
        logits: Tensor = of_group + self.departure(value)  # (B, L, C)
        return logits.sigmoid()
