"""What a command says beside its answer."""

import click


def say(line: str) -> None:
    """A line for a person, on stderr."""
    click.echo(line, err=True)
