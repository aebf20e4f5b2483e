"""Maximisation of a likelihood from two starts, and how far from the maximum it ended."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import minimize

from glasskt.irt.calibration import Floats

CURVATURE = 0.2  # a typical p (1 - p)


class Likelihood(Protocol):
    """A log-likelihood of P parameters."""

    def starts(self) -> tuple[Floats, Floats]:
        """A near start and one far away, `(P,)` each."""

    def scale(self) -> Floats:
        """Units in which each parameter has a curvature near 1, so that rare skills converge as fast as frequent ones, `(P,)`."""

    def bounds(self) -> list[tuple[float | None, float | None]]:
        """What each parameter may not leave, `P` pairs."""

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """The value and its derivatives, `(P,)`."""


@dataclass(frozen=True, kw_only=True)
class Summit:
    """Where a climb ended.

    Attributes:
        parameters: `(P,)`.
        value: The log-likelihood there.
        change: Gain in the last iteration.
        iterations: Of L-BFGS.
    """

    parameters: Floats
    value: float
    change: float
    iterations: int


def climb_twice(likelihood: Likelihood, max_iterations: int) -> tuple[Summit, Summit]:
    """Where L-BFGS ends from the near start and from the far one; the second only shows where it leads, and may stop a little earlier."""
    near, far = likelihood.starts()
    return climb(likelihood, near, max_iterations), climb(likelihood, far, max_iterations, tolerance=1e-9)


def climb(likelihood: Likelihood, start: Floats, max_iterations: int, tolerance: float = 1e-13) -> Summit:
    """Maximise with L-BFGS from one start, until an iteration gains less than that share of the log-likelihood."""
    scale = likelihood.scale()
    course: list[float] = []

    def downhill(u: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood.value_and_gradient(u * scale)
        return -value, -gradient * scale

    found = minimize(
        downhill,
        start / scale,
        jac=True,
        method="L-BFGS-B",
        bounds=[
            tuple(None if limit is None else limit / unit for limit in pair) for pair, unit in zip(likelihood.bounds(), scale, strict=True)
        ],
        callback=lambda intermediate_result: course.append(float(intermediate_result.fun)),
        options={"maxiter": max_iterations, "maxcor": 20, "ftol": tolerance, "gtol": 1e-4},
    )
    change = course[-2] - course[-1] if len(course) > 1 else 0.0
    return Summit(parameters=found.x * scale, value=-float(found.fun), change=change, iterations=int(found.nit))


def covariance_of(information: Floats) -> Floats:
    """Inverse of an observed information, `(P, P)`."""
    covariance: Floats = np.linalg.pinv(information, hermitian=True).astype(np.float64, copy=False)
    return covariance


def distance(gradient: Floats, information: Floats, covariance: Floats) -> float:
    """Distance to the maximum in standard errors, sqrt(g' I^-1 g); infinite where the likelihood does not curve downwards."""
    at_a_peak = float(np.linalg.eigvalsh(information)[0]) > 0
    return math.sqrt(max(float(gradient @ covariance @ gradient), 0.0)) if at_a_peak else math.inf
