"""An even grid over ability: sums over it are integrals (the trapezoidal rule, which is exact to rounding for smooth peaked functions).

The grid depends on the model only, never on the students, so that no student's ability depends on who else is in the cohort.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

SPACING = 0.08
"""Logits. The posterior sd after 600 responses is about 0.09; the rule's error at spacing = sd is e^(-2 pi^2), about 3e-9."""
REACH = 7.0
"""Half-width in sigmas."""
LEAST = 0.05
"""Logits: a sigma below it counts as this. A fit of few students may end at 0, and a grid as fine as that has no end."""
FAR = 12.0
"""Half-width in logits that a drifting ability may reach: a success there has probability 0.99999."""


def abilities(sigma: float, drift: float = 0.0) -> NDArray[np.float64]:
    """Nodes, `(G,)`, in logits, symmetric about 0.

    Arguments:
        sigma: Standard deviation of the prior, logits.
        drift: Variance of the random walk per response; above 0 the grid reaches further.
    """
    sigma = max(sigma, LEAST)
    spacing = min(SPACING, sigma / 6)
    half = int(np.ceil(max(REACH * sigma, FAR if drift > 0 else 0.0) / spacing))
    return spacing * np.arange(-half, half + 1, dtype=np.float64)


def prior(grid: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """N(0, sigma^2) on the grid, `(G,)`; sums to 1."""
    density = np.exp(-0.5 * (grid / max(sigma, LEAST)) ** 2)
    normalised: NDArray[np.float64] = density / density.sum()
    return normalised


def success(grid: NDArray[np.float64], beta: NDArray[np.float64], discrimination: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """P(success) = sigmoid(a_k (theta - beta_k)) of every skill at every node, `(K, G)`; a is 1 where None is given."""
    distance = grid - beta[:, None]
    p: NDArray[np.float64] = expit(distance if discrimination is None else discrimination[:, None] * distance)
    return p
