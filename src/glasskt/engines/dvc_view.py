"""What DVC would do in this folder, from the engine itself: its own reading of dvc.yaml and of the values in params.yaml."""

import os
import shlex
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from glasskt.engines import dvc_file
from glasskt.engines.declared import Declared, files, leaves
from glasskt.errors import UserError
from glasskt.graph import manifests

ABSENT = "no such key in its file and refuses the step: write it there, with {} for the defaults"
"""Stands for the value."""


def declared() -> list[Declared]:
    """Every stage of this folder's dvc.yaml; git is not asked.

    A stage that reads a list of code reads what the list names. The stage that writes the lists is DVC's alone, and left out.

    Raises:
        UserError: DVC is not installed, not set up here, or cannot read dvc.yaml.
    """
    try:
        from dvc.exceptions import DvcException
        from dvc.repo import Repo
    except ImportError as error:
        raise UserError(f"DVC cannot be asked what it would do: {error}. Install what pyproject.toml names") from None
    here = Path.cwd()
    if not (here / ".dvc").is_dir():
        raise UserError(f"{here}: DVC is not set up here, so it cannot be asked what it would do. Run: dvc init")
    try:
        with Repo(str(here), config={"core": {"no_scm": True}}) as repo:
            repo.index.check_graph()
            stages = [stage for stage in repo.index.stages if stage.path_in_repo == "dvc.yaml" and stage.name != dvc_file.CODE]
            values = _values(file for stage in stages for file in stage.params)
            listed = {place: [*modules, *pins] for place, (modules, pins) in manifests().items()}
            return [_declared(stage, values, listed) for stage in stages]
    except DvcException as error:
        raise UserError(f"DVC cannot read dvc.yaml: {' '.join(str(error).split())}") from None


def _values(files_of_parameters: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """File -> dotted key -> value, each file read once by DVC: alone, each of some hundred stages would read it again."""
    from dvc.dependency.param import read_param_file

    keys: dict[str, list[str]] = defaultdict(list)
    systems = {}
    for file in files_of_parameters:
        keys[file.fs_path] += file.params
        systems[file.fs_path] = file.fs
    return {path: read_param_file(systems[path], path, wanted, flatten=True) for path, wanted in keys.items() if systems[path].exists(path)}


def _declared(stage: Any, values: dict[str, dict[str, Any]], listed: dict[str, list[str]]) -> Declared:
    read = files(dependency.fs_path for dependency in stage.deps if dependency not in stage.params)
    return Declared(
        name=stage.name,
        command=_command(stage),
        inputs=files(path for place in read for path in listed.get(place, [place])),
        outputs=files(output.fs_path for output in stage.outs),
        parameters={place: leaf for file in stage.params for place, leaf in _parameters(file, values.get(file.fs_path, {})).items()},
    )


def _command(stage: Any) -> str:
    """With the folder, where it is another, since the shell starts there."""
    command = stage.cmd if isinstance(stage.cmd, str) else " && ".join(stage.cmd)
    folder = os.path.relpath(stage.wdir)
    return command if folder == "." else f"cd {shlex.quote(folder)} && {command}"


def _parameters(file: Any, values: dict[str, Any]) -> dict[str, str]:
    name = os.path.relpath(file.fs_path)
    if not file.params:
        return {f"{name}:*": "every value"}
    where = "" if name == "params.yaml" else f"{name}:"
    return {where + place: leaf for key in file.params for place, leaf in _leaves(values.get(key, ABSENT), key).items()}


def _leaves(value: Any, key: str) -> dict[str, str]:
    """As JSON; a block without a word in it, which YAML reads as null, is an empty one."""
    return {key: ABSENT} if value is ABSENT else leaves({} if value is None else value, key)
