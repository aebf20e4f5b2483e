"""The two-level model learned: variances, difficulties and learning steps by marginal likelihood.

The parameters of a skill come from normal populations that are learned too (empirical Bayes): a skill that few practised is drawn to the
common mean, one that many practised speaks for itself.

    beta_k ~ N(mu_b, omega_b^2),    lambda_kr ~ N(mu_r, omega_r^2)    r = after a wrong, after a correct response

Rounds of L-BFGS on the penalised log-likelihood alternate with an update of mu and omega from the estimates and their posterior variances,
as in an EM step. The steps describe what followed a response under the tutor's own rule of when to stop; they are not causal effects.

Sources: Efron and Morris 1975 (empirical Bayes); Berndt, Hall, Hall and Hausman 1974 (information from the outer products of scores).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from glasskt.data.cohort import Cohort
from glasskt.irt.two_level_filter import Parameters
from glasskt.irt.two_level_gradient import LogLikelihood

Floats = NDArray[np.float64]
SAMPLE = 15_000
"""Students at most that the parameters are learned on, evenly spread over the cohort."""
ROUNDS = 4
ITERATIONS = 25
POPULATIONS = ("beta", "learning_wrong", "learning_correct")
SMALLEST, LARGEST = np.log(1e-6), np.log(25.0)
"""Of a variance, squared logits, in logs."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A learned two-level model.

    Attributes:
        parameters: What the filter needs.
        se: Posterior standard deviations of beta and of the learning steps after a wrong and a correct response, `(K, 3)`.
        mu: Population means of the three, `(3,)`.
        omega: Population standard deviations of the three, `(3,)`.
        log_likelihood: Of the students it was learned on.
        n_students: Their number.
        n_responses: Their responses.
    """

    parameters: Parameters
    se: Floats
    mu: Floats
    omega: Floats
    log_likelihood: float
    n_students: int
    n_responses: int

    def facts(self) -> dict[str, Any]:
        """What tracking.json holds; `parameters_of` reads the parameters back."""
        learned, (beta_se, wrong_se, correct_se) = self.parameters, self.se.T
        return {
            "drift_variance": learned.drift_general,
            "log_likelihood": self.log_likelihood,
            "n_students": self.n_students,
            "n_responses": self.n_responses,
            "two_level": {
                "sigma": learned.sigma,
                "tau": learned.tau,
                "drift_general": learned.drift_general,
                "drift_skill": learned.drift_skill,
                "beta": learned.beta.tolist(),
                "beta_se": beta_se.tolist(),
                "learning_wrong": learned.learning[:, 0].tolist(),
                "learning_wrong_se": wrong_se.tolist(),
                "learning_correct": learned.learning[:, 1].tolist(),
                "learning_correct_se": correct_se.tolist(),
                "mu": dict(zip(POPULATIONS, self.mu.tolist(), strict=True)),
                "omega": dict(zip(POPULATIONS, self.omega.tolist(), strict=True)),
            },
        }


def parameters_of(facts: dict[str, Any]) -> Parameters:
    """From the facts that `Fit.facts` made."""
    learned = facts["two_level"]
    return Parameters(
        **{name: float(learned[name]) for name in ("sigma", "tau", "drift_general", "drift_skill")},
        beta=np.array(learned["beta"]),
        learning=np.column_stack([learned["learning_wrong"], learned["learning_correct"]]),
    )


def learn(cohort: Cohort, beta: Floats, sigma: float, *, size: int = SAMPLE, progress: Callable[[str], None] = lambda line: None) -> Fit:
    """Learn every parameter from training students; the same students give the same bits.

    Arguments:
        cohort: Training students; of more than `size`, that many are taken at even distances.
        beta: Difficulties to start from, `(K,)`.
        sigma: Spread of abilities to start from.
        size: Students at most.
        progress: Takes one line a round.
    """
    students = sample(cohort, size)
    likelihood = LogLikelihood(students)
    variances = np.log([sigma**2, 0.5, 0.005, 0.1])
    skills = np.column_stack([beta + 0.2, np.full((len(beta), 2), 0.2)])  # (K, 3)
    mu, omega = skills.mean(axis=0), np.array([max(float(beta.std()), 0.1), 0.2, 0.2])
    for round_ in range(ROUNDS):
        scale = _scale(likelihood(_parameters(variances, skills))[3], omega)
        variances, skills = _climb(likelihood, variances, skills, mu, omega, scale)
        value, _, _, information = likelihood(_parameters(variances, skills))
        posterior = np.linalg.inv(information + np.diag(1 / omega**2))  # (K, 3, 3)
        se = np.sqrt(np.diagonal(posterior, axis1=1, axis2=2))  # (K, 3)
        mu = skills.mean(axis=0)
        omega = np.sqrt(((skills - mu) ** 2 + se**2).mean(axis=0))
        progress(f"two-level round {round_ + 1} of {ROUNDS}: log-likelihood per response {value / len(students):.5f}")
    return Fit(
        parameters=_parameters(variances, skills),
        se=se,
        mu=mu,
        omega=omega,
        log_likelihood=value,
        n_students=len(students.students),
        n_responses=len(students),
    )


def sample(cohort: Cohort, size: int = SAMPLE) -> Cohort:
    """At most `size` students of a cohort, at even distances, in their order."""
    if len(cohort.students) <= size:
        return cohort
    chosen = np.linspace(0, len(cohort.students) - 1, size).round().astype(np.int64)
    lengths = cohort.lengths[chosen]
    offsets = np.r_[0, np.cumsum(lengths)]
    rows = np.arange(offsets[-1]) + np.repeat(cohort.offsets[chosen] - offsets[:-1], lengths)
    return Cohort(
        students=cohort.students[chosen],
        offsets=offsets,
        skill=cohort.skill[rows],
        response=cohort.response[rows],
        n_skills=cohort.n_skills,
        combinations=cohort.combinations,
    )


def _parameters(log_variances: Floats, skills: Floats) -> Parameters:
    sigma2, tau2, drift_general, drift_skill = np.exp(log_variances).tolist()
    return Parameters(
        sigma=sigma2**0.5,
        tau=tau2**0.5,
        drift_general=drift_general,
        drift_skill=drift_skill,
        beta=np.ascontiguousarray(skills[:, 0]),
        learning=np.ascontiguousarray(skills[:, 1:]),
    )


def _scale(information: Floats, omega: Floats) -> Floats:
    """A matrix per skill that turns unit steps into steps of one standard error, `(K, 3, 3)`."""
    return np.linalg.inv(np.linalg.cholesky(information + np.diag(1 / omega**2))).transpose(0, 2, 1)


def _climb(likelihood: LogLikelihood, variances: Floats, skills: Floats, mu: Floats, omega: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """The maximum of log-likelihood plus log-prior of the skills, from `variances` and `skills`."""
    unit = 0.02  # a step of the log-variances that is worth about as much as a standard error of a skill's parameter

    def at(u: Floats) -> tuple[Floats, Floats]:
        moved = np.clip(variances + unit * u[:4], SMALLEST, LARGEST)
        return moved, skills + np.einsum("kij,kj->ki", scale, u[4:].reshape(skills.shape))

    def value_and_gradient(u: Floats) -> tuple[float, Floats]:
        log_variances, of_skills = at(u)
        value, by_variances, by_skills, _ = likelihood(_parameters(log_variances, of_skills))
        away = (of_skills - mu) / omega
        by_u = np.einsum("kij,ki->kj", scale, by_skills - away / omega)
        return -(value - 0.5 * float((away**2).sum())), -np.r_[unit * by_variances * np.exp(log_variances), by_u.ravel()]

    found = minimize(
        value_and_gradient, np.zeros(4 + skills.size), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "maxcor": 20}
    )
    return at(found.x)
