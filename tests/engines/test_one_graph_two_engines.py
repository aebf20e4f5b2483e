"""Both engines build the same files, and one edit reruns the least work in both."""

import csv
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workspace import Workspace

RUN = ("train", "trajectories", "verify")
END = {"compare", "paper"}


@contextmanager
def edited(path: Path, old: str, new: str) -> Iterator[None]:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    try:
        yield
    finally:
        path.write_text(text)


def runs(*variants: str, stages: tuple[str, ...] = RUN) -> set[str]:
    return {f"{stage} {variant}" for stage in stages for variant in variants}


def test_both_engines_build_the_same_bytes(built) -> None:
    _, by_snakemake, by_dvc = built
    assert {"results/tiny/paper.pdf", "results/tiny/paper.run.json"} <= by_snakemake.keys()
    assert by_dvc == by_snakemake


def test_dvc_plots_how_the_focus_variant_learned_and_shows_the_summary_alone(built) -> None:
    workspace, _, _ = built
    figures = json.loads(workspace.run("dvc", "plots", "show", "--json").stdout)["data"]
    history = list(csv.DictReader((workspace.path / "results/tiny/fold0/ikt3.dynamic/seed1/history.csv").open()))
    assert figures.keys() == {"train_total", "valid_total", "valid_log_loss", "valid_auc"}
    for name, (figure,) in figures.items():
        rows = figure["content"]["data"]["values"]
        assert [(row["epoch"], row[name]) for row in rows] == [(epoch["epoch"], epoch[name]) for epoch in history]
    shown = json.loads(workspace.run("dvc", "metrics", "show", "--json").stdout)
    assert list(shown[""]["data"]) == ["results/tiny/summary.json"]


def test_a_built_study_leaves_neither_engine_anything_to_do(built) -> None:
    workspace, _, _ = built
    assert workspace.snakemake_would_run() == set()
    assert workspace.dvc_would_run() == set()
    assert workspace.why_would_run() == set()


def test_a_changed_loss_form_reruns_that_variant_and_what_follows(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "params.yaml", "l_23: {form: mean}", "l_23: {form: direct}"):
        expected = runs("ikt3-mean") | END
        assert workspace.snakemake_would_run() == expected
        assert workspace.dvc_would_run() == expected
        assert workspace.why_would_run() == expected
        told = workspace.run("glasskt", "why").stdout
    assert "parameter variants.ikt3.mean.l_23.form: mean -> direct" in told


def test_an_edited_loss_module_reruns_its_family_and_no_other(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "src/glasskt/models/ikt3/l_23.py", '"""l_23', '"""Now: l_23'):
        family = ("ikt3-mean", "ikt3-dynamic")
        assert workspace.snakemake_would_run() == runs(*family) | END
        assert workspace.why_would_run() == runs(*family) | END
        assert "code src/glasskt/models/ikt3/l_23.py: " in workspace.run("glasskt", "why").stdout
        # DVC lists what an edit touches itself; what follows is decided as it runs
        assert runs(*family, stages=("train",)) <= workspace.dvc_would_run() <= runs(*family)


def test_an_edited_loss_module_is_run_by_dvc_for_its_family_and_no_other(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "src/glasskt/models/ikt3/l_23.py", '"""l_23', '"""Now: l_23'):
        workspace.run("dvc", "repro", "--quiet", "--single-item", "code")
        plan = workspace.run("dvc", "repro", "--dry").stdout
    started = {line.split("'")[1] for line in plan.splitlines() if line.startswith("Running stage")}
    assert {name for name in started if name.startswith("train")} == {
        "train-tiny-fold0-ikt3-mean-seed1",
        "train-tiny-fold0-ikt3-dynamic-seed1",
    }


def test_the_order_of_keys_reruns_nothing_and_a_swap_of_two_values_does(built) -> None:
    workspace, _, _ = built
    params = workspace.path / "params.yaml"
    with edited(params, "{l_23: {form: mean}, epochs: 2}", "{epochs: 2, l_23: {form: mean}}"):
        assert workspace.snakemake_would_run() == set()
        assert workspace.dvc_would_run() == set()
        assert workspace.why_would_run() == set()
    with edited(params, "students: 120, skills: 4, seed: 3", "students: 120, skills: 3, seed: 4"):
        assert "simulate" in workspace.snakemake_would_run()
        assert "simulate" in workspace.dvc_would_run()


def test_an_edited_check_reruns_what_asks_the_checks(built) -> None:
    workspace, _, _ = built
    variants = ("reference-rasch_filter", "dkt-base", "ikt3-mean", "ikt3-dynamic")
    expected = runs(*variants, stages=("verify",)) | {"power"}
    with edited(workspace.path / "src/glasskt/checks/no_leak.py", '"""', '"""Now: '):
        assert workspace.snakemake_would_run() == expected | END
        assert workspace.why_would_run() == expected | END
        assert expected <= workspace.dvc_would_run() <= expected | END


