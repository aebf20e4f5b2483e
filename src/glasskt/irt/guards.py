"""Guards: a scale that the data do not support is an error, never a target.

A bound with a sampling error is widened by 3 standard errors, so that a sound fit of a small sample passes. A user who knows better
overrides a guard by its name (`irt.static.override`); fit.json then records the failure as overridden.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from glasskt.errors import UserError
from glasskt.irt.calibration import Calibration
from glasskt.irt.counts import Counts

WIDER = 3.0
"""Standard errors by which a bound is widened."""
_NOT_CONVERGED = "the fit did not converge in {} iterations: look for students or skills with impossible counts"


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One verdict on a fit.

    Attributes:
        quantity: What was measured.
        value: The measured value; None where the data or the backend do not define it (the guard then holds).
        bound: The widened bound.
        at_least: True if the value may not be below the bound, False if not above it.
        remedy: What to do where it fails.
        name: Of the guard, by which it can be overridden.
        overridden: True where the user accepts a failure.
    """

    quantity: str
    value: float | None
    bound: float
    at_least: bool = False
    remedy: str
    name: str = ""
    overridden: bool = False

    @property
    def passed(self) -> bool:
        """True where the value keeps the bound; a value that is not a number does not."""
        if self.value is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def facts(self) -> dict[str, Any]:
        """What fit.json holds; overridden is true of a failed guard only."""
        return {
            "guard": self.name,
            "quantity": self.quantity,
            "value": self.value if self.value is not None and np.isfinite(self.value) else None,
            "bound": self.bound,
            "bound_is": "least" if self.at_least else "greatest",
            "passed": self.passed,
            "overridden": self.overridden and not self.passed,
        }

    def sentence(self) -> str:
        """The failure in one line."""
        relation = "at least" if self.at_least else "at most"
        return f"{self.name}: {self.quantity} is {self.value:.4g}, allowed is {relation} {self.bound:.4g}; {self.remedy}"


def gradient(fit: Calibration, counts: Counts) -> Guard:
    """The optimiser stands at the maximum: within 0.02 standard errors of it."""
    return Guard(
        quantity="distance to the maximum (standard errors)",
        value=fit.gradient_norm if fit.movement is None else None,
        bound=0.02,
        remedy=_NOT_CONVERGED.format(fit.iterations),
    )


def last_change(fit: Calibration, counts: Counts) -> Guard:
    """The last iteration gained next to nothing."""
    return Guard(
        quantity="log-likelihood change of the last iteration",
        value=None if fit.log_likelihood_change is None else abs(fit.log_likelihood_change),
        bound=0.01,
        remedy=_NOT_CONVERGED.format(fit.iterations),
    )


def movement(fit: Calibration, counts: Counts) -> Guard:
    """A stochastic optimiser has come to rest: no difficulty still moves by more than 0.05 logits."""
    return Guard(
        quantity="largest change of a difficulty over the last tenth of the epochs",
        value=fit.movement,
        bound=0.05,
        remedy=f"the variational fit did not converge in {fit.iterations} epochs: raise irt.static.py_irt.epochs, or start it tight",
    )


def two_starts(fit: Calibration, counts: Counts) -> Guard:
    """A second start, far from the first, ends in the same place.

    Both fits see the same responses, so the bound has no sampling error to be widened by.
    """
    return Guard(
        quantity="r(intercept, intercept from a second start)",
        value=None if fit.second_start is None else _r(fit.intercept, fit.second_start),
        bound=0.999,
        at_least=True,
        remedy="the likelihood has more than one maximum, or the fit did not reach it: fewer skills, more students, or model: rasch",
    )


def location(fit: Calibration, counts: Counts) -> Guard:
    """The mean intercept, weighted by responses, lies within 1 logit of the base rate's."""
    share = counts.skill_trials / counts.skill_trials.sum()
    se = float(np.sqrt(max(share @ fit.intercept_covariance @ share, 0.0)))
    return Guard(
        quantity="|mean intercept - logit(base rate)|",
        value=abs(float(share @ fit.intercept) - float(logit(counts.base_rate))),
        bound=1.0 + WIDER * se,
        remedy="the difficulties do not lie where the success rate puts them: check that responses are 0/1 and repeats were kept",
    )


def extremes(fit: Calibration, counts: Counts) -> Guard:
    """No skill with more than 200 responses has an intercept beyond 5 logits (99.3 % or 0.7 % success for the mean student).

    The intercept, not the difficulty: a sound two-parameter fit may have beta near -6 where a is small.
    """
    frequent = counts.skill_responses > 200
    beyond = np.abs(fit.intercept) - WIDER * fit.intercept_se
    worst = int(np.argmax(np.where(frequent, beyond, -np.inf)))
    return Guard(
        quantity="largest |intercept| of a skill with more than 200 responses",
        value=abs(float(fit.intercept[worst])) if frequent.any() else None,
        bound=5.0 + WIDER * float(fit.intercept_se[worst]),
        remedy=f"skill {worst} is answered (in)correctly by nearly everybody: check its responses, or leave the skill out",
    )


