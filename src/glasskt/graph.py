"""Every step of a study, from the pipeline and params.yaml. The Snakefile and dvc.yaml come from it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasskt.explain.rooms import can_be_explained
from glasskt.parameters import Parameters
from glasskt.pipeline import INTERACTIONS, STAGES, TARGETS, TRUTH, Stage

if TYPE_CHECKING:
    from glasskt.config import Config
    from glasskt.models.family import FamilySettings


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage with its selectors filled in.

    Attributes:
        stage: The stage.
        where: Selector -> value.
        parameters: Key of params.yaml -> its raw value; what the step reads.
        inputs: Flag -> files.
        outputs: Flag -> file; the record of the run is among them.
    """

    stage: Stage
    where: dict[str, str]
    parameters: dict[str, Any]
    inputs: dict[str, list[str]]
    outputs: dict[str, str]

    @cached_property
    def name(self) -> str:
        """The step's name for DVC, which allows letters, digits, dashes and underscores."""
        parts = [self.stage.name, *(f"{key}{value}" if key in ("fold", "seed") else value for key, value in self.where.items())]
        return re.sub(r"[^A-Za-z0-9_-]", "-", "-".join(parts))

    @cached_property
    def code(self) -> tuple[str, ...]:
        """Source files that the step depends on."""
        return self.stage.code(self.where.get("variant"))

    @cached_property
    def pins(self) -> tuple[str, ...]:
        """Files of the versions of packages that the step depends on."""
        return self.stage.pins(self.where.get("variant"))

    @property
    def manifest(self) -> str:
        """File that lists the step's code and versions with their digests."""
        return self.stage.manifest(self.where.get("variant"))

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
        return json.dumps(canonical(self.parameters), sort_keys=True)


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
    from glasskt.models.average.settings import members  # pydantic takes a third of the help's time

    study = config.studies[config.study]
    dataset = study.dataset
    maker, raw = _origin(config, dataset)
    truth = frozenset(TRUTH) if maker == "simulate" else frozenset()
    steps: list[Step] = []

    def add(name: str, where: dict[str, str], inputs: dict[str, list[str]]) -> Step:
        stage = STAGES[name]
        steps.append(
            Step(
                stage=stage,
                where={key: where[key] for key in stage.selectors},
                parameters=parameters_of(stage, config, where),
                inputs=inputs,
                outputs={flag: place.format(**where) for flag, place in {**stage.outputs, "record": stage.record}.items()},
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
        if fold == study.folds[0] or variant not in study.one_fold
        for seed in (study.seeds[:1] if config.variants[variant].deterministic or variant in study.one_seed else study.seeds)
    ]
    for fold in study.folds:
        add("fit-irt", {**at, "fold": str(fold)}, files("fit-irt", {**at, "fold": str(fold)}))
        add("fit-as-found", {**at, "fold": str(fold)}, files("fit-as-found", {**at, "fold": str(fold)}))
        add("track-ability", {**at, "fold": str(fold)}, files("track-ability", {**at, "fold": str(fold)}))
    averaged = {variant: members(config.variants[variant]) for variant in study.variants}
    for run in sorted(runs, key=lambda run: bool(averaged[run["variant"]])):
        if of := averaged[run["variant"]]:
            add("average", run, _of_members(files("average", run), [each for each in runs if each["fold"] == run["fold"]], of))
        else:
            unused = frozenset(TARGETS) - frozenset(config.variants[run["variant"]].irt_files)
            add("train", run, files("train", run, unused))
            add("trajectories", run, files("trajectories", run))
        add("verify", run, files("verify", run, frozenset(TRUTH) - truth))
    here = {**at, "study": config.study}
    per_fold = [{**here, "fold": str(fold)} for fold in study.folds]
    compare, paired = STAGES["compare"].inputs, _paired({name: config.variants[name] for name in study.variants})
    paired |= {name for name in study.variants if averaged[name]} | ({study.focus} if any(averaged.values()) else set())
    add(
        "compare",
        here,
        {
            **{flag: [compare[flag].format(**run) for run in runs] for flag in ("metrics", "checks", "history", "by_student")},
            "trajectories": [compare["trajectories"].format(**run) for run in runs if run["variant"] in paired],
            **{flag: [compare[flag].format(**here)] for flag in INTERACTIONS},
            **{flag: [compare[flag].format(**fold) for fold in per_fold] for flag in ("items", "irt_fit", "as_found_fits", "tracking")},
        },
    )
    if truth:
        add("power", at, {})
    focus = next(run for run in runs if run["variant"] == study.focus)
    told = next((run for run in (focus, *runs) if can_be_explained(run["variant"])), None)
    if told:
        add("terms", told, files("terms", told))
    paper = files("paper", {**here, **focus}, frozenset({"terms"} if truth else {"terms", "power"}))
    paper |= {"terms": [STAGES["terms"].outputs["terms"].format(**told)]} if told else {}
    add("paper", {**here, **focus}, {**paper, "included": _included(*paper["text"])})
    return Graph(tuple(steps))


def _of_members(inputs: dict[str, list[str]], runs: list[dict[str, str]], of: tuple[str, ...]) -> dict[str, list[str]]:
    """Inputs of an average, with the files of all of its members' runs, member by member."""
    averaged = [run for member in of for run in runs if run["variant"] == member]
    stated = STAGES["average"].inputs
    return inputs | {flag: [stated[flag].format(**run) for run in averaged] for flag in ("members", "members_fit")}


def canonical(value: Any) -> Any:
    """Numbers that are equal read the same, as they do for DVC."""
    if isinstance(value, dict):
        return {str(key): canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [canonical(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def packages() -> set[str]:
    """Packages of others that some step of some study imports."""
    return {name for stage, variant in _kinds() for name in stage.packages(variant)}


def manifests() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Place of every manifest -> the modules and the pin files that it lists."""
    return {stage.manifest(variant): (stage.code(variant), stage.pins(variant)) for stage, variant in _kinds()}


def _kinds() -> list[tuple[Stage, str]]:
    """Every stage with a variant of every family; an average is no model to train."""
    from glasskt.models.family import families

    return [(stage, f"{family}.any") for stage in STAGES.values() for family in families() if family != "average" or not stage.loads_family]


def _paired(variants: Mapping[str, FamilySettings]) -> set[str]:
    """Variants whose responses `compare` sets beside each other one by one: controls and what they control, halves and their wholes."""
    controlled = {settings.control_of for settings in variants.values()}
    wholes = [settings.model_copy(update={"half": 0}) for settings in variants.values() if settings.half]
    return {
        name
        for name, settings in variants.items()
        if settings.half or settings in wholes or name in controlled or settings.control_of in variants
    }


def _included(text: str) -> list[str]:
    """The Typst files beside the paper's text: all that its folder holds, so that an edit of any of them is seen."""
    main = Path(text)
    return sorted(path.as_posix() for path in main.parent.rglob("*.typ") if path != main)


def _origin(config: Config, dataset: str) -> tuple[str | None, list[str]]:
    """The stage that makes a data set's raw files, if one does, and those files."""
    from glasskt.data.catalogue import PUBLISHED, Lines, Long

    settings = config.datasets[dataset]
    if isinstance(settings, Long | Lines):
        return None, list(settings.files)
    makers = {"simulated": "simulate", "pykt": "fetch" if dataset in PUBLISHED else None}
    flags = {"simulated": ("responses",), "pykt": ("train_valid", "test")}[settings.format]
    places = {**STAGES["simulate"].outputs, **STAGES["fetch"].outputs}
    return makers[settings.format], [places[flag].format(dataset=dataset) for flag in flags]


def parameters_of(stage: Stage, config: Config, where: Mapping[str, str]) -> dict[str, Any]:
    """What params.yaml says under the keys that a stage declares, and nothing else.

    Returns:
        Key -> raw value; `variants` holds the blocks of the study's variants only, by family and name. Any other key is an error.
    """
    values: dict[str, Any] = {}
    for key in (template.format(**where) for template in stage.parameters):
        if key == "study":
            values[key] = config.study
        elif key == "variants":
            values[key] = _blocks(config)
        else:
            values[key] = config.block(key) or {}
    return Parameters(stage.name, values)


def _blocks(config: Config) -> dict[str, dict[str, Any]]:
    blocks: dict[str, dict[str, Any]] = {}
    for variant in config.studies[config.study].variants:
        family, name = variant.split(".")
        blocks.setdefault(family, {})[name] = config.block(f"variants.{variant}") or {}
    return blocks
