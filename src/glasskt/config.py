"""params.yaml, read safely and validated whole before any job: an unknown key or variant is an error with the nearest name."""

import fnmatch
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo

from glasskt.data.catalogue import PUBLISHED, AnyDataset, Lines, Long, Pykt, Simulated
from glasskt.errors import UserError, did_you_mean
from glasskt.irt.settings import AsFoundSettings, DynamicSettings, StaticSettings
from glasskt.models.average.settings import members
from glasskt.models.family import FamilySettings, families, settings_class
from glasskt.pipeline import CODE
from glasskt.power.settings import PowerSettings

PARAMS = Path("params.yaml")
NAME = re.compile(r"[^./{}*?\[\]]+")


class StudySettings(BaseModel):
    """A study: which runs, on which data, and the variant whose figures lead."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str
    folds: list[Annotated[int, Field(ge=0)]] = Field(min_length=1)
    seeds: list[Annotated[int, Field(ge=0, lt=2**32)]] = Field(min_length=1)
    focus: str
    variants: list[str] = Field(min_length=1)
    one_seed: list[str] = []
    """Patterns of variants that run the first seed only."""
    one_fold: list[str] = []
    """Patterns of variants that run the first fold only."""

    @field_validator("folds", "seeds")
    @classmethod
    def _each_once(cls, values: list[int]) -> list[int]:
        if len(set(values)) < len(values):
            raise ValueError("a number stands twice; name each once")
        return values


class IrtSettings(BaseModel):
    """The targets: static fit and ability filter; and the fit that is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    static: StaticSettings = StaticSettings()
    dynamic: DynamicSettings = DynamicSettings()
    as_found: AsFoundSettings = AsFoundSettings()


@dataclass(frozen=True)
class Config:
    """A valid params.yaml.

    Attributes:
        raw: The file's own content: what the engines compare.
        study: Name of the study that both engines build.
        studies: All studies; their variant lists are expanded and in the order in which they are named.
        datasets: All data sets.
        variants: All variants by `family.name`.
        irt: The settings of the targets.
    """

    raw: dict[str, Any]
    study: str
    studies: dict[str, StudySettings]
    datasets: dict[str, AnyDataset]
    variants: dict[str, FamilySettings]
    irt: IrtSettings

    def block(self, key: str) -> Any:
        """The raw value under a dotted key; None where the file leaves it to its default."""
        value: Any = self.raw
        for part in key.split("."):
            value = (value or {}).get(part)
        return value

    def has(self, key: str) -> bool:
        """Whether the file itself says something under a dotted key, be it nothing but the key."""
        above, _, last = key.rpartition(".")
        holder = self.block(above) if above else self.raw
        return isinstance(holder, dict) and last in holder


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML in which a key given twice is an error, not a silent choice of the last one."""


def _mapping_without_duplicates(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":  # `<<: *block` says where other keys come from
            continue
        key = loader.construct_object(key_node)  # type: ignore[no-untyped-call]
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f'key "{key}" stands twice', key_node.start_mark)
        seen.add(key)
    return dict(yaml.SafeLoader.construct_mapping(loader, node, deep=True))


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_duplicates)


def load(path: Path = PARAMS, study: str | None = None) -> Config:
    """Read and validate params.yaml.

    Arguments:
        path: The file.
        study: Overrides the file's own `study`.

    Raises:
        UserError: The file is missing or not YAML, or a key, value or name in it is wrong.
    """
    raw = _read(path)
    _known_keys(path, raw, {"study", "studies", "datasets", "irt", "power", "variants"})
    datasets = {name: _dataset(path, name, block) for name, block in _section(path, raw, "datasets").items()}
    variants = dict(_variants(path, _section(path, raw, "variants")))
    irt = _validate(path, "irt", IrtSettings, raw.get("irt") or {})
    _validate(path, "power", PowerSettings, raw.get("power") or {})
    studies = {name: _study(path, name, block, datasets, variants) for name, block in _section(path, raw, "studies").items()}
    chosen = study if study is not None else raw.get("study")
    if chosen not in studies:
        raise UserError(f"{path}: study: no study {chosen!r}. {did_you_mean(str(chosen), studies)}")
    return Config(raw=raw, study=chosen, studies=studies, datasets=datasets, variants=variants, irt=irt)


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file. Run glasskt in the folder that holds params.yaml, or name the file with --params") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: byte {error.start} is no UTF-8. Save the file as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise UserError(f"{path}{where}: not valid YAML: {getattr(error, 'problem', None) or error}") from None
    if not isinstance(raw, dict):
        raise UserError(f"{path}: expected the sections study, studies, datasets, irt, variants")
    return raw


def _known_keys(path: Path, raw: dict[str, Any], known: set[str]) -> None:
    for key in raw:
        if key not in known:
            raise UserError(f"{path}: {key}: unknown key. {did_you_mean(str(key), known)}")


def _section(path: Path, raw: dict[str, Any], name: str) -> dict[str, Any]:
    section = raw.get(name)
    if not isinstance(section, dict) or not section:
        raise UserError(f"{path}: {name}: expected one block per name")
    _legal_names(path, name, section)
    return section


def _legal_names(path: Path, where: str, block: dict[Any, Any]) -> None:
    """Names are parts of dotted keys, of paths, of patterns and of Snakemake's wildcards at once."""
    for name in block:
        if not isinstance(name, str):
            raise UserError(f"{path}: {where}.{name}: YAML reads this name as no text; put it in quotes")
        if not NAME.fullmatch(name):
            raise UserError(f"{path}: {where}.{name}: a name holds none of . / {{ }} * ? [ ]; rename it")
        if where in ("studies", "datasets") and f"results/{name}" == CODE:
            raise UserError(f"{path}: {where}.{name}: {CODE} holds the lists of code that DVC compares; rename it")


