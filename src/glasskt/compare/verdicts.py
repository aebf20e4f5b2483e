"""From value, null, ceiling and threshold of a check to one verdict."""

import math

from glasskt.compare.ceilings import Ceiling

PASS, FAIL, REPORTED, INVALID = "pass", "fail", "reported", "ceiling invalid"
EMPTY = "empty: the null passes too"


def verdict(value: float, null: float, threshold: float, better: str, ceiling: Ceiling | None) -> str:
    """What a check says of a variant.

    Arguments:
        value: The check's value, NaN where it is not defined.
        null: What a model without the property scores, NaN where none is known.
        threshold: The notes' threshold, NaN where they set none.
        better: "higher", "lower" or "none".
        ceiling: The most that can be expected; None where the check has none.

    Returns:
        "reported" (no threshold, or no better side), "pass", "empty: the null passes too" (the threshold is met, but a model without the
        property meets it as well), "fail", "not attainable here (x % of the ceiling)" (not met, and the ceiling does not meet it either)
        or "ceiling invalid" (not met, and the ceiling's predictor is too weak to say whether it could be).

    Example:
        >>> verdict(0.33, 0.0, 0.40, "higher", Ceiling(0.366, "additive.free"))
        'not attainable here (90 % of the ceiling)'
    """
    if better == "none" or math.isnan(threshold) or math.isnan(value):
        return REPORTED
    if _meets(value, threshold, better):
        return EMPTY if _meets(null, threshold, better) else PASS
    if ceiling is None:
        return FAIL
    if not ceiling.valid:
        return INVALID
    if _meets(ceiling.value, threshold, better):
        return FAIL
    return f"not attainable here ({100 * value / ceiling.value:.0f} % of the ceiling)" if better == "higher" else "not attainable here"


def _meets(value: float, threshold: float, better: str) -> bool:
    """False for NaN."""
    return value >= threshold if better == "higher" else value <= threshold
