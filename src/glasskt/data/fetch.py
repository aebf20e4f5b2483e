"""Published files brought to their place: from a mirror or from their pinned source, never without the right sha256."""

import hashlib
import http.client
import os
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from glasskt.data.catalogue import ON_REQUEST, PUBLISHED, Published, PublishedFile, whence
from glasskt.errors import UserError, did_you_mean
from glasskt.outputs import write

MIRROR = "GLASSKT_MIRROR"
TIMEOUT = 60.0  # seconds without an answer


def get(name: str, into: Path, source: Path | None, offline: bool, progress: Callable[[str], None]) -> None:
    """Bring all files of a published data set into one folder.

    Arguments:
        name: A key of `catalogue.PUBLISHED`.
        into: The folder; it is made.
        source: A folder that holds the files, or holds them in a folder `name`. Then nothing else is tried.
        offline: Never open a connection.
        progress: Told one line per file.

    Raises:
        UserError: Unknown data set; a file has the wrong sha256, is nowhere to be found, or the download fails. Nothing is written.
    """
    place(name, {file.name: into / file.name for file in _published(name).files}, source, offline, progress)


def hold(name: str, places: Mapping[str, Path]) -> None:
    """Refuse files that are not the published ones.

    Arguments:
        places: Where each file is, by its published name.

    Raises:
        UserError: A file has another sha256.
    """
    for file in _published(name).files:
        if (found := _sha256(places[file.name].read_bytes())) != file.sha256:
            raise UserError(
                f"{places[file.name]}: sha256 {found} is not the published {file.sha256}; "
                f"move the file away and run `glasskt data get {name}`, or give your own data a name of its own in params.yaml"
            )


def place(name: str, places: Mapping[str, Path], source: Path | None, offline: bool, progress: Callable[[str], None]) -> None:
    """As `get`, with a place of its own for each file.

    Arguments:
        places: Where each file belongs, by its published name.
    """
    missing = {}
    for file in _published(name).files:
        path = places[file.name]
        if not path.exists():
            missing[path] = _content(name, file, source, offline, progress)
        elif (found := _sha256(path.read_bytes())) != file.sha256:
            raise UserError(
                f"{path}: sha256 {found} is not the published {file.sha256}; it may be yours and is kept: move it away, then run this again"
            )
        else:
            progress(f"{path}: already there, sha256 as published")
    write({path: _writer(content) for path, content in missing.items()})


def _writer(content: bytes) -> Callable[[Path], None]:
    def write_content(path: Path) -> None:
        path.write_bytes(content)

    return write_content


def _published(name: str) -> Published:
    if name in ON_REQUEST:
        raise UserError(f"{name}: not downloaded: {whence(ON_REQUEST[name].file)}; `datasets.{name}.table` in params.yaml says where")
    if name not in PUBLISHED:
        raise UserError(
            f"datasets.{name}: not a published data set that glasskt knows. {did_you_mean(name, PUBLISHED)} "
            f"Put your own files into data/{name}/, or use format: long"
        )
    return PUBLISHED[name]


def _content(name: str, file: PublishedFile, source: Path | None, offline: bool, progress: Callable[[str], None]) -> bytes:
    found = _in_folder(name, file, source or _mirror())
    if found is not None:
        progress(f"{name}: {file.name} from {found}")
        return _checked(found.read_bytes(), file, str(found), f"replace it by the file at {file.url}")
    if source is not None:
        raise UserError(
            f"{source}: holds no {file.name} (nor {name}/{file.name}); name the folder that does, or leave --from out to download"
        )
    if offline:
        raise UserError(
            f"{name}: {file.name} is not here: run `glasskt data get {name}` (downloads it), or set {MIRROR} to a folder that holds it"
        )
    progress(f"{name}: downloading {file.url} ({PUBLISHED[name].licence})")
    return _checked(
        _download(file.url), file, file.url, "try again; if it stays so, the source has changed: get the file elsewhere and use --from"
    )


def _mirror() -> Path | None:
    folder = os.environ.get(MIRROR)
    return Path(folder) if folder else None


def _in_folder(name: str, file: PublishedFile, folder: Path | None) -> Path | None:
    candidates = (folder / name / file.name, folder / file.name) if folder else ()
    return next((path for path in candidates if path.is_file()), None)


def _download(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            content: bytes = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise UserError(f"{url}: download failed ({error}); try again, or use --from with a folder that holds the file") from error
    return content


def _checked(content: bytes, file: PublishedFile, where: str, fix: str) -> bytes:
    found = _sha256(content)
    if found != file.sha256:
        raise UserError(f"{where}: sha256 {found} is not the published {file.sha256} of {file.name}; {fix}")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
