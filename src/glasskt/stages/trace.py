"""Follow a number of the paper to the raw data."""

import json
import posixpath
from pathlib import Path
from typing import Any

from glasskt.errors import UserError
from glasskt.paper.ids import nearest
from glasskt.pipeline import STAGES
from glasskt.provenance import trace_text
from glasskt.provenance.digests import Digests
from glasskt.provenance.trace import File, maker, names, trace


def run(number: str, study: str, *, every: bool, as_json: bool) -> str:
    """The way of a number in words or as JSON; the ids, where several are printed as it is.

    Arguments:
        number: An id of numbers.json, or a number as it is printed.
        study: The study.
        every: Follow the inputs of all variants.
        as_json: JSON.

    Raises:
        UserError: There is no such number, or no numbers.json.
    """
    place = STAGES["paper"].outputs["numbers"].format(study=study)
    ledger = _ledger(place)
    ids = [number] if number in ledger else [name for name, entry in ledger.items() if _plain(entry["text"]) == _plain(number)]
    if not ids:
        raise UserError(f"{place}: no number has the id {number!r} or is printed so. {nearest(number, ledger)}")
    if len(ids) > 1:
        return trace_text.candidates(number, ledger, ids)
    entry, digests = ledger[ids[0]], Digests.load()
    file = File(posixpath.normpath(posixpath.join(posixpath.dirname(place), entry["source"])), entry["sha256"])
    made = maker(file.path)
    found = trace(file, None if every else names(entry, made[1] if made else None), digests)
    remarks = _of_ledger(place, digests)
    digests.save()
    if as_json:
        return trace_text.as_json(ids[0], entry, found, remarks)
    return trace_text.as_text(ids[0], entry, file.path, found, remarks)


def _ledger(place: str) -> dict[str, dict[str, Any]]:
    try:
        ledger: dict[str, dict[str, Any]] = json.loads(Path(place).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(
            f"{place}: no such file: the paper of this study is not built here. Build it, or name another with --study"
        ) from None
    if not all("sha256" in entry for entry in ledger.values()):
        raise UserError(f"{place}: an older glasskt wrote it, without digests: build the paper again")
    return ledger


def _plain(text: str) -> str:
    return text.replace("−", "-").replace(" ", "")


def _of_ledger(place: str, digests: Digests) -> list[str]:
    """What does not agree about numbers.json itself."""
    made = maker(place)
    if made is None:
        return [f"{place}: no record tells which run wrote it"]
    written = next(paths[place] for paths in made[1].outputs.values() if place in paths)
    return [] if written == digests[place] else [f"{place}: not what the run of its record wrote"]
