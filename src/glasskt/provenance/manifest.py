"""Manifests: for a kind of step, the digest of every module and pin file that it depends on, one line each, as `sha256sum` writes them.

DVC takes a manifest for all that it lists: with each module declared by itself, DVC needs a second for every twenty steps to find that
there is nothing to do. The step `code` writes the manifests anew after any edit; those of steps that the edit does not reach stay the
same, and so do the steps.
"""

from collections.abc import Iterable
from pathlib import Path

from glasskt.provenance.closure import SOURCE
from glasskt.provenance.digests import digest


def text(files: Iterable[str]) -> str:
    """One line per file: digest and path.

    Arguments:
        files: Paths relative to the repository.
    """
    root = SOURCE.parents[1]
    return "".join(f"{digest(root / path)}  {path}\n" for path in sorted(files))


def listed(path: Path) -> list[str]:
    """The files that a manifest lists."""
    return [line.split("  ", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()]
