"""How a table is shown: numbers as short text, a table of text as Markdown."""

import math

import pandas as pd

NOTHING = "–"
"""A cell without a value."""


def number(value: float | None, digits: int) -> str:
    """A number with a fixed count of decimals, a true minus sign and thousands apart; a dash where there is none.

    Example:
        >>> number(-0.1849, 2), number(134640, 0), number(float("nan"), 2)
        ('−0.18', '134,640', '–')
    """
    if value is None or math.isnan(value):
        return NOTHING
    text = f"{value:,.{digits}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) != 0 else text.removeprefix("-")


def compact(value: float | None) -> str:
    """A number of any size: three significant digits from 1 on, three decimals from 0.1 on, else four to six; what these round away is 0.

    Example:
        >>> compact(33.894), compact(-5.761), compact(0.71), compact(0.0185), compact(0.000123), compact(-8.64e-15)
        ('33.9', '−5.76', '0.710', '0.0185', '0.00012', '0')
    """
    if value is None or math.isnan(value):
        return NOTHING
    if round(value, 6) == 0:
        return "0"
    size = math.floor(math.log10(abs(float(f"{value:.3g}"))))
    return number(value, max(2 - size, 0) if size >= 0 else 3 if size == -1 else min(max(4, 1 - size), 6))


def interval(low: float | None, high: float | None, digits: int) -> str:
    """A 95 % interval in brackets; nothing where it is not defined."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return ""
    return f"[{number(low, digits)}, {number(high, digits)}]"


def as_markdown(shown: pd.DataFrame) -> str:
    """A table of text as GitHub Markdown."""
    escaped = shown.map(_escaped).rename(columns=_escaped)
    text: str = escaped.to_markdown(index=False, disable_numparse=True)
    return text + "\n"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")
