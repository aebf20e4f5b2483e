"""The power table: how often each check passes a model with the property, and one without it."""

import pandas as pd

from glasskt.compare.layout import NOTHING, number

TELLS, UNSURE, LENIENT, SEVERE, EMPTY, REPORTED = "tells them apart", "unsure", "passes both", "passes neither", "empty", "no pass"
COLUMNS = ["check", "quantity", "without", "value_with", "value_without", "passes_with", "passes_without", "replications", "says"]


def says(judged: bool, empty: float, with_property: float, without: float) -> str:
    """What the rates say of a check: shares of the cohorts in which the truth meets what a null meets too, in which the truth passes, and
    in which the model without the property does.

    Returns:
        "no pass" (it is reported only), "empty" (in at least half of the cohorts), "passes neither" (the truth passes in less than half of
        the cohorts: not attainable there), "passes both", "tells them apart" (the truth passes in at least 80 %, the other in at most 5 %)
        or "unsure" (the rest).

    Example:
        >>> says(True, 0.0, 1.0, 0.0), says(True, 0.0, 1.0, 1.0), says(True, 0.0, 0.1, 0.0)
        ('tells them apart', 'passes both', 'passes neither')
    """
    if not judged:
        return REPORTED
    if empty >= 0.5:
        return EMPTY
    if with_property < 0.5:
        return SEVERE
    if without > 0.5:
        return LENIENT
    return TELLS if with_property >= 0.8 and without <= 0.05 else UNSURE


def shown(power: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    return pd.DataFrame(
        {
            "check": power["check"],
            "quantity": power["quantity"],
            "truth: value": [number(value, 3) for value in power["value_with"]],
            "truth passes": [_share(value, says) for value, says in zip(power["passes_with"], power["says"], strict=True)],
            "model without": power["without"],
            "its value": [number(value, 3) for value in power["value_without"]],
            "it passes": [_share(value, says) for value, says in zip(power["passes_without"], power["says"], strict=True)],
            "the check": power["says"],
        }
    )


def _share(value: float, says: str) -> str:
    return NOTHING if says == REPORTED else f"{100 * value:.0f} %"
