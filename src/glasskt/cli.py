"""The command line: parsing only. Every stage of the graph is a command; its work and its imports live in its own module."""

import importlib
import os
import sys
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

import click

from glasskt import __version__
from glasskt.errors import UserError, did_you_mean
from glasskt.graph import parameters_of
from glasskt.pipeline import STAGES, Stage

PROGRAM = "glasskt"
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
WHOLE_NUMBERS = ("fold", "seed")


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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Glass-box knowledge tracing, from response logs to the paper.

    The engines run these commands for you: `make paper`, `snakemake --cores 8` or `dvc repro`.
    """


class Verify(click.Command):
    """The stage; given --trajectories and none of the stage's selectors, the same work on a file that another tool wrote."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.epilog = "Of another tool: glasskt verify --trajectories FILE, without --dataset, --fold, --variant and --seed."

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        """Of this command, or of the one for a file alone."""
        flags = {word.partition("=")[0] for word in args}
        if "--trajectories" in flags and not flags.intersection(map(_flag, STAGES["verify"].selectors)):
            return _verify_foreign().make_context(info_name, args, parent, **extra)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.MissingParameter as missing:
            if flags.intersection(map(_flag, STAGES["verify"].selectors)):
                raise
            alone = "Or give --trajectories FILE alone, for a file of another tool."
            raise click.UsageError(f"{missing.format_message()} {alone}", missing.ctx) from None


KINDS: dict[str, type[click.Command]] = {"verify": Verify}
"""Stages whose command does more than the stage."""

OPTIONS: dict[str, dict[str, click.Option]] = {
    "paper": {
        "draft": click.Option(
            ["--draft"],
            is_flag=True,
            envvar="GLASSKT_DRAFT",
            help="If the text has faults, write paper.draft.pdf, marked on every page, and nothing else.",
        )
    }
}
"""Stages that can be told more than files, and how."""


def _stage_command(stage: Stage) -> click.Command:
    options: list[click.Parameter] = [
        click.Option([f"--{key}"], required=True, type=int if key in WHOLE_NUMBERS else str) for key in stage.selectors
    ]
    for flag, place in stage.inputs.items():
        options.append(
            click.Option([_flag(flag)], multiple=True, type=click.Path(path_type=Path), help=f"Input, such as {place}.", metavar="FILE")
        )
    for flag, place in stage.outputs.items():
        options.append(
            click.Option([_flag(flag)], required=True, type=click.Path(path_type=Path), help=f"Output, such as {place}.", metavar="FILE")
        )
    record = f"Record of the run, such as {stage.record}."
    options.append(click.Option(["--record"], type=click.Path(path_type=Path), help=record, metavar="FILE"))
    options.extend(OPTIONS.get(stage.name, {}).values())
    options.append(_threads(stage.threads))
    options.append(
        click.Option(["--params", "params_file"], type=click.Path(path_type=Path), default=Path("params.yaml"), show_default=True)
    )
    kind = KINDS.get(stage.name, click.Command)
    return kind(stage.name, params=options, callback=_run(stage), help=stage.does, short_help=stage.does)


def _threads(default: int) -> click.Option:
    return click.Option(["--threads"], type=click.IntRange(min=1), default=default, show_default=True, help="Cores to use.")


def _verify_foreign() -> click.Command:
    def callback(threads: int, **files: Path | None) -> None:
        _limit(threads)
        importlib.import_module("glasskt.stages.verify_foreign").run(**files)

    place = click.Path(path_type=Path)
    options: list[click.Parameter] = [
        click.Option(["--trajectories"], required=True, type=place, help="csv or Parquet, a row per response.", metavar="FILE"),
        click.Option(["--metrics"], type=place, help="Write the metrics here too.", metavar="OUT.json"),
        click.Option(["--checks"], type=place, help="Write the findings here too.", metavar="OUT.json"),
        _threads(1),
    ]
    does = "Measure and check trajectories that another tool wrote."
    return click.Command("verify", params=options, callback=callback, help=does)


