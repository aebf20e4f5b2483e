"""An even grid over ability: sums over it are integrals (the trapezoidal rule, which is exact to rounding for smooth peaked functions).

The grid depends on the model only, never on the students, so that no student's ability depends on who else is in the cohort.

How fine it must be follows from the narrowest belief that it has to carry. With sd s and spacing h the rule's own error is about
2 e^(-2 pi^2 s^2 / h^2). A random walk asks for more, since a step (`random_walk`) is exact for the slow components of a belief only.
Largest error of a mean or sd over histories of ASSIST2015, up to 600 responses, against h / s = 0.2; and of a mean in 300 responses
that turn from all right to all wrong and back every 75:

    h / s                     0.25     0.27     0.30     0.33
    drift 0.0085             1e-9              2e-7     6e-7
    drift 0.0005             1e-7              7e-7     2e-6
    drift 0.0085, turning    2e-6     1e-5     1e-4
    drift 0.0005, turning    1e-2     2e-2     2e-2
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

SPACING = 0.08
"""Logits, without drift. The posterior sd after 600 responses is about 0.09; at spacing = sd the rule's error is about 5e-9."""
SHARE = 0.27
"""Spacing by narrowest sd, with drift."""
FINEST = 0.022
"""Logits, with drift: what `SHARE` gives for an sd of 0.08, of an ability that hardly moves, after 600 responses."""
REACH = 7.0
"""Half-width in sigmas."""
LEAST = 0.05
"""Logits: a sigma below it counts as this. A fit of few students may end at 0, and a grid as fine as that has no end."""
FAR = 12.0
"""Half-width in logits that a drifting ability may reach: a success there has probability 0.99999."""


def abilities(sigma: float, drift: float = 0.0, largest_a: float = 1.0, spacing: float | None = None) -> NDArray[np.float64]:
    """Nodes, `(G,)`, in logits, symmetric about 0.

    Arguments:
        sigma: Standard deviation of the prior, logits.
        drift: Variance of the random walk per response; above 0 the grid reaches further.
        largest_a: Largest discrimination, at least 1; matters with drift.
        spacing: Between nodes; None for what the others ask for.
    """
    sigma = max(sigma, LEAST)
    if spacing is None:
        spacing = moving_spacing(sigma, drift, largest_a) if drift > 0 else min(SPACING, sigma / 6)
    half = int(np.ceil(max(REACH * sigma, FAR if drift > 0 else 0.0) / spacing))
    return spacing * np.arange(-half, half + 1, dtype=np.float64)


def moving_spacing(sigma: float, drift: float, largest_a: float = 1.0) -> float:
    """Spacing for a drifting ability, logits: `SHARE` of the narrowest belief.

    A response tells at most a^2 / 4, the information a^2 p (1 - p), and is followed by a move: after many responses the variance v of a
    belief solves 1 / v = 1 / (v + q) + a^2 / 4 at the least.
    """
    balance = math.sqrt((math.sqrt(drift**2 + 16 * drift / largest_a**2) - drift) / 2)
    return min(max(SHARE * balance, FINEST / largest_a), SHARE * max(sigma, LEAST))


def largest(discrimination: NDArray[np.float64] | None) -> float:
    """Largest discrimination, at least 1."""
    return 1.0 if discrimination is None else max(1.0, float(discrimination.max(initial=1.0)))


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
