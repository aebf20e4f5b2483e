"""One step N(0, q) of a random walk on an even grid: nine weights that have its moments.

The weights of moving 0, 1, ... 4 nodes to either side have the total, the variance and the moments up to the eighth of the normal, so that
a belief moves as by the normal itself up to derivatives of order ten. They are positive where the variance, in squared nodes, lies between
0.7 and 1.9. Below, some are slightly negative, and beside a smooth belief, where they err by less than rounding matters, that does no
harm: in a sum over the belief the errors cancel. It does in a smoother, which multiplies tails with each other; `positive` is for that:
where the nine weights are not, it is three, 1 - s and s / 2 to either side, with the variance alone.

A wider step is several equal ones.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TAPS = 4
"""Nodes to one side."""
WIDEST = 1.9
"""Variance of one step, squared nodes."""
NARROWEST_POSITIVE = 0.72
"""Variance of one step, squared nodes, from which on no weight is negative."""
FAST = {"reassoc", "contract", "nsz"}


def steps(drift: float, spacing: float, *, positive: bool = False) -> tuple[Floats, int]:
    """Weights of moving 0 to 4 nodes to either side, `(5,)`, and how often to move.

    Arguments:
        drift: Variance of the whole move, squared logits.
        spacing: Between nodes, logits.
        positive: No weight is negative.

    Example:
        >>> weights, times = steps(0.5, 0.5)
        >>> times, round(float(2 * weights.sum() - weights[0]), 9), round(float(2 * weights @ np.arange(5) ** 2 * 0.5**2), 9)
        (2, 1.0, 0.25)
    """
    variance = drift / spacing**2
    times = max(1, math.ceil(variance / WIDEST))
    variance /= times
    order, node = np.arange(TAPS + 1), np.arange(TAPS + 1.0)
    powers = np.where(node > 0, 2.0, 1.0) * node ** (2 * order[:, None])  # (5, 5): moment by node, both sides
    odd_factorials = np.array([math.prod(range(1, 2 * k, 2)) for k in order], float)
    weights: Floats = np.linalg.solve(powers, odd_factorials * variance**order)
    if positive and weights.min() < 0:
        return np.array([1 - variance, variance / 2, 0.0, 0.0, 0.0]), times
    return weights, times


@njit(fastmath=FAST, error_model="numpy")
def move(belief, moved, weights, first, last):  # type: ignore[no-untyped-def]  # pragma: no cover
    """`moved` = `belief` after one step, on nodes first to last; four more to either side are read."""
    here, into = belief[first - 4 : last + 4], moved[first:last]
    for node in range(last - first):
        i = np.uintp(node)
        into[i] = moved_mass(here, i, weights[0], weights[1], weights[2], weights[3], weights[4])


@njit(inline="always", fastmath=FAST, error_model="numpy")
def moved_mass(here, i, w0, w1, w2, w3, w4):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Mass at the i-th node after a step, `here` beginning four nodes to its left; unsigned indices let the compiler vectorise."""
    return (
        w0 * here[i + np.uintp(4)]
        + w1 * (here[i + np.uintp(3)] + here[i + np.uintp(5)])
        + w2 * (here[i + np.uintp(2)] + here[i + np.uintp(6)])
        + w3 * (here[i + np.uintp(1)] + here[i + np.uintp(7)])
        + w4 * (here[i] + here[i + np.uintp(8)])
    )
