"""The files of a repository as they lie in the folder, or as they were at a git revision: from git, or from DVC's cache and remote."""

from pathlib import Path
from typing import Protocol

from glasskt.errors import UserError, did_you_mean

WORKSPACE = "workspace"
"""The folder as it is; DVC's word."""


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
    """A commit, branch, tag or experiment of `dvc exp run`. Its outputs are those that its dvc.lock records, or that git tracks.

    Raises:
        UserError: The folder is no DVC repository, or has no such revision.
    """

    def __init__(self, rev: str) -> None:
        # DVC takes half a second to import
        from dvc.api import DVCFileSystem
        from dvc.exceptions import NotDvcRepoError
        from dvc.repo import Repo
        from dvc.scm import RevError, SCMError

        try:
            with Repo(rev=rev) as repo:
                self._files = DVCFileSystem(repo)
        except RevError:
            raise UserError(f"--revs: no commit, branch, tag or experiment {rev!r}. {did_you_mean(rev, _names())}".rstrip()) from None
        except (NotDvcRepoError, SCMError):
            raise UserError("--revs: no DVC repository here. Run glasskt in the folder that holds .dvc, under git") from None

    def find(self, pattern: str) -> list[str]:
        """As in `Files`; files whose content was not kept are among them."""
        return sorted(path.lstrip("/") for path in self._files.glob(pattern))

    def read(self, path: str) -> str:
        """As in `Files`."""
        text: str = self._files.read_text(path, encoding="utf-8")
        return text


def files(rev: str) -> Files:
    """The files of a revision; those of the folder for `workspace`.

    Raises:
        UserError: There is no such revision.
    """
    return Folder() if rev == WORKSPACE else Commit(rev)


def _names() -> list[str]:
    from dvc.repo import Repo

    with Repo() as repo:
        experiments = [name for baseline in repo.experiments.ls(all_commits=True).values() for name, _ in baseline]
        return [WORKSPACE, *repo.scm.list_branches(), *repo.scm.list_tags(), *experiments]
