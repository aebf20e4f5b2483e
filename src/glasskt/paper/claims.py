"""Claims: sentences of the paper that a predicate over the ledger must bear out, or the paper is not built.

A predicate is written in Python's grammar and has numbers, ids of the ledger in quotes, + - * /, comparisons, `and`, `or`, `not`, `abs`,
`min`, `max`; `low` and `high`, the ends of an id's 95 % interval; `holm`, the p-value of a row of the table of pairs after Holm's
correction, named without its column; and `count`, how many of several conditions hold. Nothing else: no names, no attributes, no calls.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from glasskt.errors import UserError, did_you_mean
from glasskt.paper.ids import nearest
from glasskt.paper.markup import Mode, modes
from glasskt.paper.render import Sources

Ledger = Mapping[str, Mapping[str, Any]]
ANCHOR = re.compile(r'#claim\("([^"]*)"\)')
HOLDS, FAILS = "holds", "fails"


class Claim(BaseModel):
    """An entry of claims.yaml.

    Attributes:
        id: The anchor of its sentence, `#claim("id")[...]`.
        studies: Names or patterns of the studies whose paper makes it.
        holds: The predicate.
        says: The claim in words.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    studies: list[str] = Field(min_length=1)
    holds: str
    says: str

    def belongs(self, study: str) -> bool:
        """Whether a study's paper makes it."""
        return any(fnmatchcase(study, pattern) for pattern in self.studies)


@dataclass
class Verdict:
    """What the ledger says of a predicate.

    Attributes:
        holds: Whether it is true; meaningless where ids are missing.
        figures: What it rests on: id, or `low` or `high` of one -> value.
        missing: Ids that the ledger lacks.
    """

    holds: bool = False
    figures: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def read(path: Path) -> list[Claim]:
    """The claims of claims.yaml.

    Raises:
        UserError: It is no list of claims, an id stands twice, or a predicate holds something that it may not.
    """
    try:
        claims = TypeAdapter(list[Claim]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or [])
    except (yaml.YAMLError, ValidationError) as error:
        raise UserError(f"{path}: a list of entries with id, studies, holds and says is expected: {' '.join(str(error).split())}") from None
    ids = [claim.id for claim in claims]
    for claim in claims:
        if ids.count(claim.id) > 1:
            raise UserError(f"{path}: claim {claim.id} stands there {ids.count(claim.id)} times: give each its own id")
        try:
            evaluate(claim.holds, {})
        except UserError as error:
            raise UserError(f"{path}: claim {claim.id}: {error}") from None
    return claims


def evaluate(predicate: str, ledger: Ledger) -> Verdict:
    """A predicate over the ledger.

    Raises:
        UserError: It holds something that a predicate may not.

    Example:
        >>> ledger = {"a": {"value": 0.72}, "b": {"value": 0.7}, "pairs/x/auc/p_holm": {"value": 0.01}}
        >>> evaluate('"a" > "b" and holm("pairs/x/auc") < 0.05', ledger).holds
        True
        >>> evaluate('"a" - "b" > 0.05', ledger)
        Verdict(holds=False, figures={'a': 0.72, 'b': 0.7}, missing=[])
        >>> evaluate('"a" > "c"', ledger).missing
        ['c']
        >>> evaluate('open("a")', ledger)
        Traceback (most recent call last):
            ...
        glasskt.errors.UserError: 'open("a")' may not stand in a predicate (functions: abs, count, high, holm, low, max, min)
    """
    verdict = Verdict()
    try:
        tree = ast.parse(predicate.strip(), mode="eval")
    except SyntaxError as error:
        raise UserError(f"{predicate!r}: {error.msg}; ids of the ledger stand in quotes") from None
    try:
        value = _Evaluation(ledger, verdict).of(tree.body)
    except TypeError as error:
        raise UserError(f"{predicate!r}: {error}") from None
    if not isinstance(value, bool):
        raise UserError(f"{predicate!r} is a number: compare it with something")
    verdict.holds = value and not verdict.missing
    return verdict


def verdicts(claims: Iterable[Claim], study: str, ledger: Ledger) -> dict[str, Verdict]:
    """What the ledger says of every claim of a study, by id."""
    return {claim.id: evaluate(claim.holds, ledger) for claim in claims if claim.belongs(study)}


def judged(claims: Iterable[Claim], found: Mapping[str, Verdict]) -> list[dict[str, Any]]:
    """JSON-ready: of every claim that a paper shows its id, what it says, its predicate, whether that holds, and what it rests on.

    Arguments:
        claims: In order.
        found: The verdicts on those whose sentence the paper shows.
    """
    return [
        {"id": claim.id, "says": claim.says, "predicate": " ".join(claim.holds.split()), "holds": verdict.holds, "values": verdict.figures}
        for claim in claims
        if (verdict := found.get(claim.id)) is not None
    ]


def anchors(sources: Sources) -> dict[str, str]:
    """Ids of the sentences that are marked as claims -> the file and line where the first of them stands."""
    places: dict[str, str] = {}
    for path, source in sources.items():
        visible = "".join(" " if mode is Mode.HIDDEN and sign != "\n" else sign for sign, mode in zip(source, modes(source), strict=True))
        for match in ANCHOR.finditer(visible):
            places.setdefault(match.group(1), f"{path}:{visible.count(chr(10), 0, match.start()) + 1}")
    return places