FORMATS: dict[str, type[BaseModel]] = {"simulated": Simulated, "pykt": Pykt, "long": Long, "lines": Lines}


def _dataset(path: Path, name: str, block: Any) -> Any:
    given = block.get("format") if isinstance(block, dict) else None
    if given not in FORMATS:
        raise UserError(f"{path}: datasets.{name}.format: no format {given!r}. {did_you_mean(str(given), FORMATS)}")
    return _validate(path, f"datasets.{name}", FORMATS[given], block)


def _variants(path: Path, section: dict[str, Any]) -> list[tuple[str, FamilySettings]]:
    found = []
    for family, blocks in section.items():
        if family not in families():
            raise UserError(f"{path}: variants.{family}: no such model family. {did_you_mean(family, families())}")
        if not isinstance(blocks, dict):
            raise UserError(f"{path}: variants.{family}: expected one block per name, such as `base: {{}}`")
        _legal_names(path, f"variants.{family}", blocks)
        for name, block in blocks.items():
            found.append((f"{family}.{name}", _validate(path, f"variants.{family}.{name}", settings_class(family), block or {})))
    names = [name for name, _ in found]
    for name, settings in found:
        for key, other in {"control_of": settings.control_of, "null_of": settings.null_of}.items():
            if other == name:
                raise UserError(f"{path}: variants.{name}.{key}: names itself; name the variant that it stands beside")
            if other is not None and other not in names:
                raise UserError(f"{path}: variants.{name}.{key}: no variant {other!r}. {did_you_mean(other, names)}")
        if settings.null_of is not None and settings.null_of.partition(".")[0] != name.partition(".")[0]:
            raise UserError(
                f"{path}: variants.{name}.null_of: {settings.null_of} is of another family; an untrained network is of the same one"
            )
        for other in members(settings):
            if other not in names:
                raise UserError(f"{path}: variants.{name}.of: no variant {other!r}. {did_you_mean(other, names)}")
            if members(dict(found)[other]):
                raise UserError(f"{path}: variants.{name}.of: {other} is itself an average; name variants that are trained")
    return found


def _study(path: Path, name: str, block: Any, datasets: dict[str, Any], variants: dict[str, FamilySettings]) -> StudySettings:
    study: StudySettings = _validate(path, f"studies.{name}", StudySettings, block)
    where = f"{path}: studies.{name}"
    if study.dataset not in datasets:
        raise UserError(f"{where}.dataset: no data set {study.dataset!r}. {did_you_mean(study.dataset, datasets)}")
    folds = PUBLISHED[study.dataset].folds if study.dataset in PUBLISHED else datasets[study.dataset].n_folds
    for fold in study.folds if folds is not None else ():
        if fold >= folds:
            raise UserError(f"{where}.folds: {study.dataset} has no fold {fold}; its folds are 0 to {folds - 1}")
    expanded = _matches(f"{where}.variants", study.variants, list(variants))
    few = {key: _matches(f"{where}.{key}", getattr(study, key), expanded) for key in ("one_seed", "one_fold")}
    if study.focus not in expanded:
        raise UserError(f"{where}.focus: {study.focus!r} is not among the study's variants. {did_you_mean(study.focus, expanded)}")
    for variant in expanded:
        for member in members(variants[variant]):
            if member not in expanded:
                raise UserError(f"{where}.variants: {variant} averages {member}, which is not among them; add it, or leave {variant} out")
            if member in few["one_fold"] and variant not in few["one_fold"]:
                raise UserError(f"{where}.one_fold: {variant} averages {member}, which runs one fold; name both, or neither")
    return study.model_copy(update={"variants": expanded, **few})


def _matches(where: str, patterns: list[str], known: list[str]) -> list[str]:
    """The known variants that some pattern names, each once, in the order of the patterns."""
    found: dict[str, None] = {}
    for pattern in patterns:
        matches = fnmatch.filter(known, pattern)
        if not matches:
            raise UserError(f"{where}: no variant {pattern!r}. {did_you_mean(pattern, known)}")
        found.update(dict.fromkeys(matches))
    return list(found)


def _validate(path: Path, key: str, model: type[BaseModel], block: Any) -> Any:
    try:
        return model.model_validate(block)
    except ValidationError as error:
        raise UserError(f"{path}: {_sentence(key, model, error)}") from None


def _sentence(key: str, model: type[BaseModel], error: ValidationError) -> str:
    # a misspelt key is also a missing one: its own name says more
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    location = [str(part) for part in first["loc"]]
    place = ".".join([key, *location])
    if first["type"] == "extra_forbidden":
        return f"{place}: unknown key. {did_you_mean(location[-1], _keys_at(model, tuple(location[:-1])))}"
    if first["type"] == "missing":
        return f"{place}: this key is missing"
    message = first["msg"].removeprefix("Value error, ")
    given = "" if isinstance(first["input"], dict) else f" (given: {first['input']!r})"
    return f"{place}: {message[0].lower()}{message[1:]}{given}"


def _keys_at(model: type[BaseModel], location: tuple[str, ...]) -> list[str]:
    """The keys that a model knows at a nested place."""
    for part in location:
        field = _fields(model).get(part)
        inner = _inner_model(field) if field else None
        if inner is None:
            return list(_fields(model))
        model = inner
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _inner_model(field: FieldInfo) -> type[BaseModel] | None:
    annotation = field.annotation
    candidates = get_args(annotation) if get_origin(annotation) else (annotation,)
    return next((kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
