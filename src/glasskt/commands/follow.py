"""One student online."""

from pathlib import Path
from typing import TextIO

import click


@click.command()
@click.option("--items", required=True, type=click.Path(path_type=Path), help="items.parquet of fit-irt.", metavar="FILE")
@click.option("--irt-fit", required=True, type=click.Path(path_type=Path), help="fit.json of fit-irt.", metavar="FILE")
@click.option("--tracking", required=True, type=click.Path(path_type=Path), help="tracking.json of track-ability.", metavar="FILE")
@click.option("--facts", type=click.Path(path_type=Path), help="dataset.json: lines name the skills as it does.", metavar="FILE")
@click.argument("responses", type=click.File(encoding="utf-8", errors="replace"), default="-")
def follow(items: Path, irt_fit: Path, tracking: Path, facts: Path | None, responses: TextIO) -> None:
    """Follow one student: lines skill,response in, mastery with its 95 % interval out."""
    from glasskt.irt import follow as room

    parameters = room.model(items, irt_fit, tracking)
    room.follow(parameters, room.skill_names(facts, len(parameters.beta)), responses, click.echo)
