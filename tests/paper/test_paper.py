"""The paper of a made study: whole, the same bytes twice, and every number with a source."""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import made_gains
import made_study
from glasskt import pipeline
from glasskt.compare import pairs, tables
from glasskt.compare.published import SCORED_TEST
from glasskt.errors import UserError
from glasskt.paper import numbers, pages, render
from glasskt.paper.figures import ability, courses, formats, style, trajectory
from made_paper import build

FIGURES = pipeline.FIGURES


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a place with spaces")


@pytest.fixture(scope="module", autouse=True)
def elsewhere(root: Path) -> Iterator[None]:
    """Where nobody has built a paper before."""
    with contextlib.chdir(root):
        yield


@pytest.fixture(scope="module")
def files(root: Path) -> dict[str, Any]:
    return made_study.write(root, scored_test=SCORED_TEST)


@pytest.fixture(scope="module")
def built(root: Path, files: dict[str, Any]) -> Path:
    return build(root, files)


def test_equal_inputs_give_equal_bytes(root: Path, files: dict[str, Any], built: Path) -> None:
    again = build(root, files, "again")
    outputs = sorted(path.relative_to(built) for path in built.rglob("*") if path.is_file())
    assert len(outputs) == len(tables.SHOWN) * 3 + 5 + 3 + len(FIGURES) * 3
    for path in outputs:
        assert (built / path).read_bytes() == (again / path).read_bytes(), path


def test_a_figure_has_three_forms_that_name_no_date_and_need_no_font(built: Path) -> None:
    for name in FIGURES:
        svg, pdf, png = ((built / f"figures/{name}.{form}").read_bytes() for form in ("svg", "pdf", "png"))
        assert b"<dc:date>" not in svg
        assert b"/Font" not in pdf
        assert not re.search(rb"CreationDate|ModDate", pdf)
        chunks = list(_chunks(png))
        assert {kind for kind, _ in chunks} <= {b"IHDR", b"IDAT", b"IEND"}
        inches = int.from_bytes(dict(chunks)[b"IHDR"][:4], "big") / formats.DPI
        assert inches == pytest.approx(style.COLUMN, abs=0.01) or inches == pytest.approx(style.PAGE, abs=0.01)