def smallest_spread(fit: Calibration, counts: Counts) -> Guard:
    """Abilities spread at least 0.3 logits."""
    spread, se = _spread(fit, counts)
    return Guard(
        quantity="sd(a theta)",
        value=spread,
        bound=0.3 - WIDER * se,
        at_least=True,
        remedy="students do not differ in ability beyond chance: check that the student column names students, not sessions or rows",
    )


def largest_spread(fit: Calibration, counts: Counts) -> Guard:
    """Abilities spread at most 2.5 logits."""
    spread, se = _spread(fit, counts)
    return Guard(
        quantity="sd(a theta)",
        value=spread,
        bound=2.5 + WIDER * se,
        remedy="abilities spread too far: check for students with copied or constant responses, and that repeats were kept",
    )


def agreement(fit: Calibration, counts: Counts) -> Guard:
    """Intercepts follow the logits of the success rates; the bound on r is widened on Fisher's z scale."""
    both = fit.pseudo == 0
    return Guard(
        quantity="r(intercept, logit success rate)",
        value=_r(fit.intercept[both], logit(counts.skill_successes[both] / counts.skill_trials[both])) if both.sum() > 3 else None,
        bound=float(np.tanh(np.arctanh(0.9) - WIDER / np.sqrt(max(both.sum() - 3, 1)))),
        at_least=True,
        remedy="difficulties do not follow the success rates: check that the skill column is not scrambled",
    )


def prediction(fit: Calibration, counts: Counts) -> Guard:
    """Every skill's probability of success, averaged over the posterior, is within 0.01 of its success rate.

    At the marginal maximum both are equal, however small the sample; only a skill with a pseudo-response may differ, by 1 / trials. A
    variational fit ends beside that maximum; its bound is widened by the sampling error of the success rate.
    """
    seen = np.flatnonzero(counts.skill_trials)
    rate = counts.skill_successes[seen] / counts.skill_trials[seen]
    off = np.abs(fit.expected[seen] - rate)
    widened = 0.0 if fit.movement is None else WIDER * np.sqrt(rate * (1 - rate) / counts.skill_trials[seen])
    allowed = 0.01 + fit.pseudo[seen] / counts.skill_trials[seen] + widened
    worst = int(np.argmax(np.where(np.isnan(off), np.inf, off - allowed)))
    return Guard(
        quantity="largest |predicted - observed success rate| of a skill",
        value=float(off[worst]),
        bound=float(allowed[worst]),
        remedy=f"skill {seen[worst]} is predicted {fit.expected[seen[worst]]:.3f}, observed {rate[worst]:.3f}: this is not the maximum",
    )


GUARDS: tuple[Callable[[Calibration, Counts], Guard], ...] = (
    gradient,
    last_change,
    movement,
    two_starts,
    location,
    extremes,
    smallest_spread,
    largest_spread,
    agreement,
    prediction,
)
"""A guard's name is its function's."""


def inspect(fit: Calibration, counts: Counts, override: Sequence[str] = ()) -> list[Guard]:
    """Every guard's verdict on a fit of these counts; those named in `override` may fail."""
    return [replace(guard(fit, counts), name=guard.__name__, overridden=guard.__name__ in override) for guard in GUARDS]


def hold(fit: Calibration, counts: Counts, override: Sequence[str] = ()) -> list[Guard]:
    """Every guard's verdict; all have passed but those that the user overrides.

    Raises:
        UserError: A guard failed; the line names each value, its bound and what to do.
    """
    verdicts = inspect(fit, counts, override)
    failed = [verdict for verdict in verdicts if not verdict.passed and not verdict.overridden]
    if failed:
        sentences = " | ".join(verdict.sentence() for verdict in failed)
        names = ", ".join(verdict.name for verdict in failed)
        raise UserError(
            f"fit-irt: no targets are written from an unsound fit: {sentences} (to accept it knowingly: irt.static.override: [{names}])"
        )
    return verdicts


def _spread(fit: Calibration, counts: Counts) -> tuple[float, float]:
    """Root mean square of the slopes over responses, the sd of a theta, and its standard error (delta method)."""
    share = counts.skill_trials / counts.skill_trials.sum()
    spread = float(np.sqrt(share @ fit.slope**2))
    weight = share * fit.slope / spread if spread > 0 else share
    return spread, float(np.sqrt(max(weight @ fit.slope_covariance @ weight, 0.0)))


def _r(left: NDArray[np.float64], right: NDArray[np.float64]) -> float | None:
    """Pearson's r; None where one side does not vary."""
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    return float(np.corrcoef(left, right)[0, 1])
