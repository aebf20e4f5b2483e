"""Guards: a scale that the data do not support is an error, never a target.

A bound with a sampling error is widened by 3 standard errors, so that a sound fit of a small sample passes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from glasskt.errors import UserError
from glasskt.irt.counts import Counts
from glasskt.irt.rasch import Calibration

WIDER = 3.0
"""Standard errors by which a bound is widened."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One verdict on a fit.

    Attributes:
        guard: What was measured.
        value: The measured value; None where the data do not define it (the guard then holds).
        bound: The widened bound.
        at_least: True if the value may not be below the bound, False if not above it.
        remedy: What to do where it fails.
    """

    guard: str
    value: float | None
    bound: float
    at_least: bool = False
    remedy: str

    @property
    def passed(self) -> bool:
        """True where the value keeps the bound; a value that is not a number does not."""
        if self.value is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def facts(self) -> dict[str, Any]:
        """What fit.json holds."""
        finite = self.value is not None and np.isfinite(self.value)
        return {"guard": self.guard, "value": self.value if finite else None, "bound": self.bound, "passed": self.passed}

    def sentence(self) -> str:
        """The failure in one line."""
        relation = "at least" if self.at_least else "at most"
        return f"{self.guard} is {self.value:.4g}, allowed is {relation} {self.bound:.4g}; {self.remedy}"


def gradient(fit: Calibration, counts: Counts) -> Guard:
    """The optimiser stands at the maximum: within 0.02 standard errors of it."""
    return Guard(
        guard="distance to the maximum (standard errors)",
        value=fit.gradient_norm,
        bound=0.02,
        remedy=f"the fit did not converge in {fit.iterations} iterations: look for students or skills with impossible counts",
    )


def last_change(fit: Calibration, counts: Counts) -> Guard:
    """The last iteration gained next to nothing."""
    return Guard(
        guard="log-likelihood change of the last iteration",
        value=abs(fit.log_likelihood_change),
        bound=0.01,
        remedy=f"the fit did not converge in {fit.iterations} iterations: look for students or skills with impossible counts",
    )


def location(fit: Calibration, counts: Counts) -> Guard:
    """The mean intercept, weighted by responses, lies within 1 logit of the base rate's."""
    share = counts.skill_trials / counts.skill_trials.sum()
    se = float(np.sqrt(max(share @ fit.covariance[:-1, :-1] @ share, 0.0)))
    return Guard(
        guard="|mean intercept - logit(base rate)|",
        value=abs(float(share @ -fit.beta) - float(logit(counts.base_rate))),
        bound=1.0 + WIDER * se,
        remedy="the difficulties do not lie where the success rate puts them: check that responses are 0/1 and repeats were kept",
    )


def extremes(fit: Calibration, counts: Counts) -> Guard:
    """No skill with more than 200 responses has an intercept beyond 5 logits (99.3 % or 0.7 % success for the mean student)."""
    frequent = counts.skill_trials > 200
    beyond = np.abs(fit.beta) - WIDER * fit.beta_se
    worst = int(np.argmax(np.where(frequent, beyond, -np.inf)))
    return Guard(
        guard="largest |intercept| of a skill with more than 200 responses",
        value=abs(float(fit.beta[worst])) if frequent.any() else None,
        bound=5.0 + WIDER * float(fit.beta_se[worst]),
        remedy=f"skill {worst} is answered (in)correctly by nearly everybody: check its responses, or leave the skill out",
    )


def smallest_spread(fit: Calibration, counts: Counts) -> Guard:
    """Abilities spread at least 0.3 logits."""
    return Guard(
        guard="sd(theta)",
        value=fit.sigma,
        bound=0.3 - WIDER * fit.sigma_se,
        at_least=True,
        remedy="students do not differ in ability beyond chance: check that the student column names students, not sessions or rows",
    )


def largest_spread(fit: Calibration, counts: Counts) -> Guard:
    """Abilities spread at most 2.5 logits."""
    return Guard(
        guard="sd(theta)",
        value=fit.sigma,
        bound=2.5 + WIDER * fit.sigma_se,
        remedy="abilities spread too far: check for students with copied or constant responses, and that repeats were kept",
    )


def agreement(fit: Calibration, counts: Counts) -> Guard:
    """Intercepts follow the logits of the success rates; the bound on r is widened on Fisher's z scale."""
    both = fit.pseudo == 0
    return Guard(
        guard="r(intercept, logit success rate)",
        value=_r(-fit.beta[both], logit(counts.skill_successes[both] / counts.skill_trials[both])) if both.sum() > 3 else None,
        bound=float(np.tanh(np.arctanh(0.9) - WIDER / np.sqrt(max(both.sum() - 3, 1)))),
        at_least=True,
        remedy="difficulties do not follow the success rates: check that the skill column is not scrambled",
    )


def prediction(fit: Calibration, counts: Counts) -> Guard:
    """Every skill's probability of success, averaged over the posterior, is within 0.01 of its success rate.

    At the maximum both are equal, however small the sample; only a skill with a pseudo-response may differ, by 1 / trials.
    """
    seen = np.flatnonzero(counts.skill_trials)
    rate = counts.skill_successes[seen] / counts.skill_trials[seen]
    off = np.abs(fit.expected[seen] - rate)
    allowed = 0.01 + fit.pseudo[seen] / counts.skill_trials[seen]
    worst = int(np.argmax(np.where(np.isnan(off), np.inf, off - allowed)))
    return Guard(
        guard="largest |predicted - observed success rate| of a skill",
        value=float(off[worst]),
        bound=float(allowed[worst]),
        remedy=f"skill {seen[worst]} is predicted {fit.expected[seen[worst]]:.3f}, observed {rate[worst]:.3f}: this is not the maximum",
    )


GUARDS: tuple[Callable[[Calibration, Counts], Guard], ...] = (
    gradient,
    last_change,
    location,
    extremes,
    smallest_spread,
    largest_spread,
    agreement,
    prediction,
)


def inspect(fit: Calibration, counts: Counts) -> list[Guard]:
    """Every guard's verdict on a fit of these counts."""
    return [guard(fit, counts) for guard in GUARDS]


def hold(fit: Calibration, counts: Counts) -> list[Guard]:
    """Every guard's verdict, all passed.

    Raises:
        UserError: A guard failed; the line names each value, its bound and what to do.
    """
    verdicts = inspect(fit, counts)
    failed = [verdict.sentence() for verdict in verdicts if not verdict.passed]
    if failed:
        raise UserError(f"fit-irt: no targets are written from an unsound fit: {' | '.join(failed)}")
    return verdicts


def _r(left: NDArray[np.float64], right: NDArray[np.float64]) -> float | None:
    """Pearson's r; None where one side does not vary."""
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    return float(np.corrcoef(left, right)[0, 1])
