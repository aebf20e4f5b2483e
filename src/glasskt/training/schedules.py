"""Weights of loss terms along a run. Lengths are shares of the run, so that a shorter run keeps its shape."""

import inspect
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Schedule = Callable[[float], float]
"""Share of the run that is done, in (0, 1], to a weight."""

CURVES: dict[str, Callable[[float], float]] = {"linear": lambda way: way, "cosine": lambda way: (1 - math.cos(math.pi * way)) / 2}
"""How far a weight has come once so much of the way is behind it, both in [0, 1]."""


def constant(weight: float) -> Schedule:
    """The same weight throughout."""
    return lambda share: weight


def warm_up(weight: float, length: float, curve: str = "linear") -> Schedule:
    """From 0 to `weight` over the first `length` of the run, then constant; `length` 0 is `constant(weight)`.

    Source: note 003, lambda(epoch) = target * min(1, epoch / warm-up epochs).

    Example:
        >>> [warm_up(0.5, length=0.5)(share) for share in (0.125, 0.5, 1.0)]
        [0.125, 0.5, 0.5]
    """
    return _between(0.0, weight, 0.0, length, curve)


def inverse_warm_up(first: float, weight: float, length: float, curve: str = "linear") -> Schedule:
    """From `first` to `weight` over the first `length` of the run, then constant: strong early, weak late.

    Source: note 001, "V3 strategy"; with a jump in place of a slope it is `two_phase`.

    Example:
        >>> [inverse_warm_up(1.0, 0.5, length=0.5)(share) for share in (0.25, 0.5, 1.0)]
        [0.75, 0.5, 0.5]
    """
    return _between(first, weight, 0.0, length, curve)


def two_phase(first: float, weight: float, length: float, blend: float = 0.0, curve: str = "linear") -> Schedule:
    """`first` for `length` of the run, then `weight`, which is reached over a further `blend` of it; `blend` 0 is a jump.

    Source: note 001, im 1.0 in the first half, 0.3 in the second.

    Example:
        >>> [two_phase(1.0, 0.25, length=0.5)(share) for share in (0.5, 0.75, 1.0)]
        [1.0, 0.25, 0.25]
        >>> [two_phase(1.0, 0.0, length=0.25, blend=0.5, curve="cosine")(share) for share in (0.25, 0.5, 1.0)]
        [1.0, 0.5, 0.0]
    """
    return _between(first, weight, length, length + blend, curve)


def curriculum(points: list[tuple[float, float]], curve: str = "linear") -> Schedule:
    """Through (share, weight) `points` in order of their shares; constant before the first and after the last.

    Example:
        >>> [curriculum([(0.0, 2.0), (0.5, 1.0), (1.0, 0.0)])(share) for share in (0.25, 0.5, 0.75)]
        [1.5, 1.0, 0.5]
    """
    legs = [(end, _between(first, weight, begin, end, curve)) for (begin, first), (end, weight) in pairwise(points)]
    return lambda share: next((leg(share) for end, leg in legs if share <= end), points[-1][1])


def _between(first: float, last: float, begin: float, end: float, curve: str) -> Schedule:
    """`first` up to share `begin`, `last` from share `end` on."""

    def weight(share: float) -> float:
        if share <= begin or share >= end:
            return first if share <= begin else last
        return first + (last - first) * CURVES[curve]((share - begin) / (end - begin))

    return weight


FORMS: dict[str, Callable[..., Schedule]] = {
    "constant": constant,
    "warm_up": warm_up,
    "inverse_warm_up": inverse_warm_up,
    "two_phase": two_phase,
    "curriculum": curriculum,
}

Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class ScheduleSettings(BaseModel):
    """Keys of a weight in params.yaml: a number, or a form with the arguments of the function of that name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Literal["constant", "warm_up", "inverse_warm_up", "two_phase", "curriculum"] = "constant"
    weight: Weight = 0.0
    first: Weight = 0.0
    length: Share = 0.0
    blend: Share = 0.0
    points: list[tuple[Share, Weight]] = []
    curve: Literal["linear", "cosine"] = "linear"

    @model_validator(mode="before")
    @classmethod
    def _number_is_constant(cls, value: Any) -> Any:
        return {"weight": value} if isinstance(value, int | float) else value

    @model_validator(mode="after")
    def _keys_fit_the_form(self) -> "ScheduleSettings":
        arguments = inspect.signature(FORMS[self.form]).parameters
        given = self.model_fields_set - {"form"}
        for key in sorted(given - set(arguments)):
            raise ValueError(f"{key} is no key of form {self.form}, which has {', '.join(arguments)}")
        for key, argument in arguments.items():
            if argument.default is inspect.Parameter.empty and key not in given:
                raise ValueError(f"form {self.form} needs {key}")
        shares = [share for share, _ in self.points]
        if self.form == "curriculum" and (not shares or any(later <= earlier for earlier, later in pairwise(shares))):
            raise ValueError("points are (share, weight) pairs in rising order of share, at least one")
        if self.length + self.blend > 1:
            raise ValueError(f"length {self.length} and blend {self.blend} together are more than the whole run, 1")
        return self

    def schedule(self) -> Schedule:
        """The weight along a run."""
        return FORMS[self.form](**{key: getattr(self, key) for key in self.model_fields_set - {"form"}})