def _limit(threads: int) -> None:
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _run(stage: Stage) -> Callable[..., None]:
    def callback(threads: int, params_file: Path, record: Path | None, **given: Any) -> None:
        _limit(threads)
        selectors = {key: given[key] for key in stage.selectors}
        where = {key: str(value) for key, value in selectors.items()}
        parameters = _parameters(stage, params_file, where)
        inputs = {flag: _files(stage, flag, given[flag]) for flag in stage.inputs}
        outputs = {flag: given[flag] for flag in stage.outputs}
        more = {name: given[name] for name in OPTIONS.get(stage.name, {})}
        work = partial(importlib.import_module(stage.module).run, parameters=parameters, **selectors, **inputs, **outputs, **more)
        if record is None:
            work()
        else:
            read = {flag: given[flag] for flag in stage.inputs}
            _recorded(stage, where, parameters, threads, read, outputs, record, work)

    return callback


def _recorded(
    stage: Stage,
    where: dict[str, str],
    parameters: dict[str, Any],
    threads: int,
    inputs: dict[str, tuple[Path, ...]],
    outputs: dict[str, Path],
    record: Path,
    work: Callable[[], None],
) -> None:
    from glasskt.provenance.record import Run

    variant = where.get("variant")
    run = Run(
        stage=stage.name,
        where=where,
        parameters=parameters,
        threads=threads,
        inputs=inputs,
        code=stage.code(variant),
        pinned=stage.pins(variant),
    )
    work()
    run.end(outputs, record)


def _parameters(stage: Stage, params_file: Path, where: dict[str, str]) -> dict[str, Any]:
    from glasskt import config  # pydantic takes a third of the help's time

    loaded = config.load(params_file, where.get("study"))
    for key, known in (("dataset", loaded.datasets), ("variant", loaded.variants)):
        if key in where and where[key] not in known:
            raise UserError(f"--{key}: no {key} {where[key]!r} in {params_file}. {did_you_mean(where[key], known)}")
    if "study" in stage.selectors and "DVC_STAGE" in os.environ:
        from glasskt.engines import dvc_file

        dvc_file.check(config.load(params_file), Path("dvc.yaml"))
    return parameters_of(stage, loaded, where)


def _files(stage: Stage, flag: str, paths: tuple[Path, ...]) -> Path | list[Path] | None:
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: no such file ({_flag(flag)} of glasskt {stage.name}). {_who_makes(flag)}")
    if flag in MANY.get(stage.name, ()):
        return list(paths)
    return paths[0] if paths else None


MANY = {
    "preprocess": ("raw",),
    "compare": ("metrics", "checks", "history", "by_student", "trajectories", "items", "irt_fit", "as_found_fits", "tracking"),
}


def _who_makes(flag: str) -> str:
    makers = [f"glasskt {stage.name}" for stage in STAGES.values() if flag in stage.outputs]
    return f"It is an output of {makers[0]}: let snakemake or dvc repro make it" if makers else "Check the path"


for _stage in STAGES.values():
    cli.add_command(_stage_command(_stage))


@cli.group(cls=Commands)
def data() -> None:
    """Published data sets."""


@data.command()
@click.argument("name")
@click.option("--from", "source", type=click.Path(path_type=Path), help="Copy from this folder, not from the network.", metavar="DIR")
@click.option("--into", type=click.Path(path_type=Path), help="Folder to put the files into.  [default: data/NAME]", metavar="DIR")
def get(name: str, source: Path | None, into: Path | None) -> None:
    """Fetch a published data set from its pinned public source, checked by hash."""
    from glasskt.data import fetch

    fetch.get(name, into or Path("data") / name, source=source, offline=False, progress=_say)


@cli.command()
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


