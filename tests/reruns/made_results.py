"""A folder that looks as if a study had run in it: every output with its record, and none of the work."""

import json
import shutil
from pathlib import Path

from glasskt import config
from glasskt.graph import Graph, Step, expand
from glasskt.provenance.record import Run

ROOT = Path(__file__).parents[2]
PARAMS = """
study: made
studies:
  made: {dataset: tiny, folds: [0], seeds: [1, 2], focus: ikt3.mean, variants: [reference.afm, dkt.base, ikt3.mean]}
  more: {dataset: tiny, folds: [0], seeds: [1], focus: dkt.wide, variants: [dkt.wide]}
datasets:
  tiny: {format: simulated, students: 30, skills: 3, seed: 3}
irt: {dynamic: {levels: 1, drift: learned}}
variants:
  reference: {afm: {predictor: afm}}
  dkt: {base: {epochs: 1}, wide: {epochs: 2}}
  ikt3: {mean: {l_23: {form: mean}, epochs: 2}}
"""


def make_results(folder: Path) -> Graph:
    """Of the study of PARAMS, in `folder`, which is the working folder."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    shutil.copytree(ROOT / "paper", folder / "paper")
    (folder / "params.yaml").write_text(PARAMS)
    graph = expand(config.load())
    for number, step in enumerate(graph.steps):
        run_without_work(step, str(number))
    return graph


def run_without_work(step: Step, content: str) -> None:
    """Write a step's outputs and its record."""
    run = Run(
        stage=step.stage.name,
        where=step.where,
        parameters=step.parameters,
        threads=step.stage.threads,
        inputs={flag: [Path(path) for path in paths] for flag, paths in step.inputs.items()},
        code=step.code,
        pinned=step.pins,
    )
    written = {flag: Path(path) for flag, path in step.outputs.items() if flag != "record"}
    for flag, path in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(f"{content} {flag}"))
    run.end(written, Path(step.outputs["record"]))
