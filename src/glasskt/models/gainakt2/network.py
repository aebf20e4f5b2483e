"""A head that predicts, and beside it gains that add up to mastery. The prediction is not made of the mastery.

    mastery_t[s] = min(1, mastery_0[s] + 0.1 * sum of gains[s] until t)

The notes' running clamp m_t = clamp(m_{t-1} + 0.1 g_t, 0, 1) is exactly this where gains are never negative, which both sources of gains
make sure of by a ReLU: the lower clamp then never acts, and mastery that has reached 1 stays there. Source: note 004.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from glasskt.data.cohort import Combinations
from glasskt.models.gainakt2.heads import Heads
from glasskt.models.gainakt2.intrinsic import Intrinsic
from glasskt.models.gainakt2.settings import Settings
from glasskt.models.parts.legacy_gain import legacy_gain
from glasskt.models.parts.output import Output
from glasskt.models.parts.perceptron import Perceptron
from glasskt.models.parts.practice import among_all, before_each, every_step, mean_over_skills, practised
from glasskt.models.parts.skill_table import ABSENT, members, skill_table

STEP = 0.1
GAINS: dict[bool, type[Heads] | type[Intrinsic]] = {False: Heads, True: Intrinsic}


@dataclass(frozen=True, kw_only=True)
class GainOutput(Output):
    """What the losses on gains read besides: the practised skills, `(B, L, M)`, and the gains of all, `(B, L, C)`."""

    skills: Tensor
    every_gain: Tensor | None


class Network(nn.Module):
    """Prediction from [h_t, e_q]; mastery from gains."""

    members: Tensor

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations = ()) -> None:
        super().__init__()
        width = settings.encoder.width
        self.accumulate = settings.accumulate
        self.register_buffer("members", members(n_skills, combinations), persistent=False)  # (C + J, M)
        self.gains = GAINS[settings.intrinsic](settings, n_skills, combinations)
        self.skill = skill_table(n_skills, combinations, width)
        self.head = Perceptron(2 * width, width, settings.encoder.dropout)

    def forward(self, skill: Tensor, response: Tensor) -> GainOutput:
        """`(B, L)`, `(B, L)` -> the prediction and what stands beside it."""
        skills = self.members[skill]  # (B, L, M)
        states = self.gains(skill, response, skills)
        gain = states.gain * (skills != ABSENT)  # (B, L, M)
        practice = every_step(states.every, skills) if self.accumulate == "all" else practised(gain, skills)
        before, after = ((states.initial + STEP * sums).clamp(max=1) for sums in (practice.before, practice.after))  # (B, L, M) each
        logit = self.head(states.context[:, :-1], self.skill(skill))  # (B, L)
        return GainOutput(
            logit_before=logit,
            logit_blackbox_before=logit,
            mastery_before=mean_over_skills(before, skills),
            mastery_after=mean_over_skills(after, skills),
            gain=mean_over_skills(gain, skills),
            legacy_gain=legacy_gain(states.value),
            skills=skills,
            every_gain=states.every,
        )

    def every_gain(self, skill: Tensor, response: Tensor) -> Tensor:
        """Gains of all skills after each response, `(B, L)`, `(B, L)` -> `(B, L, C)`."""
        return self.gains.of_all_skills(skill, response)[0]

    def mean_mastery(self, skill: Tensor, response: Tensor) -> Tensor:
        """Mean over all C skills of the mastery before each response, `(B, L)`, `(B, L)` -> `(B, L)`."""
        skills = self.members[skill]  # (B, L, M)
        gains, initial = self.gains.of_all_skills(skill, response)  # (B, L, C), (B, 1, C)
        added = gains if self.accumulate == "all" else among_all(gains.gather(-1, skills.clamp(min=0)), skills, gains.shape[-1])
        return (initial + STEP * before_each(added)).clamp(max=1).mean(dim=-1)
