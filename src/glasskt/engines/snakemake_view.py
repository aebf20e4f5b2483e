"""What Snakemake would do in this folder, from the engine itself: its own files, parsed by it, and the jobs that it plans."""

import contextlib
import io
import json
import shlex
from typing import Any

from glasskt.engines.declared import Declared, files, leaves
from glasskt.errors import UserError


def declared() -> list[Declared]:
    """Every job of the default target, as if nothing were built yet; takes no lock and leaves no more than captions in `.snakemake`.

    Raises:
        UserError: Snakemake is not installed, or cannot plan the study.
    """
    try:
        from snakemake.api import ApiError, DAGSettings, OutputSettings, ResourceSettings, SnakemakeApi
        from snakemake.exceptions import RuleException, WorkflowError
        from snakemake.settings.enums import Quietness
    except ImportError as error:
        raise UserError(f"Snakemake cannot be asked what it would do: {error}. Install what pyproject.toml names") from None
    quiet = OutputSettings(quiet={Quietness.ALL}, enable_file_logging=False)
    try:
        # a listing is the API's one way to a plan without a lock; its text says less than the jobs do, which have no public name
        with SnakemakeApi(quiet) as api, contextlib.redirect_stdout(io.StringIO()):
            workflow = api.workflow(ResourceSettings(cores=1))
            workflow.dag(DAGSettings(forceall=True)).printd3dag()
            return [_declared(job) for job in workflow._workflow.dag.jobs if job.output or job.shellcmd]
    except (ApiError, RuleException, WorkflowError) as error:
        raise UserError(f"Snakemake cannot plan the study: {' '.join(str(error).split())}") from None


def _declared(job: Any) -> Declared:
    return Declared(
        name=" ".join([job.rule.name, *(f"{key}={value}" for key, value in job.wildcards_dict.items())]),
        command=_without_log(job.shellcmd or "", job.log),
        inputs=files(job.input),
        outputs=files(job.output),
        parameters=_parameters(job),
    )


def _without_log(command: str, logs: Any) -> str:
    """The command without the copy of its output that goes to the rule's own log, which DVC does not keep."""
    return command.removesuffix(f" 2>&1 | tee {shlex.join(logs)}")


def _parameters(job: Any) -> dict[str, str]:
    text = job.params.get("parameters", "{}")
    try:
        blocks = json.loads(text)
    except ValueError:
        raise UserError(f"rule {job.rule.name}: params.parameters is not one JSON text: {text[:80]!r}") from None
    return {place: leaf for key, value in blocks.items() for place, leaf in leaves(value, key).items()}
