"""What the report of Snakemake shows: every result of a study, with its caption, under a heading."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from glasskt.compare.captions import GROUPS as TABLES
from glasskt.paper.figures.captions import GROUPS as FIGURES

PAPER = {
    "Paper": {
        "paper": "The paper of the study: text, tables and figures; its last appendix names the source of every number.",
        "numbers": "The ledger of the paper's numbers: value, text as printed, source file and key, and the digest of the source.",
        "claims": "What the paper claims: the sentence, its predicate, whether that holds, and the values that it rests on.",
        "summary": "At most eight headline figures of the focus variant on the test students.",
    }
}
HEADINGS: dict[str, Mapping[str, Mapping[str, str]]] = {"Paper": PAPER, "Figures": FIGURES, "Tables": TABLES}
"""Heading -> group -> result -> caption."""
_PARTS = {"figures": "Figures", "tables": "Tables"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A result in the report.

    Attributes:
        heading, group: Where it stands.
        result, form: Its name there, and the kind of file.
        caption: Plain text.
    """

    heading: str
    group: str
    result: str
    form: str
    caption: str


STAGES = ("power", "compare", "paper")
"""Stages whose outputs a reader wants, their records apart."""


def shown(place: str) -> Shown:
    """How an output stands in the report.

    Arguments:
        place: Of the output, as the stage declares it.

    Raises:
        KeyError: It has no caption.
    """
    path = PurePosixPath(place)
    heading = "Tables" if path.stem == "power" else _PARTS.get(path.parent.name, "Paper")
    found = {name: (group, caption) for group, results in HEADINGS[heading].items() for name, caption in results.items()}
    group, caption = found[path.stem]
    return Shown(heading=heading, group=group, result=path.stem, form=path.suffix[1:], caption=caption)


def caption_file(result: Shown, folder: Path) -> Path:
    """The caption as the file that Snakemake wants; written where it does not stand there already."""
    path = folder / result.heading.lower() / f"{result.result}.rst"
    if not path.exists() or path.read_text(encoding="utf-8") != result.caption:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(result.caption, encoding="utf-8")
    return path
