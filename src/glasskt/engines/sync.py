"""Tell both engines of outputs that one of them, or a checkout, has put in place: those whose run records prove them, and no others."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from glasskt import outputs
from glasskt.config import Config
from glasskt.engines import dvc_file, dvc_lock, owner
from glasskt.errors import UserError
from glasskt.graph import Step, manifests
from glasskt.provenance import manifest
from glasskt.reruns.state import State


def sync(config: Config, states: Sequence[State], progress: Callable[[str], None]) -> list[State]:
    """Bring both engines to nothing to do for every step that stands.

    DVC commits the outputs into its cache and its lock; Snakemake notes inputs, parameters and code as those of the outputs. A step's
    outputs stand only where those that it read from do.

    Returns:
        The states that were refused.

    Raises:
        UserError: An engine or a stage is at work here, dvc.yaml is not that of the study, or an engine fails.
    """
    owner.refuse_company(Path.cwd())
    dvc_file.check(config, Path("dvc.yaml"))
    standing = [state.step for state in states if state.stands]
    if standing:
        if Path(".dvc").is_dir():
            progress(f"dvc: {len(standing)} steps")
            _commit(standing)
        progress(f"snakemake: {len(standing)} steps")
        _touch(config, standing)
    return [state for state in states if not state.stands]


def _commit(steps: Sequence[Step]) -> None:
    outputs.write({Path(path): outputs.write_text(manifest.text(*files)) for path, files in manifests().items()})
    dvc_lock.commit({dvc_file.CODE, *(step.name for step in steps)})


def _touch(config: Config, steps: Sequence[Step]) -> None:
    # later steps first would touch earlier ones again: one call, so that outputs are touched in the order of the graph
    targets = [step.outputs["record"] for step in steps]
    _run("snakemake", "--touch", "--forceall", "--cores", "1", "--quiet", "all", "--config", f"study={config.study}", "--", *targets)


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "DVC_NO_ANALYTICS": "1"})
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise UserError(f"{words[0]} {words[1]} failed: {lines[-1].strip() if lines else 'it says nothing'}")
