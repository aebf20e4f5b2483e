"""The state space: an ability that an analytic filter tracks, and a state of every skill that practice moves and time wears down.

    logit P(r_t = 1) = a_k (theta_t - beta_k)
                     + sum over earlier responses t' to k        of w_tt' (c_k g_t' + e_k (r_t' - expected_t'))
                     + sum over earlier responses t' to j != k   of v_tt' M[k, j] h_t'

    w_tt' = exp(-phi_k attempts_tt' - psi_k log(1 + others_tt')),    v_tt' = exp(-rho between_tt')

for a response to skill k; attempts, others and between count the responses between the two: to k, to other skills, all. theta_t is the mean
of the exact filter of a drifting ability before the response; g and h are what a response gives to its own and to other skills (`gains`);
expected is the filter's probability of success. All parameters but beta and M are positive by their form.

Sums over a history are products with masked matrices, without a loop over t, and each holds its own terms only.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, softplus

from glasskt.models.parts.output import Output
from glasskt.models.statespace.contexts import Context, Filter
from glasskt.models.statespace.contributions import Contributions
from glasskt.models.statespace.gains import SOURCES, Gains, Learned
from glasskt.models.statespace.pairs import Pairs, since
from glasskt.models.statespace.settings import Settings

START = {"a": 1.0, "c": 0.1, "e": 0.1, "phi": 0.05, "psi": 0.15, "rho": 0.02}
TRANSFER_START = 0.01


@dataclass(frozen=True, kw_only=True)
class StateOutput(Output):
    """What the prior reads besides.

    Attributes:
        transfer: M, `(C, C)`; None where nothing is transferred.
    """

    transfer: Tensor | None


class Network(nn.Module):
    """Skills and responses -> prediction, mastery (the same probability, before and after the response), theta, beta and gain."""

    filter_beta: Tensor
    filter_discrimination: Tensor
    filter_sigma: Tensor
    filter_drift: Tensor

    def __init__(self, settings: Settings, n_skills: int) -> None:
        super().__init__()
        self.monotone, self.learns_gains, self.n_skills = settings.monotone, settings.gain == "learned", n_skills
        start = {"beta": torch.zeros(n_skills), "discrimination": torch.ones(n_skills), "sigma": torch.ones(()), "drift": torch.zeros(())}
        for name, value in start.items():
            self.register_buffer(f"filter_{name}", value.double())
        self.gain: nn.Module = SOURCES[settings.gain](settings, n_skills)
        self.beta = nn.Parameter(torch.zeros(n_skills))
        shapes = {"a": n_skills, "phi": n_skills, "psi": n_skills}
        shapes |= {"e": n_skills} if settings.evidence else {}
        shapes |= {"c": n_skills} if settings.gain != "zero" else {}
        shapes |= {"rho": 1} if settings.transfers else {}
        self.raw = nn.ParameterDict({name: torch.full((size,), START[name]).expm1().log() for name, size in shapes.items()})
        self.raw_transfer = nn.Parameter(self._transfer_start()) if settings.transfers else None

    def start_at(self, known: Filter, centre: Tensor, scale: Tensor) -> None:
        """Take over the filter, its difficulties to begin with, and the mean and standard deviation of the inputs of gains, `(F,)` each."""
        with torch.no_grad():
            self.filter_beta.copy_(torch.from_numpy(known.beta))
            self.filter_discrimination.copy_(torch.from_numpy(known.discrimination))
            self.filter_sigma.fill_(known.sigma)
            self.filter_drift.fill_(known.drift)
            self.beta.copy_(self.filter_beta)
            if isinstance(self.gain, Learned):
                self.gain.centre.copy_(centre)
                self.gain.scale.copy_(scale)

    def forward(self, skill: Tensor, response: Tensor) -> StateOutput:
        """`(B, L)`, `(B, L)` -> all quantities."""
        context = self._context(skill, response)
        gains = self._gains(context, skill, response)
        impulse = gains.own + self._surprise(context, skill, response)  # (B, L)
        own = (self._remains(skill) @ impulse[..., None]).squeeze(-1)  # (B, L)
        transferred = self._transferred(skill, gains.others)  # (B, L)
        a, beta = self.positive("a")[skill], self.beta[skill]  # (B, L)
        before = a * (context.theta_before - beta) + own + transferred
        # asked once more, right after its response: between it and each earlier response lies this one, an attempt at the same skill
        after = a * (context.theta_after - beta) + torch.exp(-self.positive("phi"))[skill] * own + impulse + self._fade() * transferred
        return StateOutput(
            logit_before=before,
            logit_mastery_before=before,
            logit_mastery_after=after,
            theta_before=context.theta_before,
            theta_after=context.theta_after,
            beta=beta,
            gain=gains.own,
            transfer=self.transfer(),
        )

    def contributions(self, skill: Tensor, response: Tensor) -> Contributions:
        """What every earlier response adds to every logit, `(B, L)`, `(B, L)`; `forward` sums the same without laying it out."""
        context = self._context(skill, response)
        gains, remains = self._gains(context, skill, response), self._remains(skill)
        between, earlier = since(skill.shape[1], skill.device)
        others = self._fade() ** between * earlier * self._transfer_or_none()[skill[:, :, None], skill[:, None, :]]  # (B, L, L)
        a = self.positive("a")[skill]  # (B, L)
        return Contributions(
            skill=-a * self.beta[skill],
            theta=a * context.theta_before,
            practice=remains * gains.own[:, None],
            evidence=remains * self._surprise(context, skill, response)[:, None],
            transfer=others * gains.others[:, None],
        )

    def every_gain(self, skill: Tensor, response: Tensor) -> Tensor | None:
        """What each response gives to every skill at once, `(B, L)`, `(B, L)` -> `(B, L, C)`; None where it is not learned."""
        if not self.learns_gains:
            return None
        gains = self._gains(self._context(skill, response), skill, response)
        others = embedding(skill, self._transfer_or_none().T)  # (B, L, C)
        return (others * gains.others[..., None]).scatter(-1, skill[..., None], gains.own[..., None])

    def gain_of_each_skill(self, skill: Tensor, response: Tensor) -> Tensor:
        """What each response would give to its skill if this were another one, and all else as it is, `(B, L)`, `(B, L)` -> `(B, L, C)`."""
        context = self._context(skill, response)
        asked = [torch.full_like(skill, other) for other in range(self.n_skills)]
        return torch.stack([self._gains(context, other, response).own for other in asked], dim=-1)

    def positive(self, name: str) -> Tensor:
        """A parameter of the equation that is positive by its form: a, c, e, phi, psi `(C,)`, rho `(1,)`."""
        return softplus(self.raw[name])

    def transfer(self) -> Tensor | None:
        """M, what practice of skill j gives to skill k, `(C, C)`, k by j; zero on its diagonal."""
        if self.raw_transfer is None:
            return None
        matrix = softplus(self.raw_transfer) if self.monotone else self.raw_transfer
        return matrix * (1 - torch.eye(self.n_skills, device=matrix.device))

    def filter(self) -> Filter:
        """The filter of the ability."""
        return Filter(
            beta=self.filter_beta.cpu().numpy(),
            discrimination=self.filter_discrimination.cpu().numpy(),
            sigma=self.filter_sigma.item(),
            drift=self.filter_drift.item(),
        )

    def _transfer_start(self) -> Tensor:
        matrix = torch.full((self.n_skills, self.n_skills), TRANSFER_START)
        return matrix.expm1().log() if self.monotone else matrix

    def _transfer_or_none(self) -> Tensor:
        """M, of zeros where nothing is transferred, `(C, C)`."""
        matrix = self.transfer()
        return torch.zeros(self.n_skills, self.n_skills, device=self.beta.device) if matrix is None else matrix

    def _context(self, skill: Tensor, response: Tensor) -> Context:
        return Context.of(skill, response, self.filter())

    def _gains(self, context: Context, skill: Tensor, response: Tensor) -> Gains:
        """In logits, `(B, L)` each."""
        given: Gains = self.gain(context.inputs, skill, response)
        return given._replace(own=self.positive("c")[skill] * given.own) if "c" in self.raw else given

    def _surprise(self, context: Context, skill: Tensor, response: Tensor) -> Tensor:
        """What the response says of its skill beyond what was expected, `(B, L)`, in logits."""
        if "e" not in self.raw:
            return torch.zeros_like(context.expected)
        # fixed where it must be: that of the filter rises with earlier right answers, which would count against them
        fixed = torch.sigmoid(-self.filter_discrimination * self.filter_beta).to(context.expected.dtype)  # (C,)
        expected = fixed[skill] if self.monotone else context.expected
        return self.positive("e")[skill] * (response - expected)

    def _remains(self, skill: Tensor) -> Tensor:
        """w, `(B, L)` -> `(B, L, L)`."""
        pairs = Pairs.of(skill)
        phi, psi = self.positive("phi")[skill], self.positive("psi")[skill]  # (B, L)
        return torch.exp(-phi[..., None] * pairs.attempts - psi[..., None] * pairs.others.log1p()) * pairs.own

    def _fade(self) -> Tensor | float:
        """v of one response between."""
        return torch.exp(-self.positive("rho")) if "rho" in self.raw else 0.0

    def _transferred(self, skill: Tensor, given: Tensor) -> Tensor:
        """`(B, L)`, `(B, L)` -> `(B, L)`."""
        matrix = self.transfer()
        if matrix is None:
            return torch.zeros_like(given)
        between, earlier = since(skill.shape[1], skill.device)
        by_skill = given.new_zeros(*skill.shape, self.n_skills).scatter(-1, skill[..., None], given[..., None])  # (B, L, C)
        held = (self._fade() ** between * earlier) @ by_skill  # (B, L, C)
        return (held * embedding(skill, matrix)).sum(dim=-1)
