"""A killed job or a killed engine: the same command, or `make resume`, goes on to the end."""

import os
import random
import signal
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


def kill_everything_in(workspace: Workspace) -> None:
    """kill -9 of the engine and of its jobs: what a power cut does."""
    for process in psutil.process_iter(["cwd"]):
        if process.info["cwd"] == str(workspace.path):
            process.kill()


@pytest.mark.slow
def test_a_study_killed_ten_times_ends_with_the_bytes_of_an_unbroken_one(tmp_path: Path, built: tuple) -> None:
    _, unbroken, _ = built
    workspace = make_workspace(tmp_path / "killed again and again")
    moments = random.Random(0)
    for _ in range(10):
        engine = workspace.start("snakemake", "--cores", "2")
        time.sleep(moments.uniform(4.0, 15.0))
        kill_everything_in(workspace)
        engine.communicate()
        workspace.run("glasskt", "running")
        workspace.run("snakemake", "--unlock")
    workspace.run("snakemake", "--rerun-incomplete", "--cores", "2")
    assert workspace.hashes() == unbroken
