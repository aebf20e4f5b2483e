"""Which characters of a Typst source are text that a reader sees, and which are code.

Typst has three modes that nest: markup (text), code (after `#`) and mathematics (between `$`). Source: the Typst reference, "Syntax".
"""

import re
from enum import Enum

STATEMENTS = ("let", "set", "show", "import", "include", "return")
"""Words after `#` that take the rest of the line as code."""
CLOSED_BY = {"(": ")", "{": "}"}
WORD = re.compile(r"[^\W\d][\w-]*")
SPACE = re.compile(r"\s*")
LABEL = re.compile(r"<[\w:.-]+>")
REFERENCE = re.compile(r"@\w[\w:-]*(\.[\w:-]+)*")
ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]+\}|\S)")
RAW = re.compile(r"(`+)(?:(?!`).|(?!\1)`)*\1|``", re.DOTALL)
STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
COMMENT = re.compile(r"(?<!:)//[^\n]*|/\*.*?\*/", re.DOTALL)
NUMBER = re.compile(r"\d+(\.\d+)?")
PLAIN = re.compile(r"[^\\/<@`$#\[\]]+")


class Mode(Enum):
    """What a character is."""

    TEXT = "text"
    MATH = "math"
    STRING = "string"
    CODE = "code"
    HIDDEN = "hidden"  # comments, labels, references, escapes


class _Reader:
    """One pass over a source; every method takes the place where its part begins and returns the one after its end."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.modes = [Mode.CODE] * len(source)

    def markup(self, at: int, *, nested: bool) -> int:
        """To the end of the source, or past the bracket that ends a content block."""
        depth = 0
        while at < len(self.source):
            sign = self.source[at]
            if plain := PLAIN.match(self.source, at):
                at = self._mark(at, plain.end(), Mode.TEXT)
                continue
            if sign == "]" and nested and depth == 0:
                return at + 1
            depth += {"[": 1, "]": -1}.get(sign, 0)
            hidden = next((found for pattern in (ESCAPE, COMMENT, LABEL, REFERENCE) if (found := pattern.match(self.source, at))), None)
            if hidden:
                at = self._mark(at, hidden.end(), Mode.HIDDEN)
            elif found := RAW.match(self.source, at):
                at = self._mark(at, found.end(), Mode.TEXT)
            elif sign == "$":
                at = self.math(at + 1)
            elif sign == "#":
                at = self.embedded(at + 1)
            else:
                at = self._mark(at, at + 1, Mode.TEXT)
        return at

    def math(self, at: int) -> int:
        """Past the dollar that ends a formula."""
        while at < len(self.source) and self.source[at] != "$":
            if found := ESCAPE.match(self.source, at) or COMMENT.match(self.source, at):
                at = self._mark(at, found.end(), Mode.HIDDEN)
            elif self.source[at] == "#":
                at = self.embedded(at + 1)
            else:
                at = self._mark(at, at + 1, Mode.MATH)
        return at + 1

    def embedded(self, at: int) -> int:
        """Past an expression that stands in text."""
        word = WORD.match(self.source, at)
        if word is None:
            return self._literal(at)
        if word.group() in STATEMENTS:
            return self.code(word.end(), until="\n;]")
        if word.group() in ("if", "for", "while", "context"):
            return self._with_body(word.group(), word.end())
        return self._chain(word.end())

    def code(self, at: int, *, until: str) -> int:
        """To the first of the characters `until` outside of any bracket; past it where it closes one."""
        while at < len(self.source) and self.source[at] not in until:
            sign = self.source[at]
            if found := COMMENT.match(self.source, at):
                at = self._mark(at, found.end(), Mode.HIDDEN)
            elif found := STRING.match(self.source, at):
                at = self._mark(at, found.end(), Mode.STRING)
            elif sign in CLOSED_BY:
                at = self.code(at + 1, until=CLOSED_BY[sign]) + 1
            elif sign == "[":
                at = self.markup(at + 1, nested=True)
            elif sign == "$":
                at = self.math(at + 1)
            else:
                at += 1
        return at

    def _literal(self, at: int) -> int:
        """A bracket, a string or a number after `#`: the latter two are what the reader sees."""
        if found := STRING.match(self.source, at) or NUMBER.match(self.source, at):
            return self._mark(at, found.end(), Mode.TEXT)
        return self._block(at)

    def _with_body(self, word: str, at: int) -> int:
        """A condition or loop, its body, and an `else`."""
        at = self._block(self.code(at, until="[{" if word != "context" else "[{\n"))
        rest = SPACE.match(self.source, at)
        follows = WORD.match(self.source, rest.end()) if rest and word == "if" else None
        if follows is None or follows.group() != "else":
            return at
        again = re.compile(r"\s*if\b").match(self.source, follows.end())
        return self._with_body("if", again.end()) if again else self._block(self.code(follows.end(), until="[{"))

    def _block(self, at: int) -> int:
        sign = self.source[at : at + 1]
        if sign == "[":
            return self._chain(self.markup(at + 1, nested=True))
        return self._chain(self.code(at + 1, until=CLOSED_BY[sign]) + 1) if sign in CLOSED_BY else at

    def _chain(self, at: int) -> int:
        """Fields, arguments and contents that follow a name without a space."""
        while at < len(self.source):
            field = WORD.match(self.source, at + 1) if self.source[at] == "." else None
            if field:
                at = field.end()
            elif self.source[at] == "(":
                at = self.code(at + 1, until=")") + 1
            elif self.source[at] == "[":
                at = self.markup(at + 1, nested=True)
            else:
                break
        return at

    def _mark(self, at: int, end: int, mode: Mode) -> int:
        self.modes[at:end] = [mode] * (end - at)
        return end


def modes(source: str) -> list[Mode]:
    """The mode of every character of a Typst source.

    Example:
        >>> source = 'A #n("b/1") of 0.7'
        >>> "".join(sign for sign, mode in zip(source, modes(source), strict=True) if mode is Mode.TEXT)
        'A  of 0.7'
    """
    reader = _Reader(source)
    reader.markup(0, nested=False)
    return reader.modes
