"""`glasskt table`: the figures of runs by group, in the folder and at git revisions."""

import contextlib
import csv
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from dvc.repo import Repo

import made_study
from glasskt.cli import cli
from glasskt.errors import UserError

FREE = "results/made/fold0/ikt3.free/seed1/metrics.json"
EASY = "results/made/fold0/reference.easy/seed1/metrics.json"


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=test", "-c", "user.email=test@example.org", *words], cwd=folder, check=True)


def table(folder: Path, *words: str) -> Result:
    with contextlib.chdir(folder):
        return CliRunner(mix_stderr=False).invoke(cli, ["table", *words], catch_exceptions=False)


def rows(folder: Path, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(table(folder, *words, "--csv").stdout.splitlines()))


def params(path: Path, blocks: dict[str, Any], **study: Any) -> None:
    variants: dict[str, dict[str, Any]] = {}
    for name, block in blocks.items():
        family, _, short = name.partition(".")
        variants.setdefault(family, {})[short] = block
    whole = {"dataset": "made", "folds": [0], "seeds": [1], "focus": next(iter(blocks)), "variants": list(blocks), **study}
    path.write_text(yaml.safe_dump({"study": "small", "studies": {"small": whole}, "variants": variants}, sort_keys=False))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten variants with two seeds each, 0.002 of AUC apart; dkt.base ran its first seed only."""
    folder = tmp_path_factory.mktemp("made")
    made_study.write(folder / "results")
    blocks = {variant: made_study.settings(variant) for variant in made_study.AUC}
    params(folder / "params.yaml", blocks, seeds=[1, 2], one_seed=["dkt.*"])
    return folder


def test_a_row_holds_the_mean_and_sd_of_its_runs(made: Path) -> None:
    found = {row["variant"]: row for row in rows(made)}
    assert list(found) == list(made_study.AUC)
    # two runs at 0.727 - 0.001 and 0.727 + 0.001: sd = 0.002 / sqrt(2)
    split = found["ikt3.split"]
    assert (split["metric"], split["runs"], split["low"], split["high"]) == ("auc", "2", "", "")
    assert float(split["mean"]) == pytest.approx(0.727)
    assert float(split["sd"]) == pytest.approx(0.002 / 2**0.5)


def test_a_row_of_one_run_holds_its_interval(made: Path) -> None:
    # the run of seed 2 that lies there is none of the study's, by `one_seed`
    (dkt,) = (row for row in rows(made) if row["variant"] == "dkt.base")
    assert (dkt["runs"], dkt["sd"]) == ("1", "")
    assert [float(dkt[key]) for key in ("mean", "low", "high")] == pytest.approx([0.727, 0.722, 0.732])


def test_groups_are_of_any_columns_and_metrics_of_any_part(made: Path) -> None:
    found = rows(made, "--by", "family,seed", "--metric", "auc,blackbox_auc", "--metric", "fit_parameters")
    assert [(row["family"], row["seed"], row["metric"]) for row in found[:4]] == [
        *(("reference", "1", metric) for metric in ("auc", "blackbox_auc", "fit_parameters")),
        ("reference", "2", "auc"),
    ]
    by = {(row["family"], row["seed"], row["metric"]): row for row in found}
    # the two references at seed 1: 0.637 and 0.688, both less 0.001
    assert float(by["reference", "1", "auc"]["mean"]) == pytest.approx((0.637 + 0.688) / 2 - 0.001)
    assert by["reference", "1", "blackbox_auc"]["runs"] == "0"
    assert float(by["ikt3", "2", "fit_parameters"]["mean"]) == 1000


def test_the_best_comes_first(made: Path) -> None:
    best = [row["variant"] for row in rows(made, "--metric", "ece", "--sort", "auc") if row["metric"] == "ece"]
    assert best == sorted(
        made_study.AUC, key=lambda variant: round(made_study.AUC[variant] - 0.001 * (variant == "dkt.base"), 6), reverse=True
    )


def test_what_people_read_says_what_its_cells_mean(made: Path) -> None:
    text = table(made, "--by", "family,variant", "--split", "valid").stdout
    assert re.search(r"^dkt        dkt.base +1  0.7270 \[0.7220, 0.7320\]$", text, re.MULTILINE)
    assert re.search(r"^ikt3       ikt3.split +2  0.7270 ± 0.0014$", text, re.MULTILINE)
    assert "small: validation rows; mean ± sd over runs that differ in seed; [95 % interval of a single run" in text
    assert "| ikt3.split               | 2      | 0.7270 ± 0.0014         |" in table(made, "--md").stdout
    assert json.loads(table(made, "--json").stdout)[0]["low"] is None


def test_a_run_that_is_not_there_or_not_of_these_settings_is_named(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "results/made", tmp_path / "results/made")
    blocks = {name: made_study.settings(name) for name in ("ikt3.mean", "ikt3.direct")}
    params(tmp_path / "params.yaml", {**blocks, "ikt3.mean": {"l_23": {"form": "scale"}}, "dkt.absent": {}})
    done = table(tmp_path)
    assert "ikt3.mean" in done.stdout
    assert done.stderr.splitlines() == [
        "workspace: no run of dkt.absent; let snakemake or dvc repro build it",
        "workspace: made with other settings than its params.yaml has: ikt3.mean seed 1; run dvc repro or snakemake",
    ]


def test_a_pattern_sets_studies_beside_each_other_and_names_those_that_did_not_run(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    shutil.copytree(made, folder)
    known = yaml.safe_load((folder / "params.yaml").read_text())
    of = {"x-a": "made", "x-b": "other", "y": "made"}
    known["studies"] = {name: known["studies"]["small"] | {"dataset": dataset} for name, dataset in of.items()}
    (folder / "params.yaml").write_text(yaml.safe_dump(known, sort_keys=False))
    told = table(folder, "--study", "x-*", "--by", "dataset,variant", "--csv")
    assert {row["dataset"] for row in csv.DictReader(told.stdout.splitlines())} == {"made"}
    assert "x-b: workspace: no run of " in told.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--metric", "acu"], "--metric: no run has 'acu'. Did you mean \"auc\"?"),
        (["--sort", "acu"], "--sort: no run has 'acu'. Did you mean \"auc\"?"),
        (["--sort", "brierr"], 'Did you mean "brier"?'),
        (["--by", "famly"], "no column 'famly'. Did you mean \"family\"?"),
        (["--by", "seed,seed"], "seed stands twice"),
        (["--study", "smal"], "no study 'smal' in params.yaml. Did you mean \"small\"?"),
        (["--revs", "HEAD"], "no DVC repository here"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_unknown_name_is_one_line_with_the_nearest(made: Path, words: list[str], line: str) -> None:
    with pytest.raises(UserError, match=re.escape(line)) as error:
        table(made, *words)
    assert len(str(error.value).splitlines()) == 1


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tags and an experiment. DVC records the run of ikt3.free, git tracks that of reference.easy; `lost` is not in the cache."""
    folder = tmp_path_factory.mktemp("revisions")
    for auc, form in ((0.70, "mean"), (0.72, "direct"), (0.71, "dynamic")):
        _metrics(folder / f"made/{form}.json", auc, "ikt3.free", {"l_23": {"form": form}})
    _metrics(folder / EASY, 0.64, "reference.easy", {})
    params(folder / "params.yaml", {"reference.easy": {}, "ikt3.free": {"l_23": {"form": "dynamic"}}})
    command = f"mkdir -p {Path(FREE).parent} && cp made/${{variants.ikt3.free.l_23.form}}.json {FREE}"
    stage = {"cmd": command, "deps": ["made"], "params": ["variants.ikt3.free"], "outs": [FREE]}
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"verify": stage}}))
    (folder / ".gitignore").write_text(f"/{FREE}\n")
    git(folder, "init", "--quiet", "--initial-branch=main")
    with contextlib.chdir(folder):
        Repo.init().close()
        git(Path(), "commit", "--quiet", "--allow-empty", "--message", "before there was a study")
        git(Path(), "tag", "before")
        _build("lost")
        md5 = yaml.safe_load(Path("dvc.lock").read_text())["stages"]["verify"]["outs"][0]["md5"]
        Path(".dvc/cache/files/md5", md5[:2], md5[2:]).unlink()
        params(Path("params.yaml"), {"reference.easy": {}, "ikt3.free": {"l_23": {"form": "mean"}}})
        _build("start")
        with Repo() as repo:
            repo.experiments.run(name="direct", params=["variants.ikt3.free.l_23.form=direct"])
    return folder


