"""sha256 of files, remembered by their stamp: a file that looks untouched is not read again."""

import hashlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from glasskt import outputs

CACHE = Path(".glasskt/digests.json")
SETTLED = 2_000_000_000
"""Nanoseconds after which a change of a file is sure to show in its time stamp."""

Stamp = list[int]


def digest(path: Path | str) -> str:
    """sha256 of a file's content.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path | str) -> Stamp:
    """Size, time of the last change of the content and of the file, and its number on the disk."""
    facts = os.stat(path)
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino]


class Digests:
    """Digests of many files, kept between two commands.

    Example:
        >>> digests = Digests.load()  # doctest: +SKIP
        >>> digests["data/simulated/responses.csv"]  # doctest: +SKIP
    """

    def __init__(self, known: dict[str, tuple[Stamp, str]]) -> None:
        self._known = known
        self._changed = False

    @classmethod
    def load(cls) -> Self:
        """What an earlier command remembered; a cache that cannot be read is an empty one."""
        try:
            known = json.loads(CACHE.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # of the bytes, or of the JSON
            known = {}
        return cls(known if isinstance(known, dict) else {})

    def __getitem__(self, path: str) -> str | None:
        """sha256 of a file; None where there is no such file."""
        try:
            found = stamp(path)
        except FileNotFoundError:
            return None
        before = self._known.get(path)
        if before is not None and before[0] == found:
            return before[1]
        value = digest(path)
        if time.time_ns() - max(found[1:3]) > SETTLED:
            self._known[path] = (found, value)
            self._changed = True
        return value

    def of(self, paths: Iterable[str]) -> dict[str, str | None]:
        """sha256 by path."""
        return {path: self[path] for path in paths}

    def save(self) -> None:
        """Remember for the next command."""
        if self._changed:
            outputs.write({CACHE: outputs.write_text(json.dumps(self._known))})
