"""What would run and why, and what nothing accounts for."""

from pathlib import Path

import click

from glasskt.commands.options import of_study, params
from glasskt.commands.stderr import say
from glasskt.errors import UserError


@click.command()
@click.argument("target", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@of_study
@params
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


@click.command()
@click.option("--prune", is_flag=True, help="Delete the files, and the entries of dvc.lock, that no study of params.yaml accounts for.")
@params
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
        say(f"deleted {gone} and {listing.counted(found.entries, 'entry', 'entries')} of dvc.lock")
        for path in kept:
            say(f"kept, git tracks it: {path}")
