"""A table of text as LaTeX (booktabs) for pdflatex: a float that a paper can `\\input`, or a longtable over several pages.

Floats shrink to the width of the text; longtables cannot, so that a wide one lies on its side. In either, columns of long text wrap.
"""

import re

import pandas as pd

ROWS = 40
"""More rows than these stand on several pages."""
COLUMN = 60
"""Characters that a column of a page holds; a wider float takes both columns."""
LINE = 84
"""Characters that a page holds in small print."""
WRAPPED = 24
"""Text of more characters than these wraps in a table that is wider than a page."""

FLOAT = r"""% Needs \usepackage{{booktabs,array,graphicx}}
\begin{{{float}}}[tbp]
\centering
\caption{{{caption}}}
\label{{tab:{name}}}
\resizebox{{\ifdim\width>\linewidth\linewidth\else\width\fi}}{{!}}{{%
\begin{{tabular}}{{{columns}}}
\toprule
{header}
\midrule
{body}\bottomrule
\end{{tabular}}}}
\end{{{float}}}
"""
LONG = r"""% Needs \usepackage{{booktabs,array,longtable}} and text in one column
{{\footnotesize
\setlength{{\LTcapwidth}}{{\linewidth}}
{table}}}
"""
SIDEWAYS = r"""% Needs \usepackage{{booktabs,array,longtable,pdflscape}}, text in one column, and a page 24 cm long between its margins
\begin{{landscape}}
\scriptsize
\setlength{{\tabcolsep}}{{2pt}}
\setlength{{\LTcapwidth}}{{\linewidth}}
{table}\end{{landscape}}
"""
PAGES = r"""\begin{{longtable}}{{{columns}}}
\caption{{{caption}}}
\label{{tab:{name}}} \\
\toprule
{header}
\midrule
\endfirsthead
\caption[]{{(continued)}} \\
\toprule
{header}
\midrule
\endhead
\bottomrule
\endlastfoot
{body}\end{{longtable}}
"""

_NUMERIC = r"[−\de.,\s\[\]–±%*<]*"
_TEX = {
    "\\": r"\textbackslash{}",
    "_": r"\_",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "{": r"\{",
    "}": r"\}",
    "~": r"\~{}",
    "^": r"\^{}",
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


def text(plain: str) -> str:
    """Text with every character that LaTeX reads as a command made plain.

    Example:
        >>> text("l_21 (50 %)")
        'l\\\\_21 (50 \\\\%)'
    """
    return re.sub("[" + re.escape("".join(_TEX)) + "]", lambda found: _TEX[found.group()], plain)


def table(shown: pd.DataFrame, name: str, caption: str) -> str:
    """The LaTeX of a table; its first line says what the document needs.

    Arguments:
        shown: A table of text.
        name: Its label is `tab:NAME`.
        caption: Plain text.
    """
    widths = [max(map(len, [str(column), *shown[column]])) for column in shown.columns]
    wraps = [sum(widths) > LINE and width > WRAPPED for width in widths]
    fixed = sum(width for width, wrapped in zip(widths, wraps, strict=True) if not wrapped)
    room = max(LINE - fixed, WRAPPED * sum(wraps)) // max(1, sum(wraps))  # characters of one wrapped column
    parts = {
        "name": name,
        "caption": text(caption),
        "columns": "".join(_column(shown[column], room if wrapped else 0) for column, wrapped in zip(shown.columns, wraps, strict=True)),
        "header": _row(list(map(str, shown.columns)), wraps),
        "body": "".join(_row(list(row), wraps) + "\n" for row in shown.itertuples(index=False)),
    }
    width = fixed + room * sum(wraps)
    if len(shown) <= ROWS:
        return FLOAT.format(float="table" if width <= COLUMN else "table*", **parts)
    return (LONG if width <= LINE else SIDEWAYS).format(table=PAGES.format(**parts))


def _column(cells: pd.Series, room: int) -> str:
    """The kind of a column: of wrapped text `room` characters wide, of numbers, or of text."""
    if room:
        return rf">{{\raggedright\arraybackslash}}p{{{0.42 * room:.0f}em}}"
    return "r" if all(re.fullmatch(_NUMERIC, cell) for cell in cells) else "l"


def _row(cells: list[str], wraps: list[bool]) -> str:
    """A row that `\\\\` or `\\midrule` may precede: both would read a bracket or a star as their own."""
    guard = "{}" if cells[0][:1] in ("[", "*") else ""
    words = [text(cell).replace(r"\_", r"\_\allowbreak ") if wrapped else text(cell) for cell, wrapped in zip(cells, wraps, strict=True)]
    return guard + " & ".join(words) + r" \\"
