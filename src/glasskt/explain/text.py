"""An explanation as tables for a terminal, and as JSON."""

import io
from collections.abc import Sequence
from dataclasses import asdict
from itertools import accumulate

from rich import box
from rich.console import Console
from rich.table import Table

from glasskt import outputs
from glasskt.explain.explanation import Explanation, Move
from glasskt.explain.subject import ROLES, Subject
from glasskt.explain.term import Prediction, Term, probability

SHOWN = 12
"""Terms that are shown one by one."""
MOVES = 8
ANSWERS = {1: "right", 0: "wrong"}
EXACT = "The model's own arithmetic, exact: its terms sum to its logit. They say what it counted, not what causes learning."
"""What a reader must know of the terms of any family."""


def as_text(found: Explanation, subject: Subject, *, every: bool = False, width: int = 110) -> str:
    """Groups, terms by size with the sum so far, what each earlier response gives where that is known, and what one more answer would do.

    Arguments:
        found: The explanation.
        subject: Its heading.
        every: Show every term and every earlier response, not the largest `SHOWN` and the sum of the others.
        width: Of the screen, in characters.
    """
    screen = Console(file=io.StringIO(), width=width, color_system=None, highlight=False, markup=False)
    name = subject.skills[found.skill]
    screen.print(f"student {found.student} ({ROLES[subject.role]})")
    screen.print(f"step {found.step} of 0 to {subject.steps - 1} (0-based), skill {name}")
    screen.print(f"{subject.run}\n")
    said = f"Before the answer: P(right) {_percent(found.now.p)}, logit {signed(found.now.logit)}. "
    screen.print(f"{said}The answer was {ANSWERS[found.response]}.\n")
    if len(found.now.groups) < len(found.now.terms):
        screen.print(_groups(found.now))
        screen.print()
    screen.print(_terms(found.now, subject, len(found.now.terms) if every else SHOWN))
    if found.now.past:
        screen.print("\nPast practice: what each earlier response still gives, in logits, and the share that forgetting has left of it\n")
        screen.print(_past(found.now, subject, len(found.now.past) if every else SHOWN))
    screen.print(f"\nOne more answer: skill {name} asked again at the next step, had the answer at step {found.step} been right or wrong\n")
    screen.print(_next(found, subject))
    for note in (*found.notes, EXACT):
        screen.print(f"\n{note}")
    written = screen.file
    assert isinstance(written, io.StringIO)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def as_json(found: Explanation, subject: Subject) -> str:
    """Every term of the three predictions, for programs."""
    about = {key: value for key, value in asdict(subject).items() if key != "skills"}
    return outputs.as_json(
        {
            **about,
            "student": found.student,
            "step": found.step,
            "skill": subject.skills[found.skill],
            "response": found.response,
            "now": _prediction(found.now, subject),
            "next_if_wrong": _prediction(found.after[0], subject),
            "next_if_right": _prediction(found.after[1], subject),
            "notes": [*found.notes, EXACT],
        }
    )


def said(term: Term, skills: Sequence[str]) -> str:
    """What a term is, in words."""
    words = term.note if term.skill is None else f"skill {skills[term.skill]} {term.note}"
    return words if term.step is None else f"{words} at step {term.step}"


def signed(value: float) -> str:
    """
    Example:
        >>> signed(0.304), signed(-1.2), signed(-0.001)
        ('+0.30', '−1.20', '0.00')
    """
    text = f"{value:+.2f}"
    return text.replace("-", "−") if float(text) else text[1:]


def largest(now: Prediction, shown: int) -> tuple[tuple[Term, ...], Term | None]:
    """The first term and the largest, `shown` in all, and the others as one; None where there are no others."""
    ordered = now.ordered
    rest = ordered[shown:]
    if not rest:
        return ordered, None
    return ordered[:shown], Term(name="rest", group="", note=f"{len(rest)} smaller terms", logit=sum(term.logit for term in rest))


def _groups(now: Prediction) -> Table:
    table = _table("group", "terms")
    sums = list(accumulate(group.logit for group in now.groups))
    for group, total in zip(now.groups, sums, strict=True):
        table.add_row(group.note, group.value, signed(group.logit), signed(total), _percent(probability(total)))
    return table


