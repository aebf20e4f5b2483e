"""The command line: what a person sees."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from glasskt.pipeline import STAGES

ROOT = Path(__file__).parents[2]


def glasskt(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "glasskt.cli", *words], cwd=cwd, capture_output=True, text=True)


def test_help_lists_every_stage_in_order_without_heavy_imports() -> None:
    code = "import sys; from glasskt.cli import cli; cli.main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  ([a-z][a-z-]*)  ", done.stdout.partition("Commands:")[2], re.MULTILINE)
    assert listed[: len(STAGES)] == list(STAGES)
    for heavy in ("torch", "pandas", "numpy", "pydantic", "snakemake"):
        assert f"'{heavy}'" not in done.stdout


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["trian"], "no command 'trian'. Did you mean \"train\"?"),
        (["--no-such"], "No such option"),
        (["preprocess", "--dataset", "nowhere", "--raw", "params.yaml", "--interactions", "x", "--facts", "y"], "no dataset 'nowhere'"),
        (
            ["preprocess", "--dataset", "simulated", "--raw", "no/such.csv", "--interactions", "x", "--facts", "y"],
            "no/such.csv: no such file",
        ),
        (["data", "get", "assist2051"], 'Did you mean "assist2015"?'),
        (["dag", "--params", "no-params.yaml"], "no-params.yaml: no such file"),
        (["table", "--by", "famly"], 'Did you mean "family"?'),
        (["table", "--metric", ","], "name at least one"),
        (["study", "simulatde"], 'Did you mean "simulated"?'),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else None,
)
def test_a_wrong_word_is_one_line_and_exit_code_2(words: list[str], line: str) -> None:
    done = glasskt(*words)
    assert done.returncode == 2
    assert line in done.stderr
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback() -> None:
    done = glasskt("--debug", "study", "simulatde")
    assert "Traceback" in done.stderr


def test_a_job_takes_exactly_its_threads() -> None:
    code = """
import sys
from glasskt import cli
from glasskt.stages import simulate

def run(**given):
    import torch
    from glasskt.training.reproducible import reproducible
    with reproducible(0):
        print(torch.get_num_threads())

simulate.run = run
outputs = [word for flag in ("responses", "truth-steps", "truth-skills", "truth-students") for word in (f"--{flag}", "nowhere")]
sys.argv = ["glasskt", "simulate", "--dataset", "simulated", *outputs, *sys.argv[1:]]
cli.main()
"""
    for threads in ("1", "2"):
        done = subprocess.run([sys.executable, "-c", code, "--threads", threads], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [threads]
