"""Bad input under an engine: the command's own line is on the screen, and nothing is written."""

import resource
from pathlib import Path

import pytest
from workspace import Workspace, make_workspace

ROWS = "who,kc,right\n" + "".join(
    f"{student},{skill},{(student * 7 + skill * 3) % 4 > 0:d}\n" for student in range(40) for skill in range(4)
)
TABLE = "data/own/responses.csv"  # the name that `simulate` gives to what it makes
OWN = """
study: own
studies:
  own: {dataset: own, folds: [0], seeds: [1], focus: reference.pfa, variants: [reference.pfa]}
datasets:
  own: {format: long, table: data/own/responses.csv, columns: {student: who, skill: kc, response: right}}
irt: {static: {model: rasch}, dynamic: {drift: 0.0}}
variants:
  reference: {pfa: {predictor: pfa}}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = make_workspace(tmp_path / "own data", OWN)
    (made.path / TABLE).parent.mkdir(parents=True)
    (made.path / TABLE).write_text(ROWS)
    return made


@pytest.mark.parametrize("engine", [("snakemake", "--cores", "1"), ("dvc", "repro")], ids=["snakemake", "dvc"])
def test_a_bad_response_is_named_by_the_engines_output(workspace: Workspace, engine: tuple[str, ...]) -> None:
    (workspace.path / TABLE).write_text(ROWS.replace("0,1,1\n", "0,1,2\n", 1))
    done = workspace.run(*engine, check=False)
    assert done.returncode != 0
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(f"glasskt: {TABLE}")]
    assert len(lines) >= 1
    assert "row 2" in lines[0]
    assert "right" in lines[0]
    assert not any((workspace.path / "results").rglob("*.parquet"))


def test_a_users_own_table_may_have_the_name_that_a_simulated_one_would_have(workspace: Workspace) -> None:
    workspace.run("snakemake", "--cores", "1", "results/own/interactions.parquet")
    assert (workspace.path / TABLE).read_text() == ROWS


def test_a_misspelt_variant_stops_snakemake_before_any_job(workspace: Workspace) -> None:
    params = workspace.path / "params.yaml"
    params.write_text(OWN.replace("[reference.pfa]", "[reference.pfaa]"))
    done = workspace.run("snakemake", "--cores", "1", check=False)
    assert done.returncode == 2
    (said,) = (line for line in done.stderr.splitlines() if not line.startswith("Using "))
    assert "no variant 'reference.pfaa'. Did you mean \"reference.pfa\"?" in said
    assert not (workspace.path / "results").exists()


def test_a_missing_table_stops_snakemake_with_its_name(workspace: Workspace) -> None:
    (workspace.path / TABLE).unlink()
    done = workspace.run("snakemake", "--cores", "1", check=False)
    assert f"{TABLE}: no such file" in done.stderr


def test_an_override_that_the_commands_would_not_obey_is_refused(workspace: Workspace) -> None:
    done = workspace.run("snakemake", "--cores", "1", "--config", "irt=x", check=False)
    assert "only the study can be named on the command line" in done.stderr


def preprocess(workspace: Workspace, folder: str, **options: object) -> tuple[int, str]:
    words = ["glasskt", "preprocess", "--dataset", "own", "--raw", TABLE]
    done = workspace.run(
        *words, "--interactions", f"{folder}/interactions.parquet", "--facts", f"{folder}/dataset.json", check=False, **options
    )
    return done.returncode, done.stderr


def test_a_full_disk_is_one_line_and_leaves_nothing(workspace: Workspace) -> None:
    # a limit on the size of a file makes a write fail half-way, as a full disk does
    code, said = preprocess(workspace, "out", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)))
    assert code == 2
    assert said.startswith("glasskt: ")
    assert said.count("\n") == 1
    assert list((workspace.path / "out").iterdir()) == []


def test_a_place_that_takes_no_files_is_one_line(workspace: Workspace) -> None:
    code, said = preprocess(workspace, "/proc/no-such-place")
    assert code == 2
    assert said.startswith("glasskt: /proc/no-such-place: ")
    assert said.count("\n") == 1
