"""Place and device are out of a film before anybody can download it, and the film still plays."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask

from pdportal import storage
from pdportal.video.film import Found, read_film
from pdportal.video.kinds import HEAD, MP4, kind_of
from pdportal.video.private import CannotClean, remove_place_and_device
from tests.people import World
from tests.video import given
from tests.video.given import made
from tests.video.test_whole import EBML, FTYP, PICTURES, TONE, box, element

PLACE = "+48.8577+002.295/"
DEVICE = "Phonemaker 15 Pro"
SAID = ("-metadata", f"location={PLACE}", "-metadata", f"com.apple.quicktime.model={DEVICE}")
TRACK = ("-metadata:s:v:0", f"handler_name={DEVICE}", "-metadata:s:v:0", f"title={DEVICE}")


def cleaned(data: bytes) -> bytes:
    kind = kind_of(data[:HEAD])
    assert kind is not None
    file = io.BytesIO(data)
    remove_place_and_device(file, kind)
    return file.getvalue()


def decoded(folder: Path, data: bytes) -> bytes:
    """The hash of every picture and sound in it."""
    path = folder / "film"
    path.write_bytes(data)
    return given.run_ffmpeg("-i", str(path), "-f", "md5", "-")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("phone.mov", ("-c:v", "libx264", "-movflags", "use_metadata_tags")),
        ("phone.mp4", ("-c:v", "libx264", "-movflags", "use_metadata_tags+faststart")),
        ("camera.mp4", ("-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov")),
        ("phone.3gp", ("-c:v", "libx264", "-c:a", "aac")),
        (
            "screen.mkv",
            ("-c:v", "libx264", "-attach", "at.txt", "-metadata:s:t", "mimetype=a/b"),
        ),
        ("browser.webm", ("-c:v", "libvpx", "-live", "1")),
        ("browser2.webm", ("-c:v", "libvpx")),
    ],
)
def test_place_and_device_go_and_the_film_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, how: tuple[str, ...]
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "at.txt").write_text(PLACE)
    said = (*SAID, *TRACK, "-metadata", f"title={DEVICE}")
    data = made(tmp_path, name, *PICTURES, *TONE, *how, *said)
    assert DEVICE.encode() in data or PLACE.encode() in data, "this test says nothing"
    clean = cleaned(data)
    assert len(clean) == len(data)
    for words in (PLACE, DEVICE, "48.8577"):
        assert words.encode() not in clean
    kind = kind_of(clean[:HEAD])
    assert kind is kind_of(data[:HEAD])
    assert kind is not None
    assert read_film(io.BytesIO(clean), kind).found is Found.FILM
    assert decoded(tmp_path, clean) == decoded(tmp_path, data)
    assert cleaned(clean) == clean


def test_a_track_of_coordinates_goes_with_all_it_holds(tmp_path: Path):
    """As action cameras write it beside the picture: here as a track of subtitles."""
    (tmp_path / "gps.srt").write_text(
        "".join(f"{n + 1}\n00:00:0{n},000 --> 00:00:0{n},900\nGPS {PLACE}\n\n" for n in range(2))
    )
    words = ("-i", str(tmp_path / "gps.srt"), "-c:v", "libx264", "-c:s", "mov_text")
    data = made(tmp_path, "camera.mp4", *PICTURES, *words)
    assert data.count(PLACE.encode()) == 2
    clean = cleaned(data)
    assert PLACE.encode() not in clean
    assert read_film(io.BytesIO(clean), MP4).found is Found.FILM
    assert len(decoded(tmp_path, clean)) > 4


@pytest.mark.parametrize(
    "extra",
    [
        box(b"uuid", b"\xbe\x7a" * 8 + b"<x:xmpmeta>Paris</x:xmpmeta>"),
        box(b"free", b"Paris"),
        box(b"GPS0", b"Paris"),
        b"SEFH Paris",
    ],
)
def test_what_makers_put_beside_the_film_goes_too(tmp_path: Path, extra: bytes):
    film = given.video("mp4")
    clean = cleaned(film + extra)
    assert b"Paris" not in clean
    assert decoded(tmp_path, clean) == decoded(tmp_path, film)


@pytest.mark.parametrize(
    "data",
    [
        FTYP + box(b"moov", box(b"udta")) * 10_000,
        FTYP + box(b"moov", b"\x7f\xff\xff\xfftrak") * 20_000,
        EBML + element("18538067", element("1F43B675", b"") * 90_000),
        EBML + element("18538067", element("1254C367", size=1 << 50)),
    ],
)
def test_odd_files_are_gone_through_once(data: bytes):
    assert len(cleaned(data)) == len(data)


def test_tables_that_lie_are_refused():
    table = box(b"stsz", b"\0" * 8 + b"\xff" * 4 + b"\0" * 90)
    tables = table + box(b"stsc", b"\0" * 8) + box(b"stco", b"\0" * 8)
    hdlr = box(b"hdlr", b"\0" * 8 + b"meta" + b"\0" * 12)
    media = box(b"mdia", hdlr + box(b"minf", box(b"stbl", tables)))
    with pytest.raises(CannotClean):
        cleaned(FTYP + box(b"moov", box(b"trak", media)))


def test_what_is_uploaded_is_stored_without_them(app: Flask, world: World, tmp_path: Path):
    data = made(tmp_path, "phone.mov", *PICTURES, "-c:v", "libx264", *SAID)
    clip = given.clip(app, world.ada, data=data)
    with app.app_context():
        stored = storage.read(clip.storage_key)
    assert PLACE.encode() in data
    assert PLACE.encode() not in stored
