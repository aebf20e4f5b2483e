"""The declared code of a stage is what the stage imports, and a family's code is its own."""

import subprocess
import sys

import pytest

from glasskt.models.family import families
from glasskt.pipeline import STAGES
from glasskt.provenance.closure import closure

LIST_IMPORTED = """
import importlib, sys
from pathlib import Path
import glasskt
for module in sys.argv[1:]:
    importlib.import_module(module)
source = Path(glasskt.__file__).parent
files = [Path(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)]
print("\\n".join(f"src/glasskt/{path.relative_to(source).as_posix()}" for path in files if path.is_relative_to(source)))
"""


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.name)
def test_every_module_that_a_stage_imports_is_declared(stage) -> None:
    done = subprocess.run([sys.executable, "-c", LIST_IMPORTED, stage.module], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split()) - {"src/glasskt/__init__.py"}
    assert imported
    assert imported <= set(stage.code())


@pytest.mark.parametrize("family", families())
def test_a_familys_code_holds_no_other_family(family: str) -> None:
    code = STAGES["train"].code(f"{family}.any")
    assert f"src/glasskt/models/{family}/settings.py" in code
    strangers = [path for path in code for other in families() if other != family and f"/models/{other}/" in path]
    assert strangers == []


def test_the_command_line_and_the_configuration_are_in_no_stage() -> None:
    for stage in STAGES.values():
        apart = tuple(f"src/glasskt/{name}" for name in ("cli.py", "commands/", "config.py", "graph.py", "pipeline.py"))
        assert [path for path in stage.code("dkt.base") if path.startswith(apart)] == []


def test_an_unknown_root_is_refused() -> None:
    with pytest.raises(ModuleNotFoundError):
        closure("glasskt.stages.no_such_stage")
