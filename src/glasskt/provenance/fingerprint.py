"""One short name for everything that a result depends on."""

import hashlib
import json
import os
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any


def contents(paths: Iterable[Path]) -> list[str]:
    """sha256 of each file, in the order given: a moved file is the same file.

    Raises:
        OSError: A file cannot be read.
    """
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def numerics() -> dict[str, str]:
    """What the bits of a fit depend on beside code and data: torch's version, the number of threads, the device."""
    threads = os.environ.get("OMP_NUM_THREADS") or f"all of {os.cpu_count()}"
    return {"torch": version("torch"), "threads": threads, "device": os.environ.get("GLASSKT_DEVICE", "cpu")}


def fingerprint(facts: dict[str, Any]) -> str:
    """A hash of JSON-ready facts; the order of keys does not count.

    Example:
        >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1, "b": 3})
        True
    """
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]
