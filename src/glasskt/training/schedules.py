"""Weights of loss terms along a run. Lengths are shares of the run, so that a shorter run keeps its shape."""

from collections.abc import Callable

Schedule = Callable[[float], float]
"""Share of the run that is done, in (0, 1], to a weight."""


def constant(value: float) -> Schedule:
    """The same weight throughout."""
    return lambda share: value


def warm_up(target: float, length: float) -> Schedule:
    """From 0 in a straight line to `target` at share `length` of the run, then constant; `length` 0 is `constant(target)`.

    Source: note 003, lambda(epoch) = target * min(1, epoch / warm-up epochs).

    Example:
        >>> [warm_up(0.5, length=0.5)(share) for share in (0.125, 0.5, 1.0)]
        [0.125, 0.5, 0.5]
    """
    return lambda share: target * min(1.0, share / length) if length > 0 else target
