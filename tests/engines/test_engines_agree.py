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
from glasskt.graph import expand, manifests
from glasskt.models.family import families

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep.value:DeprecationWarning")  # DVC's own, thousands of times

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
    assert agreement.check() == len(yaml.safe_load(Path("dvc.yaml").read_text())["stages"]) - 1  # the list of code is DVC's alone


@pytest.mark.parametrize("number", range(20))
def test_the_engines_agree_on_a_generated_study(place: Path, number: int) -> None:
    params = draw(number)
    for path in raw_files(params):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    declare(yaml.safe_dump(params, allow_unicode=True, sort_keys=False))
    assert agreement.check() == len(expand(config.load()).steps)


def test_the_generated_studies_hold_what_sets_studies_apart() -> None:
    drawn = [draw(number) for number in range(20)]
    blocks = [block or {} for params in drawn for blocks in params["variants"].values() for block in blocks.values()]
    studies = [study for params in drawn for study in params["studies"].values()]
    assert {block["format"] for params in drawn for block in params["datasets"].values()} == {"simulated", "pykt", "long", "lines"}
    assert {family for params in drawn for family in params["variants"]} == set(families())
    for key in ("null_of", "control_of", "half", "as_found"):
        assert any(key in block for block in blocks), key
    for key in ("folds", "seeds"):
        assert {len(study[key]) for study in studies} == {1, 2}
    for key in ("one_seed", "one_fold"):
        assert any(key in study for study in studies), key
    assert any(" " in str(path) and ".." in str(path) for params in drawn for path in raw_files(params))


def edit(file: str, old: str, new: str) -> None:
    text = Path(file).read_text(encoding="utf-8")
    assert old in text
    Path(file).write_text(text.replace(old, new, 1), encoding="utf-8")


def in_dvc(change: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
    """An edit of what DVC reads: of all its steps by name."""

    def make() -> None:
        written = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))
        change(written["stages"])
        Path("dvc.yaml").write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")

    return make


def in_folder(step: dict[str, Any]) -> dict[str, Any]:
    """The same step, run one folder lower, its files where they were."""
    lower = {key: [f"../{path}" for path in step[key]] for key in ("deps", "outs")}
    return {**step, **lower, "wdir": "results", "params": [{"../params.yaml": step["params"]}]}


def in_rule(rule: str, old: str, new: str) -> Callable[[], None]:
    """An edit of what Snakemake reads: of the first such directive of a rule."""

    def make() -> None:
        file = next(str(path) for path in Path("workflow/rules").iterdir() if f"rule {rule}:" in path.read_text())
        rules = Path(file).read_text().split(f"rule {rule}:")
        assert old in rules[1]
        Path(file).write_text(f"{rules[0]}rule {rule}:{rules[1].replace(old, new, 1)}")

    return make


