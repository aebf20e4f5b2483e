"""The graph, once: what each stage reads, writes and depends on. The Snakefile, dvc.yaml and the command line all come from it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from glasskt.provenance.closure import SOURCE, closure

if TYPE_CHECKING:
    from glasskt.config import Config
    from glasskt.models.family import FamilySettings

DATA = "data/{dataset}"
COHORT = "results/{dataset}"
IRT = COHORT + "/fold{fold}/irt"
RUN = COHORT + "/fold{fold}/{variant}/seed{seed}"
STUDY = "results/{study}"
L23 = ("prediction", "alignment", "scale", "agreement", "training", "lambda", "as_found")
GAINS = ("models", "replication", "contrasts", "ablation")
TABLES = ("data", "practice", "irt", "backends", "models", *(f"l23_{part}" for part in L23), *(f"gains_{part}" for part in GAINS), "checks")
FIGURES = ("practice", "difficulty", "ability", "courses", "trajectory", "l23", "l23_training", "l23_lambda", "gains", "gains_worth")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One kind of step. Its command is `glasskt NAME` with a flag for every selector, input and output.

    Attributes:
        name: The command.
        does: One line for `glasskt --help`.
        selectors: What tells its steps apart.
        parameters: Keys of params.yaml that it reads; no other key reaches it.
        inputs: Flag -> place. A flag that a step does not need is left out of its command.
        outputs: Flag -> place.
        plugins: Packages that it loads by folder rather than by import.
        loads_family: True where it imports the variant's model family.
        threads: Cores that one step takes.
    """

    name: str
    does: str
    selectors: tuple[str, ...]
    parameters: tuple[str, ...]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    plugins: tuple[str, ...] = ()
    loads_family: bool = False
    threads: int = 1

    @property
    def module(self) -> str:
        """The module whose `run` does the work."""
        return f"glasskt.stages.{self.name.replace('-', '_')}"

    def code(self, variant: str | None = None) -> tuple[str, ...]:
        """Source files that a step depends on, relative to the repository."""
        roots = [self.module, *self.plugins]
        if self.loads_family and variant:
            roots.append(f"glasskt.models.{variant.partition('.')[0]}")
        return tuple(f"src/glasskt/{path.relative_to(SOURCE).as_posix()}" for path in closure(*roots))


_INTERACTIONS = {"interactions": f"{COHORT}/interactions.parquet", "facts": f"{COHORT}/dataset.json"}
_STATIC = {"items": f"{IRT}/items.parquet", "students": f"{IRT}/students.parquet", "irt_fit": f"{IRT}/fit.json"}
_AS_FOUND = {f"as_found_{what}": f"{IRT}/as_found/{what}.parquet" for what in ("fits", "items", "students")}
_DYNAMIC = {"theta": f"{IRT}/theta.parquet", "tracking": f"{IRT}/tracking.json"}
_TARGETS = ("items", "students", "theta", "irt_fit", "as_found_items", "as_found_students")
"""Of `models.family.Targets`; a run reads those that its variant asks for."""
_TRUTH = {f"truth_{what}": f"{DATA}/truth/{what}.parquet" for what in ("steps", "skills", "students")}

STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage(
            name="simulate",
            does="Simulate a cohort whose abilities, difficulties and gains are known.",
            selectors=("dataset",),
            parameters=("datasets.{dataset}",),
            inputs={},
            outputs={"responses": f"{DATA}/responses.csv", **_TRUTH},
        ),
        Stage(
            name="fetch",
            does="Take a published data set from a mirror, checked by hash; never from the network.",
            selectors=("dataset",),
            parameters=("datasets.{dataset}",),
            inputs={},
            outputs={"train_valid": f"{DATA}/train_valid.csv", "test": f"{DATA}/test.csv"},
        ),
        Stage(
            name="preprocess",
            does="Read a response log into the interactions table.",
            selectors=("dataset",),
            parameters=("datasets.{dataset}",),
            inputs={"raw": "{raw}"},
            outputs=_INTERACTIONS,
        ),
        Stage(
            name="fit-irt",
            does="Fit the static item response model on a fold's training students.",
            selectors=("dataset", "fold"),
            parameters=("irt.static",),
            inputs=_INTERACTIONS,
            outputs=_STATIC,
        ),
        Stage(
            name="fit-as-found",
            does="Repeat the notes' calibration beside the marginal fit; the guards say what is wrong with it.",
            selectors=("dataset", "fold"),
            parameters=("irt.as_found",),
            inputs=_INTERACTIONS,
            outputs=_AS_FOUND,
        ),
        Stage(
            name="track-ability",
            does="Filter and smooth every student's ability, before and after each response.",
            selectors=("dataset", "fold"),
            parameters=("irt.dynamic",),
            inputs={**_INTERACTIONS, "items": _STATIC["items"], "irt_fit": _STATIC["irt_fit"]},
            outputs=_DYNAMIC,
        ),
        Stage(
            name="train",
            does="Train one variant on a fold's training students.",
            selectors=("dataset", "fold", "variant", "seed"),
            parameters=("variants.{variant}",),
            inputs={
                **_INTERACTIONS,
                **_STATIC,
                "theta": _DYNAMIC["theta"],
                "as_found_items": _AS_FOUND["as_found_items"],
                "as_found_students": _AS_FOUND["as_found_students"],
            },
            outputs={"model": f"{RUN}/model.safetensors", "history": f"{RUN}/history.csv", "fit": f"{RUN}/fit.json"},
            loads_family=True,
        ),
        Stage(
            name="trajectories",
            does="Write what a trained model says of every student it did not learn from.",
            selectors=("dataset", "fold", "variant", "seed"),
            parameters=("variants.{variant}",),
            inputs={"model": f"{RUN}/model.safetensors", **_INTERACTIONS},
            outputs={"trajectories": f"{RUN}/trajectories.parquet", "gains": f"{RUN}/gains.parquet"},
            loads_family=True,
        ),
        Stage(
            name="verify",
            does="Measure a run's predictions and check what its inner quantities mean.",
            selectors=("dataset", "fold", "variant", "seed"),
            parameters=("variants.{variant}",),
            inputs={
                "trajectories": f"{RUN}/trajectories.parquet",
                "gains": f"{RUN}/gains.parquet",
                "fit": f"{RUN}/fit.json",
                **_INTERACTIONS,
                "items": _STATIC["items"],
                "students": _STATIC["students"],
                "theta": _DYNAMIC["theta"],
                **_TRUTH,
            },
            outputs={"metrics": f"{RUN}/metrics.json", "checks": f"{RUN}/checks.json"},
            plugins=("glasskt.checks",),
        ),
        Stage(
            name="compare",
            does="Set a study's runs beside each other: tables, ceilings, verdicts.",
            selectors=("study",),
            parameters=("study", "studies.{study}", "variants"),
            inputs={
                "metrics": f"{RUN}/metrics.json",
                "checks": f"{RUN}/checks.json",
                "history": f"{RUN}/history.csv",
                "trajectories": f"{RUN}/trajectories.parquet",
                **_INTERACTIONS,
                "items": _STATIC["items"],
                "irt_fit": _STATIC["irt_fit"],
                "as_found_fits": _AS_FOUND["as_found_fits"],
                "tracking": _DYNAMIC["tracking"],
            },
            outputs={
                **{f"{table}_{kind}": f"{STUDY}/tables/{table}.{kind}" for table in TABLES for kind in ("csv", "md", "tex")},
                "course": f"{STUDY}/tables/l23_course.csv",
                "by_skill": f"{STUDY}/tables/gains_by_skill.csv",
                "summary": f"{STUDY}/summary.json",
            },
        ),
        Stage(
            name="paper",
            does="Render a study's paper: text, tables, figures, numbers.",
            selectors=("study",),
            parameters=("study", "studies.{study}", "variants"),
            inputs={
                "text": "paper/paper.typ",
                "references": "paper/references.bib",
                **{f"{table}_csv": f"{STUDY}/tables/{table}.csv" for table in TABLES},
                "course": f"{STUDY}/tables/l23_course.csv",
                "by_skill": f"{STUDY}/tables/gains_by_skill.csv",
                "summary": f"{STUDY}/summary.json",
                **_INTERACTIONS,
                "items": _STATIC["items"],
                "students": _STATIC["students"],
                "theta": _DYNAMIC["theta"],
                "trajectories": f"{RUN}/trajectories.parquet",
            },
            outputs={
                "pdf": f"{STUDY}/paper.pdf",
                "numbers": f"{STUDY}/numbers.json",
                **{f"{figure}_svg": f"{STUDY}/figures/{figure}.svg" for figure in FIGURES},
            },
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage with its selectors filled in.

    Attributes:
        stage: The stage.
        where: Selector -> value.
        parameters: Key of params.yaml -> its raw value; what the step reads.
        inputs: Flag -> files.
        outputs: Flag -> file.
    """

    stage: Stage
    where: dict[str, str]
    parameters: dict[str, Any]
    inputs: dict[str, list[str]]
    outputs: dict[str, str]

    @property
    def name(self) -> str:
        """The step's name for DVC, which allows letters, digits, dashes and underscores."""
        parts = [self.stage.name, *(f"{key}{value}" if key in ("fold", "seed") else value for key, value in self.where.items())]
        return re.sub(r"[^A-Za-z0-9_-]", "-", "-".join(parts))

    @property
    def code(self) -> tuple[str, ...]:
        """Source files that the step depends on."""
        return self.stage.code(self.where.get("variant"))

    @property
    def command(self) -> str:
        """The shell command, the same under both engines."""
        words = ["glasskt", self.stage.name]
        for flag, values in {
            **{key: [value] for key, value in self.where.items()},
            **self.inputs,
            **{k: [v] for k, v in self.outputs.items()},
        }.items():
            for value in values:
                words += [f"--{flag.replace('_', '-')}", value]
        return shlex.join([*words, "--threads", str(self.stage.threads)])

    @property
    def canonical_parameters(self) -> str:
        """The parameters as one canonical text: Snakemake compares a set of values, which misses a swap of two."""
        return json.dumps(self.parameters, sort_keys=True)


@dataclass(frozen=True)
class Graph:
    """All steps of one study, in an order in which each comes after those it reads from."""

    steps: tuple[Step, ...]

    @cached_property
    def by_where(self) -> dict[tuple[str, frozenset[tuple[str, str]]], Step]:
        """Steps by stage name and selectors."""
        return {(step.stage.name, frozenset(step.where.items())): step for step in self.steps}

    def step(self, stage: str, where: Mapping[str, str]) -> Step:
        """One step.

        Raises:
            KeyError: The study has no such step.
        """
        return self.by_where[stage, frozenset(where.items())]

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Files that steps read and no step writes."""
        made = {path for step in self.steps for path in step.outputs.values()}
        read = dict.fromkeys(path for step in self.steps for paths in step.inputs.values() for path in paths)
        return tuple(path for path in read if path not in made)


def expand(config: Config) -> Graph:
    """Every step of the configuration's study."""
    study = config.studies[config.study]
    dataset = study.dataset
    maker, raw = _origin(config, dataset)
    truth = frozenset(_TRUTH) if maker == "simulate" else frozenset()
    steps: list[Step] = []

    def add(name: str, where: dict[str, str], inputs: dict[str, list[str]]) -> Step:
        stage = STAGES[name]
        steps.append(
            Step(
                stage=stage,
                where={key: where[key] for key in stage.selectors},
                parameters=parameters_of(stage, config, where),
                inputs=inputs,
                outputs={flag: place.format(**where) for flag, place in stage.outputs.items()},
            )
        )
        return steps[-1]

    def files(name: str, where: dict[str, str], leave_out: frozenset[str] = frozenset()) -> dict[str, list[str]]:
        return {flag: [place.format(**where)] for flag, place in STAGES[name].inputs.items() if flag not in leave_out}

    at = {"dataset": dataset}
    if maker:
        add(maker, at, {})
    add("preprocess", at, {"raw": raw})
    runs = [
        {**at, "fold": str(fold), "variant": variant, "seed": str(seed)}
        for fold in study.folds
        for variant in study.variants
        for seed in (study.seeds[:1] if config.variants[variant].deterministic or variant in study.one_seed else study.seeds)
    ]
    for fold in study.folds:
        add("fit-irt", {**at, "fold": str(fold)}, files("fit-irt", {**at, "fold": str(fold)}))
        add("fit-as-found", {**at, "fold": str(fold)}, files("fit-as-found", {**at, "fold": str(fold)}))
        add("track-ability", {**at, "fold": str(fold)}, files("track-ability", {**at, "fold": str(fold)}))
    for run in runs:
        unused = frozenset(_TARGETS) - frozenset(config.variants[run["variant"]].irt_files)
        add("train", run, files("train", run, unused))
        add("trajectories", run, files("trajectories", run))
        add("verify", run, files("verify", run, frozenset(_TRUTH) - truth))
    here = {**at, "study": config.study}
    per_fold = [{**here, "fold": str(fold)} for fold in study.folds]
    compare, paired = STAGES["compare"].inputs, _paired({name: config.variants[name] for name in study.variants})
    add(
        "compare",
        here,
        {
            **{flag: [compare[flag].format(**run) for run in runs] for flag in ("metrics", "checks", "history")},
            "trajectories": [compare["trajectories"].format(**run) for run in runs if run["variant"] in paired],
            **{flag: [compare[flag].format(**here)] for flag in _INTERACTIONS},
            **{flag: [compare[flag].format(**fold) for fold in per_fold] for flag in ("items", "irt_fit", "as_found_fits", "tracking")},
        },
    )
    focus = next(run for run in runs if run["variant"] == study.focus)
    add("paper", {**here, **focus}, files("paper", {**here, **focus}))
    return Graph(tuple(steps))


def _paired(variants: Mapping[str, FamilySettings]) -> set[str]:
    """Variants whose responses `compare` sets beside each other one by one: controls and what they control, halves and their wholes."""
    controlled = {settings.control_of for settings in variants.values()}
    wholes = [settings.model_copy(update={"half": 0}) for settings in variants.values() if settings.half]
    return {
        name
        for name, settings in variants.items()
        if settings.half or settings in wholes or name in controlled or settings.control_of in variants
    }


def _origin(config: Config, dataset: str) -> tuple[str | None, list[str]]:
    """The stage that makes a data set's raw files, if one does, and those files."""
    from glasskt.data.catalogue import PUBLISHED, Lines, Long

    settings = config.datasets[dataset]
    if isinstance(settings, Long | Lines):
        files = (settings.table, settings.q_matrix) if isinstance(settings, Long) else (settings.train_valid, settings.test)
        return None, [path for path in files if path is not None]
    makers = {"simulated": "simulate", "pykt": "fetch" if dataset in PUBLISHED else None}
    flags = {"simulated": ("responses",), "pykt": ("train_valid", "test")}[settings.format]
    places = {**STAGES["simulate"].outputs, **STAGES["fetch"].outputs}
    return makers[settings.format], [places[flag].format(dataset=dataset) for flag in flags]


def parameters_of(stage: Stage, config: Config, where: Mapping[str, str]) -> dict[str, Any]:
    """What params.yaml says under the keys that a stage declares, and nothing else.

    Returns:
        Key -> raw value; `variants` holds the blocks of the study's variants only, by family and name.
    """
    values: dict[str, Any] = {}
    for key in (template.format(**where) for template in stage.parameters):
        if key == "study":
            values[key] = config.study
        elif key == "variants":
            values[key] = _blocks(config)
        else:
            values[key] = config.block(key) or {}
    return values


def _blocks(config: Config) -> dict[str, dict[str, Any]]:
    blocks: dict[str, dict[str, Any]] = {}
    for variant in config.studies[config.study].variants:
        family, name = variant.split(".")
        blocks.setdefault(family, {})[name] = config.block(f"variants.{variant}") or {}
    return blocks
