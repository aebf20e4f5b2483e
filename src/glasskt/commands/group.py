"""A group of commands."""

import click

from glasskt.errors import UserError, did_you_mean


class Commands(click.Group):
    """Commands in the order of the pipeline; a misspelt one is answered with the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they were added."""
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name."""
        if args[0] not in self.commands:
            raise UserError(f"no command {args[0]!r}. {did_you_mean(args[0], self.commands)}")
        return super().resolve_command(ctx, args)
