"""Snakemake and DVC, asked each for itself, declare the same steps; where one is made to differ, the check says where."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from generated_study import draw, raw_files
from workspace import ROOT, TINY

from glasskt import config
from glasskt.cli import cli
from glasskt.engines import agreement, dvc_file
from glasskt.errors import UserError

RUN = "train-tiny-fold0-dkt-base-seed1"
HERE = "results/tiny/fold0/dkt.base/seed1"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that both engines can plan in: the rules copied, the rest of the repository lent."""
    folder = tmp_path / "glass box"
    shutil.copytree(ROOT / "workflow", folder / "workflow")
    for lent in ("src", "paper", "requirements"):
        (folder / lent).symlink_to(ROOT / lent)
    (folder / ".dvc").mkdir()
    monkeypatch.chdir(folder)
    return folder


def declare(params: str) -> None:
    Path("params.yaml").write_text(params, encoding="utf-8")
    dvc_file.write(config.load(), Path("dvc.yaml"))


def test_the_engines_agree_on_the_study_of_this_repository(place: Path) -> None:
    shutil.copy(ROOT / "params.yaml", place)
    shutil.copy(ROOT / "dvc.yaml", place)
    assert agreement.check() == len(yaml.safe_load(Path("dvc.yaml").read_text())["stages"])


@pytest.mark.parametrize("number", range(20))
def test_the_engines_agree_on_a_generated_study(place: Path, number: int) -> None:
    params = draw(number)
    for path in raw_files(params):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    declare(yaml.safe_dump(params, allow_unicode=True, sort_keys=False))
    assert agreement.check() > 10
