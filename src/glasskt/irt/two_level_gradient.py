"""The exact gradient of the two-level filter's log-likelihood: the filter's own recursion, run backwards.

With M and N the derivatives of all later log-probabilities by m and P, a response at level l, direction c = P h, and log-evidence L(l, v):

    of l:    L1 + (M'c) L2 + (c'Nc) L3
    of v:    1/2 (L2 + L1^2) + 1/2 (M'c) (L3 + 2 L1 L2) + 1/2 (c'Nc) (L4 + 2 L2^2 + 2 L1 L3)
    of c:    L1 M + 2 L2 N c + (of v) h,    and N <- N + sym(of c, h),  M <- M + (of l) h

because the derivative of a Gaussian's integral by its variance is half the second by its mean.

Source: reverse-mode differentiation; Griewank and Walther 2008.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort
from glasskt.irt.gaussian_response import bend_further
from glasskt.irt.two_level_filter import Parameters, meet, slots

Floats = NDArray[np.float64]


class LogLikelihood:
    """The log-likelihood of a cohort as a function of the parameters; K skills."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self.slot, self.width = slots(cohort)
        self.longest = int(cohort.lengths.max(initial=0))

    def __call__(self, parameters: Parameters) -> tuple[float, Floats, Floats, Floats]:
        """Value and derivatives.

        Returns:
            The log-likelihood; its gradient by sigma^2, tau^2, q_g, q_s, `(4,)`; its gradient by beta_k and the learning steps after a
            wrong and after a correct response, `(K, 3)`; the sum over students of the outer product
            of the latter, `(K, 3, 3)`, which estimates the information about a skill.
        """
        cohort, width = self.cohort, self.width
        of_variances, of_skills, information = np.zeros(4), np.zeros((cohort.n_skills, 3)), np.zeros((cohort.n_skills, 3, 3))
        value = _gradient(
            cohort.offsets,
            cohort.skill,
            self.slot,
            cohort.response,
            parameters.beta,
            parameters.learning,
            parameters.variances,
            np.zeros((4, width)),
            np.zeros((2, width, width)),
            np.zeros((self.longest, width)),
            np.zeros((self.longest, 4)),
            np.zeros((width, 2), np.int64),
            np.zeros((width, 3)),
            of_variances,
            of_skills,
            information,
        )
        return value, of_variances, of_skills, information


@njit(fastmath={"reassoc", "contract", "nsz"})
def _gradient(  # type: ignore[no-untyped-def]  # pragma: no cover
    offsets,
    skill,
    slots,
    response,
    beta,
    learning,
    variances,
    vectors,
    matrices,
    directions,
    bends,
    met,
    score,
    of_variances,
    of_skills,
    information,
):
    value = 0.0
    for student in range(len(offsets) - 1):
        rows = (offsets[student], offsets[student + 1])
        size, gained = _forward(rows, skill, slots, response, beta, learning, variances, vectors[0], matrices[0], directions, bends, met)
        value += gained
        _backward(rows, slots, response, size, vectors[1], vectors[2], matrices[1], directions, bends, met, score, of_variances)
        for slot in range(1, size):
            k = met[slot, 1]
            for i in range(3):
                of_skills[k, i] += score[slot, i]
                for j in range(3):
                    information[k, i, j] += score[slot, i] * score[slot, j]
    return value


@njit(fastmath={"reassoc", "contract", "nsz"})
def _forward(  # type: ignore[no-untyped-def]  # pragma: no cover
    rows, skill, slots, response, beta, learning, variances, mean, covariance, directions, bends, met
):
    size, value = 1, 0.0
    mean[0], covariance[0, 0] = 0.0, variances[0]
    for row in range(rows[0], rows[1]):
        k, slot, r, c = skill[row], slots[row], response[row], directions[row - rows[0]]
        if slot == size:
            meet(mean, covariance, slot, variances[1])
            met[slot, 0], met[slot, 1] = row, k
            size += 1
        for i in range(size):
            c[i] = covariance[i, 0] + covariance[i, slot]
        z, first, second, third, fourth = bend_further(mean[0] + mean[slot] - beta[k], c[0] + c[slot], r)
        value += np.log(z)
        kept = bends[row - rows[0]]
        kept[0], kept[1], kept[2], kept[3] = first, second, third, fourth
        for i in range(size):
            mean[i] += c[i] * first
            scaled = c[i] * second
            for j in range(size):
                covariance[i, j] += scaled * c[j]
        mean[slot] += learning[k, r]
        covariance[0, 0] += variances[2]
        covariance[slot, slot] += variances[3]
    return size, value


@njit(fastmath={"reassoc", "contract", "nsz"})
def _backward(  # type: ignore[no-untyped-def]  # pragma: no cover
    rows, slots, response, size, of_mean, pulled, of_covariance, directions, bends, met, score, of_variances
):
    of_mean[:size] = 0.0
    of_covariance[:size, :size] = 0.0
    score[:size] = 0.0
    for row in range(rows[1] - 1, rows[0] - 1, -1):
        slot, c = slots[row], directions[row - rows[0]]
        kept = bends[row - rows[0]]
        first, second, third, fourth = kept[0], kept[1], kept[2], kept[3]
        of_variances[2] += of_covariance[0, 0]
        of_variances[3] += of_covariance[slot, slot]
        score[slot, 1 + response[row]] += of_mean[slot]
        of_first, of_second = 0.0, 0.0
        for i in range(size):
            total = 0.0
            for j in range(size):
                total += of_covariance[i, j] * c[j]
            pulled[i] = total
            of_first += of_mean[i] * c[i]
            of_second += total * c[i]
        of_level = first + of_first * second + of_second * third
        of_variance = second + first**2 + of_first * (third + 2 * first * second)
        of_variance = 0.5 * (of_variance + of_second * (fourth + 2 * second**2 + 2 * first * third))
        for i in range(size):
            half = 0.5 * first * of_mean[i] + second * pulled[i]
            if i == 0 or i == slot:
                half += 0.5 * of_variance
            of_covariance[i, 0] += half
            of_covariance[0, i] += half
            of_covariance[i, slot] += half
            of_covariance[slot, i] += half
        of_mean[0] += of_level
        of_mean[slot] += of_level
        score[slot, 0] -= of_level
        if met[slot, 0] == row:  # before its first contact a skill is not part of the state
            of_variances[1] += of_covariance[slot, slot]
            size -= 1
    of_variances[0] += of_covariance[0, 0]
