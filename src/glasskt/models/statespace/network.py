"""The state space: an ability that an analytic filter tracks, and a state of every skill that practice moves and time wears down.

    logit P(r_t = 1) = a_k (theta_t - beta_k)
                     + sum over earlier responses t' to k        of w_tt' (c_k g_t' + e_k (r_t' - expected_t'))
                     + sum over earlier responses t' to j != k   of v_tt' M[k, j] h_t'

    w_tt' = exp(-phi_k attempts_tt' - psi_k log(1 + others_tt')),    v_tt' = exp(-rho between_tt')

for a response to skill k; attempts, others and between count the responses between the two: to k, to other skills, all. theta_t is the mean
of the exact filter of a drifting ability before the response; g and h are what a response gives to its own and to other skills (`gains`);
expected is the filter's probability of success. All parameters but beta and M are positive by their form.

Of several skills the logit is the mean over them; each has a state of its own, which gains and wears down whether its practice is shared or
not. What a response to several skills gives to a skill that it does not practise is the mean over its skills of M[k, j] h. Its features and
its vector in the network of gains are those of the combination, so that g and h are one number each, whatever the number of skills.

Sums over a history are products with masked matrices, without a loop over t, and each holds its own terms only.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, softplus

from glasskt.data.cohort import Combinations
from glasskt.models.parts.output import Output
from glasskt.models.parts.skill_table import members
from glasskt.models.statespace.contexts import Context, Filter
from glasskt.models.statespace.contributions import Contributions
from glasskt.models.statespace.gains import SOURCES, Gains, Learned
from glasskt.models.statespace.pairs import Pairs, since
from glasskt.models.statespace.practices import Practices
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

    members: Tensor
    practises: Tensor
    filter_beta: Tensor
    filter_discrimination: Tensor
    filter_sigma: Tensor
    filter_drift: Tensor

    def __init__(self, settings: Settings, n_skills: int, combinations: Combinations = ()) -> None:
        super().__init__()
        self.monotone, self.learns_gains, self.n_skills = settings.monotone, settings.gain == "learned", n_skills
        indices = n_skills + len(combinations)
        start = {"beta": torch.zeros(indices), "discrimination": torch.ones(indices), "sigma": torch.ones(()), "drift": torch.zeros(())}
        for name, value in start.items():
            self.register_buffer(f"filter_{name}", value.double())
        self.register_buffer("members", members(n_skills, combinations), persistent=False)  # (C + J, M)
        of_index = (self.members[..., None] == torch.arange(n_skills)).any(dim=1)
        self.register_buffer("practises", of_index.to(torch.get_default_dtype()), persistent=False)  # (C + J, C), zeros and ones
        self.gain: nn.Module = SOURCES[settings.gain](settings, n_skills, combinations)
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
            self.beta.copy_(self.filter_beta[: self.n_skills])
            if isinstance(self.gain, Learned):
                self.gain.centre.copy_(centre)
                self.gain.scale.copy_(scale)

    def forward(self, skill: Tensor, response: Tensor) -> StateOutput:
        """`(B, L)`, `(B, L)` -> all quantities."""
        context, practices = self._context(skill, response), Practices.of(self.members[skill])
        given: Gains = self.gain(context.inputs, skill, response)
        gain = self._worth(given.own, practices)  # (B, P)
        impulse = gain + self._surprise(context, skill, response, practices)  # (B, P)
        own = (self._remains(practices, Pairs.of(practices)) @ impulse[..., None]).squeeze(-1)  # (B, P)
        transferred = self._transferred(skill, given.others)  # (B, L)
        place = practices.skill
        a, beta = self.positive("a")[place], self.beta[place]  # (B, P)
        before = practices.mean(a * (practices.each(context.theta_before) - beta) + own) + transferred
        # asked once more, right after its response: between it and each earlier response lies this one, an attempt at the same skills
        again = a * (practices.each(context.theta_after) - beta) + torch.exp(-self.positive("phi"))[place] * own + impulse
        return StateOutput(
            logit_before=before,
            logit_mastery_before=before,
            logit_mastery_after=practices.mean(again) + self._fade() * transferred,
            theta_before=context.theta_before,
            theta_after=context.theta_after,
            beta=practices.mean(beta),
            gain=practices.mean(gain),
            transfer=self.transfer(),
        )

    def contributions(self, skill: Tensor, response: Tensor) -> Contributions:
        """What every earlier response adds to every logit, `(B, L)`, `(B, L)`; `forward` sums the same without laying it out."""
        context, practices = self._context(skill, response), Practices.of(self.members[skill])
        given: Gains = self.gain(context.inputs, skill, response)
        pairs, place = Pairs.of(practices), practices.skill  # (B, P, P), (B, P)
        remains = self._remains(practices, pairs)  # (B, P, P)
        gain, surprise = self._worth(given.own, practices), self._surprise(context, skill, response, practices)  # (B, P) each
        matrix, (between, earlier) = self._transfer_of_indices(), since(torch.arange(skill.shape[1], device=skill.device))
        faded = torch.zeros_like(between) if matrix is None else self._fade() ** between * earlier  # (L, L)
        others = faded if matrix is None else faded * matrix[skill[:, :, None], skill[:, None, :]]  # (B, L, L)
        shared = practices.between_responses(pairs.own)  # (B, L, L), 0 where the responses practise no skill both
        a = self.positive("a")[place]  # (B, P)
        return Contributions(
            ability=context.theta_before,
            shared=shared > 0,
            left=torch.where(shared > 0, practices.between_responses(remains) / shared, faded),
            skill=practices.mean(-a * self.beta[place]),
            theta=practices.mean(a * practices.each(context.theta_before)),
            practice=practices.between_responses(remains * gain[:, None]),
            evidence=practices.between_responses(remains * surprise[:, None]),
            transfer=others * given.others[:, None],
        )

    def every_gain(self, skill: Tensor, response: Tensor) -> Tensor | None:
        """What each response gives to every skill at once, `(B, L)`, `(B, L)` -> `(B, L, C)`; None where it is not learned."""
        if not self.learns_gains:
            return None
        given: Gains = self.gain(self._context(skill, response).inputs, skill, response)
        own, matrix = self.positive("c") * given.own[..., None], self._given_by_indices()  # (B, L, C), (C, C + J)
        others = torch.zeros_like(own) if matrix is None else embedding(skill, matrix.T) * given.others[..., None]  # (B, L, C)
        return torch.where(self.practises[skill] > 0, own, others)

    def gain_of_each_skill(self, skill: Tensor, response: Tensor) -> Tensor:
        """What each response would give to its skill if this were another one, and all else as it is, `(B, L)`, `(B, L)` -> `(B, L, C)`."""
        context = self._context(skill, response)
        asked = [torch.full_like(skill, other) for other in range(self.n_skills)]
        own = torch.stack([self.gain(context.inputs, other, response).own for other in asked], dim=-1)  # (B, L, C)
        return self.positive("c") * own if "c" in self.raw else own

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

    def _given_by_indices(self) -> Tensor | None:
        """What practice of every skill index gives to the skills that it does not practise, `(C, C + J)`; M if there is no combination."""
        matrix = self.transfer()
        if matrix is None or len(self.practises) == self.n_skills:
            return matrix
        return (matrix @ self._shares().T) * (1 - self.practises.T)

    def _transfer_of_indices(self) -> Tensor | None:
        """M between skill indices, `(C + J, C + J)`: of the skills that are asked, the mean."""
        matrix = self._given_by_indices()
        return matrix if matrix is None or len(self.practises) == self.n_skills else self._shares() @ matrix

    def _shares(self) -> Tensor:
        """Rows of `practises` that sum to 1, `(C + J, C)`."""
        return self.practises / self.practises.sum(dim=1, keepdim=True)

    def _context(self, skill: Tensor, response: Tensor) -> Context:
        return Context.of(skill, response, self.filter())

    def _worth(self, own: Tensor, practices: Practices) -> Tensor:
        """The gain of each practice from that of its response, in logits, `(B, L)` -> `(B, P)`."""
        given = practices.each(own)
        return self.positive("c")[practices.skill] * given if "c" in self.raw else given

    def _surprise(self, context: Context, skill: Tensor, response: Tensor, practices: Practices) -> Tensor:
        """What the response says of each of its skills beyond what was expected, `(B, P)`, in logits."""
        if "e" not in self.raw:
            return practices.each(torch.zeros_like(context.expected))
        # fixed where it must be: that of the filter rises with earlier right answers, which would count against them
        fixed = torch.sigmoid(-self.filter_discrimination * self.filter_beta).to(context.expected.dtype)  # (C + J,)
        expected = fixed[skill] if self.monotone else context.expected
        return self.positive("e")[practices.skill] * practices.each(response - expected)

    def _remains(self, practices: Practices, pairs: Pairs) -> Tensor:
        """w, `(B, P, P)`."""
        phi, psi = self.positive("phi")[practices.skill], self.positive("psi")[practices.skill]  # (B, P)
        return torch.exp(-phi[..., None] * pairs.attempts - psi[..., None] * pairs.others.log1p()) * pairs.own

    def _fade(self) -> Tensor | float:
        """v of one response between."""
        return torch.exp(-self.positive("rho")) if "rho" in self.raw else 0.0

    def _transferred(self, skill: Tensor, given: Tensor) -> Tensor:
        """`(B, L)`, `(B, L)` -> `(B, L)`."""
        matrix = self._transfer_of_indices()
        if matrix is None:
            return torch.zeros_like(given)
        between, earlier = since(torch.arange(skill.shape[1], device=skill.device))
        by_index = given.new_zeros(*skill.shape, len(matrix)).scatter(-1, skill[..., None], given[..., None])  # (B, L, C + J)
        held = (self._fade() ** between * earlier) @ by_index  # (B, L, C + J)
        return (held * embedding(skill, matrix)).sum(dim=-1)
