"""The files of a repository as they lie in the folder, or as they were at a git revision: from git, or from DVC's cache."""

from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import yaml

from glasskt.errors import UserError, did_you_mean

WORKSPACE = "workspace"
"""The folder as it is; DVC's word."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe either way; in C thirty times as fast."""


class Files(Protocol):
    """Files of one moment. Paths are relative to the repository."""

    def find(self, pattern: str) -> list[str]:
        """Paths that match a pattern with `*`, sorted."""

    def read(self, path: str) -> str:
        """The text of a file.

        Raises:
            FileNotFoundError: There is no such file, or its content was not kept.
        """


class Folder:
    """The working folder."""

    def find(self, pattern: str) -> list[str]:
        """As in `Files`."""
        return sorted(path.as_posix() for path in Path().glob(pattern))

    def read(self, path: str) -> str:
        """As in `Files`."""
        return Path(path).read_text(encoding="utf-8")


class Commit:
    """A commit, branch, tag or experiment of `dvc exp run`: files that git tracks, and outputs that its dvc.lock records.

    dvc.lock is read here: DVC's own file system of a revision parses YAML in Python, a second for each 100 kB.

    Raises:
        UserError: The folder is no DVC repository, or has no such revision.
    """

    def __init__(self, rev: str) -> None:
        # DVC takes half a second to import
        from dvc.exceptions import NotDvcRepoError
        from dvc.repo import Repo
        from dvc.scm import RevError, SCMError, resolve_rev

        try:
            repo = Repo()
            self._git = repo.scm.get_fs(resolve_rev(repo.scm, rev))
            self._cache = repo.cache.local
        except RevError:
            raise UserError(f"--revs: no commit, branch, tag or experiment {rev!r}. {did_you_mean(rev, _names(repo))}") from None
        except (NotDvcRepoError, SCMError):
            raise UserError("--revs: no DVC repository here. Run glasskt in the folder that holds .dvc, under git") from None
        stages = yaml.load(self._git.read_text("dvc.lock"), LOADER)["stages"] if self._git.exists("dvc.lock") else {}
        self._recorded = {out["path"]: out["md5"] for stage in stages.values() for out in stage.get("outs", ()) if "md5" in out}

    def find(self, pattern: str) -> list[str]:
        """As in `Files`; a recorded output whose content was not kept is among them."""
        recorded = [path for path in self._recorded if PurePosixPath(path).match(pattern)]
        return sorted({*recorded, *self._git.glob(pattern)})

    def read(self, path: str) -> str:
        """As in `Files`."""
        kept = Path(self._cache.oid_to_path(self._recorded[path])) if path in self._recorded else None
        text: str = kept.read_text(encoding="utf-8") if kept is not None and kept.exists() else self._git.read_text(path, encoding="utf-8")
        return text


def files(rev: str) -> Files:
    """The files of a revision; those of the folder for `workspace`.

    Raises:
        UserError: There is no such revision.
    """
    return Folder() if rev == WORKSPACE else Commit(rev)


def _names(repo: Any) -> list[str]:
    experiments = [name for baseline in repo.experiments.ls(all_commits=True).values() for name, _ in baseline]
    return [WORKSPACE, *repo.scm.list_branches(), *repo.scm.list_tags(), *experiments]
