"""The smoother of a drifting ability: the posterior of theta at every response given all responses, on the grid of the filter.

    p(theta_t | r_1..r_T)  ~  p(theta_t | r_1..r_t) b_t(theta_t)
    b_t(theta_t) = E[p(r_{t+1} | theta_{t+1}) b_{t+1}(theta_{t+1}) | theta_t],    b_T = 1

One pass forward, which keeps the filter's belief after every response, and one pass back. It looks at a student's future: a description of
what happened, never a prediction. At the last response it is the filter; without drift it is the last filtered belief at every response.

Source: Kitagawa 1987 (numerical smoothing).
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt import grid
from glasskt.irt.ability_filter import learn, moments, move, random_walk

Floats = NDArray[np.float64]
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


def smooth(cohort: Cohort, beta: Floats, sigma: float, drift: float, discrimination: Floats | None = None) -> Smoothed:
    """Smooth every student of a cohort; arguments as of `ability_filter.track`."""
    theta = grid.abilities(sigma, drift)
    kernel = random_walk(drift, theta[1] - theta[0])
    width, longest = len(theta) + 2 * (len(kernel) - 1), int(cohort.lengths.max(initial=0))
    columns = np.empty((len(cohort), 2))
    _smooth(
        cohort.offsets,
        cohort.skill,
        cohort.response,
        grid.success(theta, beta, discrimination),
        theta,
        grid.prior(theta, sigma),
        kernel,
        NEGLIGIBLE,
        np.empty((3, width)),
        np.empty((longest, width)),
        np.empty((longest, 2), np.int64),
        columns,
    )
    return Smoothed(theta=columns[:, 0], theta_sd=columns[:, 1])


@njit(fastmath={"reassoc", "contract", "nsz"})
def _smooth(  # type: ignore[no-untyped-def]  # pragma: no cover
    offsets, skill, response, success, theta, prior, kernel, negligible, buffers, kept, spans, columns
):
    for student in range(len(offsets) - 1):
        rows = (offsets[student], offsets[student + 1])
        _forward(rows, skill, response, success, prior, kernel, negligible, buffers, kept, spans)
        _backward(rows, skill, response, success, theta, kernel, buffers, kept, spans, columns)


@njit(fastmath={"reassoc", "contract", "nsz"})
def _forward(rows, skill, response, success, prior, kernel, negligible, buffers, kept, spans):  # type: ignore[no-untyped-def]  # pragma: no cover
    reach = len(kernel) - 1
    low, high = reach, reach + len(prior)  # the grid within buffers that are zero beyond it
    first, last = low, high  # the nodes that still matter; the belief is zero beyond them
    belief = buffers[0]
    belief.fill(0.0)
    belief[low:high] = prior
    for step in range(rows[1] - rows[0]):
        after = kept[step]
        after.fill(0.0)
        if step > 0:
            first, last = max(low, first - reach), min(high, last + reach)
            move(belief, after, kernel, first, last)
        else:
            after[:] = belief
        row = rows[0] + step
        learn(after, success[skill[row]], response[row], first, last, low)
        while after[first] < negligible:
            after[first] = 0.0
            first += 1
        while after[last - 1] < negligible:
            last -= 1
            after[last] = 0.0
        spans[step, 0], spans[step, 1] = first, last
        belief = after


@njit(fastmath={"reassoc", "contract", "nsz"})
def _backward(rows, skill, response, success, theta, kernel, buffers, kept, spans, columns):  # type: ignore[no-untyped-def]  # pragma: no cover
    low = len(kernel) - 1
    message, weighted, both = buffers[0], buffers[1], buffers[2]
    message.fill(1.0)
    for step in range(rows[1] - rows[0] - 1, -1, -1):
        row, first, last = rows[0] + step, spans[step, 0], spans[step, 1]
        chance = success[skill[row]]
        both[first:last] = kept[step, first:last] * message[first:last]
        columns[row, 0], columns[row, 1], _ = moments(both, theta, chance, first, last, low)
        if step > 0:
            weighted.fill(0.0)
            for node in range(first, last):
                likelihood = chance[node - low] if response[row] == 1 else 1.0 - chance[node - low]
                weighted[node] = message[node] * likelihood
            move(weighted, message, kernel, spans[step - 1, 0], spans[step - 1, 1])
            message[spans[step - 1, 0] : spans[step - 1, 1]] /= message[spans[step - 1, 0] : spans[step - 1, 1]].max()
