"""Small video files, and clips made of them."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.uploads import Upload
from pdportal.video import files, services
from pdportal.video.kinds import KINDS
from pdportal.video.models import Clip, ClipShare
from pdportal.video.private import remove_place_and_device

SAID = {
    "title": "Period 3: who answers whom",
    "about": "The first four minutes of a discussion about rivers.",
    "consent": "Nine students of 7b from behind; their families signed the form.",
    "delete_by": "2027-06-30",
}
UNTIL = date(2027, 6, 30)


KIND_BY_SUFFIX = {kind.suffix.lstrip("."): kind for kind in KINDS.values()}


PICTURES = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=2")


def ffmpeg() -> str:
    """The program that films are made with; a machine without one skips the test."""
    from pdportal.video.ffmpeg import find_ffmpeg

    if find_spec("imageio_ffmpeg"):
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    return find_ffmpeg() or pytest.skip("no ffmpeg to make films with")


def run_ffmpeg(*words: str) -> bytes:
    """What it writes to its output."""
    command = [ffmpeg(), "-nostdin", "-v", "error", "-y", *words]
    ran = subprocess.run(command, capture_output=True, check=True, timeout=120)  # noqa: S603
    assert not ran.stderr, ran.stderr
    return ran.stdout


def made(folder: Path, name: str, *how: str) -> bytes:
    """A file as ffmpeg writes it."""
    run_ffmpeg(*how, str(folder / name))
    return (folder / name).read_bytes()


@cache
def video(suffix: str = "mp4", seconds: int = 2) -> bytes:
    """A real video file of a few seconds, as it is stored."""
    codecs = {
        "mp4": ["-c:v", "libx264", "-movflags", "+faststart"],
        "mov": ["-c:v", "libx264"],
        "webm": ["-c:v", "libvpx"],
        "mkv": ["-c:v", "libx264"],
        "ogv": ["-c:v", "libtheora"],
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"clip.{suffix}"
        made = ["-f", "lavfi", "-i", f"testsrc=size=160x120:rate=5:duration={seconds}"]
        run_ffmpeg(*made, *codecs[suffix], "-pix_fmt", "yuv420p", str(path))
        with path.open("r+b") as file:
            remove_place_and_device(file, KIND_BY_SUFFIX[suffix])
        return path.read_bytes()


def form(data: bytes | None = None, name: str = "IMG_0001.mp4", **more: str) -> dict[str, object]:
    """What the upload's form sends."""
    file = io.BytesIO(video() if data is None else data)
    return {**SAID, "form_key": "one", **more, "file": (file, name)}


def clip(
    app: Flask,
    owner: Person,
    title: str = SAID["title"],
    data: bytes | None = None,
    delete_by: date = UNTIL,
) -> Clip:
    """A clip that is already there."""
    with app.test_request_context():
        with Upload.of(io.BytesIO(video() if data is None else data)) as upload:
            stored = files.store_file(upload)
        made = services.add_clip(
            owner,
            stored,
            title=title,
            about=SAID["about"],
            consent=SAID["consent"],
            delete_by=delete_by,
        )
    db.session.commit()
    return made


def shared(app: Flask, made: Clip, person: Person, question: str = "") -> ClipShare:
    """The same, shown to somebody."""
    with app.test_request_context():
        share = services.share(made.owner, made, person, question)
    db.session.commit()
    return share
