"""The filter of a drifting ability: the whole posterior of theta on a grid, before and after every response.

    theta_0 ~ N(0, sigma^2),    theta_t = theta_{t-1} + N(0, q),    P(r_t = 1) = sigmoid(theta_t - beta_k)

Bayes' rule at each response, the random walk between two. With q = 0 it is the online posterior of a static ability, whose last mean is
the EAP score. *Before* at step t is computed from responses 0..t-1 only.

The random walk on the grid is the normal density at the nodes where its sd is at least the spacing; where it is less, that would miss the
variance, and the discrete Gaussian kernel e^-s I_n(s), s = q / spacing^2, stands in (Lindeberg 1990): its variance is q exactly, and it
is the identity at 0. Means and sds are then within 1e-5 logits of the integrals, and closer at q = 0.

Sources: Kitagawa 1987 (numerical filters); Wang, Berger and Burdick 2013 (dynamic Rasch models).
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ive

from glasskt.data.cohort import Cohort
from glasskt.irt import grid

Floats = NDArray[np.float64]
KERNEL_TAIL = 1e-9
NEGLIGIBLE = 1e-15
"""Mass below which a drifting filter drops its outer nodes: the drift would refill them if they came to matter."""


@dataclass(frozen=True, kw_only=True)
class Filtered:
    """What the filter says at every response, `(N,)` each; theta in logits.

    Attributes:
        theta_before: Mean before the response.
        theta_before_sd: Standard deviation before the response.
        theta_after: Mean after the response.
        theta_after_sd: Standard deviation after the response.
        p_before: Predicted probability of success, averaged over the belief before the response.
        p_after: The same skill's probability over the belief after the response.
    """

    theta_before: Floats
    theta_before_sd: Floats
    theta_after: Floats
    theta_after_sd: Floats
    p_before: Floats
    p_after: Floats

    def log_likelihood(self, response: NDArray[np.int8]) -> float:
        """Sum of log p(r_t | responses before t)."""
        return float(np.log(np.where(response == 1, self.p_before, 1 - self.p_before)).sum())


def track(cohort: Cohort, beta: Floats, sigma: float, drift: float, discrimination: Floats | None = None) -> Filtered:
    """Filter every student of a cohort.

    Arguments:
        cohort: Students and their responses.
        beta: Difficulties in logits, `(K,)`.
        sigma: Standard deviation of the prior, logits.
        drift: Variance q of the random walk per response, squared logits; 0 for a static ability.
        discrimination: a, `(K,)`, of P = sigmoid(a_k (theta_t - beta_k)); None for 1 everywhere.
    """
    theta = grid.abilities(sigma, drift)
    kernel = random_walk(drift, theta[1] - theta[0])
    columns = np.empty((len(cohort), 6))
    _filter(
        cohort.offsets,
        cohort.skill,
        cohort.response,
        grid.success(theta, beta, discrimination),
        theta,
        grid.prior(theta, sigma),
        kernel,
        NEGLIGIBLE if drift > 0 else 0.0,
        np.empty((2, len(theta) + 2 * (len(kernel) - 1))),
        columns,
    )
    return Filtered(
        theta_before=columns[:, 0],
        theta_before_sd=columns[:, 1],
        theta_after=columns[:, 2],
        theta_after_sd=columns[:, 3],
        p_before=columns[:, 4],
        p_after=columns[:, 5],
    )


def random_walk(drift: float, spacing: float) -> Floats:
    """Half of the symmetric kernel: probabilities of moving 0, 1, 2, ... nodes to one side."""
    steps = drift / spacing**2
    nodes = np.arange(int(np.ceil(10 + 8 * math.sqrt(steps))))
    half: Floats = np.exp(-(nodes**2) / (2 * steps)) / math.sqrt(2 * math.pi * steps) if steps >= 1 else ive(nodes, steps)
    half = half[half > KERNEL_TAIL]
    normalised: Floats = half / (2 * half.sum() - half[0])
    return normalised


@njit(fastmath={"reassoc", "contract", "nsz"})
def _filter(offsets, skill, response, success, theta, prior, kernel, negligible, buffers, columns):  # type: ignore[no-untyped-def]  # pragma: no cover
    reach = len(kernel) - 1
    low, high = reach, reach + len(theta)  # the grid within buffers that are zero beyond it
    belief, moved = buffers[0], buffers[1]
    for student in range(len(offsets) - 1):
        first, last = low, high  # the nodes that still matter; the belief is zero beyond them
        belief.fill(0.0)
        for node in range(len(prior)):
            belief[low + node] = prior[node]
        for row in range(offsets[student], offsets[student + 1]):
            if reach > 0 and row > offsets[student]:
                moved.fill(0.0)
                first, last = max(low, first - reach), min(high, last + reach)
                move(belief, moved, kernel, first, last)
                belief, moved = moved, belief
            chance = success[skill[row]]
            columns[row, 0], columns[row, 1], columns[row, 4] = moments(belief, theta, chance, first, last, low)
            learn(belief, chance, response[row], first, last, low)
            columns[row, 2], columns[row, 3], columns[row, 5] = moments(belief, theta, chance, first, last, low)
            while belief[first] < negligible:
                belief[first] = 0.0
                first += 1
            while belief[last - 1] < negligible:
                last -= 1
                belief[last] = 0.0


@njit(fastmath={"reassoc", "contract", "nsz"})
def move(belief, moved, kernel, first, last):  # type: ignore[no-untyped-def]  # pragma: no cover
    """`moved` = `belief` after one step of the random walk, on nodes first to last."""
    width = last - first
    into, here = moved[first:last], belief[first:last]
    for node in range(width):
        into[node] = kernel[0] * here[node]
    for step in range(1, len(kernel)):
        share, left, right = kernel[step], belief[first - step : last - step], belief[first + step : last + step]
        for node in range(width):
            into[node] += share * (left[node] + right[node])


@njit(fastmath={"reassoc", "contract", "nsz"})
def moments(whole_belief, grid_theta, grid_chance, first, last, low):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Mean, sd and probability of success under an unnormalised belief."""
    belief, theta, chance = whole_belief[first:last], grid_theta[first - low : last - low], grid_chance[first - low : last - low]
    total, mean, second, p = 0.0, 0.0, 0.0, 0.0
    for node in range(len(belief)):
        total += belief[node]
        mean += belief[node] * theta[node]
        second += belief[node] * theta[node] * theta[node]
        p += belief[node] * chance[node]
    mean, second, p = mean / total, second / total, p / total
    return mean, np.sqrt(max(second - mean * mean, 0.0)), p


@njit(fastmath={"reassoc", "contract", "nsz"})
def learn(whole_belief, grid_chance, response, first, last, low):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Bayes' rule in place; the belief sums to 1 after it."""
    belief, chance = whole_belief[first:last], grid_chance[first - low : last - low]
    slope, floor = (1.0, 0.0) if response == 1 else (-1.0, 1.0)
    total = 0.0
    for node in range(len(belief)):
        belief[node] *= floor + slope * chance[node]
        total += belief[node]
    for node in range(len(belief)):
        belief[node] /= total
