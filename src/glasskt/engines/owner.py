"""Who is at work in a folder: asked before a killed engine's lock is taken away."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from glasskt.errors import UserError
from glasskt.pipeline import STAGES

ENGINES = ("snakemake", "dvc")
WRITING = frozenset({*STAGES, "code", "sync", "orphans"})
"""Commands of glasskt that write what engines write; the others look on."""


@dataclass(frozen=True)
class Worker:
    """A live process of an engine or a stage.

    Attributes:
        pid: Process id.
        words: Its command line.
    """

    pid: int
    words: tuple[str, ...]

    @property
    def title(self) -> str:
        """Program and first argument, such as `glasskt train`."""
        programs = [Path(word).name for word in self.words]
        start = next(place for place, name in enumerate(programs) if name in (*ENGINES, "glasskt"))
        return " ".join([programs[start], *self.words[start + 1 : start + 2]])


def workers(folder: Path) -> list[Worker]:
    """Engines and stages that run in `folder`, this process and its parents apart."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "cwd", "status"]):
        facts = process.info
        words = tuple(facts["cmdline"] or ())
        here = facts["cwd"] is not None and Path(facts["cwd"]) == folder.resolve()
        if here and facts["pid"] not in own and facts["status"] != psutil.STATUS_ZOMBIE and _is_worker(words):
            found.append(Worker(facts["pid"], words))
    return found


def refuse_company(folder: Path) -> None:
    """Go on only where nobody is at work.

    Raises:
        UserError: An engine or a stage runs in `folder`.
    """
    if found := workers(folder):
        names = ", ".join(f"{worker.title} (pid {worker.pid})" for worker in found)
        raise UserError(
            f"still at work in this folder: {names}. Wait for it, or stop it with: kill {' '.join(str(worker.pid) for worker in found)}"
        )


def _is_worker(words: tuple[str, ...]) -> bool:
    # a script runs as `python /path/to/snakemake ...`: the program is one of the first two words
    programs = [Path(word).name for word in words[:2]]
    return any(name in ENGINES for name in programs) or ("glasskt" in programs and not WRITING.isdisjoint(words))
