"""Each thing that a run depends on is noticed, named first where it came first, and nothing else is."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_results import make_results, run_without_work

from glasskt.cli import cli
from glasskt.errors import UserError
from glasskt.graph import Graph
from glasskt.provenance import record
from glasskt.provenance.digests import Digests
from glasskt.reruns.orphans import prune
from glasskt.reruns.state import State, states

RUN = ("train", "trajectories", "verify")
END = {"compare", "paper"}


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Graph:
    monkeypatch.chdir(tmp_path)
    return make_results(tmp_path)


def why(*words: str) -> str:
    done = CliRunner().invoke(cli, ["why", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def going() -> dict[str, dict]:
    """Step, as `stage variant` -> what is told of it."""
    told = json.loads(why("--json"))
    return {" ".join(filter(None, [step["stage"], step.get("variant", "")])): step for step in told["steps"]}


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new, 1))


def runs(*variants: str, stages: tuple[str, ...] = RUN) -> set[str]:
    return {f"{stage} {variant}" for stage in stages for variant in variants}


def test_a_finished_study_has_nothing_to_do(graph: Graph) -> None:
    assert why() == f"study made: nothing to do; all {len(graph.steps)} steps stand\n"
    for path in Path().rglob("*.*"):
        path.touch()
    assert "nothing to do" in why()


EDITS: dict[str, tuple[Callable[[], None], str, set[str]]] = {
    "a parameter": (
        lambda: edit("params.yaml", "form: mean", "form: direct"),
        "parameter variants.ikt3.mean.l_23.form: mean -> direct",
        runs("ikt3.mean") | END,
    ),
    "a parameter that was left to its default": (
        lambda: edit("params.yaml", "irt: {", "irt: {static: {responses: first}, "),
        "parameter irt.static.responses: nothing -> first",
        {"fit-irt", "track-ability", *runs("ikt3.mean"), *runs("reference.afm", "dkt.base", stages=("verify",)), *END},
    ),
    "the module of one family": (
        lambda: edit("src/glasskt/models/ikt3/l_23.py", '"""', '"""Now: '),
        "code src/glasskt/models/ikt3/l_23.py: ",
        runs("ikt3.mean") | END,
    ),
    "a module that one stage imports": (
        lambda: edit("src/glasskt/paper/figures/__init__.py", '"""', '"""Now: '),
        "code src/glasskt/paper/figures/__init__.py: ",
        {"paper"},
    ),
    "the version of a package": (
        lambda: edit("requirements/pins/typst.txt", "typst==", "typst==9."),
        "environment typst: ",
        {"paper"},
    ),
    "a source file": (
        lambda: edit("paper/sections/data.typ", "#", "# "),
        "input paper/sections/data.typ: ",
        {"paper"},
    ),
    "an output by hand": (
        lambda: Path("results/tiny/fold0/dkt.base/seed1/model.safetensors").write_text("other"),
        "results/tiny/fold0/dkt.base/seed1/model.safetensors: not what the run that its record tells of has written",
        runs("dkt.base") | END,
    ),
    "an output taken away": (
        lambda: Path("results/tiny/fold0/dkt.base/seed2/gains.parquet").unlink(),
        "no outputs yet",
        runs("dkt.base", stages=("trajectories", "verify")) | END,
    ),
    "a record taken away": (
        lambda: Path("results/tiny/fold0/irt/as_found/fit-as-found.run.json").unlink(),
        "no record of the run that wrote the outputs",
        {"fit-as-found", *END},
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_what_changed_is_named_and_exactly_what_depends_on_it_would_run(graph: Graph, case: str) -> None:
    make, sentence, expected = EDITS[case]
    make()
    assert set(going()) == expected
    assert sentence in why()


def test_a_rerun_with_the_same_bytes_lets_what_reads_them_stand(graph: Graph) -> None:
    edit("src/glasskt/models/ikt3/l_23.py", '"""', '"""Now: ')
    for number, step in enumerate(graph.steps):
        if step.stage.name == "train" and step.where["variant"] == "ikt3.mean":
            run_edited(step, str(number))
    assert set(going()) == runs("ikt3.mean", stages=("trajectories", "verify")) | END


def run_edited(step, content: str) -> None:
    """As the edited copy of the source would run it: its record names the digests of the copy."""
    run_without_work(step, content)
    place = Path(step.outputs["record"])
    told = json.loads(place.read_text())
    told["code"] = Digests({}).of(step.code)
    place.write_text(json.dumps(told))


def test_a_rerun_with_other_bytes_is_named_to_what_read_the_old_ones(graph: Graph) -> None:
    step = next(step for step in graph.steps if step.stage.name == "fit-irt")
    run_without_work(step, "another fit")
    told = going()
    assert "fit-irt" not in told
    assert told["track-ability"]["causes"][0]["kind"] == "input"
    assert "input results/tiny/fold0/irt/fit.json: " in why("track-ability")


def test_a_target_tells_of_what_it_needs_alone(graph: Graph) -> None:
    edit("params.yaml", "form: mean", "form: direct")
    edit("params.yaml", "base: {epochs: 1}", "base: {epochs: 3}")
    told = json.loads(why("dkt.base", "--json"))["steps"]
    assert {step["variant"] for step in told} == {"dkt.base"}
    assert [cause["name"] for cause in told[0]["causes"]] == ["variants.dkt.base.epochs"]
    with pytest.raises(UserError, match=r"Did you mean .dkt\.base."):
        CliRunner().invoke(cli, ["why", "dkt.bse"], catch_exceptions=False)


def test_the_forecast_is_the_past_runs_time(graph: Graph) -> None:
    for step in graph.steps:
        host = record.host_of(Path(step.outputs["record"]))
        host.write_text(json.dumps(json.loads(host.read_text()) | {"seconds": 600.0 if step.stage.name == "train" else 30.0}))
    edit("params.yaml", "form: mean", "form: direct")
    told = json.loads(why("--json"))
    assert told["seconds"] == 2 * 600 + 6 * 30  # two seeds; of each trajectories and verify; compare, paper
    assert "8 of 23 steps would run, 23 min of work" in why()
    for step in graph.steps:
        record.host_of(Path(step.outputs["record"])).unlink()
    assert json.loads(why("--json"))["steps_without_forecast"] == 8


def test_a_step_refuses_an_input_that_its_own_run_did_not_write(graph: Graph) -> None:
    verify = next(step for step in graph.steps if step.stage.name == "verify")
    Path(verify.inputs["history"][0]).write_text("epoch\n1\n")
    with pytest.raises(UserError, match=r"history\.csv: not what the run wrote that .*train\.run\.json tells of\. Delete the file"):
        run_without_work(verify, "again")


def test_prune_deletes_nothing_where_git_does_not_answer(graph: Graph) -> None:
    Path(".git").mkdir()
    stray = Path("results/tiny/fold0/dkt.base/seed1/fit.json")
    with pytest.raises(UserError, match="git does not say which files it tracks, so nothing is deleted"):
        prune([stray])
    assert stray.exists()


BROKEN: dict[str, tuple[Callable[[], None], list[str], str]] = {
    "a record of other bytes": (
        lambda: Path("results/tiny/preprocess.run.json").write_bytes(b"\xff\xfe"),
        ["why"],
        "no record of the run",
    ),
    "a record of another shape": (
        lambda: edit("results/tiny/preprocess.run.json", '"code": {', '"code": null, "more": {'),
        ["why"],
        "no record of the run",
    ),
    "facts of a host of other bytes": (
        lambda: record.host_of(Path("results/tiny/preprocess.run.json")).write_bytes(b"\xff\xfe"),
        ["why"],
        "nothing to do",
    ),
    "a study": (lambda: None, ["why", "more"], "more is a study, not a part of study made: glasskt why --study more"),
    "nothing of that name": (lambda: None, ["why", "zzz"], "(stages and variants: compare, dkt.base, "),
    "settings of other bytes": (lambda: Path("params.yaml").write_bytes(b"\xff\xfe"), ["why"], "params.yaml: byte 0 is no UTF-8"),
    "a lock in the middle of a merge": (
        lambda: Path("dvc.lock").write_text("<<<<<<< HEAD\nstages: {}\n=======\n"),
        ["orphans"],
        "dvc.lock: not valid YAML. After a merge",
    ),
    "no pins": (lambda: Path("requirements/pins/typst.txt").unlink(), ["why"], "typst.txt: no such file. Run: glasskt dag --write"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_one_line(graph: Graph, case: str) -> None:
    make, words, line = BROKEN[case]
    make()
    done = CliRunner().invoke(cli, words)
    told = done.output if done.exception is None else str(done.exception)
    assert done.exception is None or isinstance(done.exception, UserError)
    assert line in told
    assert len(told) < 1000


def test_a_path_as_the_shell_completes_it_is_a_target(graph: Graph) -> None:
    for place in ("./results/made/paper.pdf", str(Path("results/made/paper.pdf").resolve())):
        assert "nothing to do" in why(place)


def test_a_copied_folder_is_not_a_run(graph: Graph) -> None:
    for name in ("model.safetensors", "history.csv", "fit.json", "train.run.json"):
        here = Path("results/tiny/fold0/dkt.base")
        (here / "seed2" / name).write_bytes((here / "seed1" / name).read_bytes())
    of_seed_2: list[State] = [state for state in states(graph, Digests({})) if state.step.where.get("seed") == "2"]
    train = next(state for state in of_seed_2 if state.step.stage.name == "train" and state.step.where["variant"] == "dkt.base")
    assert {cause.kind for cause in train.causes} == {"output"}


def test_another_study_and_its_orphans_are_told_apart(graph: Graph) -> None:
    assert "steps would run" in why("--study", "more")
    train = next(step for step in graph.steps if step.where.get("variant") == "dkt.base" and step.stage.name == "train")
    elsewhere = {flag: path.replace("dkt.base", "dkt.narrow") for flag, path in train.outputs.items()}
    run_without_work(replace(train, outputs=elsewhere), "of a variant that was dropped")
    stray = Path(elsewhere["fit"])
    note = Path("results/notes.md")
    note.write_text("a user's own")
    theirs = Path("results/tiny/fold0/dkt.wide/seed1/fit.json")
    theirs.parent.mkdir(parents=True)
    theirs.write_text("{}")
    raw = Path("data/tiny/notes.csv")
    raw.write_text("a user's own")
    listed = CliRunner().invoke(cli, ["orphans"], catch_exceptions=False).output
    assert listed.index("of no study of params.yaml: 5 files,") < listed.index("dkt.narrow") < listed.index("of study more: 1 file,")
    assert listed.index("that no step has written") < listed.index("results/  ")
    pruned = CliRunner().invoke(cli, ["orphans", "--prune"], catch_exceptions=False)
    assert pruned.exit_code == 0
    assert not stray.parent.parent.exists()
    assert "deleted 5 files and 0 entries of dvc.lock" in pruned.output
    assert theirs.exists()
    assert raw.exists()
    assert note.exists()
    assert "nothing to do" in why()
