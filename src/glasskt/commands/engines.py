"""What the two engines build, and what each knows of the other."""

from pathlib import Path

import click

from glasskt.commands.options import params
from glasskt.commands.stderr import say
from glasskt.errors import UserError


@click.command()
@click.option("--write", "action", flag_value="write", help="Write dvc.yaml for the study of params.yaml, and the installed versions.")
@click.option(
    "--check",
    "action",
    flag_value="check",
    default=True,
    help="Fail where dvc.yaml or the versions are out of date, or the engines differ.  [default]",
)
@params
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
        say(f"dvc.yaml, {pins.FOLDER}: written for study {loaded.study}")
        return
    pins.check_files(packages())
    dvc_file.check(loaded, Path("dvc.yaml"))
    if params_file.resolve() != config.PARAMS.resolve():
        say(f"dvc.yaml: up to date for study {loaded.study} of {params_file}; the engines read {config.PARAMS} and were not asked")
        return
    from glasskt.engines import agreement

    say(f"dvc.yaml: up to date for study {loaded.study}; Snakemake and DVC agree on its {agreement.check()} steps")


@click.command()
@click.argument("name")
@params
def study(name: str, params_file: Path) -> None:
    """Name the study that both engines build."""
    from glasskt.engines import dvc_file, study_switch

    dvc_file.write(study_switch.switch(params_file, name), Path("dvc.yaml"))
    say(f"params.yaml, dvc.yaml: study {name}")


@click.command()
def code() -> None:
    """List the modules and versions that each kind of step depends on: what DVC compares."""
    from glasskt import outputs
    from glasskt.graph import manifests
    from glasskt.provenance import manifest

    outputs.write({Path(path): outputs.write_text(manifest.text(*files)) for path, files in manifests().items()})


@click.command()
@params
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
    refused = room.sync(loaded, found, say)
    known = "both engines know" if Path(".dvc").is_dir() else "Snakemake knows; DVC is not set up here"
    say(f"study {loaded.study}: {len(found) - len(refused)} of {len(found)} steps stand, and {known}")
    if refused:
        say(explain.refusals(refused))
        raise UserError(f"{len(refused)} steps refused. An engine runs them; delete first what was edited by hand")


@click.command()
def running() -> None:
    """Fail where an engine or a stage is at work here."""
    from glasskt.engines import owner

    if not Path("params.yaml").exists():
        raise UserError("params.yaml: no such file. Run glasskt in the folder that holds it: who works elsewhere is not seen from here")
    owner.refuse_company(Path.cwd())