LISTED = {Path(path).stem: {*modules, *pins} for path, (modules, pins) in manifests().items()}
DIFFERENCES = {
    "command, DVC": (
        in_dvc(lambda steps: steps[RUN].update(cmd=steps[RUN]["cmd"].replace("--seed 1", "--seed 2"))),
        [f"{RUN}: command, word 10: Snakemake has 1, DVC has 2"],
    ),
    "input, DVC": (
        in_dvc(lambda steps: steps[RUN]["deps"].remove("results/tiny/interactions.parquet")),
        [f"{RUN}: input results/tiny/interactions.parquet: declared to Snakemake alone"],
    ),
    "code, DVC": (
        in_dvc(lambda steps: steps[RUN].update(deps=[dep.replace("code/train.dkt", "code/train.ikt3") for dep in steps[RUN]["deps"]])),
        [
            f"{RUN}: input {path}: declared to {'Snakemake' if path in LISTED['train.dkt'] else 'DVC'} alone"
            for path in sorted(LISTED["train.dkt"] ^ LISTED["train.ikt3"])
        ],
    ),
    "output, DVC": (
        in_dvc(lambda steps: steps[RUN]["outs"].append("more.txt")),
        [f"{RUN}: output more.txt: declared to DVC alone"],
    ),
    "metric, DVC": (
        in_dvc(lambda steps: steps["compare-tiny"].pop("metrics")),
        ["compare-tiny: output results/tiny/summary.json: declared to Snakemake alone"],
    ),
    "parameter, DVC": (
        in_dvc(lambda steps: steps[RUN].update(params=["variants.dkt.base", "study"])),
        [f'{RUN}: parameter study: Snakemake has nothing, DVC has "tiny"'],
    ),
    "folder of the command, DVC": (
        in_dvc(
            lambda steps: steps.update(more={"cmd": ["touch a", "touch b"], "outs": ["a"], "wdir": "."}, **{RUN: in_folder(steps[RUN])})
        ),
        [f"{RUN}: command, word 1: Snakemake has glasskt, DVC has cd", "more: a step of DVC alone, which writes a"],
    ),
    "another file of parameters, DVC": (
        in_dvc(lambda steps: steps["power-tiny"]["params"].extend([{"other.yaml": ["power"]}, {"other.yml": None}])),
        [f"power-tiny: parameter other.{key}: Snakemake has nothing, DVC has" for key in ("yaml:power", "yml:*")],
    ),
    "missing step, DVC": (
        in_dvc(lambda steps: steps.pop(RUN)),
        [f"train dataset=tiny fold=0 variant=dkt.base seed=1: a step of Snakemake alone, which writes {HERE}/fit.json"],
    ),
    "further step, DVC": (
        in_dvc(lambda steps: steps.update(more={"cmd": "touch more.txt", "outs": ["more.txt"]})),
        ["more: a step of DVC alone, which writes more.txt"],
    ),
    "command, Snakemake": (
        in_rule("power", "shell: RUN", 'shell: "nice " + RUN'),
        ["power-tiny: command, word 1: Snakemake has nice, DVC has glasskt"],
    ),
    "input, Snakemake": (
        in_rule("power", 'input: **rules_of.inputs("power")', 'input: "params.yaml", **rules_of.inputs("power")'),
        ["power-tiny: input params.yaml: declared to Snakemake alone"],
    ),
    "output, Snakemake": (
        in_rule("power", 'output: **rules_of.outputs("power")', 'output: "{dataset}.txt", **rules_of.outputs("power")'),
        ["power-tiny: output tiny.txt: declared to Snakemake alone"],
    ),
    "parameter, Snakemake": (
        in_rule(
            "power",
            'params: **rules_of.params("power")',
            'params: **(rules_of.params("power") | {\'parameters\': \'{"power": {"cohorts": 1}}\'})',
        ),
        [f"power-tiny: parameter datasets.tiny.{key}: Snakemake has nothing" for key in ("format", "seed", "skills", "students")],
    ),
    "missing step, Snakemake": (
        in_rule(
            "paper", '**rules_of.inputs("paper")', '**{flag: of for flag, of in rules_of.inputs("paper").items() if flag != "power_file"}'
        ),
        [
            "paper-tiny: input results/tiny/power.csv: declared to DVC alone",
            "power-tiny: a step of DVC alone, which writes results/tiny/power.csv",
        ],
    ),
    "a number that YAML 1.1 and 1.2 read differently": (
        lambda: edit("params.yaml", "seed: 3", "seed: 010"),
        [f"{step}-tiny: parameter datasets.tiny.seed: Snakemake has 8, DVC has 10" for step in ("preprocess", "simulate", "power")],
    ),
    "a block that DVC misses": (
        lambda: edit("params.yaml", "power: {cohorts: 1}", ""),
        ["power-tiny: parameter power: Snakemake has {}, DVC has no such key"],
    ),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_a_difference_is_named_with_its_step_and_both_sides(place: Path, case: str) -> None:
    declare(TINY)
    make, expected = DIFFERENCES[case]
    make()
    with pytest.raises(UserError) as refusal:
        agreement.check()
    head, *lines = str(refusal.value).split("\n  ")
    assert head.startswith("one difference" if len(expected) == 1 else f"{len(expected)} differences")
    assert len(lines) == len(expected)
    for line in expected:
        assert any(found.startswith(line) for found in lines), lines


def test_the_command_line_refuses_what_the_text_of_dvc_yaml_does_not_show(place: Path) -> None:
    declare(TINY)
    agreed = CliRunner().invoke(cli, ["dag", "--check"])
    assert agreed.exit_code == 0, agreed.output
    assert "Snakemake and DVC agree on its 20 steps" in agreed.output
    make, _ = DIFFERENCES["command, Snakemake"]
    make()
    assert isinstance(CliRunner().invoke(cli, ["dag", "--check"]).exception, UserError)


def test_the_check_takes_no_lock_and_leaves_no_file_but_captions(place: Path) -> None:
    declare(TINY)
    (place / ".snakemake/locks").mkdir(parents=True)
    (place / ".snakemake/locks/0.output.lock").write_text("results/tiny/paper.pdf\n")  # of a Snakemake at work here
    before = {path for path in place.rglob("*") if path.is_file()}
    agreement.check()
    allowed = {place / ".dvc/tmp", place / ".snakemake/captions"}
    assert {path for path in place.rglob("*") if path.is_file() and not allowed & set(path.parents)} == before


@pytest.mark.parametrize(("module", "engine"), [("snakemake.api", "Snakemake"), ("dvc.repo", "DVC")])
def test_an_engine_that_is_not_installed_is_named(place: Path, monkeypatch: pytest.MonkeyPatch, module: str, engine: str) -> None:
    declare(TINY)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UserError, match=rf"^{engine} cannot be asked .*pyproject\.toml names$"):
        agreement.check()


def test_a_folder_without_dvc_is_named(place: Path) -> None:
    declare(TINY)
    (place / ".dvc").rmdir()
    with pytest.raises(UserError, match=r"glass box: DVC is not set up here.* Run: dvc init$"):
        agreement.check()


def test_a_plan_that_snakemake_refuses_is_one_line_with_its_reason(place: Path) -> None:
    declare(TINY)
    in_rule("paper", '**rules_of.inputs("paper")', '"no such file.txt"')()
    with pytest.raises(UserError, match=r"^Snakemake cannot plan the study: .*no such file\.txt$"):
        agreement.check()


def test_two_variants_that_dvc_cannot_tell_apart_are_refused(place: Path) -> None:
    both = "base: {epochs: 1}\n    a b: {epochs: 1}\n    a-b: {epochs: 2}"
    with pytest.raises(UserError, match="two steps are both train-tiny-fold0-dkt-a-b-seed1 under DVC"):
        declare(TINY.replace("base: {epochs: 1}", both).replace("dkt.base", "dkt.*"))


def test_another_file_of_parameters_is_checked_by_its_text_alone(place: Path) -> None:
    declare(TINY)
    shutil.copy("params.yaml", "other.yaml")
    make, _ = DIFFERENCES["command, Snakemake"]
    make()
    checked = CliRunner().invoke(cli, ["dag", "--check", "--params", "other.yaml"])
    assert checked.exit_code == 0, checked.output
    assert "the engines read params.yaml and were not asked" in checked.output
