"""The Rasch model by marginal maximum likelihood.

    P(r = 1 | theta_i, skill k) = sigmoid(theta_i - beta_k),    theta_i ~ N(0, sigma^2)

The location is fixed by the mean of theta, the scale by the slope of 1: sigma is estimated. The integral over theta is a Gauss-Hermite
sum; value and gradient need the trials of each student on each skill and the sums of successes, nothing else.

Sources: Thissen 1982 (marginal maximum likelihood for the one-parameter model), Bock and Aitkin 1981 (quadrature), Louis 1982 (observed
information from complete-data derivatives).

A skill that every training student got right, or wrong, or that none practised, has no finite estimate. Only such a skill gets one
pseudo-response at theta = 0, correct with the base rate; every other estimate is the plain maximum of the likelihood.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize
from scipy.special import expit, logit, logsumexp

from glasskt.errors import UserError
from glasskt.irt.counts import Counts

Floats = NDArray[np.float64]
NODES = 41
CURVATURE = 0.2  # a typical p (1 - p)


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A fit of the Rasch model.

    Attributes:
        beta: Difficulty in logits, `(K,)`.
        beta_se: Standard error of beta from the observed information, `(K,)`.
        sigma: Standard deviation of theta in the population, logits.
        sigma_se: Its standard error.
        covariance: Inverse of the observed information of (beta, sigma), `(K + 1, K + 1)`.
        expected: Probability of success averaged over the posterior of the students who practised the skill, `(K,)`; NaN if none did.
        pseudo: Number of pseudo-responses per skill: 1 where the responses alone give no finite beta, else 0, `(K,)`.
        log_likelihood: Marginal log-likelihood of all responses.
        gradient_norm: Distance to the maximum in standard errors: sqrt(g' I^-1 g); infinite where the likelihood does not curve downwards.
        log_likelihood_change: Gain in the last iteration.
        iterations: Of L-BFGS.
    """

    beta: Floats
    beta_se: Floats
    sigma: float
    sigma_se: float
    covariance: Floats
    expected: Floats
    pseudo: Floats
    log_likelihood: float
    gradient_norm: float
    log_likelihood_change: float
    iterations: int


def fit(counts: Counts, *, max_iterations: int = 500) -> Calibration:
    """Maximise the marginal likelihood with L-BFGS.

    Raises:
        UserError: The responses are all correct, all wrong, or absent.
    """
    if not 0 < counts.base_rate < 1:
        raise UserError(
            f"the {int(counts.trials.sum())} training responses hold no success or no failure; "
            "a Rasch fit needs both: check the response column and the fold"
        )
    likelihood = _Likelihood(counts)
    # in these units each parameter has a curvature near 1, so that rare skills converge as fast as frequent ones
    scale = 1 / np.sqrt(CURVATURE * np.r_[counts.skill_trials + likelihood.pseudo, counts.n_students])
    course: list[float] = []
    found = minimize(
        lambda u: _scaled(likelihood.value_and_gradient(u * scale), scale),
        likelihood.start() / scale,
        jac=True,
        method="L-BFGS-B",
        callback=lambda intermediate_result: course.append(float(intermediate_result.fun)),
        options={"maxiter": max_iterations, "maxcor": 20, "ftol": 1e-13, "gtol": 1e-4},
    )
    return _calibration(likelihood, found, scale, course)


def _scaled(value_and_gradient: tuple[float, Floats], scale: Floats) -> tuple[float, Floats]:
    value, gradient = value_and_gradient
    return -value, -gradient * scale


def _calibration(likelihood: "_Likelihood", found: OptimizeResult, scale: Floats, course: list[float]) -> Calibration:
    parameters = found.x * scale
    parameters[-1] = abs(parameters[-1])  # the likelihood is symmetric in sigma
    _, gradient = likelihood.value_and_gradient(parameters)
    information = likelihood.information(parameters)
    covariance: Floats = np.linalg.pinv(information, hermitian=True).astype(np.float64, copy=False)
    at_a_peak = float(np.linalg.eigvalsh(information)[0]) > 0
    se = np.sqrt(np.clip(np.diag(covariance), 0, None))
    return Calibration(
        beta=parameters[:-1],
        beta_se=se[:-1],
        sigma=float(parameters[-1]),
        sigma_se=float(se[-1]),
        covariance=covariance,
        expected=likelihood.expected(parameters),
        pseudo=likelihood.pseudo,
        log_likelihood=float(likelihood.students(parameters)[0].sum()),
        gradient_norm=math.sqrt(float(gradient @ covariance @ gradient)) if at_a_peak else math.inf,
        log_likelihood_change=course[-2] - course[-1] if len(course) > 1 else 0.0,
        iterations=int(found.nit),
    )


