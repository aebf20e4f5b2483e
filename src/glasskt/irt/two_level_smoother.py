"""The smoother of the two-level model: general ability and practised skill at every response, given all responses of the student.

Forward, the filter: each response enters as a Gaussian message along c = P h, with L1 and L2 of `gaussian_response`. Back, a vector r and a
matrix N gather what later responses say, and no matrix is inverted:

    r <- r + h (L1 + L2 c'r),    N <- (I + L2 h c') N (I + L2 c h') - L2 h h'
    smoothed mean and variance of h'x:    h'm + c'r,    h'c - c'N c

It describes the state at the response, before the learning step and the drift that follow; it is never a prediction.

Source: de Jong 1989 (fixed-interval smoothing).
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt.gaussian_response import bend
from glasskt.irt.two_level_filter import Parameters, meet, slots

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TwoLevelSmoothed:
    """What the smoother says at every response, `(N,)` each, in logits.

    Attributes:
        general: Mean of g at the response.
        general_sd: Its standard deviation.
        level: Mean of g + s_k - beta_k of the practised skill at the response.
        level_sd: Its standard deviation.
    """

    general: Floats
    general_sd: Floats
    level: Floats
    level_sd: Floats


def smooth(cohort: Cohort, parameters: Parameters) -> TwoLevelSmoothed:
    """Smooth every student of a cohort."""
    slot, width = slots(cohort)
    longest = int(cohort.lengths.max(initial=0))
    columns = np.empty((4, len(cohort)))
    _smooth(
        cohort.offsets,
        cohort.skill,
        slot,
        cohort.response,
        parameters.beta,
        parameters.learning,
        parameters.variances,
        np.zeros((3, width)),
        np.zeros((2, width, width)),
        np.zeros((2, longest, width)),
        np.zeros((longest, 2)),
        np.zeros(width, np.int64),
        columns,
    )
    columns[1], columns[3] = np.sqrt(columns[1]), np.sqrt(columns[3])
    return TwoLevelSmoothed(general=columns[0], general_sd=columns[1], level=columns[2], level_sd=columns[3])


@njit(fastmath={"reassoc", "contract", "nsz"})
def _smooth(  # type: ignore[no-untyped-def]  # pragma: no cover
    offsets, skill, slots, response, beta, learning, variances, vectors, matrices, directions, bends, met, columns
):
    for student in range(len(offsets) - 1):
        rows = (offsets[student], offsets[student + 1])
        size = _forward(rows, skill, slots, response, beta, learning, variances, vectors[0], matrices[0], directions, bends, met, columns)
        _backward(rows, slots, size, vectors[1], vectors[2], matrices[1], directions, bends, met, columns)


@njit(fastmath={"reassoc", "contract", "nsz"})
def _forward(  # type: ignore[no-untyped-def]  # pragma: no cover
    rows, skill, slots, response, beta, learning, variances, mean, covariance, directions, bends, met, columns
):
    size = 1
    mean[0], covariance[0, 0] = 0.0, variances[0]
    for row in range(rows[0], rows[1]):
        k, slot, r, step = skill[row], slots[row], response[row], row - rows[0]
        if slot == size:
            meet(mean, covariance, slot, variances[1])
            met[slot] = row
            size += 1
        of_general, c = directions[0, step], directions[1, step]
        for i in range(size):
            of_general[i] = covariance[i, 0]
            c[i] = covariance[i, 0] + covariance[i, slot]
        columns[0, row], columns[1, row] = mean[0], covariance[0, 0]
        columns[2, row], columns[3, row] = mean[0] + mean[slot] - beta[k], c[0] + c[slot]
        _, first, second = bend(columns[2, row], columns[3, row], r)
        bends[step, 0], bends[step, 1] = first, second
        for i in range(size):
            mean[i] += c[i] * first
            scaled = c[i] * second
            for j in range(size):
                covariance[i, j] += scaled * c[j]
        mean[slot] += learning[k, r]
        covariance[0, 0] += variances[2]
        covariance[slot, slot] += variances[3]
    return size


@njit(fastmath={"reassoc", "contract", "nsz"})
def _backward(rows, slots, size, later, pulled, spread, directions, bends, met, columns):  # type: ignore[no-untyped-def]  # pragma: no cover
    later[:size] = 0.0
    spread[:size, :size] = 0.0
    for row in range(rows[1] - 1, rows[0] - 1, -1):
        slot, step = slots[row], row - rows[0]
        of_general, c, first, second = directions[0, step], directions[1, step], bends[step, 0], bends[step, 1]
        told, doubt = 0.0, 0.0
        for i in range(size):
            total = 0.0
            for j in range(size):
                total += spread[i, j] * c[j]
            pulled[i] = total
            told += c[i] * later[i]
            doubt += c[i] * total
        later[0] += first + second * told
        later[slot] += first + second * told
        for i in range(size):
            for j in (0, slot):
                spread[i, j] += second * pulled[i]
                spread[j, i] += second * pulled[i]
        both = second * second * doubt - second
        spread[0, 0] += both
        spread[0, slot] += both
        spread[slot, 0] += both
        spread[slot, slot] += both
        for i in range(size):
            columns[0, row] += of_general[i] * later[i]
            columns[2, row] += c[i] * later[i]
            for j in range(size):
                columns[1, row] -= of_general[i] * spread[i, j] * of_general[j]
                columns[3, row] -= c[i] * spread[i, j] * c[j]
        if met[slot] == row:  # before its first contact a skill is not part of the state
            size -= 1
