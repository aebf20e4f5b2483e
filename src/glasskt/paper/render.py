"""From a Typst text, its data, tables and figures to a PDF: offline, with Typst's own fonts, equal bytes from equal inputs."""

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import typst

from glasskt.errors import UserError

Sources = Mapping[Path, str]
"""Typst file -> what it holds; the main file first."""


@dataclass(frozen=True)
class Paper:
    """What Typst makes of a text.

    Attributes:
        pdf: The pages.
        claims: Ids of the claims that it shows.
        missing: Ids of numbers that it asks for and the ledger lacks.
    """

    pdf: bytes
    claims: list[str]
    missing: list[str]


def read(text: Path, included: Iterable[Path]) -> Sources:
    """The Typst files of a paper.

    Arguments:
        text: The main file.
        included: What it includes, in or below its folder.

    Raises:
        UserError: One is missing, or lies elsewhere.
    """
    for path in included:
        if not path.is_relative_to(text.parent):
            raise UserError(f"{path}: lies outside {text.parent}, where Typst looks for what {text.name} includes; move it there")
    return {path: _read(path).decode() for path in (text, *included)}


def paper(sources: Sources, references: Path, data: dict[str, Any], tables: dict[str, pd.DataFrame], figures: dict[str, str]) -> Paper:
    """Compile the paper.

    Arguments:
        sources: Of `read`. The main file finds `references.bib`, `data.json`, `tables/NAME.csv` and `figures/NAME.svg` beside itself.
        references: The bibliography (BibTeX).
        data: What `data.json` holds.
        tables: Name -> table of text.
        figures: Name -> SVG.

    Raises:
        UserError: The text or the bibliography does not compile.
    """
    with tempfile.TemporaryDirectory(prefix="glasskt-paper-") as name:
        folder = Path(name)
        text = next(iter(sources))
        for path, source in sources.items():
            copy = folder / path.relative_to(text.parent)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(source, encoding="utf-8")
        main = folder / text.name
        (folder / "references.bib").write_bytes(_read(references))
        (folder / "data.json").write_text(json.dumps(data, allow_nan=False), encoding="utf-8")
        for kind in ("tables", "figures"):
            (folder / kind).mkdir(exist_ok=True)
        for table, frame in tables.items():
            frame.to_csv(folder / "tables" / f"{table}.csv", index=False, lineterminator="\n")
        for figure, svg in figures.items():
            (folder / "figures" / f"{figure}.svg").write_text(svg, encoding="utf-8")
        try:
            compiler = typst.Compiler(str(main), root=str(folder), ignore_system_fonts=True)
            compiled = compiler.compile()
            assert isinstance(compiled, bytes)  # a PDF is one file
            return Paper(pdf=compiled, claims=_marked(compiler, "<claim>"), missing=_marked(compiler, "<missing>"))
        except typst.TypstError as error:
            raise UserError(f"{text}: Typst cannot compile it: {' '.join(str(error).split())}") from None


def _marked(compiler: typst.Compiler, label: str) -> list[str]:
    """Values of the metadata with a label, each once, in the order of the text."""
    return list(dict.fromkeys(json.loads(compiler.query(label, field="value"))))


def write_bytes(content: bytes) -> Callable[[Path], None]:
    """A writer of a PDF or a picture for `glasskt.outputs.write`."""

    def writer(path: Path) -> None:
        path.write_bytes(content)

    return writer


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file: the paper's text and bibliography belong to the project; restore it") from None
