"""Files are stored whole or not at all, in a folder as in a bucket."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from pdportal import storage
from pdportal.config import WrongSetting, read_settings
from pdportal.operations.storerooms import _trouble_for_browsers
from pdportal.setting_values import Bucket
from pdportal.stores import INCOMING, StorageUnavailable, bucket_origin
from pdportal.web.headers import _policy
from tests.object_store import KEYS, a_prefix, use_files


@pytest.fixture(params=["folder", "s3"])
def place(
    app: Flask, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The app with an empty store of each sort; gives which."""
    if request.param == "s3":
        use_files(app, monkeypatch, a_prefix(request.getfixturevalue("s3_url")))
    else:
        use_files(app, monkeypatch, str(tmp_path / "files"))
    with app.app_context():
        yield request.param


def taken(key: str, start: int, stop: int) -> bytes:
    with storage.open_range(key, start, stop) as file:
        return file.read()


@pytest.mark.usefixtures("place")
def test_a_file_comes_back_whole_and_in_parts():
    whole = bytes(range(256)) * 4096
    storage.put("try/whole", whole)
    assert storage.read("try/whole") == whole
    assert taken("try/whole", 0, len(whole)) == whole
    assert taken("try/whole", 10, 700_000) == whole[10:700_000]
    assert taken("try/whole", 5, 6) == whole[5:6]


@pytest.mark.usefixtures("place")
def test_a_range_is_read_as_a_file_of_its_own():
    storage.put("try/range", b"0123456789")
    with storage.open_range("try/range", 2, 8) as file:
        assert file.seek(0, os.SEEK_END) == 6
        assert file.seek(1) == 1
        assert (file.read(2), file.tell(), file.read(), file.read()) == (b"34", 3, b"567", b"")


@pytest.mark.usefixtures("place")
def test_large_files_are_stored_in_parts(tmp_path: Path):
    data = secrets.token_bytes(1024 * 1024) * 9
    (tmp_path / "large").write_bytes(data)
    storage.put("try/large", tmp_path / "large")
    assert taken("try/large", 0, len(data)) == data
    (tmp_path / "large").write_bytes(b"another")
    storage.put("try/large", tmp_path / "large")
    assert taken("try/large", 0, 10) == data[:10]


@pytest.mark.usefixtures("place")
def test_what_was_received_is_stored_and_leaves_nothing_else():
    data = secrets.token_bytes(1024 * 1024) * 9
    with storage.receive() as file:
        file.write(data)
        storage.put_received("try/received", file)
    assert taken("try/received", 0, len(data)) == data
    with storage.receive() as file:
        file.write(b"broken off")
    assert list(storage.keys(INCOMING)) == []


def test_in_a_folder_what_was_received_is_not_copied(place: str):
    if place != "folder":
        return
    with storage.receive() as file:
        file.write(b"once")
        received = os.stat(file.name).st_ino
        storage.put_received("try/once", file)
    with storage.as_local_file("try/once") as path:
        assert path.stat().st_ino == received


def test_what_cannot_be_linked_is_copied(place: str, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_paths: object) -> None:
        raise OSError("another file system")

    monkeypatch.setattr("pdportal.storage.os.link", refuse)
    with storage.receive() as file:
        file.write(b"copied")
        storage.put_received("try/copied", file)
    assert storage.read("try/copied") == b"copied"


@pytest.mark.usefixtures("place")
def test_what_is_stored_is_not_overwritten():
    storage.put("try/same", b"first")
    storage.put("try/same", b"second")
    assert storage.read("try/same") == b"first"


@pytest.mark.usefixtures("place")
def test_another_program_reads_a_file_by_a_path(place: str):
    storage.put("try/path", b"for ffmpeg")
    with storage.as_local_file("try/path") as path:
        assert path.read_bytes() == b"for ffmpeg"
    assert path.exists() == (place == "folder")


