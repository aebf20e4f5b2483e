"""From practice to mastery to a prediction.

    mastery[s] = M_sat[s] * sigmoid(beta[s] * gamma[student] * practice[s] + inside - offset)
    p[s]       = sigmoid((mastery[s] - theta_global) / temperature)

`inside` is 0, or an ability and an initial mastery. beta and gamma are above 0 and M_sat is in (0, 1) by their form, so that without
`inside` practice never lowers mastery and nothing is clamped. Source: notes 000 to 002, which clamp instead.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid, softplus

from glasskt.models.gainakt3.settings import Settings
from glasskt.models.parts.skill_table import ABSENT

CERTAIN = -1e-7
"""Largest logarithm of a probability, so that the logarithm of its complement exists."""


class Mastery(nn.Module):
    """The curve from practice to mastery, and its parameters."""

    beta_prior: Tensor | None

    def __init__(self, settings: Settings, n_skills: int, n_students: int = 0) -> None:
        super().__init__()
        initial = settings.initial
        beta = (initial.beta + initial.beta_std * torch.randn(n_skills)).clamp(min=0.2 * initial.beta)  # (C,)
        self.raw_beta = nn.Parameter(beta.expm1().log()) if settings.gain != "zero" else None  # softplus to beta
        self.raw_m_sat = nn.Parameter(torch.full((n_skills,), initial.m_sat).logit())
        self.offset = nn.Parameter(torch.full((n_skills if settings.offset_per_skill else 1,), initial.offset))
        self.theta_global = nn.Parameter(torch.tensor(initial.theta_global))
        per_student = settings.gamma == "learned" and settings.gain != "zero"
        self.log_gamma = nn.Parameter(torch.tensor(initial.gamma).log()) if per_student else None
        self.log_gamma_of_student = nn.Parameter(torch.zeros(n_students)) if per_student and n_students else None
        prior = torch.full((n_skills,), initial.beta) if "beta_prior" in settings.weights.used else None  # (C,); `expect` says better
        self.register_buffer("beta_prior", prior)
        self.temperature = settings.temperature
        self.combine = COMBINE[settings.combine]

    @property
    def beta(self) -> Tensor | None:
        """Learning rate of each skill, `(C,)`; None where nothing is practised."""
        return None if self.raw_beta is None else softplus(self.raw_beta)

    @property
    def m_sat(self) -> Tensor:
        """Mastery that each skill can reach, `(C,)`."""
        return self.raw_m_sat.sigmoid()

    def gamma(self, students: Tensor | None) -> Tensor:
        """Learning rate of these training students, `(B,)`; of anybody else the training mean, `()`."""
        if self.log_gamma is None:
            return torch.ones((), device=self.offset.device)
        gammas = self._gammas(self.log_gamma)
        return gammas.mean() if students is None or self.log_gamma_of_student is None else gammas[students]

    def expect(self, prior: Tensor) -> None:
        """Take `prior`, `(C,)`, for what beta should be, and begin there."""
        if self.beta_prior is not None and self.raw_beta is not None:
            with torch.no_grad():
                self.beta_prior.copy_(prior)
                self.raw_beta.copy_(prior.expm1().log())

    def forward(self, practice: Tensor, inside: Tensor | float, skills: Tensor, students: Tensor | None) -> Tensor:
        """`(B, L, M)` practice of the skills `(B, L, M)` -> their mastery, `(B, L, M)`."""
        index = skills.clamp(min=0)  # (B, L, M)
        gained = 0.0 if self.beta is None else self.beta[index] * self.gamma(students).view(-1, 1, 1) * practice
        offset = self.offset.expand(len(self.raw_m_sat))[index]  # (B, L, M)
        return self.m_sat[index] * torch.sigmoid(gained + inside - offset)

    def logit(self, mastery: Tensor, skills: Tensor) -> Tensor:
        """Logit of a correct response that needs all of these skills, `(B, L, M)` -> `(B, L)`."""
        each = (mastery - self.theta_global) / self.temperature  # (B, L, M)
        return each.squeeze(-1) if each.shape[-1] == 1 else self.combine(each, skills != ABSENT)

    def learned(self) -> dict[str, Tensor]:
        """Its parameters on the scale of the equations."""
        rates = {} if self.beta is None else {"beta": self.beta}
        gamma = {} if self.log_gamma is None else {"gamma": self._gammas(self.log_gamma)}
        return rates | gamma | {"m_sat": self.m_sat, "theta_global": self.theta_global, "offset": self.offset}

    def _gammas(self, log_gamma: Tensor) -> Tensor:
        """Of every training student, `(S,)`; `()` where there is none."""
        return (log_gamma if self.log_gamma_of_student is None else log_gamma + self.log_gamma_of_student).exp()


def product(each: Tensor, there: Tensor) -> Tensor:
    """Logit of the product of the probabilities, `(B, L, M)`, `(B, L, M)` -> `(B, L)`."""
    log_p = (logsigmoid(each) * there).sum(dim=-1).clamp(max=CERTAIN)  # (B, L)
    return log_p - torch.log(-torch.expm1(log_p))


def least(each: Tensor, there: Tensor) -> Tensor:
    """Logit of the smallest probability, `(B, L, M)`, `(B, L, M)` -> `(B, L)`."""
    return each.masked_fill(~there, float("inf")).amin(dim=-1)


COMBINE: dict[str, Callable[[Tensor, Tensor], Tensor]] = {"product": product, "min": least}
