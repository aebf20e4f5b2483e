"""What DVC knows of outputs: its cache and dvc.lock, written once for many stages."""

import logging
from collections.abc import Set
from itertools import groupby
from pathlib import Path

import yaml

from glasskt.errors import UserError

LOCK = Path("dvc.lock")


def entries() -> set[str]:
    """Names of the stages that dvc.lock tells of."""
    if not LOCK.exists():
        return set()
    try:
        read = yaml.load(LOCK.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UserError(
            f"{LOCK}: not valid YAML. After a merge, take either side (git checkout --ours {LOCK}) and run: glasskt sync"
        ) from None
    return set(read.get("stages") or {}) if isinstance(read, dict) else set()


def remove(names: Set[str]) -> None:
    """Take entries out of dvc.lock; the cache keeps what they name."""
    from dvc.utils.serialize import modify_yaml

    with modify_yaml(str(LOCK)) as read:
        for name in names:
            read["stages"].pop(name, None)


def commit(names: Set[str]) -> None:
    """What `dvc commit --force` does to one stage, done to several: with a name each, it reads and writes dvc.lock once per stage, which
    for a hundred runs takes half an hour.

    Arguments:
        names: Of stages of dvc.yaml.

    Raises:
        UserError: DVC refuses.
    """
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    logging.getLogger("dvc").setLevel(logging.WARNING)
    try:
        with Repo() as repo, repo.lock:
            meant = [stage for stage in repo.index.stages if getattr(stage, "name", None) in names]
            for file, stages in groupby(meant, key=lambda stage: stage.dvcfile):
                changed = [stage for stage in stages if any(stage.changed_entries()) or stage.changed_stage()]
                for stage in changed:
                    stage.save()
                    stage.commit(relink=False)
                file.dump_stages(changed, update_pipeline=False)
    except DvcException as error:
        raise UserError(f"dvc: {' '.join(str(error).split())}") from None
