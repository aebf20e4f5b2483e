"""Studies drawn at random, each of them one that params.yaml may hold: names, formats, folds, seeds and variants."""

import random
from pathlib import Path
from typing import Any

NAMES = (
    "plain",
    "two words",
    "naïve",
    "it's",
    "a+b",
    "x=1",
    "50%",
    "(old)",
    "a&b",
    "v-2",
    "v_2",
    "C#",
    "semi;colon",
    "t~",
    "comma,",
    "$HOME",
    "12",
)
FOLDERS = ("raw", "my data", "élèves & co", "../beside it")
FORMS = ("mean", "direct", "standardized", "scale", "dynamic", "weighted")
PREDICTORS = ("skill_easiness", "afm", "rasch_filter", "pfa", "two_level", "boosted")


def draw(seed: int) -> dict[str, Any]:
    """params.yaml of the study with this number; the first numbers go through all formats."""
    dice = random.Random(seed)
    names = iter(dice.sample(NAMES, len(NAMES)))
    dataset, block = list(FORMATS.values())[seed % len(FORMATS)](dice, next(names))
    variants = {family: make(dice, names) for family, make in FAMILIES.items() if family == "reference" or dice.random() < 0.45}
    listed = [f"{family}.{name}" for family, blocks in variants.items() for name in blocks]
    if dice.random() < 0.45:
        average = next(names)
        variants = {"average": {average: {"of": dice.sample(listed, dice.randint(1, min(3, len(listed))))}}} | variants
        listed = [f"average.{average}", *listed]
    study = {
        "dataset": dataset,
        "folds": sorted(dice.sample(range(5), dice.randint(1, 2))),
        "seeds": dice.sample(range(2**32), dice.randint(1, 2)),
        "focus": dice.choice(listed),
        "variants": [
            f"{family}.*" if dice.random() < 0.5 else name for family in variants for name in listed if name.startswith(f"{family}.")
        ],
    } | {key: [dice.choice(listed)] for key in ("one_seed", "one_fold") if dice.random() < 0.5}
    chosen = next(names)
    return {
        "study": chosen,
        "studies": {chosen: study},
        "datasets": {dataset: block},
        "irt": {
            "static": dice.choice([{}, {"model": "rasch", "responses": "all", "backend": "mml"}]),
            "dynamic": dice.choice([{}, {"drift": 1e-05}, {"levels": 1, "drift": "learned"}]),
            "as_found": dice.choice([{}, {"epochs": [20, 50], "epochs_kept": 20}]),
        },
        "power": dice.choice([{}, {"cohorts": 3}]),
        "variants": variants,
    }


def _simulated(dice: random.Random, name: str) -> tuple[str, dict[str, Any]]:
    return name, {"format": "simulated", "students": 120, "skills": 4, "seed": dice.randrange(99), "mastery_stop": dice.choice([None, 3])}


def _published(dice: random.Random, name: str) -> tuple[str, dict[str, Any]]:
    return "assist2015", {"format": "pykt", "skills": 100, "scored_test": 134640}


def _pykt(dice: random.Random, name: str) -> tuple[str, dict[str, Any]]:
    return name, {"format": "pykt", "skills": dice.randint(2, 9)}


def _long(dice: random.Random, name: str) -> tuple[str, dict[str, Any]]:
    return name, {"format": "long", "table": f"{dice.choice(FOLDERS)}/{name}.csv", "columns": {"student": "who am I"}}


def _q_matrix(dice: random.Random, name: str) -> tuple[str, dict[str, Any]]:
    folder = dice.choice(FOLDERS)
    columns = {"item": "item", "skill": None}
    return name, {"format": "long", "table": f"{folder}/{name}.parquet", "q_matrix": f"{folder}/q {name}.csv", "columns": columns}


def _lines(dice: random.Random, name: str) -> tuple[str, dict[str, Any]]:
    folder = dice.choice(FOLDERS)
    test = {"test": f"{folder}/{name} test.txt"} if dice.random() < 0.5 else {}
    return name, {"format": "lines", "train_valid": f"{folder}/{name}.txt", "lines": dice.choice([3, 4]), **test}


FORMATS = {"simulated": _simulated, "published": _published, "pykt": _pykt, "long": _long, "q_matrix": _q_matrix, "lines": _lines}


def _reference(dice: random.Random, names: Any) -> dict[str, Any]:
    return {next(names): {"predictor": predictor} for predictor in dice.sample(PREDICTORS, dice.randint(1, 2))}


def _additive(dice: random.Random, names: Any) -> dict[str, Any]:
    return {next(names): dice.choice([None, {"monotone": True}, {"features": ["theta", "mastered"], "curriculum_sd": 0}])}


def _dkt(dice: random.Random, names: Any) -> dict[str, Any]:
    base, null = next(names), next(names)
    return {base: dice.choice([None, {}, {"epochs": 2}]), null: {"null_of": f"dkt.{base}", "learning_rate": 0, "epochs": 1}}


def _gainakt2(dice: random.Random, names: Any) -> dict[str, Any]:
    return {next(names): {"encoder": {"kind": "attention", "width": 64, "blocks": 2, "heads": 4}, "intrinsic": dice.random() < 0.5}}


def _gainakt3(dice: random.Random, names: Any) -> dict[str, Any]:
    whole, control, first, second = (next(names) for _ in range(4))
    shared = {"initial": {"beta": 0.1}, "learning_rate": 1.74e-04}
    blocks = {whole: shared, control: {**shared, "gain": "zero", "control_of": f"gainakt3.{whole}"}}
    return blocks | ({first: {**shared, "half": 1}, second: {**shared, "half": 2}} if dice.random() < 0.5 else {})


def _ikt3(dice: random.Random, names: Any) -> dict[str, Any]:
    form = dice.choice(FORMS)
    blocks: dict[str, Any] = {next(names): {"l_23": {"form": form}, "lambda": {"target": dice.choice([0, 0.05, 1])}}}
    if dice.random() < 0.5:
        blocks[next(names)] = {"l_23": {"form": "mean"}, "as_found": {"broken_scale": True, "unmasked": dice.random() < 0.5}}
    return blocks


def _statespace(dice: random.Random, names: Any) -> dict[str, Any]:
    whole, control = next(names), next(names)
    shared = {"monotone": dice.random() < 0.5, "dropout": 0.25}
    return {whole: shared, control: {**shared, "gain": dice.choice(["zero", "one", "response"]), "control_of": f"statespace.{whole}"}}


FAMILIES = {
    "reference": _reference,
    "additive": _additive,
    "dkt": _dkt,
    "gainakt2": _gainakt2,
    "gainakt3": _gainakt3,
    "ikt3": _ikt3,
    "statespace": _statespace,
}


def raw_files(params: dict[str, Any]) -> list[Path]:
    """The files of its own that a study needs; none for a data set that a step makes."""
    ((name, block),) = params["datasets"].items()
    named = [Path(block[key]) for key in ("table", "q_matrix", "train_valid", "test") if block.get(key)]
    given = block["format"] == "pykt" and name != "assist2015"
    return named + [Path("data", name, file) for file in ("train_valid.csv", "test.csv") if given]
