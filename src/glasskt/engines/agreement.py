"""Both engines held against each other, step by step: what each says that it would run, from which files, with which parameters."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from glasskt.engines import dvc_view, snakemake_view
from glasskt.engines.declared import Declared
from glasskt.errors import UserError


def check() -> int:
    """Ask both engines what they would do in this folder.

    Returns:
        The number of steps that they agree on.

    Raises:
        UserError: They differ, one line for each difference; or one of them cannot be asked.
    """
    by_snakemake, by_dvc = snakemake_view.declared(), dvc_view.declared()
    found = list(differences(by_snakemake, by_dvc))
    if found:
        count = "one difference" if len(found) == 1 else f"{len(found)} differences"
        raise UserError("\n  ".join([f"{count} between Snakemake (workflow/) and DVC (dvc.yaml); mend what is wrong below", *found]))
    return len(by_dvc)


def differences(by_snakemake: Sequence[Declared], by_dvc: Sequence[Declared]) -> Iterator[str]:
    """One line for each difference.

    The engines name steps each in its own way, so a job and a stage are one step where they write the same files: of several, the one
    with the most in common.
    """
    makers = {path: stage.name for stage in by_dvc for path in stage.outputs}
    alone = {stage.name: stage for stage in by_dvc}
    for job in by_snakemake:
        twins = Counter(makers[path] for path in sorted(job.outputs) if makers.get(path) in alone)
        if twins:
            yield from _in_step(job, alone.pop(twins.most_common(1)[0][0]))
        else:
            yield f"{job.name}: a step of Snakemake alone, which writes {_some(job.outputs)}"
    for stage in alone.values():
        yield f"{stage.name}: a step of DVC alone, which writes {_some(stage.outputs)}"


def _in_step(job: Declared, stage: Declared) -> Iterator[str]:
    yield from _command(stage.name, job.command, stage.command)
    yield from _files(stage.name, "input", job.inputs, stage.inputs)
    yield from _files(stage.name, "output", job.outputs, stage.outputs)
    for key in sorted({*job.parameters, *stage.parameters}):
        snakemake, dvc = job.parameters.get(key, "nothing"), stage.parameters.get(key, "nothing")
        if snakemake != dvc and {snakemake, dvc} != {"nothing", "{}"}:  # a block left out is an empty one
            yield f"{stage.name}: parameter {key}: Snakemake has {snakemake}, DVC has {dvc}"


def _command(step: str, snakemake: str, dvc: str) -> Iterator[str]:
    """The first word at which two commands part; whole commands run to thousands of characters."""
    if snakemake != dvc:
        words = zip_longest(snakemake.split(" "), dvc.split(" "), fillvalue="nothing more")
        at, (left, right) = next((at, pair) for at, pair in enumerate(words, start=1) if pair[0] != pair[1])
        yield f"{step}: command, word {at}: Snakemake has {left}, DVC has {right}"


def _files(step: str, kind: str, snakemake: frozenset[str], dvc: frozenset[str]) -> Iterator[str]:
    for path in sorted(snakemake ^ dvc):
        yield f"{step}: {kind} {path}: declared to {'Snakemake' if path in snakemake else 'DVC'} alone"


def _some(outputs: frozenset[str]) -> str:
    return min(outputs, default="nothing")
