"""Name another study in params.yaml, leaving every other character of the file as it is."""

import re
from pathlib import Path

from glasskt import config, outputs
from glasskt.errors import UserError

LINE = re.compile(r"^study:[ \t]*([^\s#]+)", re.MULTILINE)


def switch(path: Path, study: str) -> config.Config:
    """Set the `study` line of params.yaml.

    Raises:
        UserError: No such study, or no such line.
    """
    config.load(path, study)
    text = path.read_text(encoding="utf-8")
    line = LINE.search(text)
    if line is None:
        raise UserError(f"{path}: no line that begins with `study:`. Add `study: {study}` at the top")
    outputs.write({path: outputs.write_text(text[: line.start(1)] + study + text[line.end(1) :])})
    return config.load(path)
