"""The two-parameter logistic model by marginal maximum likelihood.

    P(r = 1 | theta_i, skill k) = sigmoid(a_k (theta_i - beta_k)),    theta_i ~ N(0, 1),    a_k > 0

Location and scale are fixed by theta, the sign by a > 0. It is fitted in d_k = -a_k beta_k and log a_k, with a normal prior on log a_k
around 0 (the lognormal prior of BILOG) that keeps the slope of a rarely practised skill from running away; beside a few hundred responses
it weighs next to nothing. Without the prior the estimates are plain maximum likelihood; only a skill without both a success and a failure,
whose slope no response can tell, keeps it.

Sources: Bock and Aitkin 1981; Mislevy 1986 (priors on item parameters, Bayes modal estimation).
"""

import math

import numpy as np

from glasskt.irt.ascent import CURVATURE, climb_twice, covariance_of, distance
from glasskt.irt.calibration import Calibration, Floats
from glasskt.irt.counts import Counts
from glasskt.irt.marginal import Marginal

PRIOR_SD = 0.5
"""Of log a: 95 % of slopes between 0.38 and 2.7."""
FAR = 2.5
"""Discrimination at the second start; its intercepts are the success rates' upside down."""
LIMITS = (-7.0, 5.0)
"""Of log a, so that no step of the optimiser overflows; a fit that ends there is refused by the guards."""


def fit(counts: Counts, *, prior_sd: float | None = PRIOR_SD, max_iterations: int = 1000) -> Calibration:
    """Maximise the marginal likelihood, times the prior where there is one, from two starts.

    Arguments:
        counts: Of the training students.
        prior_sd: Standard deviation of log a; None for maximum likelihood.
        max_iterations: Of L-BFGS, each start.

    Raises:
        UserError: The responses are all correct, all wrong, or absent.
    """
    likelihood = _Likelihood(counts, prior_sd)
    near, far = climb_twice(likelihood, max_iterations)
    n_skills = counts.n_skills
    intercept, a = near.parameters[:n_skills], np.exp(near.parameters[n_skills:])
    _, gradient = likelihood.value_and_gradient(near.parameters)
    information = likelihood.information(near.parameters)
    covariance = covariance_of(information)
    of_intercept, of_both, of_log_a = covariance[:n_skills, :n_skills], covariance[:n_skills, n_skills:], covariance[n_skills:, n_skills:]
    beta = -intercept / a
    # delta method: beta = -d / a changes by -1 / a with d and by -beta with log a
    beta_variance = np.diag(of_intercept) / a**2 + 2 * beta / a * np.diag(of_both) + beta**2 * np.diag(of_log_a)
    return Calibration(
        beta=beta,
        beta_se=np.sqrt(np.clip(beta_variance, 0, None)),
        discrimination=a,
        discrimination_se=a * np.sqrt(np.clip(np.diag(of_log_a), 0, None)),
        sigma=1.0,
        sigma_se=0.0,
        intercept_covariance=of_intercept,
        slope_covariance=of_log_a * np.outer(a, a),
        second_start=far.parameters[:n_skills],
        expected=likelihood.marginal.expected(a, intercept),
        pseudo=likelihood.marginal.pseudo,
        log_likelihood=float(likelihood.marginal.students(a, intercept)[0].sum()),
        n_parameters=2 * n_skills,
        gradient_norm=distance(gradient, information, covariance),
        log_likelihood_change=near.change,
        iterations=near.iterations,
    )


class _Likelihood:
    """The marginal log-likelihood of (d, log a), `(2 K,)`, plus the log prior density of log a up to a constant."""

    def __init__(self, counts: Counts, prior_sd: float | None) -> None:
        self.counts = counts
        self.marginal = Marginal(counts)
        everywhere = 0.0 if prior_sd is None else prior_sd**-2
        self.precision = np.where((self.marginal.pseudo > 0) & (prior_sd is None), PRIOR_SD**-2, everywhere)  # (K,)

    def starts(self) -> tuple[Floats, Floats]:
        near, level = self.marginal.start(), np.zeros(self.counts.n_skills)
        return np.r_[near, level], np.r_[-near, level + math.log(FAR)]

    def scale(self) -> Floats:
        curvature = CURVATURE * (self.counts.skill_trials + self.marginal.pseudo)
        scale: Floats = 1 / np.sqrt(np.r_[curvature, curvature + self.precision])
        return scale

    def bounds(self) -> list[tuple[float | None, float | None]]:
        return [(None, None)] * self.counts.n_skills + [LIMITS] * self.counts.n_skills

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        intercept, log_a = np.split(parameters, 2)
        a = np.exp(log_a)
        value, of_slope, of_intercept = self.marginal.value_and_gradient(a, intercept)
        return value - 0.5 * float(self.precision @ log_a**2), np.r_[of_intercept, a * of_slope - self.precision * log_a]

    def information(self, parameters: Floats) -> Floats:
        """Observed information, `(2 K, 2 K)`."""
        intercept, log_a = np.split(parameters, 2)
        a = np.exp(log_a)
        _, of_slope, _ = self.marginal.value_and_gradient(a, intercept)
        intercepts, mixed, slopes = self.marginal.information(a, intercept)
        of_log_a = slopes * np.outer(a, a) + np.diag(self.precision - a * of_slope)  # the chain rule's second term is the gradient's
        return np.block([[intercepts, mixed * a], [(mixed * a).T, of_log_a]])
