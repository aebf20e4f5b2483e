"""Run records: what a run read and what it wrote (`STAGE.run.json`), and where and how it went (`STAGE.host.json`).

A record is an output like the others, the same wherever they are the same, and versioned with them. What differs from host to host
stands apart, is never hashed and never shared.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from glasskt import outputs
from glasskt.errors import UserError
from glasskt.provenance import pins
from glasskt.provenance.closure import running
from glasskt.provenance.digests import Stamp, digest, stamp

Files = dict[str, dict[str, str]]
"""Flag -> path -> sha256."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a run read, and what it wrote.

    Attributes:
        stage: The stage.
        where: Selector -> value; the seed is one of them.
        parameters: Key of params.yaml -> the value that the run read.
        threads: Cores that it was given.
        inputs: Files that it read.
        code: Module's file, relative to the repository -> sha256.
        environment: Package -> version, of those that it can depend on.
        outputs: Files that it wrote, this record apart.
    """

    stage: str
    where: dict[str, str]
    parameters: dict[str, Any]
    threads: int
    inputs: Files
    code: dict[str, str]
    environment: dict[str, str]
    outputs: Files


def read(path: Path) -> Record | None:
    """A record; None where there is none, or none that can be read."""
    try:
        return TypeAdapter(Record).validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def prove(digests: Mapping[str, str]) -> None:
    """Hold files against the records beside them and above them: an engine may not see that somebody else wrote a result.

    Arguments:
        digests: Path -> sha256. A file that no record names is a source, and its own proof.

    Raises:
        UserError: A file is not what the run that its record tells of has written.
    """
    places = {place for path in digests for folder in Path(path).parents[:2] for place in folder.glob("*.run.json")}
    for place in sorted(places):
        known = read(place)
        written = {path: value for files in (known.outputs if known else {}).values() for path, value in files.items()}
        for path in sorted(written.keys() & digests.keys()):
            if written[path] != digests[path]:
                raise UserError(
                    f"{path}: not what the run wrote that {place} tells of. Delete the file, and the engine makes it again; "
                    "if it is yours, delete that record"
                )


def host_of(record: Path) -> Path:
    """Where the facts of the host stand, beside a record."""
    return record.with_name(record.name.replace(".run.json", ".host.json"))


def host(record: Path) -> dict[str, Any]:
    """The facts of the host of a run; empty where there are none, or none that can be read."""
    try:
        facts = json.loads(host_of(record).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # of the bytes, or of the JSON
        return {}
    return facts if isinstance(facts, dict) else {}


class Run:
    """A run that is going on: it notes what it reads before the work, and writes its record after it.

    Raises:
        UserError: What is installed is not what the pins say; an input is not what its own run wrote; or, at the end, an input or a module
            changed under the run.
    """

    def __init__(
        self,
        *,
        stage: str,
        where: Mapping[str, str],
        parameters: Mapping[str, Any],
        threads: int,
        inputs: Mapping[str, Iterable[Path]],
        code: Iterable[str],
        pinned: Iterable[str],
    ) -> None:
        self.started = datetime.now(UTC)
        self.clock = time.perf_counter()
        files = {flag: sorted(map(str, paths)) for flag, paths in inputs.items()}
        self.modules = {name: str(running(name)) for name in code}
        self.stamps = {path: stamp(path) for paths in files.values() for path in paths}
        self.stamps |= {path: stamp(path) for path in self.modules.values()}
        self.known: dict[str, Any] = {
            "stage": stage,
            "where": dict(where),
            "parameters": dict(parameters),
            "threads": threads,
            "inputs": {flag: {path: digest(path) for path in paths} for flag, paths in files.items() if paths},
            "code": {name: digest(path) for name, path in self.modules.items()},
            "environment": pins.check(pinned),
        }
        prove({path: value for read_by_flag in self.known["inputs"].values() for path, value in read_by_flag.items()})

    def end(self, written: Mapping[str, Path], record: Path) -> None:
        """Write the record and the facts of the host."""
        self._unchanged()
        files = {flag: {str(path): digest(path)} for flag, path in written.items()}
        done = Record(**self.known, outputs=files)
        outputs.write({record: outputs.write_json(asdict(done)), host_of(record): outputs.write_json(self._host())})

    def _unchanged(self) -> None:
        read_now: dict[str, Stamp] = {path: stamp(path) for path in self.stamps if Path(path).exists()}
        noted = {path: value for paths in self.known["inputs"].values() for path, value in paths.items()}
        noted |= {path: self.known["code"][name] for name, path in self.modules.items()}
        for path, before in self.stamps.items():
            if read_now.get(path) != before and (path not in read_now or digest(path) != noted[path]):
                raise UserError(f"{path}: changed while glasskt {self.known['stage']} ran. Run the same command again")

    def _host(self) -> dict[str, Any]:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return {
            **_commit(),
            "started": self.started.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - self.clock, 2),
            "peak_memory_bytes": memory,
            "device": os.environ.get("GLASSKT_DEVICE", "cpu"),
            "machine": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
        }


def _commit() -> dict[str, Any]:
    """The commit of the working folder, and whether a tracked file differs from it; null outside of a repository."""
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run(["git", "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "dirty": None}
    return {"commit": head.stdout.strip(), "dirty": bool(changed.stdout.strip())}
