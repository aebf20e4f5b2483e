"""What a static fit hands on, whichever model and backend made it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A fit of P(r = 1) = sigmoid(a_k (theta_i - beta_k)) = sigmoid(d_k + a_k theta_i), theta ~ N(0, sigma^2).

    Attributes:
        beta: Difficulty, on the scale of theta, `(K,)`.
        beta_se: Standard error of beta from the observed information, `(K,)`.
        discrimination: a; 1 in the Rasch model, `(K,)`.
        discrimination_se: Its standard error; 0 in the Rasch model, `(K,)`.
        sigma: Standard deviation of theta in the population; estimated in the Rasch model, 1 in the two-parameter model.
        sigma_se: Its standard error; 0 where sigma is fixed.
        intercept_covariance: Of d = -a beta, `(K, K)`.
        slope_covariance: Of a sigma, the slope on a standard normal ability, `(K, K)`.
        second_start: d from the second start, `(K,)`; None of a fit that had one start.
        expected: Probability of success averaged over the posterior of the students who practised the skill, `(K,)`; NaN if none did.
        pseudo: Number of pseudo-responses per skill: 1 where the responses alone give no finite beta, else 0, `(K,)`.
        log_likelihood: Marginal log-likelihood of all responses.
        n_parameters: Parameters that were estimated.
        gradient_norm: Distance to the maximum in standard errors: sqrt(g' I^-1 g); infinite where the likelihood does not curve downwards.
        log_likelihood_change: Gain in the last iteration; None of a stochastic optimiser.
        movement: Largest change of a beta over the last tenth of a stochastic optimiser's epochs, logits; None of any other.
        iterations: Of the optimiser.
    """

    beta: Floats
    beta_se: Floats
    discrimination: Floats
    discrimination_se: Floats
    sigma: float
    sigma_se: float
    intercept_covariance: Floats
    slope_covariance: Floats
    second_start: Floats | None
    expected: Floats
    pseudo: Floats
    log_likelihood: float
    n_parameters: int
    gradient_norm: float
    log_likelihood_change: float | None
    iterations: int
    movement: float | None = None

    @property
    def intercept(self) -> Floats:
        """d = -a beta: the logit of success of a student with theta = 0, `(K,)`."""
        return -self.discrimination * self.beta

    @property
    def intercept_se(self) -> Floats:
        """Standard error of d, `(K,)`."""
        se: Floats = np.sqrt(np.clip(np.diag(self.intercept_covariance), 0, None))
        return se

    @property
    def slope(self) -> Floats:
        """a sigma: the slope on a standard normal ability, `(K,)`."""
        return self.discrimination * self.sigma
