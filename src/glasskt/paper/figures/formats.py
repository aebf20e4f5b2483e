"""The files of a figure: drawn once as SVG, from which Typst sets the same picture as PDF and PNG.

Typst takes a tenth of the time that matplotlib takes for the two, most of which goes into cutting fonts to size. Letters are outlines in
all three, so that no reader needs a font.
"""

import io
import tempfile
from pathlib import Path

import typst
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

DPI = 300
"""Of what is made of pixels."""
FORMATS = ("svg", "pdf", "png")
_PAGE = """#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image("figure.svg")
"""


def exported(figure: Figure) -> dict[str, bytes]:
    """The figure in every format of `FORMATS`, without dates."""
    content = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(content, metadata={"Date": None})  # type: ignore[no-untyped-call]  # `savefig` draws twice
    with tempfile.TemporaryDirectory(prefix="glasskt-figure-") as name:
        folder = Path(name)
        (folder / "figure.svg").write_bytes(content.getvalue())
        (folder / "page.typ").write_text(_PAGE, encoding="utf-8")
        compiler = typst.Compiler(str(folder / "page.typ"), root=name, ignore_system_fonts=True)
        pdf, png = compiler.compile(format="pdf"), compiler.compile(format="png", ppi=DPI)
    assert isinstance(pdf, bytes)  # one page, one file
    assert isinstance(png, bytes)
    return {"svg": content.getvalue(), "pdf": pdf, "png": png}
