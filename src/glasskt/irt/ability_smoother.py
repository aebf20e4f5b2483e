"""The smoother of a drifting ability: the posterior of theta at every response given all responses, on the grid of the filter.

    p(theta_t | r_1..r_T)  ~  p(theta_t | r_1..r_t) b_t(theta_t)
    b_t(theta_t) = E[p(r_{t+1} | theta_{t+1}) b_{t+1}(theta_{t+1}) | theta_t],    b_T = 1

One pass forward, which keeps the filter's belief after every response, and one pass back. It looks at a student's future: a description of
what happened, never a prediction. At the last response it is the filter; without drift it is the last filtered belief at every response.

Where the future contradicts the past, the product lives in the tails of both, which must be right relative to themselves. Hence weights
that are never negative, on a grid as fine as they need (`random_walk`).

Source: Kitagawa 1987 (numerical smoothing).
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt import grid, random_walk
from glasskt.irt.random_walk import FAST, NARROWEST_POSITIVE, TAPS, move

Floats = NDArray[np.float64]
FINEST = 0.02
"""Logits. Below a drift of 0.0003 a step is narrower than nine positive weights can be on this grid, and three stand in."""
NEGLIGIBLE = 1e-120
"""Mass below which outer nodes are dropped; far below the filter's, because later responses may raise what earlier ones ruled out."""


@dataclass(frozen=True, kw_only=True)
class Smoothed:
    """What the smoother says at every response, `(N,)` each, in logits.

    Attributes:
        theta: Mean given all responses of the student.
        theta_sd: Standard deviation.
    """

    theta: Floats
    theta_sd: Floats


def smooth(
    cohort: Cohort,
    beta: Floats,
    sigma: float,
    drift: float,
    discrimination: Floats | None = None,
    precision: type[np.floating] = np.float64,
) -> Smoothed:
    """Smooth every student of a cohort; arguments as of `ability_filter.track`."""
    theta = _abilities(sigma, drift, grid.largest(discrimination))
    weights, times = random_walk.steps(drift, theta[1] - theta[0], positive=True)
    width, longest = len(theta) + 2 * TAPS, int(cohort.lengths.max(initial=0))
    columns = np.empty((2, len(cohort)), precision)
    _smooth(
        cohort.offsets,
        cohort.skill,
        cohort.response,
        grid.success(theta, beta, discrimination),
        theta,
        grid.prior(theta, sigma),
        weights,
        times,
        NEGLIGIBLE,
        np.empty((3, width)),
        np.empty((longest, width)),
        np.empty((longest, 2), np.int64),
        columns,
    )
    return Smoothed(theta=columns[0], theta_sd=columns[1])


def _abilities(sigma: float, drift: float, largest_a: float) -> Floats:
    """The filter's grid, or a finer one on which the weights of a step are positive."""
    if drift == 0:
        return grid.abilities(sigma)
    positive = math.sqrt(drift / NARROWEST_POSITIVE)
    spacing = min(max(positive, FINEST), grid.moving_spacing(sigma, drift, largest_a))
    return grid.abilities(sigma, drift, spacing=spacing)


@njit(fastmath=FAST, error_model="numpy")
def _smooth(  # type: ignore[no-untyped-def]  # pragma: no cover
    offsets, skill, response, success, theta, prior, weights, times, negligible, buffers, kept, spans, columns
):
    for student in range(len(offsets) - 1):
        rows = (offsets[student], offsets[student + 1])
        _forward(rows, skill, response, success, prior, weights, times, negligible, buffers, kept, spans)
        _backward(rows, skill, response, success, theta, weights, times, buffers, kept, spans, columns)


@njit(fastmath=FAST, error_model="numpy")
def _forward(  # type: ignore[no-untyped-def]  # pragma: no cover
    rows, skill, response, success, prior, weights, times, negligible, buffers, kept, spans
):
    low, high = TAPS, TAPS + len(prior)  # the grid within buffers that are zero beyond it
    first, last = low, high  # the nodes that still matter; the belief is zero beyond them
    belief, spare = buffers[0], buffers[1]
    belief[:] = 0.0
    belief[low:high] = prior
    for step in range(rows[1] - rows[0]):
        after, row = kept[step], rows[0] + step
        after[:] = 0.0
        if step > 0:
            first, last = max(low, first - TAPS * times), min(high, last + TAPS * times)
            _walk(belief, after, spare, weights, times, first, last)
        else:
            after[:] = belief
        _learn(after[first:last], success[skill[row], first - low : last - low], response[row])
        while after[first] < negligible:
            after[first] = 0.0
            first += 1
        while after[last - 1] < negligible:
            last -= 1
            after[last] = 0.0
        spans[step, 0], spans[step, 1] = first, last
        belief = after


@njit(fastmath=FAST, error_model="numpy")
def _backward(  # type: ignore[no-untyped-def]  # pragma: no cover
    rows, skill, response, success, theta, weights, times, buffers, kept, spans, columns
):
    low = TAPS
    message, weighted, spare = buffers[0], buffers[1], buffers[2]
    message[:] = 1.0
    for step in range(rows[1] - rows[0] - 1, -1, -1):
        row, first, last = rows[0] + step, spans[step, 0], spans[step, 1]
        columns[0, row], columns[1, row] = _moments(kept[step, first:last], message[first:last], theta[first - low : last - low])
        if step > 0:
            weighted[:] = 0.0
            weighted[first:last] = message[first:last]
            _learn(weighted[first:last], success[skill[row], first - low : last - low], response[row])
            _walk(weighted, message, spare, weights, times, spans[step - 1, 0], spans[step - 1, 1])


@njit(fastmath=FAST, error_model="numpy")
def _walk(belief, moved, spare, weights, times, first, last):  # type: ignore[no-untyped-def]  # pragma: no cover
    """`moved` = `belief` after the whole move, on nodes first to last."""
    move(belief, moved, weights, first, last)
    for _ in range(times - 1):
        spare[:] = 0.0
        spare[first:last] = moved[first:last]
        move(spare, moved, weights, first, last)


@njit(fastmath=FAST, error_model="numpy")
def _learn(belief, chance, response):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Bayes' rule in place; the belief sums to 1 after it."""
    slope, floor = (1.0, 0.0) if response == 1 else (-1.0, 1.0)
    total = 0.0
    for node in range(len(belief)):
        belief[node] *= floor + slope * chance[node]
        total += belief[node]
    scale = 1.0 / total
    for node in range(len(belief)):
        belief[node] *= scale


@njit(fastmath=FAST, error_model="numpy")
def _moments(belief, message, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Mean and sd of the product."""
    total, mean, second = 0.0, 0.0, 0.0
    for node in range(len(belief)):
        both = belief[node] * message[node]
        total += both
        mean += both * theta[node]
        second += both * theta[node] * theta[node]
    mean, second = mean / total, second / total
    return mean, np.sqrt(max(second - mean * mean, 0.0))
