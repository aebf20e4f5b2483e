"""Every result of a study stands in the report of Snakemake, with a caption."""

import json
import re

import pytest
from workspace import make_workspace

from glasskt.engines import report
from glasskt.pipeline import FIGURES, STAGES, TABLES

RESULTS = {place for stage in report.STAGES for place in STAGES[stage].outputs.values()}


def test_every_result_has_a_caption_in_plain_words() -> None:
    shown = [report.shown(place) for place in RESULTS]
    assert {each.result for each in shown} >= {*TABLES, *FIGURES, "paper", "numbers", "summary", "check_matrix"}
    for each in shown:
        assert len(each.caption) > 40, each
        assert not re.search(r"[`*{}\\]|_\W|\|", each.caption), each  # neither LaTeX nor reStructuredText


def test_a_result_without_a_caption_is_refused() -> None:
    with pytest.raises(KeyError):
        report.shown("results/{study}/tables/nobody.csv")


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
