"""The terms of one prediction."""

import os
import shutil
from pathlib import Path
from typing import Any

import click

from glasskt.commands.options import of_study, params

WIDE = 110
"""Characters of a line where there is no screen."""


@click.command()
@click.option("--student", required=True, help="Id, as in interactions.parquet.", metavar="ID")
@click.option("--step", type=int, help="Which response, 0-based as in interactions.parquet.  [default: the last]", metavar="T")
@click.option("--variant", help="family.name.  [default: the study's focus, else its first that can be explained]")
@click.option("--dataset", help="[default: that of the study]")
@click.option("--fold", type=int, help="[default: the first of the study]")
@click.option("--seed", type=int, help="[default: the first of the study]")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the terms: .svg, .pdf or .png.", metavar="FILE")
@click.option("--json", "as_json_text", is_flag=True, help="Every term, for programs.")
@click.option("--all", "every", is_flag=True, help="Every term, not only the largest.")
@of_study
@params
def explain(study_name: str | None, params_file: Path, **given: Any) -> None:
    """Print the terms of one prediction, which sum to its logit, and what one more right or wrong answer would do."""
    # one student takes milliseconds interpreted, and the filters seconds to compile
    os.environ.setdefault("NUMBA_DISABLE_JIT", "1")
    from glasskt import config
    from glasskt.stages import explain as room

    width = shutil.get_terminal_size((WIDE, 24)).columns
    click.echo(room.run(config.load(params_file, study_name), width=width, **given), nl=False)
