"""Files are stored whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from pdportal import storage


@pytest.fixture(autouse=True)
def _in_the_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_a_file_comes_back_in_large_pieces():
    whole = bytes(range(256)) * 4096
    storage.put("try/whole", [whole[:100_000], whole[100_000:]])
    assert storage.read("try/whole") == whole
    some = list(storage.pieces("try/whole", 10, 700_000))
    assert b"".join(some) == whole[10:700_000]
    assert [len(piece) for piece in some[:-1]] == [storage.PIECE] * (len(some) - 1)


def test_a_file_that_breaks_off_leaves_nothing():
    def breaks_off() -> Iterator[bytes]:
        yield b"first half"
        raise ConnectionError("the line went dead")

    with pytest.raises(ConnectionError):
        storage.put("try/broken", breaks_off())
    with pytest.raises(FileNotFoundError):
        storage.read("try/broken")
    assert not storage.local_path("try/broken").exists()


def test_what_is_stored_is_not_overwritten():
    storage.put("try/same", b"first")
    storage.put("try/same", b"second")
    assert storage.read("try/same") == b"first"


def test_deleting_twice_is_no_mistake():
    storage.put("try/gone", b"x")
    storage.delete("try/gone")
    storage.delete("try/gone")
    with pytest.raises(FileNotFoundError):
        storage.read("try/gone")


def test_pieces_can_be_taken_after_the_request_is_over(app: Flask):
    storage.put("try/later", b"abc" * 10)
    some = storage.pieces("try/later", 3, 6)
    assert isinstance(some, Iterator)
    assert b"".join(some) == b"abc"


def test_files_are_listed_by_what_their_keys_begin_with():
    storage.put("list/one", b"1")
    storage.put("list/two", b"2")
    listed = dict(storage.keys("list"))
    assert set(listed) == {"list/one", "list/two"}
    assert all(stored.tzinfo for stored in listed.values())


def test_whoever_was_forked_too_late_is_told_so_and_does_not_wait(monkeypatch: pytest.MonkeyPatch):
    storage.put("try/before", b"in the parent")
    child = os.getpid() + 1
    monkeypatch.setattr("pdportal.storage.os.getpid", lambda: child)
    with pytest.raises(RuntimeError, match="before this process was forked"):
        storage.put("try/after", b"in the child")
