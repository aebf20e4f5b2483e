"""A wrong params.yaml is one line that names the key and the nearest right one, before any job."""

from pathlib import Path

import pytest

from glasskt import config
from glasskt.errors import UserError
from glasskt.graph import expand

ROOT = Path(__file__).parents[2]
GOOD = """
study: one
studies:
  one: {dataset: cohort, folds: [0], seeds: [1, 2], focus: ikt3.direct, variants: [reference.*, ikt3.direct]}
datasets:
  cohort: {format: simulated, students: 100, skills: 5}
irt:
  static: {model: rasch}
  dynamic: {drift: 0.0}
variants:
  reference: {pfa: {predictor: pfa}, afm: {predictor: afm}}
  ikt3: {direct: {l_23: {form: direct}}}
"""
AVERAGED = GOOD.replace("[reference.*, ikt3.direct]", "[average.all, reference.*, ikt3.direct]").replace(
    "  ikt3: {direct", "  average: {all: {of: [ikt3.direct, reference.pfa]}}\n  ikt3: {direct"
)

WRONG = [
    ("study: one", "study: onne", "study: no study 'onne'. Did you mean \"one\"?"),
    ("studies:", "studiez:", 'studiez: unknown key. Did you mean "studies"?'),
    ("{form: direct}", "{from: direct}", 'variants.ikt3.direct.l_23.from: unknown key. Did you mean "form"?'),
    ("{form: direct}", "{form: sideways}", "variants.ikt3.direct.l_23.form: "),
    ("  ikt3: {direct", "  ikt33: {direct", 'variants.ikt33: no such model family. Did you mean "ikt3"?'),
    (
        "focus: ikt3.direct",
        "focus: ikt3.dirct",
        "studies.one.focus: 'ikt3.dirct' is not among the study's variants. Did you mean \"ikt3.direct\"?",
    ),
    (
        "[reference.*, ikt3.direct]",
        "[reference.*, ikt3.diect]",
        "studies.one.variants: no variant 'ikt3.diect'. Did you mean \"ikt3.direct\"?",
    ),
    ("dataset: cohort", "dataset: cohrt", "studies.one.dataset: no data set 'cohrt'. Did you mean \"cohort\"?"),
    ("folds: [0]", "folds: []", "studies.one.folds: "),
    ("folds: [0]", "folds: [5]", "studies.one.folds: cohort has no fold 5; its folds are 0 to 4"),
    ("folds: [0]", "foldz: [0]", 'studies.one.foldz: unknown key. Did you mean "folds"?'),
    ("seeds: [1, 2]", "seeds: [1, 1]", "studies.one.seeds: a number stands twice"),
    ("seeds: [1, 2]", "seeds: [-1]", "studies.one.seeds.0: "),
    (
        "seeds: [1, 2],",
        "seeds: [1, 2], one_seed: [ikt3.dynamic],",
        "studies.one.one_seed: no variant 'ikt3.dynamic'. Did you mean \"ikt3.direct\"?",
    ),
    ("  ikt3: {direct: {l_23: {form: direct}}}", "  ikt3: [direct]", "variants.ikt3: expected one block per name"),
    ("seeds: [1, 2], ", "", "studies.one.seeds: this key is missing"),
    ("format: simulated", "format: simulatd", "datasets.cohort.format: no format 'simulatd'. Did you mean \"simulated\"?"),
    ("students: 100", "studnets: 100", 'datasets.cohort.studnets: unknown key. Did you mean "students"?'),
    ("students: 100", "students: many", "datasets.cohort.students: "),
    ("drift: 0.0", "drift: -1", "irt.dynamic.drift"),
    ("model: rasch", "modell: rasch", 'irt.static.modell: unknown key. Did you mean "model"?'),
    ("{form: direct}", "{form: direct}, patience: 0", "variants.ikt3.direct.patience: "),
    ("{form: direct}", "{form: direct}, lambda: {warmup: 1.5}", "variants.ikt3.direct.lambda.warmup: "),
    ("{form: direct}", "{form: direct}, c: -1", "variants.ikt3.direct.c: "),
    ("{form: direct}", "{form: direct}, calibrate_on: -1", "variants.ikt3.direct.calibrate_on: "),
    (
        "{form: direct}",
        "{form: direct}, learning_rates: {batch: 3}",
        "variants.ikt3.direct.learning_rates: no group of parameters 'batch'. ",
    ),
    ("study: one", "study: one\nstudy: two", 'line 3: not valid YAML: key "study" stands twice'),
    (
        "{pfa: {predictor: pfa}",
        "{pfa: {predictor: pfa, half: 3}",
        "variants.reference.pfa.half: ",
    ),
    ("study: one", "study: [", "not valid YAML"),
    ("  cohort: {format", "  co.hort: {format", "datasets.co.hort: a name holds none of . / { } * ? [ ]; rename it"),
    ("{direct: {l_23", "{'dir*': {l_23", "variants.ikt3.dir*: a name holds none of "),
    ("{direct: {l_23", "{12: {l_23", "variants.ikt3.12: YAML reads this name as no text; put it in quotes"),
    ("{pfa: {predictor: pfa}", "{pfa: {predictor: pfa, null_of: reference.pfb}", "pfa.null_of: no variant 'reference.pfb'. "),
    ("{pfa: {predictor: pfa}", "{pfa: {predictor: pfa, null_of: reference.pfa}", "pfa.null_of: names itself"),
    ("{pfa: {predictor: pfa}", "{pfa: {predictor: pfa, null_of: ikt3.direct}", "pfa.null_of: ikt3.direct is of another family"),
    ("{pfa: {predictor: pfa}", "{pfa: {predictor: pfa, control_of: ikt3.dirct}", "no variant 'ikt3.dirct'. Did you mean \"ikt3.direct\"?"),
    (
        "  ikt3: {direct",
        "  dkt: {base: {next_skill: true, encoder: {kind: attention}}}\n  ikt3: {direct",
        "variants.dkt.base: encoder kind attention reads no next_skill",
    ),
    ("  ikt3: {direct", "  dkt: {base: {recall: true}}\n  ikt3: {direct", "variants.dkt.base: head per_skill has no place for recall"),
    ("  ikt3: {direct", "  dkt: {base: {head_dropout: 0.3}}\n  ikt3: {direct", "variants.dkt.base: head per_skill has no perceptron"),
    *(
        ("  ikt3: {direct", f"  average: {{a: {{of: [{of}]}}, b: {{of: [ikt3.direct]}}}}\n  ikt3: {{direct", line)
        for of, line in {
            "": "variants.average.a.of: ",
            "ikt3.dirct": "variants.average.a.of: no variant 'ikt3.dirct'. Did you mean \"ikt3.direct\"?",
            "average.b": "variants.average.a.of: average.b is itself an average; name variants that are trained",
            "ikt3.direct, ikt3.direct": "variants.average.a.of: a variant stands twice; name each once",
        }.items()
    ),
]


