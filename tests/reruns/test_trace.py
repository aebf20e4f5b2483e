"""`glasskt trace`: from a number to the digest of the raw file, by records alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_results import make_results

from glasskt.errors import UserError
from glasskt.graph import Graph
from glasskt.provenance import trace as room
from glasskt.provenance.digests import digest
from glasskt.stages import trace

NUMBERS = "results/made/numbers.json"
RAW = "data/tiny/responses.csv"
ID = "models/ikt3.mean/test_auc"


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    monkeypatch.chdir(tmp_path)
    made = make_results(tmp_path)
    sources = {"tables/models.csv": digest("results/made/tables/models.csv"), "tables/pairs.csv": digest("results/made/tables/pairs.csv")}
    ledger: dict[str, Any] = {
        ID: entry("tables/models.csv", {"variant": "ikt3.mean"}, "test_auc", sources) | {"interval": [0.68, 0.7], "n": 100},
        "pairs/dkt.base/auc/difference": entry("tables/pairs.csv", {"variant": "dkt.base", "metric": "auc"}, "difference", sources),
        "data/skills/all": entry("tables/models.csv", {"key": "skills"}, "all", sources) | {"text": "3"},
    }
    Path(NUMBERS).write_text(json.dumps(ledger))
    room._read.cache_clear()
    yield made
    room._read.cache_clear()


def entry(source: str, row: dict[str, str], column: str, sources: dict[str, str]) -> dict[str, Any]:
    return {"value": 0.6943, "text": "0.6943", "source": source, "sha256": sources[source], "key": {"row": row, "column": column}}


def traced(number: str, *, every: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(trace.run(number, "made", every=every, as_json=True))
    return found


def test_a_trace_ends_at_the_digest_of_the_raw_file(graph: Graph) -> None:
    found = traced(ID)
    assert found["raw"][RAW] == digest(RAW)
    stages = [run["stage"] for run in found["runs"]]
    assert stages[0] == "compare"
    assert stages[-1] == "simulate"
    order = [stages.index(stage) for stage in ("verify", "trajectories", "train", "track-ability", "fit-irt", "preprocess")]
    assert order == sorted(order)
    assert not any(run["remarks"] for run in found["runs"])
    text = trace.run(ID, "made", every=False, as_json=False)
    assert f"{RAW}  sha256 {digest(RAW)}" in text
    assert text.startswith(
        f"{ID} = 0.6943, 95 % [0.68, 0.7], n = 100\n    results/made/tables/models.csv: row variant ikt3.mean; column test_auc"
    )


def test_a_run_is_told_with_its_parameters_commit_and_time(graph: Graph) -> None:
    train = next(run for run in traced(ID)["runs"] if run["stage"] == "train")
    assert train["parameters"] == {"variants.ikt3.mean": {"l_23": {"form": "mean"}, "epochs": 2}}
    assert {"commit", "started", "seconds"} <= set(train["host"])
    text = trace.run(ID, "made", every=False, as_json=False)
    assert 'with variants.ikt3.mean: {"epochs": 2, "l_23": {"form": "mean"}}' in text


@pytest.mark.parametrize(
    ("number", "every", "variants"),
    [
        (ID, False, {"ikt3.mean"}),
        (ID, True, {"ikt3.mean", "dkt.base", "reference.afm"}),
        ("pairs/dkt.base/auc/difference", False, {"dkt.base", "ikt3.mean"}),
        ("data/skills/all", False, set()),
    ],
)
def test_the_way_leads_through_the_variants_that_a_number_is_about(graph: Graph, number: str, every: bool, variants: set[str]) -> None:
    found = traced(number, every=every)
    assert {run["variant"] for run in found["runs"] if "variant" in run} == variants
    assert found["raw"][RAW] == digest(RAW)
    assert (found["runs"][0]["inputs_not_followed"] == 0) is every


def test_a_printed_number_is_answered_with_its_ids(graph: Graph) -> None:
    assert traced("3")["id"] == "data/skills/all"
    listed = trace.run("0.6943", "made", every=False, as_json=False)
    assert listed.startswith("2 numbers are printed as 0.6943")
    with pytest.raises(UserError, match=r"no number has the id 'models/ikt3\.men/test_auc' .* Did you mean \"models/ikt3\.mean/test_auc\""):
        trace.run("models/ikt3.men/test_auc", "made", every=False, as_json=False)


def test_what_does_not_agree_is_said_in_its_line(graph: Graph) -> None:
    metrics = "results/tiny/fold0/ikt3.mean/seed1/metrics.json"
    Path(metrics).write_text("edited")
    Path("results/tiny/fold0/ikt3.mean/seed2/train.run.json").unlink()
    Path("results/tiny/fold0/irt/fit-irt.host.json").unlink()
    found = traced(ID)
    verify = next(run for run in found["runs"] if run["stage"] == "verify" and run["seed"] == "1")
    assert verify["remarks"] == [f"{metrics}: now {digest(metrics)[:12]}, and this run wrote {verify['wrote'][metrics][:12]}"]
    assert any("seed2/model.safetensors: no record tells which run wrote it" in remark for remark in found["remarks"])
    assert f"{NUMBERS}: not what the run of its record wrote" in found["remarks"]  # the fixture wrote it
    assert "commit and time unknown" in trace.run(ID, "made", every=False, as_json=False)


def test_an_input_that_another_run_wrote_is_named(graph: Graph) -> None:
    record = Path("results/tiny/preprocess.run.json")
    known = json.loads(record.read_text())
    known["inputs"]["raw"][RAW] = "0" * 64
    record.write_text(json.dumps(known))
    simulate = traced(ID)["runs"][-1]
    assert simulate["remarks"] == [f"{RAW}: read as {'0' * 12}, and this run wrote {digest(RAW)[:12]}"]


def test_a_study_without_a_paper_says_so(graph: Graph) -> None:
    with pytest.raises(UserError, match=r"results/more/numbers\.json: no such file: the paper of this study is not built here"):
        trace.run(ID, "more", every=False, as_json=False)
