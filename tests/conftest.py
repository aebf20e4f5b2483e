"""Fixtures that several wings share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def assist2015_dir() -> Path:
    """pyKT's two ASSIST2015 files: GLASSKT_MIRROR, else data/assist2015 (fetched), else a checkout of shared/ beside this one."""
    candidates = [os.environ.get("GLASSKT_MIRROR"), ROOT / "data/assist2015", ROOT.parent / "shared/data/assist2015"]
    for folder in map(Path, filter(None, candidates)):
        if (folder / "train_valid.csv").exists() and (folder / "test.csv").exists():
            return folder
    pytest.skip("ASSIST2015 is not here: run `glasskt data get assist2015`, or set GLASSKT_MIRROR to a folder that holds its two files")
