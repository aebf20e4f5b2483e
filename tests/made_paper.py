"""The paper of a made study: its tables, then its pages."""

from pathlib import Path
from typing import Any

import made_gains
import made_study
from glasskt import pipeline
from glasskt.compare import tables
from glasskt.stages import compare, paper

ROOT = Path(__file__).parents[1]


TEXT = ROOT / "paper/paper.typ"
INCLUDED = [path for path in sorted(TEXT.parent.rglob("*.typ")) if path != TEXT]


def build(root: Path, files: dict[str, Any], name: str = "study", text: Path = TEXT) -> Path:
    """Compare and render; the folder of the study."""
    folder = root / name
    tabulate(folder, files)
    render(folder, files, text=text)
    return folder


def tabulate(folder: Path, files: dict[str, Any]) -> None:
    """Run the stage compare."""
    compare.run(
        parameters=_parameters(files),
        study="made",
        **{flag: files[flag] for flag in ("metrics", "checks", "history", "by_student", "interactions", "facts")},
        trajectories=files.get("traced", []),
        **{flag: [files[flag]] for flag in ("items", "irt_fit", "as_found_fits", "tracking")},
        matrix=folder / "tables/check_matrix.md",
        **_tables(folder),
        **{f"{table}_{kind}": folder / f"tables/{table}.{kind}" for table in tables.SHOWN for kind in ("md", "tex")},
    )


def render(
    folder: Path,
    files: dict[str, Any],
    *,
    text: Path = TEXT,
    included: list[Path] | None = None,
    claims: Path = ROOT / "paper/claims.yaml",
    typed: Path = ROOT / "paper/typed.yaml",
    draft: bool = False,
) -> None:
    """Run the stage paper."""
    paper.run(
        parameters=_parameters(files),
        study="made",
        text=text,
        included=INCLUDED if text == TEXT else included,
        references=ROOT / "paper/references.bib",
        claims=claims,
        typed=typed,
        draft=draft,
        **_tables(folder),
        **{flag: files[flag] for flag in ("facts", "interactions", "items", "students", "theta", "trajectories")},
        pdf=folder / "paper.pdf",
        numbers=folder / "numbers.json",
        claims_json=folder / "claims.json",
        **{f"{figure}_{kind}": folder / f"figures/{figure}.{kind}" for figure in pipeline.FIGURES for kind in ("svg", "pdf", "png")},
    )


def _parameters(files: dict[str, Any]) -> dict[str, Any]:
    return made_gains.parameters() if "traced" in files else made_study.PARAMETERS


def _tables(folder: Path) -> dict[str, Path]:
    return {
        **{f"{table}_csv": folder / f"tables/{table}.csv" for table in tables.SHOWN},
        "course": folder / "tables/l23_course.csv",
        "by_skill": folder / "tables/gains_by_skill.csv",
        "bins": folder / "tables/calibration_bins.csv",
        "summary": folder / "summary.json",
    }