@pytest.fixture
def params(tmp_path: Path) -> Path:
    path = tmp_path / "params.yaml"
    path.write_text(GOOD)
    return path


@pytest.mark.parametrize(("old", "new", "line"), WRONG, ids=[new or "missing key" for _, new, _ in WRONG])
def test_a_wrong_key_value_or_name_is_one_line_with_the_nearest_right_one(params: Path, old: str, new: str, line: str) -> None:
    assert old in GOOD
    params.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(UserError) as error:
        config.load(params)
    assert str(error.value).startswith(str(params))
    assert line in str(error.value)
    assert "\n" not in str(error.value)


def test_yaml_that_would_build_python_objects_is_refused(params: Path) -> None:
    params.write_text(GOOD + "\nextra: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(UserError, match="not valid YAML"):
        config.load(params)


def test_a_study_expands_patterns_and_runs_deterministic_variants_once(params: Path) -> None:
    steps = [step for step in expand(config.load(params)).steps if step.stage.name == "train"]
    assert [(step.where["variant"], step.where["seed"]) for step in steps] == [
        ("reference.pfa", "1"),
        ("reference.afm", "1"),
        ("ikt3.direct", "1"),
        ("ikt3.direct", "2"),
    ]


def test_a_study_may_run_some_variants_with_its_first_seed_only(params: Path) -> None:
    params.write_text(GOOD.replace("seeds: [1, 2],", "seeds: [2, 1], one_seed: [ikt3.*],"))
    graph = expand(config.load(params))
    assert [step.where["seed"] for step in graph.steps if step.stage.name == "train" and step.where["variant"] == "ikt3.direct"] == ["2"]


def test_a_study_may_run_some_variants_on_its_first_fold_only(params: Path) -> None:
    params.write_text(GOOD.replace("folds: [0]", "folds: [2, 0]").replace("seeds: [1, 2],", "seeds: [1, 2], one_fold: [ikt3.*],"))
    runs = [step.where for step in expand(config.load(params)).steps if step.stage.name == "train"]
    assert {(run["variant"], run["fold"]) for run in runs} == {(f"reference.{name}", fold) for name in ("pfa", "afm") for fold in "20"} | {
        ("ikt3.direct", "2")
    }


def test_an_average_reads_every_run_of_its_members_in_its_fold_and_comes_after_them(params: Path) -> None:
    params.write_text(AVERAGED.replace("folds: [0]", "folds: [0, 3]"))
    steps = expand(config.load(params)).steps
    (step,) = [step for step in steps if step.stage.name == "average" and step.where["fold"] == "3"]
    runs = ["ikt3.direct/seed1", "ikt3.direct/seed2", "reference.pfa/seed1"]
    assert step.inputs["members"] == [f"results/cohort/fold3/{run}/trajectories.parquet" for run in runs]
    assert step.inputs["members_fit"] == [f"results/cohort/fold3/{run}/fit.json" for run in runs]
    assert step.where["seed"] == "1"
    before = {path for earlier in steps[: steps.index(step)] for path in earlier.outputs.values()}
    assert {*step.inputs["members"], *step.inputs["members_fit"]} <= before
    stages = [each.stage.name for each in steps if each.where.get("variant") == "average.all" and each.where["fold"] == "3"]
    assert stages == ["average", "verify"]


def test_a_study_without_a_member_of_an_average_is_refused_with_the_fix(params: Path) -> None:
    params.write_text(AVERAGED.replace("reference.*", "reference.afm"))
    with pytest.raises(
        UserError, match=r"average\.all averages reference\.pfa, which is not among them; add it, or leave average\.all out"
    ):
        config.load(params)


def test_an_average_runs_no_fold_that_its_members_do_not(params: Path) -> None:
    params.write_text(AVERAGED.replace("seeds: [1, 2],", "seeds: [1, 2], one_fold: [ikt3.*],"))
    with pytest.raises(UserError, match=r"one_fold: average\.all averages ikt3\.direct, which runs one fold; name both, or neither"):
        config.load(params)


def test_the_calibration_of_the_notes_reaches_only_a_variant_with_their_scale(params: Path) -> None:
    params.write_text(GOOD.replace("{form: direct}}}", "{form: direct}, as_found: {broken_scale: true}}}"))
    where = {"dataset": "cohort", "fold": "0", "variant": "ikt3.direct", "seed": "1"}
    assert {"as_found_items", "as_found_students"} <= expand(config.load(params)).step("train", where).inputs.keys()
    params.write_text(GOOD)
    assert not {"as_found_items", "as_found_students"} & expand(config.load(params)).step("train", where).inputs.keys()


def test_a_run_reads_its_own_block_and_only_the_targets_that_it_uses(params: Path) -> None:
    graph = expand(config.load(params))
    train = graph.step("train", {"dataset": "cohort", "fold": "0", "variant": "ikt3.direct", "seed": "1"})
    assert train.parameters == {"variants.ikt3.direct": {"l_23": {"form": "direct"}}}
    assert "theta" not in train.inputs
    assert "students" in train.inputs


def test_every_input_is_a_source_or_the_output_of_an_earlier_step() -> None:
    known = config.load(ROOT / "params.yaml")
    for study, settings in known.studies.items():
        made: set[str] = set()
        graph = expand(config.load(ROOT / "params.yaml", study))
        for step in graph.steps:
            read = {path for paths in step.inputs.values() for path in paths}
            assert read <= made | set(graph.sources)
            assert not made & set(step.outputs.values())
            made |= set(step.outputs.values())
        supplied = known.datasets[settings.dataset].files if study.startswith("cross-") else ()
        text = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "paper").rglob("*.typ"))]
        assert sorted(graph.sources) == sorted([*supplied, *text, "paper/references.bib", "paper/claims.yaml", "paper/typed.yaml"])
