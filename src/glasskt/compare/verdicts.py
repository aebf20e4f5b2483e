"""From value, interval, nulls, ceiling and threshold of a check to one verdict."""

import math
from dataclasses import dataclass

from glasskt.compare.ceilings import Ceiling

PASS, FAIL, REPORTED, INVALID = "pass", "fail", "reported", "ceiling invalid"
EMPTY = "empty: the null passes too"
BEATS, TIES = "beats the null", "no better than the null"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a verdict is made of; NaN where there is none.

    Attributes:
        value, low, high: The check's value and 95 % interval.
        nulls: What models without the property score.
        threshold: The notes' threshold.
        better: "higher", "lower" or "none".
        ceiling: The most that can be expected; None where the check has none.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    nulls: tuple[float, ...] = ()
    threshold: float = math.nan
    better: str = "higher"
    ceiling: Ceiling | None = None


def verdict(judged: Judged) -> str:
    """What a check says of a variant.

    Returns:
        With a threshold: "pass", "empty: the null passes too" (the threshold is met, but a model without the property meets it as well),
        "fail", "not attainable here (x % of the ceiling)" (not met, and the ceiling does not meet it either) or "ceiling invalid" (not
        met, and the ceiling's predictor is too weak to say whether it could be). Without one: "beats the null" (the whole interval lies
        on the better side of every null, and above 0 where higher is better) or "no better than the null". "reported" where no side is
        better, or nothing is known.

    Example:
        >>> verdict(Judged(value=0.33, nulls=(0.0,), threshold=0.40, ceiling=Ceiling(0.366, "additive.free")))
        'not attainable here (90 % of the ceiling)'
        >>> verdict(Judged(value=0.02, low=0.01, high=0.03, nulls=(0.0,)))
        'beats the null'
    """
    nulls = [null for null in judged.nulls if not math.isnan(null)]
    if judged.better == "none" or math.isnan(judged.value):
        return REPORTED
    if math.isnan(judged.threshold):
        return _against(judged, nulls)
    if _meets(judged.value, judged.threshold, judged.better):
        return EMPTY if any(_meets(null, judged.threshold, judged.better) for null in nulls) else PASS
    return _missed(judged, judged.ceiling)


def _against(judged: Judged, nulls: list[float]) -> str:
    nearest = {"higher": judged.low, "lower": judged.high}[judged.better]
    if not nulls or math.isnan(nearest):
        return REPORTED
    # a null below 0 is no mark to beat: a counter that runs the wrong way, a fit worse than the mean
    beaten = nearest > max(0.0, *nulls) if judged.better == "higher" else nearest < min(nulls)
    return BEATS if beaten else TIES


def _missed(judged: Judged, ceiling: Ceiling | None) -> str:
    if ceiling is None:
        return FAIL
    if not ceiling.valid:
        return INVALID
    if _meets(ceiling.value, judged.threshold, judged.better):
        return FAIL
    share = f" ({100 * judged.value / ceiling.value:.0f} % of the ceiling)" if judged.better == "higher" else ""
    return f"not attainable here{share}"


def _meets(value: float, threshold: float, better: str) -> bool:
    return value >= threshold if better == "higher" else value <= threshold
