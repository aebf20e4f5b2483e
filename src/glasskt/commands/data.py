"""Commands about data sets."""

from pathlib import Path

import click

from glasskt.commands.group import Commands
from glasskt.commands.stderr import say


@click.group(cls=Commands)
def data() -> None:
    """Published data sets."""


@data.command()
@click.argument("name")
@click.option("--from", "source", type=click.Path(path_type=Path), help="Copy from this folder, not from the network.", metavar="DIR")
@click.option("--into", type=click.Path(path_type=Path), help="Folder to put the files into.  [default: data/NAME]", metavar="DIR")
def get(name: str, source: Path | None, into: Path | None) -> None:
    """Fetch a published data set from its pinned public source, checked by hash."""
    from glasskt.data import fetch

    fetch.get(name, into or Path("data") / name, source=source, offline=False, progress=say)
