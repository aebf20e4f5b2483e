"""The catalogue is cheap to import and pins what it names."""

import re
import subprocess
import sys

import pytest

from glasskt.data.catalogue import PUBLISHED, Pykt, dataset_block


def test_the_catalogue_imports_neither_pandas_nor_torch():
    code = "import sys, glasskt.data.catalogue; sys.exit(bool({'pandas', 'torch', 'numpy', 'pyarrow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_data_set_is_pinned_to_a_commit_and_a_hash(name):
    for file in PUBLISHED[name].files:
        assert re.search(r"/[0-9a-f]{40}/.*/" + re.escape(file.name) + "$", file.url)
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)


def test_the_block_of_assist2015_is_what_the_catalogue_expects():
    block = dataset_block("assist2015", {"format": "pykt", "skills": 100, "scored_test": 134640})
    assert isinstance(block, Pykt)
    assert (block.skills, block.scored_test) == (PUBLISHED["assist2015"].skills, PUBLISHED["assist2015"].scored_test)
