"""A killed job or a killed engine: the same command, or `make resume`, goes on to the end."""

import contextlib
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from workspace import Workspace, make_workspace

PATIENCE = 120.0  # seconds


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(tmp_path_factory.mktemp("killed") / "repo")


def stage_process(workspace: Workspace, stage: str) -> psutil.Process:
    """The first process of a stage that runs in the workspace."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        for process in psutil.process_iter(["cmdline", "cwd"]):
            words = process.info["cmdline"] or []
            programs = [Path(word).name for word in words[:2]]
            if process.info["cwd"] == str(workspace.path) and "glasskt" in programs and stage in words:
                return process
        time.sleep(0.05)
    raise AssertionError(f"no glasskt {stage} within {PATIENCE} s")


def test_a_killed_train_job_is_run_again_by_the_same_command(workspace: Workspace) -> None:
    target = "results/tiny/fold0/dkt.base/seed1/model.safetensors"
    engine = workspace.start("snakemake", "--cores", "1", target)
    stage_process(workspace, "train").kill()
    engine.communicate()
    assert engine.returncode != 0
    workspace.run("snakemake", "--cores", "1", target)
    assert (workspace.path / target).exists()


def test_a_killed_engine_is_resumed_only_once_its_orphan_is_gone(workspace: Workspace) -> None:
    target = "results/tiny/fold0/ikt3.mean/seed1/model.safetensors"
    engine = workspace.start("snakemake", "--cores", "1", target)
    orphan = stage_process(workspace, "train")
    os.kill(engine.pid, signal.SIGKILL)
    engine.wait()
    orphan.suspend()
    refused = workspace.run("glasskt", "running", check=False)
    assert refused.returncode == 2
    assert f"glasskt train (pid {orphan.pid})" in refused.stderr
    orphan.kill()
    orphan.wait()
    locked = workspace.run("snakemake", "--cores", "1", target, check=False)
    assert locked.returncode != 0
    workspace.run("glasskt", "running")
    workspace.run("snakemake", "--unlock")
    workspace.run("snakemake", "--rerun-incomplete", "--cores", "1", target)
    assert (workspace.path / target).exists()


def processes_in(workspace: Workspace) -> list[psutil.Process]:
    return [process for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == str(workspace.path)]


def kill(workspace: Workspace, engine: subprocess.Popen[str], what: str) -> None:
    """kill -9 of the jobs, of the engine, or of both at once as in a power cut; an orphan is waited for, as `glasskt running` asks."""
    for process in processes_in(workspace):
        if what == "both" or (process.pid == engine.pid) == (what == "engine"):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    engine.communicate()
    start = time.monotonic()
    while workspace.run("glasskt", "running", check=False).returncode:
        assert time.monotonic() - start < PATIENCE
        time.sleep(0.5)


ENGINES = {
    "snakemake": (["snakemake", "--cores", "2"], [["snakemake", "--unlock"]]),
    "dvc": (["dvc", "repro"], []),
}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_a_study_killed_ten_times_ends_with_the_bytes_of_an_unbroken_one(tmp_path: Path, built: tuple, engine: str) -> None:
    _, unbroken, _ = built
    command, unlock = ENGINES[engine]
    workspace = make_workspace(tmp_path / "killed again and again")
    dice = random.Random(0)
    for _ in range(10):
        started = workspace.start(*command)
        time.sleep(dice.uniform(4.0, 20.0))
        kill(workspace, started, dice.choice(["jobs", "engine", "both"]))
        for words in unlock:
            workspace.run(*words)
    workspace.run(*command)
    assert workspace.hashes() == unbroken
    workspace.run("glasskt", "sync")
    assert workspace.snakemake_would_run() == workspace.dvc_would_run() == set()
