"""Bring a published data set to its place, from a mirror or from files already there; never from the network."""

from pathlib import Path
from typing import Any

from rich.console import Console

from glasskt.data.catalogue import dataset_block
from glasskt.data.fetch import place


def run(*, parameters: dict[str, Any], dataset: str, train_valid: Path, test: Path) -> None:
    """Write pyKT's two files of a published data set, with their sha256 checked.

    Raises:
        UserError: The files are neither there nor in a mirror, or are not the published ones; says how to get them.
    """
    dataset_block(dataset, parameters[f"datasets.{dataset}"])
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    place(dataset, {"train_valid.csv": train_valid, "test.csv": test}, source=None, offline=True, progress=console.print)