def unlisted(sources: Sources, claims: Sequence[Claim]) -> dict[str, str]:
    """Ids of marked sentences without an entry -> where they stand."""
    known = {claim.id for claim in claims}
    return {name: place for name, place in anchors(sources).items() if name not in known}


def unanchored(sources: Sources, claims: Sequence[Claim]) -> list[str]:
    """One line per entry whose sentence does not stand in the text, and per sentence marked as a claim that has no entry."""
    standing, known = anchors(sources), [claim.id for claim in claims]
    text = next(iter(sources))
    lacking = [
        f'claim {name}: no sentence #claim("{name}")[...] stands in {text} or what it includes' for name in known if name not in standing
    ]
    strange = [
        f"claim {name}: {place} marks a sentence, claims.yaml has no entry. {did_you_mean(name, known)}"
        for name, place in unlisted(sources, claims).items()
    ]
    return lacking + strange


def failing(claims: Iterable[Claim], found: Mapping[str, Verdict], ledger: Ledger, before: Mapping[str, float]) -> dict[str, str]:
    """Id of a claim that does not hold -> one line: what it rests on, and which of these figures changed from what.

    Arguments:
        claims: In order.
        found: The verdicts on those whose sentence the paper shows.
        ledger: Every number by id.
        before: Values by id when the paper was last built; empty where nobody knows.
    """
    lines = {}
    for claim in claims:
        verdict = found.get(claim.id)
        if verdict is None or verdict.holds:
            continue
        if verdict.missing:
            hints = "; ".join(f"{name}: {nearest(name, ledger)}" for name in verdict.missing)
            lines[claim.id] = f"claim {claim.id} rests on numbers that the ledger lacks: {hints}"
        else:
            figures = ", ".join(_figure(name, value, before) for name, value in verdict.figures.items())
            lines[claim.id] = f"claim {claim.id} does not hold ({claim.says}): {claim.holds.strip()}, where {figures}"
    return lines


def _figure(name: str, value: float, before: Mapping[str, float]) -> str:
    was = before.get(name)
    return f"{name} = {value:.6g}" + (f" (was {was:.6g} when the paper was last built)" if was is not None and was != value else "")


_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_UNARY: dict[type, Callable[[Any], Any]] = {ast.USub: operator.neg, ast.Not: operator.not_}
_OF_VALUES: dict[str, Callable[[list[Any]], float]] = {"abs": lambda given: abs(*given), "min": min, "max": max, "count": sum}


class _Evaluation:
    """Of one predicate: every part is evaluated, so that every id that is missing is found."""

    def __init__(self, ledger: Ledger, verdict: Verdict) -> None:
        self.ledger, self.verdict = ledger, verdict
        self.of_id: dict[str, Callable[[str], float]] = {
            "holm": lambda name: self._number(f"{name}/p_holm"),
            "low": lambda name: self._end(name, 0),
            "high": lambda name: self._end(name, 1),
        }

    def of(self, node: ast.expr) -> Any:
        """The value of a part: a number, or true or false."""
        match node:
            case ast.Constant(value=str(name)):
                return self._number(name)
            case ast.Constant(value=bool()):
                raise self._refused(node)
            case ast.Constant(value=int() | float() as value):
                return value
            case ast.BoolOp(op=op, values=values):
                parts = [self.of(value) for value in values]
                return all(parts) if isinstance(op, ast.And) else any(parts)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
                return _UNARY[type(op)](self.of(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return self._arithmetic(_ARITHMETIC[type(op)], self.of(left), self.of(right))
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARE for op in ops):
                sides = [self.of(side) for side in (left, *others)]
                return all(_COMPARE[type(op)](sides[k], sides[k + 1]) for k, op in enumerate(ops))
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(of))], keywords=[]) if name in self.of_id:
                return self.of_id[name](of)
            case ast.Call(func=ast.Name(id=name), args=[_, *_] as args, keywords=[]) if name in _OF_VALUES:
                return _OF_VALUES[name]([self.of(argument) for argument in args])
        raise self._refused(node)

    def _arithmetic(self, work: Callable[[Any, Any], Any], left: Any, right: Any) -> float:
        try:
            return float(work(left, right))
        except ZeroDivisionError:
            return float("nan")

    def _number(self, name: str) -> float:
        entry = self.ledger.get(name)
        return self._noted(name, name, None if entry is None else float(entry["value"]))

    def _end(self, name: str, end: int) -> float:
        interval = self.ledger.get(name, {}).get("interval")
        return self._noted(name, f"{('low', 'high')[end]} of {name}", None if interval is None else float(interval[end]))

    def _noted(self, name: str, label: str, value: float | None) -> float:
        if value is None:
            self.verdict.missing += [name] if name not in self.verdict.missing else []
            return float("nan")
        self.verdict.figures[label] = value
        return value

    def _refused(self, node: ast.expr) -> UserError:
        functions = ", ".join(sorted([*self.of_id, *_OF_VALUES]))
        return UserError(f"{ast.unparse(node).replace(chr(39), chr(34))!r} may not stand in a predicate (functions: {functions})")
