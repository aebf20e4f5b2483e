"""The interface of a check: a module of this folder, found by its file and listed nowhere else.

It has `NEEDS`, the columns of the evidence without which it has nothing to say, and `findings`, which takes the rows where these are
known. Its name is its file's.
"""

import importlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding

FOLDER = Path(__file__).parent


class Check(Protocol):
    """What a module of this folder offers."""

    NEEDS: Sequence[str]

    def findings(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per quantity, from rows in which every needed column is known."""


@cache
def checks() -> dict[str, Check]:
    """Every check by name, in alphabetical order."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in ("__init__", Path(__file__).stem))
    return {name: cast(Check, importlib.import_module(f"{__package__}.{name}")) for name in names}


def verified(evidence: Evidence, names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The entries of checks.json: every finding of every check that has something to say, or of those that are named."""
    found = []
    for name, check in checks().items():
        if names is not None and name not in names:
            continue
        known = evidence.complete(check.NEEDS)
        found += [finding.as_json(name) for finding in check.findings(known)] if len(known) else []
    return found