class _Likelihood:
    """The marginal log-likelihood of (beta, sigma), plus the pseudo-responses; G nodes, S students, K skills."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.nodes, weights = hermegauss(NODES)  # (G,), (G,)
        self.log_weights = np.log(weights / weights.sum())
        both = (counts.skill_successes > 0) & (counts.skill_successes < counts.skill_trials)
        self.pseudo = (~both).astype(np.float64)  # (K,)

    def start(self) -> Floats:
        smoothed = (self.counts.skill_successes + self.counts.base_rate) / (self.counts.skill_trials + 1)
        start: Floats = np.r_[-logit(smoothed), 1.0]
        return start

    def students(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Marginal log-likelihood of each student, `(S,)`, and the posterior over the nodes, `(S, G)`."""
        beta, theta = parameters[:-1], parameters[-1] * self.nodes
        log_joint = self.counts.student_successes[:, None] * theta + self.log_weights  # (S, G)
        log_joint -= self.counts.trials_matrix @ np.logaddexp(0, theta - beta[:, None])  # (S, K) (K, G) -> (S, G)
        value = logsumexp(log_joint, axis=1)
        posterior = np.exp(log_joint - value[:, None])
        return value - self.counts.over_successes(beta), posterior

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        beta, p = parameters[:-1], self._p(parameters)
        value, posterior = self.students(parameters)
        trials = self.counts.trials_matrix.T @ posterior  # (K, G): expected trials at each node
        expected = (trials * p).sum(axis=1)
        of_beta = expected - self.counts.skill_successes
        of_sigma = self.nodes @ (posterior.T @ self.counts.student_successes) - (trials * p).sum(axis=0) @ self.nodes
        base = self.counts.base_rate
        value_of_pseudo = self.pseudo @ (-base * beta - np.logaddexp(0, -beta))
        of_beta += self.pseudo * (expit(-beta) - base)
        return float(value.sum() + value_of_pseudo), np.r_[of_beta, of_sigma]

    def information(self, parameters: Floats) -> Floats:
        """Observed information, `(K + 1, K + 1)`: expected complete information minus posterior covariance of the score (Louis 1982)."""
        counts, p = self.counts, self._p(parameters)
        _, posterior = self.students(parameters)
        trials = counts.trials_matrix.T @ posterior  # (K, G)
        spread = trials * p * (1 - p)  # (K, G)
        score = self.nodes * (counts.student_successes[:, None] - counts.trials_matrix @ p)  # (S, G): of sigma
        mean_score = (posterior * score).sum(axis=1)  # (S,)
        mean_cell = counts.trials_matrix.copy()  # (S, K): expected successes of each cell
        mean_cell.data = counts.trials * np.einsum("mg,mg->m", posterior[counts.student], p[counts.skill])
        beta_beta = (mean_cell.T @ mean_cell).toarray()
        for node in range(NODES):
            weighted = counts.trials_matrix.multiply(posterior[:, [node]]).tocsr()
            beta_beta -= (weighted.T @ counts.trials_matrix).toarray() * np.outer(p[:, node], p[:, node])
        diagonal = spread.sum(axis=1) + self.pseudo * expit(parameters[:-1]) * expit(-parameters[:-1])
        beta_sigma = -spread @ self.nodes - (p * (counts.trials_matrix.T @ (posterior * score))).sum(axis=1) + mean_cell.T @ mean_score
        sigma_sigma = spread.sum(axis=0) @ self.nodes**2 - (posterior * score**2).sum() + (mean_score**2).sum()
        return np.block([[beta_beta + np.diag(diagonal), beta_sigma[:, None]], [beta_sigma[None, :], np.array([[sigma_sigma]])]])

    def expected(self, parameters: Floats) -> Floats:
        _, posterior = self.students(parameters)
        successes = ((self.counts.trials_matrix.T @ posterior) * self._p(parameters)).sum(axis=1)
        trials = self.counts.skill_trials
        expected: Floats = np.divide(successes, trials, out=np.full(len(trials), np.nan), where=trials > 0)
        return expected

    def _p(self, parameters: Floats) -> Floats:
        p: Floats = expit(parameters[-1] * self.nodes - parameters[:-1, None])  # (K, G)
        return p
