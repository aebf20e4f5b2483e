"""The way of a number of the paper."""

from pathlib import Path

import click

from glasskt.commands.options import of_study, params


@click.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="For programs, with every parameter and input.")
@click.option("--all", "every", is_flag=True, help="Follow the inputs of all variants, not only of those that the number is about.")
@of_study
@params
def trace(number: str, as_json: bool, every: bool, study_name: str | None, params_file: Path) -> None:
    """Follow a number of the paper to the raw data: files, runs, commits, parameters, digests.

    NUMBER: an id of numbers.json, or a number as it is printed. Read from run records.
    """
    from glasskt import config
    from glasskt.stages import trace as room

    click.echo(room.run(number, config.load(params_file, study_name).study, every=every, as_json=as_json), nl=False)
