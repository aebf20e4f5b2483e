"""The pipeline, declared once: what each stage reads, writes and depends on. The graph of a study and the command line come from it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from glasskt.provenance import pins
from glasskt.provenance.closure import closure, declared, packages

DATA = "data/{dataset}"
COHORT = "results/{dataset}"
IRT = COHORT + "/fold{fold}/irt"
RUN = COHORT + "/fold{fold}/{variant}/seed{seed}"
STUDY = "results/{study}"
CODE = "results/code"
L23 = ("prediction", "alignment", "scale", "agreement", "training", "lambda", "as_found")
GAINS = ("models", "replication", "contrasts", "ablation")
TABLES = (
    *("data", "practice", "irt", "backends", "models", "pairs", "rows", "calibration", "slopes"),
    *(f"l23_{part}" for part in L23),
    *(f"gains_{part}" for part in GAINS),
    *("rethinks", "rethinks_tree", "checks", "notes"),
)
FIGURES = (
    *("practice", "difficulty", "ability", "courses", "trajectory", "l23", "l23_training", "l23_lambda", "gains", "gains_worth"),
    *("matrix", "reliability", "explained"),
)


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

    @property
    def record(self) -> str:
        """Place of the record of a run: beside the outputs."""
        return f"{posixpath.commonpath([posixpath.dirname(place) for place in self.outputs.values()])}/{self.name}.run.json"

    def code(self, variant: str | None = None) -> tuple[str, ...]:
        """Source files that a step depends on, relative to the repository."""
        return tuple(map(declared, closure(*self._roots(variant))))

    def packages(self, variant: str | None = None) -> tuple[str, ...]:
        """Packages of others that a step imports."""
        return packages(*self._roots(variant))

    def pins(self, variant: str | None = None) -> tuple[str, ...]:
        """Files of the versions that a step depends on, relative to the repository."""
        return pins.files(self.packages(variant))

    def manifest(self, variant: str | None = None) -> str:
        """Place of the list of the code and the versions that a step depends on."""
        family = [variant.partition(".")[0]] if self.loads_family and variant else []
        return f"{CODE}/{'.'.join([self.name, *family])}.txt"

    def _roots(self, variant: str | None) -> list[str]:
        family = [f"glasskt.models.{variant.partition('.')[0]}"] if self.loads_family and variant else []
        return [self.module, *self.plugins, *family]


INTERACTIONS = {"interactions": f"{COHORT}/interactions.parquet", "facts": f"{COHORT}/dataset.json"}
_STATIC = {"items": f"{IRT}/items.parquet", "students": f"{IRT}/students.parquet", "irt_fit": f"{IRT}/fit.json"}
_AS_FOUND = {f"as_found_{what}": f"{IRT}/as_found/{what}.parquet" for what in ("fits", "items", "students")}
_DYNAMIC = {"theta": f"{IRT}/theta.parquet", "tracking": f"{IRT}/tracking.json"}
TARGETS = ("items", "students", "theta", "irt_fit", "as_found_items", "as_found_students")
"""Of `models.family.Targets`; a run reads those that its variant asks for."""
TRACED = ("trajectories", "gains", "flips", "movement", "states")
MAKERS = {False: ("train", "trajectories"), True: ("average",)}
"""The stages that make what `verify` reads of a run: of a model, and of an average of finished runs."""
TRUTH = {f"truth_{what}": f"{DATA}/truth/{what}.parquet" for what in ("steps", "skills", "students")}

STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage(
            name="simulate",
            does="Simulate a cohort whose abilities, difficulties and gains are known.",
            selectors=("dataset",),
            parameters=("datasets.{dataset}",),
            inputs={},
            outputs={"responses": f"{DATA}/responses.csv", **TRUTH},
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
            outputs=INTERACTIONS,
        ),
        Stage(
            name="fit-irt",
            does="Fit the static item response model on a fold's training students.",
            selectors=("dataset", "fold"),
            parameters=("irt.static",),
            inputs=INTERACTIONS,
            outputs=_STATIC,
        ),
        Stage(
            name="fit-as-found",
            does="Repeat the notes' calibration beside the marginal fit; the guards say what is wrong with it.",
            selectors=("dataset", "fold"),
            parameters=("irt.as_found",),
            inputs=INTERACTIONS,
            outputs=_AS_FOUND,
        ),
        Stage(
            name="track-ability",
            does="Filter and smooth every student's ability, before and after each response.",
            selectors=("dataset", "fold"),
            parameters=("irt.dynamic",),
            inputs={**INTERACTIONS, "items": _STATIC["items"], "irt_fit": _STATIC["irt_fit"]},
            outputs=_DYNAMIC,
        ),
        Stage(
            name="train",
            does="Train one variant on a fold's training students.",
            selectors=("dataset", "fold", "variant", "seed"),
            parameters=("variants.{variant}",),
            inputs={
                **INTERACTIONS,
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
            inputs={"model": f"{RUN}/model.safetensors", **INTERACTIONS},
            outputs={table: f"{RUN}/{table}.parquet" for table in TRACED},
            loads_family=True,
        ),
        Stage(
            name="average",
            does="Average what finished runs say of the students they did not learn from.",
            selectors=("dataset", "fold", "variant", "seed"),
            parameters=("variants.{variant}",),
            inputs={"members": f"{RUN}/trajectories.parquet", "members_fit": f"{RUN}/fit.json", **INTERACTIONS},
            outputs={
                **{table: f"{RUN}/{table}.parquet" for table in TRACED},
                "history": f"{RUN}/history.csv",
                "fit": f"{RUN}/fit.json",
            },
        ),
        Stage(
            name="verify",
            does="Measure a run's predictions and check what its inner quantities mean.",
            selectors=("dataset", "fold", "variant", "seed"),
            parameters=("variants.{variant}",),
            inputs={
                **{table: f"{RUN}/{table}.parquet" for table in TRACED},
                "history": f"{RUN}/history.csv",
                "fit": f"{RUN}/fit.json",
                **INTERACTIONS,
                "items": _STATIC["items"],
                "students": _STATIC["students"],
                "theta": _DYNAMIC["theta"],
                **TRUTH,
            },
            outputs={
                "metrics": f"{RUN}/metrics.json",
                "checks": f"{RUN}/checks.json",
                "by_student": f"{RUN}/by_student.parquet",
            },
            plugins=("glasskt.checks",),
        ),
        Stage(
            name="terms",
            does="Write the terms of one prediction of each of three test students.",
            selectors=("dataset", "fold", "variant", "seed"),
            parameters=("variants.{variant}",),
            inputs={"model": f"{RUN}/model.safetensors", **INTERACTIONS},
            outputs={"terms": f"{RUN}/terms.csv"},
            plugins=("glasskt.explain.families",),
        ),
        Stage(
            name="skills",
            does="Write what a run learned of each skill, for halves of the students to repeat.",
            selectors=("dataset", "fold", "variant", "seed"),
            parameters=("variants.{variant}",),
            inputs={"model": f"{RUN}/model.safetensors", **INTERACTIONS},
            outputs={"skills": f"{RUN}/skills.parquet"},
            plugins=("glasskt.skills.families",),
        ),
        Stage(
            name="power",
            does="Ask of every check whether it can tell a model with the property from one without it.",
            selectors=("dataset",),
            parameters=("datasets.{dataset}", "power"),
            inputs={},
            outputs={"power": f"{COHORT}/power.csv", "power_md": f"{COHORT}/power.md"},
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
                "by_student": f"{RUN}/by_student.parquet",
                "trajectories": f"{RUN}/trajectories.parquet",
                "skills": f"{RUN}/skills.parquet",
                **INTERACTIONS,
                "items": _STATIC["items"],
                "irt_fit": _STATIC["irt_fit"],
                "as_found_fits": _AS_FOUND["as_found_fits"],
                "tracking": _DYNAMIC["tracking"],
            },
            outputs={
                **{f"{table}_{kind}": f"{STUDY}/tables/{table}.{kind}" for table in TABLES for kind in ("csv", "md", "tex")},
                "course": f"{STUDY}/tables/l23_course.csv",
                "by_skill": f"{STUDY}/tables/gains_by_skill.csv",
                "bins": f"{STUDY}/tables/calibration_bins.csv",
                "matrix": f"{STUDY}/tables/check_matrix.md",
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
                "included": "paper/sections/data.typ",
                "references": "paper/references.bib",
                "claims": "paper/claims.yaml",
                "typed": "paper/typed.yaml",
                **{f"{table}_csv": f"{STUDY}/tables/{table}.csv" for table in TABLES},
                "course": f"{STUDY}/tables/l23_course.csv",
                "by_skill": f"{STUDY}/tables/gains_by_skill.csv",
                "bins": f"{STUDY}/tables/calibration_bins.csv",
                "power": f"{COHORT}/power.csv",
                "summary": f"{STUDY}/summary.json",
                **INTERACTIONS,
                "items": _STATIC["items"],
                "students": _STATIC["students"],
                "theta": _DYNAMIC["theta"],
                "trajectories": f"{RUN}/trajectories.parquet",
                "terms": f"{RUN}/terms.csv",
            },
            outputs={
                "pdf": f"{STUDY}/paper.pdf",
                "numbers": f"{STUDY}/numbers.json",
                "claims_json": f"{STUDY}/claims.json",
                **{f"{figure}_{kind}": f"{STUDY}/figures/{figure}.{kind}" for figure in FIGURES for kind in ("svg", "pdf", "png")},
            },
        ),
    )
}