def test_another_version_of_a_package_reruns_the_steps_that_import_it(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "requirements/pins/lightgbm.txt", "lightgbm==", "lightgbm==0"):
        expected = runs("reference-rasch_filter", stages=("train", "trajectories"))
        assert expected <= workspace.snakemake_would_run() <= expected | runs("reference-rasch_filter") | END
        assert workspace.dvc_would_run() == expected
        assert "environment lightgbm: " in workspace.run("glasskt", "why").stdout
        refused = workspace.run("snakemake", "--cores", "1", "results/tiny/fold0/reference.rasch_filter/seed1/fit.json", check=False)
        assert "requirements/pins says 0" in refused.stdout + refused.stderr
    workspace.run("dvc", "checkout", "--force")
    workspace.run("glasskt", "sync")


def test_touching_every_file_reruns_nothing(built) -> None:
    workspace, _, _ = built
    for folder in ("src", "requirements", "results", "data", "params.yaml", "dvc.yaml", "paper"):
        for path in [workspace.path / folder, *(workspace.path / folder).rglob("*")]:
            if path.is_file():
                path.touch()
    assert workspace.snakemake_would_run() == set()
    assert workspace.dvc_would_run() == set()
    assert workspace.why_would_run() == set()


def test_after_a_checkout_in_any_order_sync_leaves_neither_engine_anything_to_do(built) -> None:
    workspace, _, _ = built
    outs = sorted(path for path in workspace.hashes() if path.startswith("results/"))
    random.Random(0).shuffle(outs)
    for path in outs:
        (workspace.path / path).unlink()
    for start in range(0, len(outs), 40):
        workspace.run("dvc", "checkout", "--quiet", *outs[start : start + 40])
    done = workspace.run("glasskt", "sync")
    assert "20 of 20 steps stand, and both engines know" in done.stderr
    assert workspace.snakemake_would_run() == set()
    assert workspace.dvc_would_run() == set()


def test_sync_refuses_to_bless_what_was_not_run(built) -> None:
    workspace, _, _ = built
    expected = runs("ikt3-mean") | END
    with edited(workspace.path / "params.yaml", "l_23: {form: mean}", "l_23: {form: direct}"):
        refused = workspace.run("glasskt", "sync", check=False)
        assert refused.returncode == 2
        assert "refused: train tiny fold0 ikt3.mean seed1: parameter variants.ikt3.mean.l_23.form: mean -> direct" in refused.stderr
        assert "5 steps refused" in refused.stderr
        assert workspace.snakemake_would_run() == expected
        assert workspace.dvc_would_run() == expected
    model = workspace.path / "results/tiny/fold0/dkt.base/seed1/model.safetensors"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    refused = workspace.run("glasskt", "sync", check=False)
    model.write_bytes(whole)
    assert refused.returncode == 2
    assert "model.safetensors: not what the run that its record tells of has written" in refused.stderr
    workspace.run("glasskt", "sync")


def test_a_clone_with_pulled_results_has_nothing_to_do_and_lists_its_orphans(built, tmp_path) -> None:
    workspace, _, _ = built
    git = ("git", "-c", "user.name=test", "-c", "user.email=test@example.org")
    workspace.run("dvc", "remote", "add", "--force", "--default", "store", str(tmp_path / "store"))
    workspace.run("dvc", "push", "--quiet")
    workspace.run("git", "add", "dvc.lock", ".dvc/config")
    workspace.run(*git, "commit", "--quiet", "--message", "results")
    clone = Workspace(tmp_path / "a clone")
    workspace.run("git", "clone", "--quiet", str(workspace.path), str(clone.path))
    clone.run("dvc", "pull", "--quiet")
    clone.run("glasskt", "sync")
    assert clone.snakemake_would_run() == clone.dvc_would_run() == clone.why_would_run() == set()
    before = clone.hashes()
    kept = "results/tiny/fold0/ikt3.mean/seed1/fit.json"
    clone.run("git", "add", "--force", kept)
    with edited(clone.path / "params.yaml", "ikt3.mean, ikt3.dynamic]", "ikt3.dynamic]"):
        clone.run("glasskt", "dag", "--write")
        listed = clone.run("glasskt", "orphans").stdout
        assert "of no study of params.yaml: 14 files" in listed
        assert "dvc.lock: train-tiny-fold0-ikt3-mean-seed1" in listed
        assert clone.hashes() == before
        pruned = clone.run("glasskt", "orphans", "--prune").stderr
        assert f"kept, git tracks it: {kept}" in pruned
        left = {path for path in clone.hashes() if "ikt3.mean" in path}
        assert left == {kept}
        assert "ikt3-mean" not in (clone.path / "dvc.lock").read_text()
        assert {path for path in before if "ikt3.mean" not in path} <= clone.hashes().keys()


def test_an_edit_of_the_filter_leaves_black_boxes_alone(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "params.yaml", "drift: learned", "drift: 0.01"):
        would = workspace.snakemake_would_run()
    assert "train dkt-base" not in would
    assert "train ikt3-mean" not in would
    assert {"track-ability", "train ikt3-dynamic", "verify dkt-base"} <= would


def test_a_stale_dvc_file_stops_the_run_with_the_fix(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "params.yaml", "ikt3.mean, ikt3.dynamic]", "ikt3.dynamic]"):
        done = workspace.run("dvc", "repro", check=False)
        assert done.returncode != 0
        assert "Run: glasskt dag --write" in done.stdout + done.stderr
