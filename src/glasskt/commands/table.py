"""Figures of runs."""

from itertools import chain
from typing import Any

import click

from glasskt.commands.options import Names


@click.command()
@click.option(
    "--by", type=Names(), default="variant", show_default=True, help="A row for each of these: dataset, fold, family, variant, seed."
)
@click.option(
    "--metric",
    "metrics",
    type=Names(),
    multiple=True,
    default=["auc"],
    show_default=True,
    help="auc, accuracy, log_loss, ...; may be repeated.",
)
@click.option("--split", type=click.Choice(["test", "valid"]), default="test", show_default=True, help="Whose responses are scored.")
@click.option("--study", help="Its runs; a pattern sets several beside each other.  [default: the study of params.yaml]")
@click.option("--revs", type=Names(), multiple=True, help="Also at commits, branches, tags, experiments; `workspace` is the folder.")
@click.option("--sort", help="The best by this metric first.", metavar="METRIC")
@click.option("--csv", "form", flag_value="csv", help="Every digit, a row per group and metric.")
@click.option("--json", "form", flag_value="json", help="The same as JSON.")
@click.option("--md", "form", flag_value="md", help="Markdown.")
def table(metrics: tuple[list[str], ...], revs: tuple[list[str], ...], form: str | None, **given: Any) -> None:
    """Print the figures of a study's runs by group: mean and spread."""
    from glasskt.stages import table as room

    room.run(metrics=list(chain(*metrics)), revs=list(chain(*revs)), form=form or "text", **given)
