"""A fit that was killed goes on to the bytes of an unbroken one, and only where nothing it depends on has changed."""

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import toy

from glasskt.errors import UserError
from glasskt.provenance import fingerprint
from glasskt.stages import train

BLOCK = {"encoder": {"kind": "lstm", "width": 16, "dropout": 0.2}, "epochs": 6, "tokens_per_batch": 256, "patience": 5}
NAMES = {"model": "model.safetensors", "history": "history.csv", "fit": "fit.json"}
CHILD = """
import json, os, signal, sys
from pathlib import Path
from glasskt.stages import train
from glasskt.training import loop

given, epochs = json.loads(sys.argv[1]), int(sys.argv[2])
judge = loop.judge

def judge_or_die(*arguments):
    global epochs
    epochs -= 1
    if epochs < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return judge(*arguments)

loop.judge = judge_or_die
train.run(**{key: Path(value) if str(value).startswith("./") else value for key, value in given.items()})
"""


@pytest.fixture(scope="module")
def killed_run(tmp_path_factory):
    """A working directory in which a run got kill -9 in its third epoch."""
    folder = tmp_path_factory.mktemp("killed")
    rng = np.random.default_rng(0)
    student = np.repeat(np.arange(60), rng.integers(5, 40, 60))
    table = pd.DataFrame({"student": student, "skill": rng.integers(4, size=len(student)), "response": rng.integers(2, size=len(student))})
    table["step"] = table.groupby("student").cumcount().astype(np.int32)
    table["fold"] = (table["student"] % 3).astype("Int64")
    table["split"] = "train_valid"
    table.to_parquet(folder / "interactions.parquet")
    (folder / "dataset.json").write_text(json.dumps({"dataset": "tiny", "n_skills": 4, "folds": [0, 1, 2]}))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("OMP_NUM_THREADS", "1")
        killed_in_epoch(3)
    return folder


@pytest.fixture
def folder(killed_run, tmp_path, monkeypatch):
    """A copy of it, as working directory."""
    shutil.copytree(killed_run, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return tmp_path


@pytest.fixture
def unbroken(folder):
    """What a run without checkpoints writes."""
    Path(".glasskt").rename("put by")
    written = run()
    shutil.rmtree("out")
    shutil.rmtree(".glasskt")
    Path("put by").rename(".glasskt")
    return written


def arguments(**keys):
    files = {"interactions": "./interactions.parquet", "facts": "./dataset.json"} | {key: f"./out/{name}" for key, name in NAMES.items()}
    return {"parameters": {"variants.dkt.base": BLOCK | keys}, "dataset": "tiny", "fold": 0, "variant": "dkt.base", "seed": 1} | files


def run(**keys):
    given = arguments(**keys)
    train.run(**{key: Path(value) if str(value).startswith("./") else value for key, value in given.items()})
    return {name: Path("out", name).read_bytes() for name in NAMES.values()}


def killed_in_epoch(number):
    """The run in a process of its own that gets kill -9 before this epoch's end."""
    done = subprocess.run([sys.executable, "-c", CHILD, json.dumps(arguments()), str(number - 1)], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not any(Path("out", name).exists() for name in NAMES.values())


def checkpoints():
    return sorted(path.name.partition("-")[0] for path in Path(".glasskt/checkpoints").glob("*/*"))


def test_a_run_killed_twice_ends_with_the_bytes_of_an_unbroken_one(unbroken, capsys):
    assert checkpoints() == ["epoch00002"]
    killed_in_epoch(3)  # two epochs further
    assert checkpoints() == ["epoch00004"]
    capsys.readouterr()
    assert run() == unbroken
    said = capsys.readouterr().err.splitlines()
    assert ": resumed after epoch 4, from .glasskt/checkpoints/" in said[0]
    assert [line.partition("epoch ")[2].split()[0] for line in said[1:]] == ["5/6", "6/6"]
    assert not any(Path(".glasskt/checkpoints").iterdir())


@pytest.mark.parametrize(
    "change",
    [
        lambda folder, patch: {"epochs": 7},
        lambda folder, patch: (
            (folder / "dataset.json").write_text(json.dumps({"dataset": "tiny", "n_skills": 5, "folds": [0, 1, 2]})) and {}
        ),
        lambda folder, patch: patch.setenv("OMP_NUM_THREADS", "2") or {},
        lambda folder, patch: patch.setattr(fingerprint, "version", lambda package: "0.0") or {},
        lambda folder, patch: patch.setattr(train, "closure", lambda *roots: [folder / "dataset.json"]) or {},
    ],
    ids=["parameter", "data", "threads", "torch", "code"],
)
def test_a_change_of_what_a_run_depends_on_starts_it_anew(folder, change, monkeypatch, capsys):
    keys = change(folder, monkeypatch)
    capsys.readouterr()
    run(**keys)
    said = capsys.readouterr().err
    assert ": epoch 1/" in said.splitlines()[0]
    assert checkpoints() == ["epoch00002"]  # of the killed run, whose settings may come back


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-20], lambda content: content[:900] + b"?" + content[901:], lambda content: b""]
)
def test_a_damaged_checkpoint_is_passed_over_with_one_line(unbroken, damage, capsys):
    (path,) = Path(".glasskt/checkpoints").glob("*/*")
    path.write_bytes(damage(path.read_bytes()))
    capsys.readouterr()
    assert run() == unbroken
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith(f": {path}: this checkpoint is damaged and is passed over")
    assert ": epoch 1/6" in said[1]


def test_every_kind_of_state_is_resumed(tmp_path):
    """Calibrated weights, learning rates of groups, a best epoch in the past, attention with dropout, a constant rate."""
    keys = {"encoder": {"kind": "attention", "width": 8, "heads": 2, "blocks": 1, "dropout": 0.3}, "calibrate_on": 2, "epochs": 5}
    estimator = toy.toy(**keys, learning_rates={"head": 3.0}, learning_rate=0.05, learning_rate_schedule="constant")
    unbroken = toy.fit(estimator)[0]

    def stop_after_three(line):
        if line.startswith("epoch 4"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        estimator.fit(toy.TRAIN, toy.VALID, toy.Targets(), seed=0, progress=stop_after_three, checkpoint_dir=tmp_path)
    resumed, lines = toy.fit(estimator, checkpoint_dir=tmp_path)
    assert lines[0].startswith("resumed after epoch 3")
    pd.testing.assert_frame_equal(resumed.history, unbroken.history)
    assert resumed.facts == unbroken.facts
    for name, values in unbroken.weights.items():
        np.testing.assert_array_equal(resumed.weights[name], values)


def test_a_loss_that_breaks_leaves_the_checkpoint_of_the_last_good_epoch(tmp_path):
    class BreaksLate(toy.TwoTerms):
        def weights(self, share):
            return super().weights(share) | {"small": float("nan") if share > 0.5 else 0.5}

    broken = replace(toy.toy(), objective=lambda cohort, targets: BreaksLate())
    with pytest.raises(UserError, match="epoch 3, batch 1: the loss is not finite: the weighted total"):
        toy.fit(broken, checkpoint_dir=tmp_path)
    assert [path.name.partition("-")[0] for path in tmp_path.iterdir()] == ["epoch00002"]
