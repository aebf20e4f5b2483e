"""The command line: every stage of the graph is a command, then come those of users."""

import sys

import click

from glasskt import __version__
from glasskt.commands import data, engines, explain, follow, reruns, stages, table, trace
from glasskt.commands.group import Commands
from glasskt.commands.stderr import say
from glasskt.errors import UserError
from glasskt.pipeline import STAGES

PROGRAM = "glasskt"
USERS = (
    data.data,
    follow.follow,
    explain.explain,
    table.table,
    engines.dag,
    engines.study,
    engines.code,
    reruns.why,
    trace.trace,
    engines.sync,
    reruns.orphans,
    engines.running,
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Glass-box knowledge tracing, from response logs to the paper.

    The engines run these commands for you: `make paper`, `snakemake --cores 8` or `dvc repro`.
    """


for _command in (*map(stages.command, STAGES.values()), *USERS):
    cli.add_command(_command)


def main() -> None:
    """Run the command line; a user's error is one line on stderr and exit code 2."""
    debug = "--debug" in sys.argv[1:]
    try:
        cli.main(prog_name=PROGRAM, standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        place = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else PROGRAM
        say(f"{place}: {error.format_message().rstrip('.')}. See {place} --help")
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except (UserError, OSError) as error:
        if debug:
            raise
        say(f"{PROGRAM}: {_line(error)}")
        sys.exit(2)


def _line(error: UserError | OSError) -> str:
    if isinstance(error, UserError):
        return str(error)
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}. Nothing was written; free space or permissions, then run the same command again"


if __name__ == "__main__":
    main()