@pytest.mark.usefixtures("place")
def test_a_missing_file_is_missing_for_every_reader():
    storage.put("try/gone", b"x")
    storage.delete("try/gone")
    storage.delete("try/gone")
    assert not storage.exists("try/gone")
    with pytest.raises(FileNotFoundError):
        storage.read("try/gone")
    with pytest.raises(FileNotFoundError):
        storage.open_range("try/gone", 0, 1)
    with pytest.raises(FileNotFoundError), storage.as_local_file("try/gone"):
        pass


@pytest.mark.usefixtures("place")
def test_files_are_listed_by_what_their_keys_begin_with():
    storage.put("list/one", b"1")
    storage.put("list/two", b"2")
    storage.put("other/three", b"3")
    listed = dict(storage.keys("list"))
    assert set(listed) == {"list/one", "list/two"}
    assert all(stored.tzinfo for stored in listed.values())


@pytest.mark.parametrize(
    ("change", "keys", "words"),
    [
        ({}, {"AWS_SECRET_ACCESS_KEY": "not-our-secret"}, "refuses its keys"),
        ({}, {"AWS_ACCESS_KEY_ID": "stranger"}, "refuses its keys"),
        ({"netloc": "no-such-bucket"}, {}, "bucket for files does not exist"),
        ({"query": "endpoint=http://127.0.0.1:9"}, {}, "does not answer"),
    ],
)
def test_what_is_wrong_with_a_bucket_is_said_in_plain_words(
    app: Flask,
    s3_url: str,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, str],
    keys: dict[str, str],
    words: str,
):
    use_files(app, monkeypatch, urlsplit(s3_url)._replace(**change).geturl(), KEYS | keys)
    with app.app_context(), pytest.raises(StorageUnavailable) as refused:
        list(storage.keys("try"))
    assert words in str(refused.value)
    for secret in (KEYS | keys).values():
        assert secret not in str(refused.value)


def test_an_address_names_the_bucket_and_never_the_keys():
    def files(text: str) -> object:
        return read_settings({"FILES": text}, {})["FILES"]

    address = "s3://clips/of/ours?endpoint=https://s3.example.org&region=eu"
    assert files(address) == Bucket("clips", "of/ours", "https://s3.example.org", "eu")
    assert files("s3://clips") == Bucket("clips", "")
    assert files("/srv/files") == Path("/srv/files")
    for wrong in ("s3://", "http://host/x", "s3://key:geheim@bucket", "s3://b?secret=geheim"):
        with pytest.raises(WrongSetting, match="PDPORTAL_FILES") as refused:
            files(wrong)
        assert "geheim" not in str(refused.value)


@pytest.mark.usefixtures("place")
def test_whoever_was_forked_too_late_is_told_so_and_does_not_wait(monkeypatch: pytest.MonkeyPatch):
    storage.put("try/before", b"in the parent")
    child = os.getpid() + 1
    monkeypatch.setattr("pdportal.storage.os.getpid", lambda: child)
    with pytest.raises(RuntimeError, match="before this process was forked"):
        storage.put("try/after", b"in the child")


@pytest.mark.parametrize(
    ("files", "address", "trouble"),
    [
        ("s3://clips?region=eu-west-1", "https://pd.school.org", ""),
        ("s3://clips?endpoint=https://s3.school.org", "https://pd.school.org", ""),
        ("s3://clips?endpoint=http://127.0.0.1:9000", "http://127.0.0.1:8000", ""),
        ("s3://clips?endpoint=http://s3.school.org", "https://pd.school.org", "without"),
        ("s3://clips?endpoint=https://minio:9000", "https://pd.school.org", "minio is known"),
        ("s3://clips?endpoint=http://10.0.0.7:9000", "http://pd.school.org", "own network"),
    ],
)
def test_a_bucket_that_browsers_cannot_reach_is_named(files: str, address: str, trouble: str):
    settings = read_settings({"FILES": files, "BASE_URL": address}, {})
    said = _trouble_for_browsers(settings)
    assert (trouble in said) if trouble else not said
    origin = bucket_origin(settings["FILES"], {})
    assert f"media-src 'self' {origin};" in _policy(settings, records=False)
    settings["SIGNED_MINUTES"] = 0
    assert "media-src 'self' blob:;" in _policy(settings, records=True)
