"""Where a fit keeps its state between two epochs, so that a killed one goes on: one file, named by its epoch and its own hash.

Tensors are safetensors, the rest is JSON in the same file's header: nothing is unpickled, and a file is there whole or not at all.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save

from glasskt.outputs import write
from glasskt.training.state import State

PATTERN = "epoch*.safetensors"


def keep(folder: Path, state: State) -> None:
    """Write the state of the last finished epoch, then remove that of earlier ones.

    Raises:
        OSError: The disk refuses.
    """
    tensors, rest = state.pack()
    content = save({name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()}, {"rest": rest})
    path = folder / f"epoch{state.epoch:05d}-{_digest(content)}.safetensors"
    write({path: lambda place: place.write_bytes(content)})
    for older in set(folder.glob(PATTERN)) - {path}:
        older.unlink(missing_ok=True)


def resume(folder: Path, state: State, progress: Callable[[str], None]) -> None:
    """Put back the state of the latest epoch that was kept; without one, leave `state` as it is.

    Arguments:
        folder: Where `keep` wrote for the same fit: same settings, data, code, seed and device.
        state: A fit that has just begun.
        progress: Told what was resumed, and of a damaged file, which is passed over.
    """
    for path in sorted(folder.glob(PATTERN), reverse=True):
        if path.stem.partition("-")[2] != _digest(path.read_bytes()):
            progress(f"{path}: this checkpoint is damaged and is passed over")
            continue
        with safe_open(path, framework="pt") as file:
            state.unpack({name: file.get_tensor(name) for name in file.keys()}, file.metadata()["rest"])  # noqa: SIM118
        progress(f"resumed after epoch {state.epoch}, from {path}")
        return


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
