"""Published files arrive with the right sha256 or not at all. No test opens a connection."""

import hashlib
import http.client
import urllib.request

import pytest

from glasskt.data import catalogue, fetch
from glasskt.errors import UserError
from glasskt.stages import fetch as stage
from glasskt.stages import preprocess

CONTENT = {"train_valid.csv": b"train", "test.csv": b"test"}


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    """A published data set of two tiny files, no mirror, no network."""
    files = tuple(
        catalogue.PublishedFile(name=name, url=f"https://example.org/{name}", sha256=hashlib.sha256(content).hexdigest())
        for name, content in CONTENT.items()
    )
    monkeypatch.setitem(catalogue.PUBLISHED, "toy", catalogue.Published(files=files, licence="MIT", skills=1, folds=2, scored_test=1))
    monkeypatch.delenv(fetch.MIRROR, raising=False)
    monkeypatch.setattr(urllib.request, "urlopen", no_network)


def no_network(url, timeout):
    raise AssertionError(f"a connection to {url}")


def answering(contents):
    class Answer:
        def __init__(self, url, timeout):
            self.content = contents[url.rsplit("/", 1)[1]]

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def read(self):
            if isinstance(self.content, Exception):
                raise self.content
            return self.content

    return Answer


def folder_of(path, contents=CONTENT):
    path.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (path / name).write_bytes(content)
    return path


def held(path):
    return {file.name: file.read_bytes() for file in path.iterdir()} if path.exists() else {}


def fetched(into, source=None, offline=True):
    lines: list[str] = []
    fetch.get("toy", into, source, offline, lines.append)
    return lines


@pytest.mark.parametrize("inside", ["", "toy"])
@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_mirror_is_the_folder_or_holds_one_of_the_name(inside, by, tmp_path, monkeypatch):
    folder_of(tmp_path / "mirror" / inside)
    if by == "environment":
        monkeypatch.setenv(fetch.MIRROR, str(tmp_path / "mirror"))
    fetched(tmp_path / "data", source=tmp_path / "mirror" if by == "argument" else None)
    assert held(tmp_path / "data") == CONTENT


def test_a_right_file_is_kept_and_nothing_else_is_asked_for(tmp_path):
    folder_of(tmp_path / "data")
    before = (tmp_path / "data/test.csv").stat().st_mtime_ns
    lines = fetched(tmp_path / "data", offline=False)
    assert len(lines) == 2
    assert (tmp_path / "data/test.csv").stat().st_mtime_ns == before


def test_a_download_is_checked_and_written(tmp_path, monkeypatch):
    monkeypatch.setattr(urllib.request, "urlopen", answering(CONTENT))
    lines = fetched(tmp_path / "data", offline=False)
    assert held(tmp_path / "data") == CONTENT
    assert "https://example.org/train_valid.csv" in lines[0]


def test_offline_says_how_to_get_the_files(tmp_path):
    with pytest.raises(UserError, match=r"run `glasskt data get toy` \(downloads it\), or set GLASSKT_MIRROR"):
        fetched(tmp_path / "data")
    assert not held(tmp_path / "data")


@pytest.mark.parametrize("by", ["mirror", "download"])
def test_a_wrong_sha256_names_both_and_writes_nothing(by, tmp_path, monkeypatch):
    wrong = CONTENT | {"test.csv": b"changed"}
    monkeypatch.setattr(urllib.request, "urlopen", answering(wrong))
    source = folder_of(tmp_path / "mirror", wrong) if by == "mirror" else None
    with pytest.raises(UserError) as raised:
        fetched(tmp_path / "data", source=source, offline=False)
    message = str(raised.value)
    assert "\n" not in message
    assert "test.csv" in message
    for content in (b"changed", b"test"):
        assert hashlib.sha256(content).hexdigest() in message
    assert not held(tmp_path / "data")


def test_a_file_of_the_users_own_is_never_overwritten(tmp_path):
    folder_of(tmp_path / "data", {"test.csv": b"my own"})
    with pytest.raises(UserError, match="move it away"):
        fetched(tmp_path / "data", source=folder_of(tmp_path / "mirror"))
    assert held(tmp_path / "data") == {"test.csv": b"my own"}


@pytest.mark.parametrize("failure", [TimeoutError("timed out"), http.client.IncompleteRead(b"tr", 3)])
def test_a_broken_connection_is_one_line(failure, tmp_path, monkeypatch):
    monkeypatch.setattr(urllib.request, "urlopen", answering(dict.fromkeys(CONTENT, failure)))
    with pytest.raises(UserError, match=r"^https://example.org/train_valid.csv: download failed .*--from"):
        fetched(tmp_path / "data", offline=False)
    assert not held(tmp_path / "data")


def test_a_named_folder_without_the_files_is_an_error_not_a_download(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=r"holds no train_valid\.csv"):
        fetched(tmp_path / "data", source=tmp_path / "empty", offline=False)


def test_an_unknown_name_offers_the_nearest(tmp_path):
    with pytest.raises(UserError, match='Did you mean "assist2015"'):
        fetch.get("asist2015", tmp_path, None, True, lambda line: None)


@pytest.mark.parametrize("mirrored", [True, False])
def test_the_stage_takes_the_mirror_and_never_the_network(mirrored, tmp_path, monkeypatch):
    outputs = {"train_valid": tmp_path / "data/train_valid.csv", "test": tmp_path / "data/test.csv"}
    parameters = {"datasets.toy": {"format": "pykt", "skills": 1}}
    if mirrored:
        monkeypatch.setenv(fetch.MIRROR, str(folder_of(tmp_path / "mirror")))
        stage.run(parameters=parameters, dataset="toy", **outputs)
        assert held(tmp_path / "data") == CONTENT
    else:
        with pytest.raises(UserError, match="glasskt data get toy"):
            stage.run(parameters=parameters, dataset="toy", **outputs)


@pytest.mark.real
def test_the_catalogue_pins_the_files_that_are_here(assist2015_dir, tmp_path):
    fetch.get("assist2015", tmp_path, assist2015_dir, True, lambda line: None)
    assert sorted(held(tmp_path)) == ["test.csv", "train_valid.csv"]


def test_an_altered_published_file_is_not_preprocessed(tmp_path):
    places = {name: tmp_path / name for name in CONTENT}
    for name, path in places.items():
        path.write_bytes(CONTENT[name])
    fetch.hold("toy", places)
    places["test.csv"].write_bytes(b"tost")
    block = {"format": "pykt", "skills": 1}
    with pytest.raises(UserError, match=r"test\.csv: sha256 .* is not the published .*run `glasskt data get toy`"):
        preprocess.run(
            parameters={"datasets.toy": block},
            dataset="toy",
            raw=list(places.values()),
            interactions=tmp_path / "out/interactions.parquet",
            facts=tmp_path / "out/dataset.json",
        )
    assert not (tmp_path / "out").exists()
