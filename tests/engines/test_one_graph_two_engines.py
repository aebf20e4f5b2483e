"""Both engines build the same files, and one edit reruns the least work in both."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    assert "results/tiny/paper.pdf" in by_snakemake
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


def test_a_changed_loss_form_reruns_that_variant_and_what_follows(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "params.yaml", "l_23: {form: mean}", "l_23: {form: direct}"):
        expected = runs("ikt3-mean") | END
        assert workspace.snakemake_would_run() == expected
        assert workspace.dvc_would_run() == expected


def test_an_edited_loss_module_reruns_its_family_and_no_other(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "src/glasskt/models/ikt3/l_23.py", '"""l_23', '"""Now: l_23'):
        family = ("ikt3-mean", "ikt3-dynamic")
        assert workspace.snakemake_would_run() == runs(*family) | END
        # DVC lists what an edit touches itself; what follows is decided as it runs
        assert runs(*family, stages=("train",)) <= workspace.dvc_would_run() <= runs(*family)


def test_an_edited_loss_module_is_run_by_dvc_for_its_family_and_no_other(built) -> None:
    workspace, _, _ = built
    with edited(workspace.path / "src/glasskt/models/ikt3/l_23.py", '"""l_23', '"""Now: l_23'):
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
    with edited(params, "students: 120, skills: 4, seed: 3", "students: 120, skills: 3, seed: 4"):
        assert "simulate" in workspace.snakemake_would_run()
        assert "simulate" in workspace.dvc_would_run()


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
