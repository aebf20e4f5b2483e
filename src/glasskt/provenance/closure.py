"""The code that a run depends on: the import closure of its stage, plus its own family.

Neither engine sees imported modules (an edit of one reruns nothing unless it is declared), so the graph declares them as inputs.
Imports are read from the source, never executed.
"""

import ast
import sys
from functools import cache
from pathlib import Path

from glasskt.errors import UserError

PACKAGE = "glasskt"
SOURCE = Path(__file__).parent.parent
DECLARED = f"src/{PACKAGE}/"


def declared(path: Path) -> str:
    """A source file as the graph declares it: relative to the repository."""
    return f"{DECLARED}{path.relative_to(SOURCE).as_posix()}"


def running(name: str) -> Path:
    """The file that runs under a declared name: that of the package which is imported, wherever it is installed."""
    return SOURCE / name.removeprefix(DECLARED)


@cache
def closure(*roots: str) -> tuple[Path, ...]:
    """Source files reached from some modules by imports within the package.

    Arguments:
        roots: Module names such as `glasskt.stages.train`; a package name stands for all modules inside it.

    Returns:
        Sorted paths. The package's own `__init__.py` is left out: it holds a docstring and the version, which no result depends on.

    Raises:
        ModuleNotFoundError: A root is not a module of the package.
    """
    return tuple(sorted(path for path in map(_path, _reached(roots)) if path != SOURCE / "__init__.py"))


@cache
def packages(*roots: str) -> tuple[str, ...]:
    """Packages of others that the modules of a closure import, by the name under which they do.

    Arguments:
        roots: As of `closure`.

    Returns:
        Sorted top-level names, such as `numpy`; the standard library is left out.
    """
    names = {name.partition(".")[0] for module in _reached(roots) for name in _named(module)}
    return tuple(sorted(names - sys.stdlib_module_names - {PACKAGE, ""}))


def _reached(roots: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    waiting = [module for root in roots for module in _members(root)]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(_imports(module))
    return found


def _members(root: str) -> list[str]:
    path = _path(root)
    if path.name != "__init__.py":
        return [root]
    inside = [file.relative_to(SOURCE.parent).with_suffix("") for file in sorted(path.parent.rglob("*.py"))]
    return [".".join(file.parts).removesuffix(".__init__") for file in inside]


def _path(module: str) -> Path:
    stem = SOURCE.parent.joinpath(*module.split("."))
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if path.exists():
            return path
    raise ModuleNotFoundError(module)


def _exists(module: str) -> bool:
    stem = SOURCE.parent.joinpath(*module.split("."))
    return stem.with_suffix(".py").exists() or (stem / "__init__.py").exists()


@cache
def _imports(module: str) -> tuple[str, ...]:
    """Modules of the package that a module names in its imports, and the packages that hold them."""
    own = {name for name in _named(module) if name.split(".")[0] == PACKAGE and _exists(name)}
    parents = {".".join(name.split(".")[:depth]) for name in own | {module} for depth in range(1, name.count(".") + 1)}
    return tuple(sorted(own | parents))


@cache
def _named(module: str) -> frozenset[str]:
    """What a module names in its imports, wherever they stand in it."""
    names: set[str] = set()
    path = _path(module)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise UserError(f"{path}:{error.lineno}: {error.msg}; what depends on this module cannot be told") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return frozenset(names)


def _base(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    anchor = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*anchor, *(node.module or "").split(".")]).rstrip(".")
