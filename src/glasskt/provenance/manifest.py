"""Manifests: for a kind of step, the digest of every module and pin file that it depends on, one line each, as `sha256sum` writes them.

DVC takes a manifest for all that it lists: with each module declared by itself, DVC needs a second for every twenty steps to find that
there is nothing to do. The step `code` writes the manifests anew after any edit; those of steps that the edit does not reach stay the
same, and so do the steps.
"""

from collections.abc import Iterable
from pathlib import Path

from glasskt.provenance.closure import running
from glasskt.provenance.digests import digest


def text(code: Iterable[str], pins: Iterable[str]) -> str:
    """One line per file: digest and path.

    Arguments:
        code: Modules, as the graph declares them.
        pins: Pin files, relative to the working folder.
    """
    places = {name: running(name) for name in code} | {name: Path(name) for name in pins}
    return "".join(f"{digest(place)}  {name}\n" for name, place in sorted(places.items()))