def _terms(now: Prediction, subject: Subject, shown: int) -> Table:
    table = _table("term", "here", "usual")
    first, rest = largest(now, shown)
    terms = [*first, *([rest] if rest else [])]
    for term, total in zip(terms, accumulate(term.logit for term in terms), strict=True):
        row = (said(term, subject.skills), term.value or "", term.usual or "", signed(term.logit), signed(total))
        table.add_row(*row, _percent(probability(total)))
    return table


def _past(now: Prediction, subject: Subject, shown: int) -> Table:
    """The earlier responses that give most, in time, and the others as one; a column for each term that they give to."""
    names = [term.name for term in now.terms if term.parts]
    table = _table("step", "skill", "answer", "left", figures=(*names, "logits"))
    largest = sorted(now.past, key=lambda past: -abs(past.logit))
    for past in sorted(largest[:shown], key=lambda past: past.step):
        gives = (signed(past.gives[name]) if name in past.gives else "" for name in names)
        about = (str(past.step), subject.skills[past.skill], ANSWERS[past.response], f"{100 * past.left:.0f} %")
        table.add_row(*about, *gives, signed(past.logit))
    for words, some in ((f"{len(largest[shown:])} others", largest[shown:]), (f"all {len(largest)}", largest)):
        sums = (sum(past.gives.get(name, 0.0) for past in some) for name in names)
        if some:
            table.add_row(words, "", "", "", *map(signed, sums), signed(sum(past.logit for past in some)))
    return table


def _table(*columns: str, figures: tuple[str, ...] = ("logits", "sum", "P(right)")) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for number, column in enumerate((*columns, *figures)):
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    return table


def _next(found: Explanation, subject: Subject) -> Table:
    """What each answer would move, the terms that move most first."""
    table = _table("what moves", "if right", "if wrong", figures=("logits, right", "logits, wrong"))
    by_name = {answer: {move.term.name: move for move in found.moved(answer)} for answer in (1, 0)}
    names = sorted({**by_name[1], **by_name[0]}, key=lambda name: -max(abs(_change(by_name[answer], name)) for answer in (1, 0)))
    for name in names[:MOVES]:
        moves = [by_name[answer].get(name) for answer in (1, 0)]
        term = next(move.term for move in moves if move)
        table.add_row(said(term, subject.skills), *map(_values, moves), *(signed(_change(by_name[answer], name)) for answer in (1, 0)))
    rest = [sum(_change(by_name[answer], name) for name in names[MOVES:]) for answer in (1, 0)]
    if names[MOVES:]:
        table.add_row(f"{len(names) - MOVES} smaller changes", "", "", *map(signed, rest))
    changes = (signed(found.after[answer].logit - found.now.logit) for answer in (1, 0))
    table.add_row(f"P(right), now {_percent(found.now.p)}", *(_percent(found.after[answer].p) for answer in (1, 0)), *changes)
    return table


def _change(moves: dict[str, Move], name: str) -> float:
    return moves[name].change if name in moves else 0.0


def _values(move: Move | None) -> str:
    if move and move.term.parts:
        return f"{signed(move.new)} new, {signed(move.change - move.new)} faded"
    before, after = (term.value if term else None for term in (move.before, move.after)) if move else (None, None)
    if not (before and after):
        return ""
    return f"{before} → {after}" if before != after else f"≈ {after}"


def _prediction(one: Prediction, subject: Subject) -> dict[str, object]:
    terms = [_named(term, subject.skills) for term in one.ordered]
    return {"p": one.p, "logit": one.logit, "terms": terms, "groups": {group.note: group.logit for group in one.groups}}


def _named(term: Term, skills: Sequence[str]) -> dict[str, object]:
    """A term with names of skills for their indices."""
    parts = [asdict(part) | {"skill": skills[part.skill]} for part in term.parts]
    return asdict(term) | {"skill": None if term.skill is None else skills[term.skill], "parts": parts}


def _percent(p: float) -> str:
    return f"{100 * p:.1f} %"
