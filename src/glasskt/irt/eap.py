"""Expected a posteriori scores: posterior mean and sd of a student's ability, item parameters held fixed.

Source: Bock and Mislevy 1982.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasskt.irt import grid
from glasskt.irt.counts import Counts


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Abilities, in logits in the Rasch model, in population standard deviations in the two-parameter model.

    Attributes:
        theta: Posterior mean, `(S,)`.
        sd: Posterior standard deviation, `(S,)`.
    """

    theta: NDArray[np.float64]
    sd: NDArray[np.float64]

    @property
    def reliability(self) -> float:
        """Empirical reliability: var(EAP) / (var(EAP) + mean posterior variance)."""
        explained = float(self.theta.var())
        return explained / (explained + float((self.sd**2).mean()))


def score(counts: Counts, beta: NDArray[np.float64], sigma: float, discrimination: NDArray[np.float64] | None = None) -> Scores:
    """Score every student of `counts`, whether or not the items were calibrated on them.

    Arguments:
        counts: Of the students to score.
        beta: Difficulties on the scale of theta, `(K,)`.
        sigma: Standard deviation of the prior N(0, sigma^2).
        discrimination: a, `(K,)`; None for 1 everywhere.
    """
    theta, after = posterior(counts, beta, sigma, discrimination)
    mean = after @ theta
    second = after @ theta**2
    return Scores(theta=mean, sd=np.sqrt(np.clip(second - mean**2, 0, None)))


def posterior(
    counts: Counts, beta: NDArray[np.float64], sigma: float, discrimination: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Abilities of a grid, `(G,)`, and each student's posterior on it, `(S, G)`; arguments as of `score`."""
    a = np.ones_like(beta) if discrimination is None else discrimination
    slope, intercept = counts.mean_over_skills(a), counts.mean_over_skills(-a * beta)  # (I,) each
    theta = grid.abilities(sigma)  # (G,)
    log_joint = counts.over_successes(a)[:, None] * theta  # (S, G)
    log_joint += np.log(grid.prior(theta, sigma))
    log_joint -= counts.trials_matrix @ np.logaddexp(0, slope[:, None] * theta + intercept[:, None])  # (S, I) (I, G) -> (S, G)
    log_joint -= log_joint.max(axis=1, keepdims=True)
    after: NDArray[np.float64] = np.exp(log_joint, out=log_joint)  # in place: of 200,000 students an array is a quarter of a gigabyte
    after /= after.sum(axis=1, keepdims=True)
    return theta, after
