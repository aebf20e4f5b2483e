"""The Rasch model by marginal maximum likelihood.

    P(r = 1 | theta_i, skill k) = sigmoid(theta_i - beta_k),    theta_i ~ N(0, sigma^2)

The location is fixed by the mean of theta, the scale by the slope of 1: sigma is estimated.

Source: Thissen 1982 (marginal maximum likelihood for the one-parameter model).
"""

import numpy as np

from glasskt.irt.ascent import CURVATURE, climb_twice, covariance_of, distance
from glasskt.irt.calibration import Calibration, Floats
from glasskt.irt.counts import Counts
from glasskt.irt.marginal import Marginal

FAR = 2.5
"""Spread of abilities at the second start; its difficulties are the success rates' upside down."""


def fit(counts: Counts, *, max_iterations: int = 500) -> Calibration:
    """Maximise the marginal likelihood, from two starts.

    Raises:
        UserError: The responses are all correct, all wrong, or absent.
    """
    likelihood = MarginalLikelihood(counts)
    near, far = climb_twice(likelihood, max_iterations)
    parameters = np.r_[near.parameters[:-1], abs(near.parameters[-1])]  # the likelihood is symmetric in sigma
    return at(likelihood, parameters, second_start=-far.parameters[:-1], log_likelihood_change=near.change, iterations=near.iterations)


def at(
    likelihood: "MarginalLikelihood",
    parameters: Floats,
    *,
    second_start: Floats | None,
    log_likelihood_change: float | None,
    iterations: int,
    movement: float | None = None,
) -> Calibration:
    """The model at given difficulties and sigma, `(K + 1,)`: its standard errors, and how far it is from the maximum."""
    _, gradient = likelihood.value_and_gradient(parameters)
    information = likelihood.information(parameters)
    covariance = covariance_of(information)
    se = np.sqrt(np.clip(np.diag(covariance), 0, None))
    n_skills = len(parameters) - 1
    return Calibration(
        beta=parameters[:-1],
        beta_se=se[:-1],
        discrimination=np.ones(n_skills),
        discrimination_se=np.zeros(n_skills),
        sigma=float(parameters[-1]),
        sigma_se=float(se[-1]),
        intercept_covariance=covariance[:-1, :-1],
        slope_covariance=np.full((n_skills, n_skills), se[-1] ** 2),
        second_start=second_start,
        expected=likelihood.marginal.expected(*likelihood.slopes(parameters)),
        pseudo=likelihood.marginal.pseudo,
        log_likelihood=float(likelihood.students(parameters)[0].sum()),
        n_parameters=n_skills + 1,
        gradient_norm=distance(gradient, information, covariance),
        log_likelihood_change=log_likelihood_change,
        iterations=iterations,
        movement=movement,
    )


class MarginalLikelihood:
    """The marginal log-likelihood of (beta, sigma), `(K + 1,)`; satisfies `ascent.Likelihood`."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.marginal = Marginal(counts)

    def starts(self) -> tuple[Floats, Floats]:
        """The success rates, and the same upside down with a wide spread of abilities."""
        near = self.marginal.start()
        return np.r_[-near, 1.0], np.r_[near, FAR]

    def scale(self) -> Floats:
        """By the number of responses, and of students, `(K + 1,)`."""
        scale: Floats = 1 / np.sqrt(CURVATURE * np.r_[self.counts.skill_trials + self.marginal.pseudo, self.counts.n_students])
        return scale

    def bounds(self) -> list[tuple[float | None, float | None]]:
        """None."""
        return [(None, None)] * (self.counts.n_skills + 1)

    def slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Slopes and intercepts on a standard normal ability, `(K,)` each."""
        return np.full(self.counts.n_skills, parameters[-1]), -parameters[:-1]

    def students(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Marginal log-likelihood of each student, `(S,)`, and the posterior over the nodes, `(S, G)`."""
        return self.marginal.students(*self.slopes(parameters))

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """The value and its derivatives, `(K + 1,)`."""
        value, of_slope, of_intercept = self.marginal.value_and_gradient(*self.slopes(parameters))
        return value, np.r_[-of_intercept, of_slope.sum()]

    def information(self, parameters: Floats) -> Floats:
        """Observed information, `(K + 1, K + 1)`."""
        intercepts, mixed, slopes = self.marginal.information(*self.slopes(parameters))
        beta_sigma = -mixed.sum(axis=1)
        return np.block([[intercepts, beta_sigma[:, None]], [beta_sigma[None, :], slopes.sum(keepdims=True)]])