def test_the_forms_are_the_same_whatever_the_seed_of_hashes(tmp_path: Path) -> None:
    draw = (
        "import sys; from matplotlib import rc_context; from glasskt.paper.figures import formats, style\n"
        "with rc_context(style.look()):\n"
        "    figure, (axes,) = style.canvas(2.0)\n"
        "    axes.plot([0, 1], label='θ, −1'); axes.legend(); axes.bar([0.2], [1], hatch='//')\n"
        "    sys.stdout.buffer.write(b''.join(formats.exported(figure).values()))"
    )
    drawn = [
        subprocess.run([sys.executable, "-c", draw], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert len(drawn[0]) > 10_000
    assert drawn[0] == drawn[1]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def test_every_number_resolves_to_its_source(built: Path) -> None:
    ledger = json.loads((built / "numbers.json").read_text())
    assert len(ledger) > 100
    for name, entry in ledger.items():
        assert numbers.resolve(entry, built) == entry["value"], name


def test_the_ledger_prints_a_small_p_as_the_table_does(built: Path) -> None:
    ledger = json.loads((built / "numbers.json").read_text())
    table = pairs.shown(tables.read("pairs", built / "tables/pairs.csv")).set_index("")
    for variant, printed in table["AUC, p"].items():
        assert ledger[f"pairs/{variant}/auc/p_holm"]["text"] == printed
    assert pairs.text("p_holm", 2e-5) == "< 0.001"


def test_an_edited_source_no_longer_resolves_to_the_number(built: Path, tmp_path: Path) -> None:
    entry = json.loads((built / "numbers.json").read_text())["summary/test_auc"]
    (tmp_path / "summary.json").write_text('{"test_auc": 0.9}')
    assert numbers.resolve(entry, tmp_path) != entry["value"]


@pytest.mark.parametrize("scored_test", [400, SCORED_TEST])
def test_one_text_serves_any_data_set(tmp_path: Path, scored_test: int) -> None:
    folder = build(tmp_path, made_study.write(tmp_path, scored_test=scored_test))
    assert (folder / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert ("l23_scale/mean (290365)/theta_sd/value" in json.loads((folder / "numbers.json").read_text())) == (scored_test == SCORED_TEST)


def test_a_focus_without_inner_quantities_has_a_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(made_study.PARAMETERS, "studies.made", {**made_study.PARAMETERS["studies.made"], "focus": "dkt.base"})
    monkeypatch.setattr(made_study, "FORMS", {})
    monkeypatch.setattr(made_study, "THETA_SD", {})
    files = made_study.write(tmp_path)
    inner = ["mastery_before", "mastery_after", "gain", "theta_before", "theta_after", "beta"]
    bare = pd.read_parquet(files["trajectories"])
    bare[inner] = np.nan
    bare.to_parquet(files["trajectories"], index=False)
    assert (build(tmp_path, files) / "paper.pdf").exists()


@pytest.mark.parametrize("spread", [None, 0.004, 0.4])
def test_the_gain_models_have_a_section_whichever_way_their_figures_fall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spread: float | None
) -> None:
    if spread is not None:
        monkeypatch.setattr(made_gains, "GAIN_SD", dict.fromkeys(made_gains.GAIN_SD, spread))
    folder = build(tmp_path, made_gains.add(tmp_path, made_study.write(tmp_path, scored_test=SCORED_TEST)))
    ledger = json.loads((folder / "numbers.json").read_text())
    assert (folder / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert ledger["gains_models/gainakt3.ranged/legacy_sd/value"]["text"] == "0.0030"
    first = {name.partition("/")[0]: entry for name, entry in ledger.items() if name.startswith("gains_")}
    assert set(first) == {"gains_models", "gains_replication", "gains_contrasts", "gains_ablation"}
    assert all(numbers.resolve(entry, folder) == entry["value"] for entry in first.values())


def test_a_study_without_gain_models_says_nothing_of_them(built: Path) -> None:
    assert not any(name.startswith("gains_") for name in json.loads((built / "numbers.json").read_text()))


def test_halves_and_controls_of_gains_stand_in_no_table_of_models() -> None:
    frame = pd.DataFrame({"variant": ["gainakt3.v1", "gainakt3.v1_half_1", "gainakt3.theta_one", "ikt3.split_no_delta"]})
    drops = pd.DataFrame({"variant": ["gainakt3.theta", "ikt3.split"], "control": ["gainakt3.theta_one", "ikt3.split_no_delta"]})
    gains = pd.DataFrame({"variant": ["gainakt3.theta"]})
    read = {
        "models": frame,
        "checks": frame,
        "calibration": frame,
        "pairs": frame,
        "irt": frame.rename(columns={"variant": "key"}),
        "gains_ablation": drops,
        "gains_models": gains,
    }
    left = pages.leading(read, made_gains.parameters()["variants"])
    assert [left[name]["variant"].tolist() for name in ("models", "checks")] == [["gainakt3.v1", "ikt3.split_no_delta"]] * 2
    assert len(left["irt"]) == 4


def test_a_study_without_py_irt_has_a_paper(tmp_path: Path) -> None:
    files = made_study.write(tmp_path)
    fits = pd.read_parquet(files["as_found_fits"])
    fits[fits["fit"] == "mml"].to_parquet(files["as_found_fits"], index=False)
    folder = build(tmp_path, files)
    assert (folder / "paper.pdf").exists()
    assert not any(name.startswith("backends/py-irt") for name in json.loads((folder / "numbers.json").read_text()))


def test_a_fault_in_the_text_is_named_in_one_line(tmp_path: Path, root: Path, files: dict[str, Any]) -> None:
    text = tmp_path / "paper.typ"
    text.write_text("#nothing-of-this-name\n")
    with pytest.raises(UserError, match=r"paper\.typ: Typst cannot compile it: .*unknown variable") as raised:
        build(root, files, "faulty", text)
    assert "\n" not in str(raised.value)
    assert not (root / "faulty/paper.pdf").exists()


def test_a_page_carries_no_date_and_no_path(tmp_path: Path) -> None:
    text, references = tmp_path / "t.typ", tmp_path / "r.bib"
    text.write_text("#set document(date: none)\nOne.")
    references.write_text("")
    page = render.paper(render.read(text, []), references, {}, {}, {}).pdf
    assert b"CreationDate" not in page
    assert str(tmp_path).encode() not in page


def test_the_student_shown_has_the_most_skills_among_those_of_readable_length() -> None:
    lengths, skills = {1: 200, 2: 40, 3: 50, 4: 45}, {1: 9, 2: 3, 3: 5, 4: 5}
    rows = [(who, step, step % skills[who], 1, "test") for who, n in lengths.items() for step in range(n)]
    table = pd.DataFrame(rows, columns=["student", "step", "skill", "response", "split"])
    assert trajectory.student(table) == 3


def test_the_three_students_are_of_readable_length_and_lie_at_three_levels() -> None:
    students = pd.DataFrame({"student": range(100), "theta": np.linspace(-2, 2, 100), "role": "test", "n_responses": 20})
    students.loc[20:80, "n_responses"] = 50
    assert courses.chosen(students)["student"].tolist() == [26, 50, 74]  # quantiles of students 20 to 80
    assert courses.chosen(students.assign(n_responses=5))["student"].tolist() == [10, 49, 89]  # of all, where none is of that length
    with pytest.raises(UserError, match="no test student"):
        courses.chosen(students.assign(role="train"))


def test_an_ability_equal_to_the_final_one_correlates_fully_at_every_step() -> None:
    final = pd.DataFrame({"student": range(40), "theta": np.linspace(-2, 2, 40)})
    rows = final.merge(pd.DataFrame({"step": range(5)}), how="cross").rename(columns={"theta": "theta_before"})
    rows["theta_before"] += np.where(rows["student"] % 2, 0.3, -0.3)
    curve = ability.by_step(rows, final)
    assert list(curve["step"]) == [1, 2, 3, 4]
    expected = np.corrcoef(final["theta"] + np.where(final["student"] % 2, 0.3, -0.3), final["theta"])[0, 1]
    assert np.allclose(curve["r"], expected)
    assert (curve["low"] < curve["r"]).all()
    assert (curve["r"] < curve["high"]).all()
