"""The LaTeX tables of a made study: parsed as LaTeX, and compiled where an engine is found."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexEnvironmentNode,
    LatexMacroNode,
    LatexMathNode,
    LatexNode,
    LatexWalker,
    LatexWalkerParseError,
    get_default_latex_context_db,
)
from pylatexenc.macrospec import std_environment

import glasskt
import made_gains
import made_study
from glasskt.compare import captions, latex, tables
from glasskt.compare.published import SCORED_TEST
from made_paper import tabulate

PACKAGES = {
    "booktabs": (r"\toprule", r"\midrule", r"\bottomrule"),
    "array": (r"\arraybackslash",),
    "graphicx": (r"\resizebox",),
    "longtable": (r"\begin{longtable}",),
    "pdflscape": (r"\begin{landscape}",),
}
"""Package -> what only it knows."""
ENGINES = ("pdflatex", "lualatex", "xelatex", "tectonic")
HARD = pd.DataFrame({"": [*latex._TEX, "[0.1, −0.2]", "*", "a_b & c"], "95 %": ["−0.5"] * (len(latex._TEX) + 3)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    tabulate(root, made_gains.add(root, made_study.write(root, scored_test=SCORED_TEST)))
    long = pd.concat([tables.read("models", root / "tables/models.csv")] * 20)
    (root / "tables/wide_and_long.tex").write_text(latex.table(tables.SHOWN["models"](long), "wide_and_long", "Wide and long."))
    (root / "tables/long.tex").write_text(latex.table(pd.concat([HARD] * 3), "long", "Long."))
    (root / "tables/hard.tex").write_text(latex.table(HARD, "hard", "".join(latex._TEX)))
    return root / "tables"


def faults(text: str) -> list[str]:
    """What pdflatex would stop at, or set otherwise than meant."""
    found = [f"raw {character}" for character in sorted(set(text)) if not character.isascii()]
    needs, _, body = text.partition("\n")
    named = re.search(r"^% Needs \\usepackage\{([a-z,]+)\}", needs)
    loaded = named[1].split(",") if named else []
    found += [f"{package} is not named" for package, own in PACKAGES.items() if any(each in body for each in own) and package not in loaded]
    context = get_default_latex_context_db()
    context.add_context_category("long", prepend=True, environments=[std_environment("longtable", "[{")])
    try:
        nodes, *_ = LatexWalker(text, latex_context=context, tolerant_parsing=False).get_latex_nodes()
    except LatexWalkerParseError as error:
        return [*found, f"not LaTeX: {error}"]
    inside = _all(nodes)
    grids = [node for node in inside if isinstance(node, LatexEnvironmentNode) and node.environmentname in ("tabular", "longtable")]
    plain = "".join(node.chars for node in _all(nodes, outside=LatexMathNode) if isinstance(node, LatexCharsNode))
    found += [f"raw {character}" for character in "_^#" if character in plain]
    found += ["a comment in the table"] * any(isinstance(node, LatexCommentNode) and node.comment.strip() for node in inside[1:])
    found += ["a row that the one before swallows"] * bool(re.search(r"\\\\\s*[\[*]", body))  # LaTeX skips space before an argument
    macros = [node.macroname for node in inside if isinstance(node, LatexMacroNode)]
    found += [f"no {macro}" for macro in ("caption", "label", "toprule", "midrule", "bottomrule") if macro not in macros]
    return found + [fault for grid in grids for fault in _grid_faults(grid)] + ([] if len(grids) == 1 else [f"{len(grids)} tables"])


def _grid_faults(grid: LatexEnvironmentNode) -> list[str]:
    columns = re.sub(r">\{[^}]*\}|\{[^}]*\}", "", grid.nodeargd.argnlist[-1].latex_verbatim()[1:-1])
    rows: list[list[str]] = [[""]]
    found = []
    for node in grid.nodelist:
        if isinstance(node, LatexMacroNode) and node.macroname == "\\":
            rows.append([""])
        elif node.latex_verbatim() == "&":
            rows[-1].append("")
        else:
            rows[-1][-1] += node.latex_verbatim()
    found += [f"a rule that takes {row[0]!r}" for row in rows if re.search(r"rule\s*\[", row[0])]
    rows = [[re.sub(r"\\([a-z]+rule|end[a-z]+)", "", cell).strip() for cell in row] for row in rows]
    full = [row for row in rows if any(row) and not row[0].startswith(r"\caption")]
    return found + [f"{len(row)} cells in {len(columns)} columns" for row in full if len(row) != len(columns)]


def _all(nodes: list[LatexNode], outside: type | tuple[type, ...] = ()) -> list[LatexNode]:
    kept = [node for node in nodes if node and not isinstance(node, outside)]
    return [deep for node in kept for deep in [node, *_all(getattr(node, "nodelist", None) or [], outside)]]


def test_every_table_is_sound_latex(folder: Path) -> None:
    files = sorted(folder.glob("*.tex"))
    assert {path.stem for path in files} == {*tables.SHOWN, "hard", "long", "wide_and_long"}
    assert {path.stem: found for path in files if (found := faults(path.read_text()))} == {}
    used = {environment for path in files for environment in re.findall(r"\\begin\{([a-z*]+)\}", path.read_text())}
    assert used == {"table", "table*", "tabular", "longtable", "landscape"}


@pytest.mark.parametrize(
    ("table", "sound", "broken", "fault"),
    [
        ("models", r"\_", "_", "raw _"),
        ("models", r"& 95 \%", "& 95 %", "a comment in the table"),
        ("models", r"\%", "#", "raw #"),
        ("models", " & ", " ", "cells in"),
        ("models", " & ", " & & ", "cells in"),
        ("models", r"\end{tabular}", "", "not LaTeX"),
        ("models", r"\caption{", r"\caption{{", "not LaTeX"),
        ("models", r"\%", "±", "raw ±"),
        ("models", "graphicx", "graphics", "graphicx is not named"),
        ("models", r"\label{tab:models}", "", "no label"),
        ("wide_and_long", "longtable,", "", "longtable is not named"),
        ("wide_and_long", "reference.rasch", "[0.1] reference.rasch", "swallows"),
        ("hard", "{}*", "*", "swallows"),
        ("hard", "\\midrule\n", "\\midrule\n[2pt]", "a rule that takes"),
    ],
)
def test_a_broken_table_is_found_out(folder: Path, table: str, sound: str, broken: str, fault: str) -> None:
    needs, _, body = (folder / f"{table}.tex").read_text().partition("\n")
    text = f"{needs.replace(sound, broken)}\n{body.replace(sound, broken)}"
    assert sound in f"{needs}\n{body}"
    assert any(fault in each for each in faults(text)), faults(text)


def test_every_character_of_our_own_words_is_known() -> None:
    files = [path for part in ("checks", "compare") for path in (Path(glasskt.__file__).parent / part).rglob("*.py")]
    nodes = [node for path in files if path.name != "latex.py" for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    written = {character for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str) for character in node.value}
    assert {character for character in written if not character.isascii()} - set(latex._TEX) == set()


def test_every_table_has_a_caption_and_a_label_of_its_own(folder: Path) -> None:
    for name in tables.SHOWN:
        text = (folder / f"{name}.tex").read_text()
        assert rf"\caption{{{latex.text(captions.CAPTIONS[name])}}}" in text
        assert text.count(rf"\label{{tab:{name}}}") == 1


@pytest.mark.slow
def test_every_table_compiles_and_none_is_wider_than_the_page(folder: Path) -> None:
    engine = next(filter(None, map(shutil.which, ENGINES)), None)
    if engine is None:
        pytest.skip(f"no LaTeX on PATH: one of {', '.join(ENGINES)} is needed")
    packages = ",".join(PACKAGES)
    read = "".join(rf"\input{{{path.stem}}}\clearpage" for path in sorted(folder.glob("*.tex")))
    start = rf"\documentclass[a4paper]{{article}}\usepackage[margin=2.5cm]{{geometry}}\usepackage{{{packages}}}\begin{{document}}"
    (folder / "all.tex").write_text(rf"{start}{read}\end{{document}}")
    options = () if Path(engine).stem == "tectonic" else ("-interaction=nonstopmode", "-halt-on-error")
    done = subprocess.run([engine, *options, "all.tex"], cwd=folder, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-3000:]
    assert not re.search(r"Overfull \\hbox.* in alignment", done.stdout + done.stderr)
    assert (folder / "all.pdf").read_bytes().startswith(b"%PDF")
