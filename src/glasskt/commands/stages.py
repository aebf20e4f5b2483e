"""A command for every stage of the pipeline, generated from its declaration."""

import importlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from glasskt.errors import UserError, did_you_mean
from glasskt.graph import parameters_of
from glasskt.pipeline import MAKERS, STAGES, Stage

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
WHOLE_NUMBERS = ("fold", "seed")


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


def command(stage: Stage) -> click.Command:
    """The command of a stage: a flag for every selector, input and output."""
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
    from glasskt.models.average.settings import members

    loaded = config.load(params_file, where.get("study"))
    for key, known in (("dataset", loaded.datasets), ("variant", loaded.variants)):
        if key in where and where[key] not in known:
            raise UserError(f"--{key}: no {key} {where[key]!r} in {params_file}. {did_you_mean(where[key], known)}")
    if "variant" in where:
        averages = bool(members(loaded.variants[where["variant"]]))
        if stage.name in MAKERS[not averages]:
            kind = "an average of finished runs" if averages else "a model"
            raise UserError(f"--variant: {where['variant']} is {kind}: glasskt {MAKERS[averages][0]} makes its run")
    if "study" in stage.selectors and "DVC_STAGE" in os.environ:
        from glasskt.engines import dvc_file

        dvc_file.check(config.load(params_file), Path("dvc.yaml"))
    return parameters_of(stage, loaded, where)


def _files(stage: Stage, flag: str, paths: tuple[Path, ...]) -> Path | list[Path] | None:
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: no such file ({_flag(flag)} of glasskt {stage.name}). {_who_makes(stage.inputs[flag])}")
    if flag in MANY.get(stage.name, ()):
        return list(paths)
    return paths[0] if paths else None


MANY = {
    "preprocess": ("raw",),
    "average": ("members", "members_fit"),
    "compare": ("metrics", "checks", "history", "by_student", "trajectories", "items", "irt_fit", "as_found_fits", "tracking"),
    "paper": ("included",),
}


def _who_makes(place: str) -> str:
    makers = [f"glasskt {stage.name}" for stage in STAGES.values() if place in stage.outputs.values()]
    return f"It is an output of {makers[0]}: let snakemake or dvc repro make it" if makers else "Check the path"
