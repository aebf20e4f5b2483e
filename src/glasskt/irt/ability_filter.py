"""The filter of a drifting ability: the whole posterior of theta on a grid, before and after every response.

    theta_0 ~ N(0, sigma^2),    theta_t = theta_{t-1} + N(0, q),    P(r_t = 1) = sigmoid(theta_t - beta_k)

Bayes' rule at each response, the random walk between two. With q = 0 it is the online posterior of a static ability, whose last mean is
the EAP score. *Before* at step t is computed from responses 0..t-1 only.

One pass over the nodes makes the move, Bayes' rule and every sum. With drift the spacing is 0.27 sds of the narrowest belief (`grid`) and a
move has nine weights (`random_walk`): means and sds are within 1e-6 logits of the integrals over the histories of ASSIST2015. Where a
student turns from all right to all wrong, a slow drift (q < 0.001) is exact to 0.02 only; the smoother's finer grid is for such tails.

Sources: Kitagawa 1987 (numerical filters); Wang, Berger and Burdick 2013 (dynamic Rasch models).
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt import grid, random_walk
from glasskt.irt.random_walk import FAST, move, moved_mass

Floats = NDArray[np.float64]
NEGLIGIBLE = 1e-20
"""Share of the mass below which a drifting filter drops its outer nodes: the drift would refill them if they came to matter."""
BLOCK = 8
"""Nodes are taken up and dropped in blocks, which fill the processor's registers."""


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


def track(
    cohort: Cohort,
    beta: Floats,
    sigma: float,
    drift: float,
    discrimination: Floats | None = None,
    precision: type[np.floating] = np.float64,
) -> Filtered:
    """Filter every student of a cohort.

    Arguments:
        cohort: Students and their responses.
        beta: Difficulties in logits, `(K,)`.
        sigma: Standard deviation of the prior, logits.
        drift: Variance q of the random walk per response, squared logits; 0 for a static ability.
        discrimination: a, `(K,)`, of P = sigmoid(a_k (theta_t - beta_k)); None for 1 everywhere.
        precision: Of what is returned; np.float32 halves its memory.
    """
    theta = whole_blocks(grid.abilities(sigma, drift, grid.largest(discrimination)))
    weights, times = random_walk.steps(drift, theta[1] - theta[0])
    columns = np.empty((len(cohort), 6), precision)
    _filter(
        cohort.offsets,
        cohort.skill,
        cohort.response,
        grid.success(theta, beta, discrimination),
        theta,
        grid.prior(theta, sigma),
        weights,
        times,
        NEGLIGIBLE if drift > 0 else 0.0,
        np.empty((2, len(theta) + 2 * BLOCK)),
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


def whole_blocks(theta: Floats) -> Floats:
    """The even grid, continued to the right until it fills its last block."""
    size = -(-len(theta) // BLOCK) * BLOCK
    continued: Floats = theta[0] + (theta[1] - theta[0]) * np.arange(size)
    return continued


@njit(fastmath=FAST, error_model="numpy")
def _filter(  # type: ignore[no-untyped-def]  # pragma: no cover
    offsets, skill, response, success, theta, prior, weights, times, negligible, buffers, columns
):
    low, high = BLOCK, BLOCK + len(theta)  # the grid within buffers that are zero beyond it
    belief, moved = buffers[0], buffers[1]
    for student in range(len(offsets) - 1):
        first, last = low, high  # the nodes that still matter; both buffers are zero beyond them
        belief[:] = 0.0
        moved[:] = 0.0
        belief[low:high] = prior
        w0, w1, w2, w3, w4 = 1.0, 0.0, 0.0, 0.0, 0.0
        scale = 1.0  # makes the belief sum to 1; the next move applies it
        for row in range(offsets[student], offsets[student + 1]):
            if row > offsets[student]:
                for _ in range(times - 1):
                    move(belief, moved, weights, first, last)
                    belief, moved = moved, belief
                    first, last = span(belief, moved, first, last, low, high, negligible / scale)
                w0, w1, w2, w3, w4 = scale * weights[0], scale * weights[1], scale * weights[2], scale * weights[3], scale * weights[4]
            here, into = belief[first - 4 : last + 4], moved[first:last]
            node_theta, chance = theta[first - low : last - low], success[skill[row], first - low : last - low]
            slope, floor = (1.0, 0.0) if response[row] == 1 else (-1.0, 1.0)
            total, mean, second, correct = 0.0, 0.0, 0.0, 0.0
            mean_after, second_after, correct_after = 0.0, 0.0, 0.0
            for node in range(last - first):
                i = np.uintp(node)
                before = moved_mass(here, i, w0, w1, w2, w3, w4)
                after = before * (floor + slope * chance[i])
                into[i] = after
                before_theta, after_theta = before * node_theta[i], after * node_theta[i]
                total += before
                mean += before_theta
                second += before_theta * node_theta[i]
                correct += before * chance[i]
                mean_after += after_theta
                second_after += after_theta * node_theta[i]
                correct_after += after * chance[i]
            total_after = floor * total + slope * correct
            columns[row, 0], columns[row, 1] = mean_and_sd(total, mean, second)
            columns[row, 2], columns[row, 3] = mean_and_sd(total_after, mean_after, second_after)
            columns[row, 4], columns[row, 5] = correct / total, correct_after / total_after
            belief, moved = moved, belief
            scale = 1.0 / total_after
            first, last = span(belief, moved, first, last, low, high, negligible * total_after)


@njit(fastmath=FAST, error_model="numpy")
def mean_and_sd(total, mean, second):  # type: ignore[no-untyped-def]  # pragma: no cover
    """From sums of an unnormalised belief, of it times theta, and of it times theta squared."""
    mean, second = mean / total, second / total
    return mean, np.sqrt(max(second - mean * mean, 0.0))


@njit(fastmath=FAST, error_model="numpy")
def span(belief, other, first, last, low, high, least):  # type: ignore[no-untyped-def]  # pragma: no cover
    """One block more at an end that matters, fewer at an end that does not; what is dropped becomes zero in both buffers."""
    if first > low and abs(belief[first]) >= least:
        first -= BLOCK
    while abs(belief[first + BLOCK - 1]) < least and abs(belief[first + BLOCK]) < least:
        belief[first : first + BLOCK] = 0.0
        other[first : first + BLOCK] = 0.0
        first += BLOCK
    if last < high and abs(belief[last - 1]) >= least:
        last += BLOCK
    while abs(belief[last - BLOCK]) < least and abs(belief[last - BLOCK - 1]) < least:
        belief[last - BLOCK : last] = 0.0
        other[last - BLOCK : last] = 0.0
        last -= BLOCK
    return first, last
