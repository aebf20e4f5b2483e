"""Outputs appear whole or not at all: each is written beside its place and renamed at the end."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def whole(*paths: Path) -> Iterator[tuple[Path, ...]]:
    """Temporary neighbours of `paths`, renamed to them together once the block has ended without an error.

    Arguments:
        paths: Final places. Their folders are made.

    Yields:
        One temporary path for each, with the same suffix, in the same folder.

    Raises:
        OSError: The disk is full, read-only or otherwise refuses; nothing is left at `paths`.
    """
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    beside = tuple(_neighbour(path) for path in paths)
    try:
        yield beside
        for temporary, path in zip(beside, paths, strict=True):
            os.replace(temporary, path)
    finally:
        for temporary in beside:
            temporary.unlink(missing_ok=True)


def _neighbour(path: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    umask = os.umask(0)
    os.umask(umask)
    os.chmod(name, 0o666 & ~umask)
    return Path(name)


def as_json(value: Any) -> str:
    """Canonical JSON text: sorted keys, no NaN, a trailing newline."""
    return json.dumps(value, indent=2, sort_keys=True, allow_nan=False) + "\n"


Writer = Callable[[Path], object]


def write_json(value: Any) -> Writer:
    """A writer of `value` for `write`."""
    return write_text(as_json(value))


def write_parquet(table: pd.DataFrame) -> Writer:
    """A writer of `table` for `write`, without its index."""
    return lambda path: table.to_parquet(path, index=False)


def write_csv(table: pd.DataFrame) -> Writer:
    """A writer of `table` for `write`, without its index; floats keep every digit."""
    return lambda path: table.to_csv(path, index=False, lineterminator="\n")


def write_text(text: str) -> Writer:
    """A writer of `text` for `write`."""
    return lambda path: path.write_text(text, encoding="utf-8")


def write(writers: dict[Path, Writer]) -> None:
    """Write several files that belong together: all of them appear, or none.

    Arguments:
        writers: For each final path a function that writes the content to the path it is given.
    """
    with whole(*writers) as beside:
        for temporary, writer in zip(beside, writers.values(), strict=True):
            writer(temporary)
