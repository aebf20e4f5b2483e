"""Options that several commands share."""

from pathlib import Path
from typing import Any

import click

params = click.option("--params", "params_file", type=click.Path(path_type=Path), default=Path("params.yaml"), show_default=True)
of_study = click.option("--study", "study_name", help="Of this study, not of the one that params.yaml names.", metavar="NAME")


class Names(click.ParamType):
    """Names between commas."""

    name = "A,B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """As a list, without blanks; at least one."""
        names = value if isinstance(value, list) else [name.strip() for name in value.split(",") if name.strip()]
        return names or self.fail("name at least one", param, ctx)
