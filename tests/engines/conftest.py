"""A workspace that both engines built, shared by the tests of this folder."""

import pytest
from workspace import Workspace, make_workspace


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, dict[str, str], dict[str, str]]:
    """A workspace that Snakemake built and DVC built again from nothing, with the hashes that each left."""
    workspace = make_workspace(tmp_path_factory.mktemp("work space") / "glass box")
    workspace.run("snakemake", "--cores", "2")
    by_snakemake = workspace.hashes()
    workspace.run("dvc", "repro")
    return workspace, by_snakemake, workspace.hashes()
