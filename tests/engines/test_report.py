"""Every result of a study stands in the report of Snakemake, with a caption."""

import json
import re
from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError
from workspace import make_workspace

from glasskt.engines import report
from glasskt.engines.snakemake_rules import Rules
from glasskt.errors import UserError
from glasskt.pipeline import FIGURES, STAGES, TABLES

ROOT = Path(__file__).parents[2]
RESULTS = {place for stage in report.STAGES for place in STAGES[stage].outputs.values()}


def test_every_result_has_a_caption_in_plain_words() -> None:
    shown = [report.shown(place) for place in RESULTS]
    assert {each.result for each in shown} >= {*TABLES, *FIGURES, "paper", "numbers", "summary", "check_matrix"}
    for each in shown:
        assert len(each.caption) > 40, each
        assert not re.search(r"[`*{}\\]|_\W|\|", each.caption), each  # neither LaTeX nor reStructuredText


@pytest.mark.parametrize(
    ("place", "place_of_captions"),
    [
        ("results/{study}/tables/nobody.csv", "src/glasskt/compare/captions.py"),
        ("results/{study}/figures/nobody.svg", "src/glasskt/paper/figures/captions.py"),
        ("results/{study}/nobody.json", "src/glasskt/engines/report.py"),
    ],
)
def test_a_result_without_a_caption_is_refused_in_one_line_that_says_where_to_write_it(place, place_of_captions) -> None:
    with pytest.raises(UserError, match=re.escape(place)) as refused:
        report.shown(place)
    assert str(refused.value).endswith(f"Write one for 'nobody' in {place_of_captions}")
    assert "\n" not in str(refused.value)
    assert (ROOT / place_of_captions).is_file()


def test_snakemake_stops_with_that_line(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(report.HEADINGS, "Tables", {})
    with pytest.raises(WorkflowError, match=r"results/\{study\}/tables/\w+\.\w+: no caption"):
        Rules.load({}).outputs("compare")


@pytest.mark.slow
def test_the_report_of_a_study_shows_every_result_offline(tmp_path) -> None:
    workspace = make_workspace(tmp_path / "glass box")
    workspace.run("snakemake", "--cores", "2")
    nowhere = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    workspace.run("env", *(f"{name}={value}" for name, value in nowhere.items()), "snakemake", "--report", "report.html")
    page = (workspace.path / "report.html").read_text(encoding="utf-8")
    found = json.loads(re.search(r"(?m)^\s*var results = (\{.*\});?$", page)[1])
    places = {place.format(study="tiny", dataset="tiny") for place in RESULTS}
    assert places <= found.keys()
    assert all(len(re.sub(r"<[^>]*>", "", found[place]["caption"]).strip()) > 40 for place in places)
    assert "system-message" not in "".join(entry["caption"] for entry in found.values())
    assert not re.search(r"""<(?:script|link|img)[^>]*(?:src|href)=["']?https?:""", page)
