"""One step as an engine declares it: what both engines can be asked, in one form."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from glasskt.graph import canonical


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A step of one engine.

    Attributes:
        name: How the engine calls it.
        command: What the shell is given.
        inputs: Files that it reads, its code among them, relative to the working folder.
        outputs: Files that it writes, likewise.
        parameters: Dotted key -> value as JSON; an empty block is a value.
    """

    name: str
    command: str
    inputs: frozenset[str]
    outputs: frozenset[str]
    parameters: Mapping[str, str]


def files(paths: Iterable[str]) -> frozenset[str]:
    """Paths relative to the working folder: one engine may name a file from the root where the other does not."""
    return frozenset(os.path.relpath(path) for path in paths)


def leaves(value: Any, key: str) -> dict[str, str]:
    """The values under a block, each by its whole key; JSON tells 1 from true and from "1".

    Example:
        >>> leaves({"form": "mean", "weights": [1, 0.5], "encoder": {}}, "ikt3")
        {'ikt3.form': '"mean"', 'ikt3.weights': '[1, 0.5]', 'ikt3.encoder': '{}'}
    """
    if not isinstance(value, dict) or not value:
        return {key: json.dumps(canonical(value), sort_keys=True)}
    return {place: leaf for name, inner in value.items() for place, leaf in leaves(inner, f"{key}.{name}").items()}
