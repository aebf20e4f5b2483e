"""What keeps a text from being the paper: typed numbers, numbers that are not there, claims that fail or lack a sentence or an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glasskt.paper import claims as claim_room
from glasskt.paper import typed as typed_room
from glasskt.paper.claims import FAILS, HOLDS, Claim
from glasskt.paper.ids import nearest
from glasskt.paper.render import Paper, Sources
from glasskt.paper.typed import Allowed

NAMED = 4
"""Faults that one line of an error names in full."""


@dataclass(frozen=True)
class Faults:
    """Of a text that was rendered.

    Attributes:
        lines: One per fault.
        claims: Those that the text shows, judged: what claims.json holds.
        stated: Id of every claim that the text may make -> whether it holds, in one word.
    """

    lines: list[str]
    claims: list[dict[str, Any]]
    stated: dict[str, str]

    @property
    def line(self) -> str:
        """All of them in one line."""
        more = f" (and {len(self.lines) - NAMED} more)" if len(self.lines) > NAMED else ""
        return "; ".join(self.lines[:NAMED]) + more


def stated(claims: Sequence[Claim], study: str) -> dict[str, str]:
    """The claims of a study, as if all of them held."""
    return {claim.id: HOLDS for claim in claims if claim.belongs(study)}


def find(
    sources: Sources,
    paper: Paper,
    study: str,
    claims: Sequence[Claim],
    allowed: Sequence[Allowed],
    ledger: dict[str, dict[str, Any]],
    before: Mapping[str, float],
) -> Faults:
    """Every fault of a text.

    Arguments:
        sources: The Typst files.
        paper: What it was rendered to with all its claims: those of a section that the study has not are not judged.
        study: The study.
        claims, allowed: Of claims.yaml and typed.yaml.
        ledger: Every number by id.
        before: Values by id when the paper was last built; empty where nobody knows.
    """
    found = claim_room.verdicts([claim for claim in claims if claim.id in paper.claims], study, ledger)
    failing = claim_room.failing(claims, found, ledger, before)
    lines = [
        *typed_room.faults(sources, allowed, ledger),
        *(
            f"{_asking(name, sources)} asks for the number {name!r}, which the ledger lacks. {nearest(name, ledger)}"
            for name in paper.missing
        ),
        *claim_room.unanchored(sources, claims),
        *failing.values(),
    ]
    failed = dict.fromkeys([*claim_room.unlisted(sources, claims), *failing], FAILS)
    return Faults(lines, claim_room.judged(claims, found), stated(claims, study) | failed)


def _asking(name: str, sources: Sources) -> str:
    """The file and line that names a number; the main file where its id is put together from parts."""
    asking = ((path, source.partition(f'"{name}"')) for path, source in sources.items())
    return next((f"{path}:{before.count(chr(10)) + 1}" for path, (before, found, _) in asking if found), str(next(iter(sources))))
