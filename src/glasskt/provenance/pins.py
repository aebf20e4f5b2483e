"""Pins: the versions of other people's packages that a result depends on, one file per imported package.

A step has the files of the packages that its code imports among its inputs, so that both engines see an upgrade, and see it only where
it can change a result. The files say what `glasskt dag --write` found installed; a step refuses to run with anything else.
"""

import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from glasskt import outputs
from glasskt.errors import UserError

FOLDER = Path("requirements/pins")
WITHOUT_EFFECT = frozenset({"click", "rich", "psutil"})
"""Packages that speak to the user and reach no file."""
BY_NAME = {"pandas": ("pyarrow", "tabulate")}
"""Packages that another one loads by name, for files and tables that we ask it for."""
DEVICE = ("nvidia-", "cuda-", "triton")
"""Beginnings of the names of device libraries, which differ between builds of torch. The device stands in the record of the host."""


def files(packages: Iterable[str]) -> tuple[str, ...]:
    """The pin files of imported packages, relative to the repository."""
    return tuple((FOLDER / f"{name}.txt").as_posix() for name in sorted(set(packages) - WITHOUT_EFFECT))


def texts(packages: Iterable[str]) -> dict[Path, str]:
    """What the pin files should hold: Python, and each package with all that it requires, as installed.

    The file of a package that is not installed (py-irt, on a Python that it does not know) names Python alone.
    """
    return {FOLDER / f"{name}.txt": "".join(f"{pin}=={at}\n" for pin, at in _pins(name).items()) for name in set(packages) - WITHOUT_EFFECT}


def read(paths: Iterable[str]) -> dict[str, str]:
    """Package -> version, of several pin files.

    Raises:
        UserError: One is missing.
    """
    try:
        lines = [line for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError as error:
        raise UserError(f"{error.filename}: no such file. Run: glasskt dag --write") from None
    return dict(sorted({name: at for name, _, at in (line.partition("==") for line in lines)}.items()))


def check(paths: Iterable[str]) -> dict[str, str]:
    """The pins of a step, if what is installed is what they say.

    Raises:
        UserError: A package has another version, or is not installed.
    """
    pins = read(paths)
    for name, at in pins.items():
        found = installed(name)
        if found != at:
            raise UserError(
                f"{name} {found or 'is not'} installed, {FOLDER.as_posix()} says {at}: run `make env` to have what it says, "
                "or `glasskt dag --write` to take what is installed; every step that can depend on it runs again"
            )
    return pins


@cache
def installed(name: str) -> str | None:
    """The version of a distribution, without the label of its build; of `python`, the minor version."""
    if name == "python":
        return ".".join(platform.python_version_tuple()[:2])
    try:
        return version(name).partition("+")[0]
    except PackageNotFoundError:
        return None


def write(packages: Iterable[str]) -> None:
    """Write the pin files and take away those of packages that no step imports any more."""
    wanted = texts(packages)
    outputs.write({path: outputs.write_text(text) for path, text in wanted.items()})
    for path in set(FOLDER.glob("*.txt")) - set(wanted):
        path.unlink()


def check_files(packages: Iterable[str]) -> None:
    """Hold the pin files against what is installed.

    Raises:
        UserError: One differs.
    """
    for path, text in sorted(texts(packages).items()):
        if not path.exists():
            raise UserError(f"{path}: no such file. Run: glasskt dag --write")
        if path.read_text(encoding="utf-8") != text:
            raise UserError(f"{path}: not what is installed. Run `make env`, or glasskt dag --write to take what is installed")


def _pins(package: str) -> dict[str, str]:
    waiting = [name for part in (package, *BY_NAME.get(package, ())) for name in _distributions().get(part, [])[:1]]
    found: dict[str, str] = {"python": str(installed("python"))}
    while waiting:
        name = canonicalize_name(waiting.pop())
        at = installed(name)
        if name in found or name.startswith(DEVICE) or at is None:
            continue
        found[name] = at
        needs = map(Requirement, requires(name) or ())
        waiting += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return dict(sorted(found.items()))


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())