def _build(tag: str) -> None:
    with Repo() as repo:
        repo.reproduce()
    for words in (("add", "--all"), ("commit", "--quiet", "--message", tag), ("tag", tag)):
        git(Path(), *words)


def _metrics(path: Path, auc: float, variant: str, settings: dict[str, Any]) -> None:
    scores = {"p_before": made_study.scores(auc), "p_blackbox_before": None}
    name = {"dataset": "made", "fold": 0, "variant": variant, "seed": 1}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**name, "settings": settings, "fit": {}, "validation": scores, "test": scores}))


def test_the_same_table_over_revisions_and_experiments(repository: Path) -> None:
    found = rows(repository, "--revs", "start,direct", "--revs", "workspace")
    assert [(row["variant"], row["rev"], row["mean"]) for row in found] == [
        *(("reference.easy", rev, "0.64") for rev in ("start", "direct", "workspace")),
        ("ikt3.free", "start", "0.7"),
        ("ikt3.free", "direct", "0.72"),
        ("ikt3.free", "workspace", "0.72"),
    ]


def test_a_figure_that_was_not_kept_is_named_and_the_others_are_shown(repository: Path) -> None:
    done = table(repository, "--revs", "before,lost,start")
    assert [line.split()[:4] for line in done.stdout.splitlines()[2:5]] == [
        ["reference.easy", "lost", "1", "0.6400"],
        ["reference.easy", "start", "1", "0.6400"],
        ["ikt3.free", "start", "1", "0.7000"],
    ]
    before, lost = done.stderr.splitlines()
    assert before.startswith("before: no params.yaml")
    assert lost.startswith(f"lost: not in DVC's cache: {FREE}; dvc fetch --all-commits")


def test_an_unknown_revision_is_one_line_with_the_nearest(repository: Path) -> None:
    with pytest.raises(UserError, match=r"--revs: no commit, branch, tag or experiment 'drect'. Did you mean \"direct\"\?"):
        table(repository, "--revs", "drect")
