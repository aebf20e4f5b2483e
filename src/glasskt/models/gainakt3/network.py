"""Two encoders that share nothing: a black box, and the path from gains over practice and mastery to a prediction.

Source: notes 000 to 002. Mended: the mastery that predicts response t is that of the skill asked at t, made of gains at steps before t.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from glasskt.data.cohort import Combinations
from glasskt.models.gainakt3.discriminator import Discriminator
from glasskt.models.gainakt3.gains import Learned, source
from glasskt.models.gainakt3.inside import Inside
from glasskt.models.gainakt3.mastery import Mastery
from glasskt.models.gainakt3.projections.every_skill import EverySkill, of_practised
from glasskt.models.gainakt3.settings import Settings
from glasskt.models.gainakt3.skill_similarity import SimilarityEncoder
from glasskt.models.parts.encoder.choice import encoder
from glasskt.models.parts.legacy_gain import legacy_gain
from glasskt.models.parts.output import Output
from glasskt.models.parts.perceptron import Perceptron
from glasskt.models.parts.practice import among_all, before_each, every_step, mean_over_skills, practised
from glasskt.models.parts.skill_table import ABSENT, members, skill_table


@dataclass(frozen=True, kw_only=True)
class GainOutput(Output):
    """What the losses on gains read besides.

    Attributes:
        logit_after: Logit of a correct response with mastery as it is after the response, `(B, L)`.
        skills: The practised skills, filled up with `ABSENT`, `(B, L, M)`.
        gain_of_skill: Their gains, `(B, L, M)`.
        every_gain: Gains of all skills where a loss needs them, `(B, L, C)`.
        beta_of_skill: Learning rate of each skill, `(C,)`; None where nothing is practised.
        beta_prior: What item response theory expects it to be, `(C,)`; None where nothing is expected.
        told_apart: What the discriminator says of the gains, `(B, L)`, and of its reference, `(R,)`; None where there is none.
        of_trained: The same read with the gammas of these training students, `(B,)`.
    """

    logit_after: Tensor
    skills: Tensor
    gain_of_skill: Tensor
    every_gain: Tensor | None
    beta_of_skill: Tensor | None
    beta_prior: Tensor | None
    told_apart: tuple[Tensor, Tensor] | None
    of_trained: Callable[[Tensor], "GainOutput"]


class BlackBox(nn.Module):
    """The first encoder: predicts from [h_t, e_q] and explains nothing."""

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations) -> None:
        super().__init__()
        width = settings.encoder.width
        self.encoder = encoder(settings.encoder, n_skills, combinations)
        self.skill = skill_table(n_skills, combinations, width)
        self.head = Perceptron(2 * width, width, settings.encoder.dropout)

    def forward(self, skill: Tensor, response: Tensor) -> Tensor:
        """`(B, L)`, `(B, L)` -> logits, `(B, L)`."""
        logit: Tensor = self.head(self.encoder(skill, response)[:, :-1], self.skill(skill))
        return logit


class Network(nn.Module):
    """Both paths; the second is judged."""

    members: Tensor

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations = (), n_students: int = 0) -> None:
        super().__init__()
        width = settings.encoder.width
        self.settings = settings
        self.register_buffer("members", members(n_skills, combinations), persistent=False)  # (C + J, M)
        self.blackbox = BlackBox(settings, n_skills, combinations) if settings.blackbox else None
        self.encoder = _gain_encoder(settings, n_skills, combinations) if settings.reads_states else None
        self.norm = nn.LayerNorm(width) if settings.reads_states else None
        self.dropout = nn.Dropout(settings.projection_dropout)
        self.gain = source(settings, n_skills)
        self.inside = Inside(settings, n_skills)
        self.mastery = Mastery(settings, n_skills, n_students)
        self.discriminator = Discriminator(n_skills) if "adversarial" in settings.weights.used else None

    def forward(self, skill: Tensor, response: Tensor) -> GainOutput:
        """`(B, L)`, `(B, L)` -> both paths."""
        skills = self.members[skill]  # (B, L, M)
        states = self.states(skill, response)  # (B, L + 1, D)
        value = None if states is None else self.dropout(states[:, 1:])  # (B, L, D)
        gain, every = self._gains(value, skills, response)  # (B, L, M), (B, L, C)
        practice = every_step(every, skills) if every is not None and self.settings.accumulate == "all" else practised(gain, skills)
        theta, before, after = self.inside(states, skills)  # (B, L + 1), (B, L, M), (B, L, M)
        logit_blackbox = None if self.blackbox is None else self.blackbox(skill, response)
        told_apart = None if self.discriminator is None or every is None else self.discriminator(every)

        def read(students: Tensor | None) -> GainOutput:
            mastery_before = self.mastery(practice.before, before, skills, students)  # (B, L, M)
            mastery_after = self.mastery(practice.after, after, skills, students)  # (B, L, M)
            return GainOutput(
                logit_before=self.mastery.logit(mastery_before, skills),
                logit_after=self.mastery.logit(mastery_after, skills),
                logit_blackbox_before=logit_blackbox,
                theta_before=None if theta is None else theta[:, :-1],
                theta_after=None if theta is None else theta[:, 1:],
                mastery_before=mean_over_skills(mastery_before, skills),
                mastery_after=mean_over_skills(mastery_after, skills),
                gain=mean_over_skills(gain, skills),
                legacy_gain=None if states is None else legacy_gain(states[:, 1:]),
                skills=skills,
                gain_of_skill=gain,
                every_gain=every,
                beta_of_skill=self.mastery.beta,
                beta_prior=self.mastery.beta_prior,
                told_apart=told_apart,
                of_trained=read,
            )

        return read(None)

    def states(self, skill: Tensor, response: Tensor) -> Tensor | None:
        """The normalised value stream: state t has seen responses 0..t-1, `(B, L + 1, D)`; None where nothing reads it."""
        if self.encoder is None or self.norm is None:
            return None
        states: Tensor = self.norm(self.encoder(skill, response))
        return states

    def every_gain(self, skill: Tensor, response: Tensor) -> Tensor | None:
        """Gains of all skills after each response, `(B, L)`, `(B, L)` -> `(B, L, C)`; None where they are not learned."""
        states = self.states(skill, response)
        return None if states is None else self._every(states[:, 1:], self.members[skill])

    def mean_mastery(self, skill: Tensor, response: Tensor) -> Tensor:
        """Mean over all C skills of the mastery before each response, `(B, L)`, `(B, L)` -> `(B, L)`."""
        skills = self.members[skill]  # (B, L, M)
        states = self.states(skill, response)  # (B, L + 1, D)
        value = None if states is None else states[:, 1:]  # (B, L, D)
        n_skills = len(self.mastery.raw_m_sat)
        every = self._every(value, skills) if self.settings.accumulate == "all" else None  # (B, L, C)
        gains = among_all(self.gain(value, skills, response), skills, n_skills) if every is None else every
        all_skills = torch.arange(n_skills, device=skill.device).expand(*skill.shape, -1)  # (B, L, C)
        inside = self.inside(states, all_skills)[1]
        mastery: Tensor = self.mastery(before_each(gains), inside, all_skills, None)  # (B, L, C)
        return mastery.mean(dim=-1)

    def _gains(self, value: Tensor | None, skills: Tensor, response: Tensor) -> tuple[Tensor, Tensor | None]:
        """Of the practised skills, 0 where one is absent, `(B, L, M)`, and of all where something needs them, `(B, L, C)`."""
        there = skills != ABSENT  # (B, L, M)
        if isinstance(self.gain, EverySkill) and not isinstance(self.gain, Learned) and value is not None:
            all_gains = self.gain.every(value, skills)  # once: a source may draw what it drops
            return of_practised(all_gains, skills) * there, all_gains if self.settings.every_gain else None
        gain = self.gain(value, skills, response) * there
        return gain, self._every(value, skills) if self.settings.every_gain else None

    def _every(self, value: Tensor | None, skills: Tensor) -> Tensor | None:
        return self.gain.every(value, skills) if isinstance(self.gain, EverySkill) and value is not None else None


def _gain_encoder(settings: Settings, n_skills: int, combinations: Combinations) -> nn.Module:
    if settings.skill_similarity:
        return SimilarityEncoder(settings.encoder, n_skills, combinations)
    return encoder(settings.encoder, n_skills, combinations, reads="value")
