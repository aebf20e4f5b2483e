"""The graph as Snakemake wants it: directives of a rule from the declaration of its stage."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from snakemake.exceptions import WorkflowError
from snakemake.io import report

from glasskt import config as configuration
from glasskt.data.catalogue import whence
from glasskt.engines import report as results
from glasskt.errors import UserError
from glasskt.graph import Graph, Step, expand
from glasskt.pipeline import STAGES

Function = Callable[[Any], list[str]]
CAPTIONS = Path(".snakemake/captions")


@dataclass(frozen=True)
class Rules:
    """What the rules of the Snakefile say, for one study."""

    graph: Graph

    @classmethod
    def load(cls, overrides: dict[str, Any]) -> "Rules":
        """The study that params.yaml, or `--config study=NAME`, names.

        Raises:
            SystemExit: With code 2, after one line that says why, which Snakemake would bury in lines of code: params.yaml is not valid, a
                source file is missing, or `--config` sets another key: the commands read params.yaml, so an override of anything but
                the study would be recorded and not obeyed.
        """
        try:
            for key in overrides:
                if key != "study":
                    raise UserError(f"--config {key}=...: only the study can be named on the command line; set {key} in params.yaml")
            graph = expand(configuration.load(study=overrides.get("study")))
            for path in graph.sources:
                if not Path(path).exists():
                    fix = whence(Path(path).name) or "it is a source of the study. Check its path in params.yaml"
                    raise UserError(f"{path}: no such file; {fix}")
        except UserError as error:
            click.echo(f"glasskt: {error}", err=True)
            raise SystemExit(2) from None
        return cls(graph)

    @property
    def targets(self) -> list[str]:
        """The end of the pipeline: everything that the paper step writes."""
        return list(self.graph.steps[-1].outputs.values())

    def inputs(self, stage: str) -> dict[str, Function]:
        """Input functions by flag, the code that the step depends on and the versions of packages."""

        def of(flag: str) -> Function:
            return lambda wildcards: self._step(stage, wildcards).inputs.get(flag, [])

        return {
            **{_name(flag): of(flag) for flag in STAGES[stage].inputs},
            "code": lambda wildcards: list(self._step(stage, wildcards).code),
            "pins": lambda wildcards: list(self._step(stage, wildcards).pins),
        }

    def outputs(self, stage: str) -> dict[str, str]:
        """Output places by flag; what a reader wants is marked for the report."""
        places = {_name(flag): place for flag, place in STAGES[stage].outputs.items()}
        marked = {flag: _reported(place) for flag, place in places.items()} if stage in results.STAGES else places
        return {**marked, _name("record"): STAGES[stage].record}

    def params(self, stage: str) -> dict[str, Callable[[Any], str]]:
        """The command, and the parameters that it reads as one canonical text."""
        return {
            "command": lambda wildcards: self._step(stage, wildcards).command,
            "parameters": lambda wildcards: self._step(stage, wildcards).canonical_parameters,
        }

    def only(self, stage: str, selector: str) -> str:
        """A pattern of what a stage makes: another stage, or a user's own file, may stand where its outputs would."""
        named = {step.where[selector] for step in self.graph.steps if step.stage.name == stage}
        return "|".join(map(re.escape, sorted(named))) or r"[^\s\S]"

    def threads(self, stage: str) -> int:
        """Cores of one step."""
        return STAGES[stage].threads

    def _step(self, stage: str, wildcards: Any) -> Step:
        return self.graph.step(stage, {key: wildcards[key] for key in STAGES[stage].selectors})


def _reported(place: str) -> Any:
    """An output that stands in the report of Snakemake."""
    try:
        shown = results.shown(place)
    except UserError as error:
        raise WorkflowError(str(error)) from None
    return report(
        place,
        caption=str(results.caption_file(shown, CAPTIONS).resolve()),
        category=shown.heading,
        subcategory=shown.group,
        labels={"result": shown.result, "form": shown.form},
    )


def _name(flag: str) -> str:
    """Snakemake keeps some names, such as `items`, to itself."""
    return f"{flag}_file"