class Names(click.ParamType):
    """Names between commas."""

    name = "A,B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """As a list, without blanks; at least one."""
        names = value if isinstance(value, list) else [name.strip() for name in value.split(",") if name.strip()]
        return names or self.fail("name at least one", param, ctx)


@cli.command()
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


@cli.command()
@click.option("--write", "action", flag_value="write", help="Write dvc.yaml for the study of params.yaml, and the installed versions.")
@click.option(
    "--check",
    "action",
    flag_value="check",
    default=True,
    help="Fail where dvc.yaml or the versions are out of date, or the engines differ.  [default]",
)
@click.option("--params", "params_file", type=click.Path(path_type=Path), default=Path("params.yaml"), show_default=True)
def dag(action: str, params_file: Path) -> None:
    """Write dvc.yaml and the versions that results depend on, or check them and hold both engines against each other."""
    from glasskt import config
    from glasskt.engines import dvc_file
    from glasskt.graph import packages
    from glasskt.provenance import pins

    loaded = config.load(params_file)
    if action == "write":
        pins.write(packages())
        dvc_file.write(loaded, Path("dvc.yaml"))
        _say(f"dvc.yaml, {pins.FOLDER}: written for study {loaded.study}")
        return
    pins.check_files(packages())
    dvc_file.check(loaded, Path("dvc.yaml"))
    if params_file.resolve() != config.PARAMS.resolve():
        _say(f"dvc.yaml: up to date for study {loaded.study} of {params_file}; the engines read {config.PARAMS} and were not asked")
        return
    from glasskt.engines import agreement

    _say(f"dvc.yaml: up to date for study {loaded.study}; Snakemake and DVC agree on its {agreement.check()} steps")


@cli.command()
@click.argument("name")
@click.option("--params", "params_file", type=click.Path(path_type=Path), default=Path("params.yaml"), show_default=True)
def study(name: str, params_file: Path) -> None:
    """Name the study that both engines build."""
    from glasskt.engines import dvc_file, study_switch

    dvc_file.write(study_switch.switch(params_file, name), Path("dvc.yaml"))
    _say(f"params.yaml, dvc.yaml: study {name}")


@cli.command()
def code() -> None:
    """List the modules and versions that each kind of step depends on: what DVC compares."""
    from glasskt import outputs
    from glasskt.graph import manifests
    from glasskt.provenance import manifest

    outputs.write({Path(path): outputs.write_text(manifest.text(*files)) for path, files in manifests().items()})


@cli.command()
@click.argument("target", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--study", "study_name", help="Of this study, not of the one that params.yaml names.", metavar="NAME")
@click.option("--params", "params_file", type=click.Path(path_type=Path), default=Path("params.yaml"), show_default=True)
def why(target: str | None, as_json: bool, study_name: str | None, params_file: Path) -> None:
    """Say which steps would run, what changed first, and how long they took.

    TARGET: a step, stage, variant or output; only what it needs is told. Read from run records, without asking an engine.
    """
    from glasskt import config
    from glasskt.graph import expand
    from glasskt.provenance.digests import Digests
    from glasskt.reruns import explain, state
    from glasskt.reruns.forecast import Forecast

    loaded = config.load(params_file, study_name)
    graph, digests = expand(loaded), Digests.load()
    if target in loaded.studies and target != loaded.study:
        raise UserError(f"{target} is a study, not a part of study {loaded.study}: glasskt why --study {target}")
    wanted = explain.reaching(graph, target) if target else {step.name for step in graph.steps}
    found = [each for each in state.states(graph, digests) if each.step.name in wanted]
    digests.save()
    write = explain.as_json if as_json else explain.as_text
    click.echo(write(loaded.study, found, Forecast(graph)), nl=False)


@cli.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="For programs, with every parameter and input.")
@click.option("--all", "every", is_flag=True, help="Follow the inputs of all variants, not only of those that the number is about.")
@click.option("--study", "study_name", help="Of this study, not of the one that params.yaml names.", metavar="NAME")
@click.option("--params", "params_file", type=click.Path(path_type=Path), default=Path("params.yaml"), show_default=True)
def trace(number: str, as_json: bool, every: bool, study_name: str | None, params_file: Path) -> None:
    """Follow a number of the paper to the raw data: files, runs, commits, parameters, digests.

    NUMBER: an id of numbers.json, or a number as it is printed. Read from run records.
    """
    from glasskt import config
    from glasskt.stages import trace as room

    click.echo(room.run(number, config.load(params_file, study_name).study, every=every, as_json=as_json), nl=False)


@cli.command()
@click.option("--params", "params_file", type=click.Path(path_type=Path), default=Path("params.yaml"), show_default=True)
def sync(params_file: Path) -> None:
    """Tell both engines of outputs that the other, or dvc checkout, has put in place.

    Only of those whose run records prove that they belong to the present inputs, parameters and code.
    """
    from glasskt import config
    from glasskt.engines import sync as room
    from glasskt.graph import expand
    from glasskt.provenance.digests import Digests
    from glasskt.reruns import explain, state

    loaded = config.load(params_file)
    digests = Digests.load()
    found = state.states(expand(loaded), digests)
    digests.save()
    refused = room.sync(loaded, found, _say)
    known = "both engines know" if Path(".dvc").is_dir() else "Snakemake knows; DVC is not set up here"
    _say(f"study {loaded.study}: {len(found) - len(refused)} of {len(found)} steps stand, and {known}")
    if refused:
        _say(explain.refusals(refused))
        raise UserError(f"{len(refused)} steps refused. An engine runs them; delete first what was edited by hand")


@cli.command()
@click.option("--prune", is_flag=True, help="Delete the files, and the entries of dvc.lock, that no study of params.yaml accounts for.")
@click.option("--params", "params_file", type=click.Path(path_type=Path), default=Path("params.yaml"), show_default=True)
def orphans(prune: bool, params_file: Path) -> None:
    """List generated files and entries of dvc.lock that the study does not account for.

    Those of other studies of params.yaml are listed apart and never deleted, nor is a file that git tracks.
    """
    from glasskt import config
    from glasskt.engines import dvc_file, dvc_lock, owner
    from glasskt.graph import expand
    from glasskt.reruns import listing
    from glasskt.reruns import orphans as room

    loaded = config.load(params_file)
    others = {name: expand(config.load(params_file, name)) for name in loaded.studies if name != loaded.study}
    found = room.orphans(expand(loaded), others, dvc_lock.entries(), {dvc_file.CODE})
    click.echo(listing.as_text(loaded.study, found), nl=False)
    if prune and (found.files or found.entries):
        owner.refuse_company(Path.cwd())
        kept = room.prune(found.files)
        if found.entries:
            dvc_lock.remove(set(found.entries))
        gone = listing.counted([path for path in found.files if path not in kept], "file", "files")
        _say(f"deleted {gone} and {listing.counted(found.entries, 'entry', 'entries')} of dvc.lock")
        for path in kept:
            _say(f"kept, git tracks it: {path}")


@cli.command()
def running() -> None:
    """Fail where an engine or a stage is at work here."""
    from glasskt.engines import owner

    if not Path("params.yaml").exists():
        raise UserError("params.yaml: no such file. Run glasskt in the folder that holds it: who works elsewhere is not seen from here")
    owner.refuse_company(Path.cwd())


def _say(line: str) -> None:
    click.echo(line, err=True)


def main() -> None:
    """Run the command line; a user's error is one line on stderr and exit code 2."""
    debug = "--debug" in sys.argv[1:]
    try:
        cli.main(prog_name=PROGRAM, standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        place = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else PROGRAM
        _say(f"{place}: {error.format_message().rstrip('.')}. See {place} --help")
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except (UserError, OSError) as error:
        if debug:
            raise
        _say(f"{PROGRAM}: {_line(error)}")
        sys.exit(2)


def _line(error: UserError | OSError) -> str:
    if isinstance(error, UserError):
        return str(error)
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}. Nothing was written; free space or permissions, then run the same command again"


if __name__ == "__main__":
    main()
