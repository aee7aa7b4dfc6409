"""What plays a film is judged by its codec, alike on every machine."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask

from pdportal.video import files, page, views
from pdportal.video.film import Film, Trouble, read_film
from pdportal.video.kinds import HEAD, kind_of
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
        ("phone.mov", (*H265, *EIGHT, "-tag:v", "hvc1"), Trouble.HEVC),
        ("phone.mp4", (*H265, *TEN, "-tag:v", "hvc1"), Trouble.HEVC),
        ("h265.mkv", (*H265, *EIGHT), Trouble.HEVC),
        ("old.mp4", ("-c:v", "mpeg4", *EIGHT), Trouble.CODEC),
        ("camera.mov", ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p"), Trouble.CODEC),
        ("h264.mkv", (*H264, *EIGHT), Trouble.CONTAINER),
        ("wave.mov", (*SOUND, *H264, *EIGHT, "-c:a", "pcm_s16le"), Trouble.SOUND),
        ("disc.mov", (*SOUND, *H264, *EIGHT, "-c:a", "ac3"), Trouble.SOUND),
    ],
)
def test_what_plays_is_judged_by_the_codec(
    tmp_path: Path, name: str, how: tuple[str, ...], trouble: Trouble | None
):
    film = read(given.made(tmp_path, name, *given.PICTURES, *how))
    assert film.trouble == trouble
    assert film.seconds == (None if name == "live.webm" else pytest.approx(2, abs=0.1))


def test_every_trouble_has_its_words(app: Flask):
    with app.test_request_context():
        for trouble in Trouble:
            assert str(sentence_about(trouble)).endswith(".")
            assert str(cure_of(trouble)).endswith(".")


def test_without_ffmpeg_a_film_plays_and_one_that_may_not_says_so_twice(
    app: Flask, world: World, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for where in (files, views, page):
        monkeypatch.setattr(where, "find_ffmpeg", lambda: None)
    ada = visit(world.ada)
    plays = given.made(tmp_path, "a.mov", *given.PICTURES, *H264, *EIGHT)
    address = ada.post("/clips/new", data=given.form(plays, "IMG_1.MOV")).location
    shown = ada.get(address).text
    assert "many browsers" not in shown
    assert 'type="video/quicktime"' not in shown
    file = ada.get(f"{address}/file")
    assert file.content_type == "video/mp4"
    assert f'filename="clip-{address.rsplit("/")[-1]}.mov"' in file.headers["Content-Disposition"]
    may_not = given.made(tmp_path, "b.mov", *given.PICTURES, *H265, *EIGHT, "-tag:v", "hvc1")
    sent = given.form(may_not, "IMG_2.MOV", form_key="two")
    address = ada.post("/clips/new", data=sent).location
    shown = ada.get(address).text
    assert shown.count("recorded as HEVC (H.265)") == 2
    assert "Most Compatible" in shown
    assert "a program (ffmpeg) is missing" in shown
    raw = given.made(tmp_path, "voice.wav", *SOUND)
    assert (
        "cannot convert this kind of file"
        in ada.post("/clips/new", data=given.form(raw, form_key="three")).text
    )
