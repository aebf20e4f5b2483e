"""Numbers that a person typed into the text: each is one of a short counted list, or a fault.

Counted are numbers that a reader sees: in text (a digit that belongs to a name, such as iKT3, is none), in formulae beside indices, powers
and the constants 0, 1 and 2, and decimals in code and its strings, unless they are lengths.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from glasskt.errors import UserError
from glasskt.paper.markup import Mode, modes
from glasskt.paper.render import Sources

PATTERNS = {
    Mode.TEXT: re.compile(r"(?<![\w.,])[−-]?\d+(?:[.,]\d+)*"),
    Mode.MATH: re.compile(r"(?<![\w^.])(?:\d+\.\d+|\d\d+|[3-9])"),
    Mode.STRING: re.compile(r"(?<![\w.])\d+[.,]\d+(?![\w.,-])"),
    Mode.CODE: re.compile(r"(?<![\w.])\d+\.\d+(?![\w%])"),
}
NEAREST = 3
"""Ids that a message suggests."""


class Allowed(BaseModel):
    """An entry of typed.yaml: a phrase whose numbers may be typed."""

    model_config = ConfigDict(extra="forbid")

    text: str
    times: Annotated[int, Field(ge=1)]
    why: str


@dataclass(frozen=True)
class Typed:
    """A number in the source.

    Attributes:
        line: Counted from 1.
        text: The number as it stands there.
        at: Place of its first character.
    """

    line: int
    text: str
    at: int


def allowed(path: Path) -> list[Allowed]:
    """The list of typed.yaml.

    Raises:
        UserError: It is no such list.
    """
    try:
        return TypeAdapter(list[Allowed]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or [])
    except (yaml.YAMLError, ValidationError) as error:
        raise UserError(f"{path}: a list of entries with text, times and why is expected: {' '.join(str(error).split())}") from None


def numbers(source: str, of: Sequence[Mode] | None = None) -> list[Typed]:
    """Every typed number, in order; `of` are the source's modes, where they are known.

    Example:
        >>> [number.text for number in numbers('iKT3 reaches 0.7272 at $lambda = 0.5$ on $l_23$, #n("a/1") after 9,000 steps.')]
        ['0.7272', '0.5', '9,000']
        >>> [number.text for number in numbers("#let width = 8.25cm\\n#let reached = 0.7272\\n#reached of @table1 <label2> // 0.3")]
        ['0.7272']
    """
    of = of or modes(source)
    found = [
        Typed(source.count("\n", 0, match.start()) + 1, match.group(), match.start())
        for mode, pattern in PATTERNS.items()
        for match in pattern.finditer(_only(source, of, mode))
    ]
    return sorted(found, key=lambda number: number.at)


def faults(sources: Sources, entries: Sequence[Allowed], ledger: dict[str, dict[str, Any]]) -> list[str]:
    """One line per typed number that is not allowed, and per entry that stands in the text more or fewer times than it says.

    Arguments:
        sources: The files of the text.
        entries: Of typed.yaml.
        ledger: Every number by id: the nearest are suggested.
    """
    found = Counter[str]()
    strange = []
    for path, source in sources.items():
        of = modes(source)
        covered = _covered(_only(source, of, Mode.TEXT), entries, found)
        strange += [(path, number) for number in numbers(source, of) if number.at not in covered]
    text = next(iter(sources))
    lines = [
        f"{text}: {entry.text!r} stands in the text {found[entry.text]} times, in typed.yaml {entry.times}: correct one of them"
        for entry in entries
        if found[entry.text] != entry.times
    ]
    for path, number in strange:
        advice = f"Take it from the ledger ({_suggestion(number.text, ledger)}) or, if nothing measured it, enter it in typed.yaml"
        lines.append(f"{path}:{number.line}: {number.text} is typed by hand. {advice}")
    return lines


def _covered(text: str, entries: Sequence[Allowed], found: Counter[str]) -> set[int]:
    """Places of the characters of allowed phrases, the longest first; `found` counts the phrases."""
    covered: set[int] = set()
    for entry in sorted(entries, key=lambda entry: -len(entry.text)):
        spans = [span for span in _places(text, entry.text) if span.start not in covered]
        covered.update(*spans)
        found[entry.text] += len(spans)
    return covered


def _only(source: str, of: Sequence[Mode], mode: Mode) -> str:
    """The characters of one mode; others are blank, as long as they were."""
    return "".join(sign if kind is mode or sign == "\n" else "\0" for sign, kind in zip(source, of, strict=True))


def _places(text: str, phrase: str) -> Iterator[range]:
    """Where a phrase stands, whatever its spaces and the case of its letters are."""
    words = r"[\s~]+".join(map(re.escape, phrase.split()))
    for match in re.finditer(rf"(?<![\w.,]){words}(?!\d|[.,]\d)", text, re.IGNORECASE):
        yield range(match.start(), match.end())


def _suggestion(typed: str, ledger: dict[str, dict[str, Any]]) -> str:
    """The ids that print so; if there are none, those whose value is nearest."""
    same = [name for name in sorted(ledger, key=len) if ledger[name]["text"].replace("−", "-") == typed.replace("−", "-")]
    if same:
        more = f" and {len(same) - NEAREST} more" if len(same) > NEAREST else ""
        return "it prints so: " + ", ".join(f'#n("{name}")' for name in same[:NEAREST]) + more
    value = float(typed.replace(",", "").replace("−", "-"))
    near = sorted(ledger, key=lambda name: (abs(ledger[name]["value"] - value), len(name)))[:NEAREST]
    return "the nearest: " + ", ".join(f'#n("{name}") = {ledger[name]["text"]}' for name in near)
