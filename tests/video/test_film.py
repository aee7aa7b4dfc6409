"""What plays a film is judged by its codec, alike on every machine."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from flask import Flask

from pdportal import storage
from pdportal.db import db
from pdportal.video import files, probe
from pdportal.video.film import Film, Trouble, read_film
from pdportal.video.kinds import HEAD, MP4, kind_of
from pdportal.video.troubles import cure_of, sentence_about
from tests.conftest import Visit
from tests.people import World
from tests.video import given

SOUND = ("-f", "lavfi", "-i", "sine=duration=2")
H264, H265 = ("-c:v", "libx264"), ("-c:v", "libx265", "-x265-params", "log-level=error")
EIGHT, TEN = ("-pix_fmt", "yuv420p"), ("-pix_fmt", "yuv420p10le")


def read(data: bytes) -> Film:
    kind = kind_of(data[:HEAD])
    assert kind is not None
    return read_film(io.BytesIO(data), kind)


@pytest.mark.parametrize(
    ("name", "how", "trouble"),
    [
        ("a.mov", (*SOUND, *H264, *EIGHT, "-c:a", "aac"), None),
        ("a.mp4", (*SOUND, *H264, *EIGHT, "-c:a", "aac"), None),
        ("b.mp4", (*SOUND, *H264, *EIGHT, "-c:a", "libmp3lame"), None),
        ("a.3gp", (*SOUND, *H264, *EIGHT, "-c:a", "aac"), None),
        ("a.webm", (*SOUND, "-c:v", "libvpx", *EIGHT, "-c:a", "libopus"), None),
        ("live.webm", ("-c:v", "libvpx", *EIGHT, "-live", "1"), None),
        ("b.webm", ("-c:v", "libvpx-vp9", *EIGHT), None),
        ("a9.mp4", ("-c:v", "libvpx-vp9", *EIGHT), None),
        ("ten.mp4", (*H264, *TEN), Trouble.DEEP),
        ("more.mp4", (*H264, "-pix_fmt", "yuv422p"), Trouble.DEEP),
        ("ten.webm", ("-c:v", "libvpx-vp9", *TEN), Trouble.DEEP),
        ("ten9.mp4", ("-c:v", "libvpx-vp9", *TEN), Trouble.DEEP),
        ("phone.mov", (*H265, *EIGHT, "-tag:v", "hvc1"), Trouble.HEVC),
        ("phone.mp4", (*H265, *TEN, "-tag:v", "hvc1"), Trouble.HEVC),
        ("h265.mkv", (*H265, *EIGHT), Trouble.HEVC),
        ("old.mp4", ("-c:v", "mpeg4", *EIGHT), Trouble.CODEC),
        ("camera.mov", ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p"), Trouble.CODEC),
        ("h264.mkv", (*H264, *EIGHT), Trouble.CONTAINER),
        ("wave.mov", (*SOUND, *H264, *EIGHT, "-c:a", "pcm_s16le"), Trouble.SOUND),
        ("disc.mp4", (*SOUND, *H264, *EIGHT, "-c:a", "ac3"), Trouble.SOUND),
    ],
)
def test_what_plays_is_judged_by_the_codec(
    tmp_path: Path, name: str, how: tuple[str, ...], trouble: Trouble | None
):
    film = read(given.made(tmp_path, name, *given.PICTURES, *how))
    assert film.trouble == trouble
    assert film.seconds == (None if name == "live.webm" else pytest.approx(2, abs=0.1))


@pytest.mark.parametrize("junk", [bytes(1500), b"\xa5" * 1500])
@pytest.mark.parametrize("suffix", ["mp4", "mov"])
def test_pictures_that_were_written_over_are_damaged(junk: bytes, suffix: str):
    film = given.video(suffix)
    at = film.index(b"mdat") + 300
    assert read(film[:at] + junk + film[at + len(junk) :]).trouble is Trouble.DAMAGED


def test_a_film_whose_tables_lie_is_damaged():
    film = given.video("mp4")
    at = film.index(b"stco") + 12
    assert read(film[:at] + b"\x7f\xff\xff\xff" + film[at + 4 :]).trouble is Trouble.DAMAGED
    at = film.index(b"stsz") + 12
    assert read(film[:at] + b"\x7f\xff\xff\xff" + film[at + 4 :]).trouble is Trouble.DAMAGED


def test_every_trouble_has_its_words(app: Flask):
    with app.test_request_context():
        for trouble in Trouble:
            assert str(sentence_about(trouble)).endswith(".")
            assert str(cure_of(trouble)).endswith(".")


def test_a_film_of_an_iphone_plays_and_one_that_may_not_says_so_twice(
    app: Flask, world: World, visit: Visit, tmp_path: Path
):
    ada = visit(world.ada)
    plays = given.made(tmp_path, "a.mov", *given.PICTURES, *H264, *EIGHT)
    address = ada.post("/clips/new", data=given.form(plays, "IMG_1.MOV")).location
    page = ada.get(address).text
    assert "many browsers" not in page
    assert 'type="video/quicktime"' not in page
    file = ada.get(f"{address}/file")
    assert file.content_type == "video/mp4"
    assert f'filename="clip-{address.rsplit("/")[-1]}.mov"' in file.headers["Content-Disposition"]
    may_not = given.made(tmp_path, "b.mov", *given.PICTURES, *H265, *EIGHT, "-tag:v", "hvc1")
    sent = given.form(may_not, "IMG_2.MOV", form_key="two")
    address = ada.post("/clips/new", data=sent).location
    page = ada.get(address).text
    assert page.count("recorded as HEVC (H.265)") == 2
    assert "Most Compatible" in page


@pytest.mark.parametrize("machine", ["installed", "extra", "none"])
def test_lengths_are_told_alike_on_every_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str
):
    if machine == "installed" and probe.shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg is installed on this machine")
    if machine != "installed":
        monkeypatch.setattr(probe.shutil, "which", lambda _name: None)
    if machine == "none":
        monkeypatch.setattr(probe, "find_ffmpeg", lambda: None)
    live = given.made(tmp_path, "live.webm", *given.PICTURES, "-c:v", "libvpx", "-live", "1")
    seconds = probe.seconds_of(tmp_path / "live.webm", kind_of(live[:HEAD]))
    assert seconds == (None if machine == "none" else pytest.approx(2, abs=0.3))
    (tmp_path / "odd").write_bytes(given.video()[:60] + os.urandom(500))
    assert probe.seconds_of(tmp_path / "odd", MP4) is None
    assert probe.seconds_of(tmp_path / "nothing", MP4) is None


def test_a_clip_that_was_stored_before_is_judged_by_the_job(app: Flask, world: World):
    clip = given.clip(app, world.ada)
    assert clip.measured_at is not None
    broken = bytearray(given.video())
    at = broken.index(b"mdat") + 300
    broken[at : at + 1500] = bytes(1500)
    with app.app_context():
        storage.delete(clip.storage_key)
        storage.put(clip.storage_key, bytes(broken))
    clip.measured_at = clip.seconds = None
    db.session.commit()
    with app.test_request_context():
        files.measure_clip(clip.id)
    db.session.expire_all()
    assert clip.trouble == "damaged"
    assert clip.seconds == pytest.approx(2, abs=0.1)
