"""How a table is shown: numbers as short text, a table of text as Markdown or as LaTeX (booktabs)."""

import math
import re

import pandas as pd

NOTHING = "–"
"""A cell without a value."""

_NUMERIC = r"[−\de.,\s\[\]–±%]*"

_TEX = {
    "\\": r"\textbackslash{}",
    "_": r"\_",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
    "−": r"$-$",
    "–": "--",
    "±": r"$\pm$",
    "²": r"$^2$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "θ": r"$\theta$",
    "β": r"$\beta$",
    "ρ": r"$\rho$",
    "σ": r"$\sigma$",
    "λ": r"$\lambda$",
    "Δ": r"$\Delta$",
}


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
    escaped = shown.map(lambda cell: cell.replace("|", "\\|"))
    text: str = escaped.to_markdown(index=False, disable_numparse=True)
    return text + "\n"


def tex_text(text: str) -> str:
    """Text with every character that LaTeX reads as a command made plain.

    Example:
        >>> tex_text("l_21 (50 %)")
        'l\\\\_21 (50 \\\\%)'
    """
    return re.sub("[" + re.escape("".join(_TEX)) + "]", lambda found: _TEX[found.group()], text)


def as_tex(shown: pd.DataFrame) -> str:
    """A table of text as a LaTeX tabular, columns of numbers to the right; the document needs the package booktabs."""
    columns = "".join("r" if all(re.fullmatch(_NUMERIC, cell) for cell in shown[column]) else "l" for column in shown.columns)
    lines = [" & ".join(tex_text(cell) for cell in row) + r" \\" for row in shown.itertuples(index=False)]
    header = " & ".join(tex_text(str(column)) for column in shown.columns) + r" \\"
    return "\n".join([rf"\begin{{tabular}}{{{columns}}}", r"\toprule", header, r"\midrule", *lines, r"\bottomrule", r"\end{tabular}", ""])
