"""What a worker makes of each kind of file, and how it ends where it cannot."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pdportal import clock, storage
from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.operations.doctor import _failed
from pdportal.video import ffmpeg, files, policy, processing, services
from pdportal.video.ffmpeg import Seen, examine
from pdportal.video.kinds import MP4
from pdportal.video.models import Clip, ClipFile, Purpose
from pdportal.video.recipes import plays_everywhere
from tests.conftest import Visit
from tests.people import World
from tests.video import given
from tests.video.conftest import NOW

PLACE = "+48.8583+002.2944/"
SAID = ("-metadata", f"location={PLACE}", "-metadata", "comment=Ada's phone")
SOUND = ("-f", "lavfi", "-i", "sine=duration=1")
EIGHT = ("-pix_fmt", "yuv420p")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", *EIGHT)
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error")


def pictures(size: str = "64x48", rate: str = "5", seconds: str = "1") -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc=size={size}:rate={rate}:duration={seconds}")


def process(app: Flask, clip: Clip) -> Clip:
    with app.test_request_context():
        processing.process_clip(clip.id)
    db.session.expire_all()
    return clip


def seen(key: str) -> Seen:
    with storage.as_local_file(key) as path:
        return examine(path, MP4)


def further(clip: Clip) -> dict[str, ClipFile]:
    return {file.purpose: file for file in clip.files}


@pytest.mark.parametrize(
    ("name", "how", "kept"),
    [
        ("late.mp4", (*pictures(), *SOUND, *H264), True),
        ("silent.mp4", (*pictures(), *H264), True),
        ("h264.mkv", (*pictures(), *H264), True),
        ("xvid.avi", (*pictures(), *SOUND, "-c:v", "mpeg4", "-vtag", "XVID"), False),
        ("camera.avi", (*pictures("63x47"), "-c:v", "mjpeg", "-pix_fmt", "yuvj444p"), False),
        ("dvd.vob", (*pictures(), *SOUND, "-c:v", "mpeg2video", "-c:a", "ac3"), False),
        ("old.wmv", (*pictures(), *SOUND, "-c:v", "wmv2", "-c:a", "wmav2"), False),
        ("live.webm", (*pictures(), "-c:v", "libvpx", "-live", "1"), False),
        ("big.mp4", (*pictures("2000x1100", "60", "0.1"), *H264), False),
        (
            "uneven.mp4",
            (*pictures(rate="10"), *H264, "-vf", "select='lt(mod(n,8),5)'", "-fps_mode", "vfr"),
            False,
        ),
    ],
)
def test_a_film_plays_everywhere_afterwards(
    app: Flask, world: World, tmp_path: Path, name: str, how: tuple[str, ...], kept: bool
):
    data = given.made(tmp_path, name, *how, *SAID)
    clip = process(app, given.clip(app, world.ada, data=data))
    assert (clip.trouble, clip.processed_at, clip.content_type) == (None, NOW, "video/mp4")
    (told,) = db.session.query(Notice)
    assert (told.person_id, told.kind) == (world.ada.id, "clip_ready"), "kept or converted"
    with app.app_context():
        played, bytes_ = seen(clip.storage_key), storage.read(clip.storage_key)
        poster = storage.read(further(clip)[Purpose.POSTER].storage_key)
        assert (Purpose.ORIGINAL in further(clip)) is not kept
        if kept and name == "late.mp4":
            assert given.run_ffmpeg(*decode(tmp_path / name)) == given.run_ffmpeg(
                *decode(storage_path(app, clip.storage_key))
            )
    assert plays_everywhere(played)
    assert played.pixels == "yuv420p"
    assert played.fps <= 30.5
    assert played.sound in {"", "aac"}
    assert clip.seconds == pytest.approx(played.seconds, abs=0.05)
    assert len(bytes_) == clip.size
    assert PLACE.encode() not in bytes_
    assert b"phone" not in bytes_
    assert bytes_.index(b"moov") < bytes_.index(b"mdat")
    assert poster.startswith(b"\xff\xd8")
    if name == "big.mp4":
        with app.app_context():
            small = seen(further(clip)[Purpose.SMALL].storage_key)
        assert (played.width, played.height, played.fps) == (1920, 1056, 30)
        assert (small.width, small.height) == (854, 470)


def decode(path: Path) -> tuple[str, ...]:
    return ("-i", str(path), "-map", "0:v", "-f", "rawvideo", "-")


def storage_path(app: Flask, key: str) -> Path:
    return Path(app.config["PDPORTAL"]["FILES"]) / key


@pytest.fixture(scope="module")
def iphone(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """HEVC with 10 bits, held upright, with the place where it was filmed."""
    folder = tmp_path_factory.mktemp("iphone")
    ten = ("-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", *SAID)
    given.made(folder, "flat.mov", *pictures(), *SOUND, *H265, *ten)
    turned = ("-display_rotation", "-90", "-i", str(folder / "flat.mov"), "-c", "copy")
    return given.made(folder, "IMG_1.MOV", *turned, "-map_metadata", "0")


def test_a_clip_of_an_iphone_is_watched_by_all_and_opened_by_its_owner(
    app: Flask, world: World, visit: Visit, iphone: bytes
):
    clip = given.clip(app, world.ada, data=iphone)
    given.shared(app, clip, world.cora)
    ada, cora, ben = visit(world.ada), visit(world.cora), visit(world.ben)
    page = f"/clips/{clip.id}"
    assert "Waiting to be prepared" in ada.get(page).text
    assert "HEVC" not in ada.get(page).text
    assert [ben.get(f"{page}/file/{each}").status_code for each in Purpose] == [404] * 3
    process(app, clip)
    with app.app_context():
        played = seen(clip.storage_key)
        uploaded = seen(further(clip)[Purpose.ORIGINAL].storage_key)
    assert (uploaded.codec, uploaded.turned != 0) == ("hevc", True)
    assert (played.codec, played.turned) == ("h264", 0)
    assert (played.width, played.height) == (48, 64)
    told = db.session.query(Notice).filter_by(person_id=world.ada.id).one()
    assert (told.kind, told.url) == ("clip_ready", page)
    shown = ada.get(page).text
    picture = f'src="{page}/file/poster"'
    assert [picture in each.get("/coaching").text for each in (ada, cora)] == [True, False]
    assert f'poster="{page}/file/poster"' in shown
    assert "deleted on Oct 19, 2026" in shown
    assert "deleted on Oct 19" not in cora.get(page).text
    statuses = {
        "ada": [ada.get(f"{page}/file{each}").status_code for each in ("", "/poster", "/original")],
        "cora": [
            cora.get(f"{page}/file{each}").status_code for each in ("", "/poster", "/original")
        ],
    }
    assert statuses == {"ada": [200, 200, 200], "cora": [200, 200, 404]}
    assert ada.get(f"{page}/file/small").status_code == 404, "it is small itself"
    assert cora.post(f"{page}/original/delete").status_code == 403
    original, poster = (
        further(clip)[each].storage_key for each in (Purpose.ORIGINAL, Purpose.POSTER)
    )
    with clock.at(NOW + timedelta(days=13)), app.test_request_context():
        services.delete_old_originals()
        files.sweep_files()
        assert storage.exists(original)
    with clock.at(NOW + services.KEEP_ORIGINALS), app.test_request_context():
        services.delete_old_originals()
        db.session.commit()
        assert not storage.exists(original)
        assert storage.exists(poster)
    ada.post(f"{page}/shares/{clip.shares[0].id}/take-back")
    assert [cora.get(f"{page}/file{each}").status_code for each in ("", "/poster")] == [404, 404]
    ada.post(f"{page}/delete")
    with app.app_context():
        assert not storage.exists(poster)
    assert picture not in ada.get("/coaching").text
    assert ada.get(f"{page}/file/poster").status_code == 404


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("voice.mp3", ("-c:a", "libmp3lame")),
        ("voice.ogg", ("-c:a", "libopus")),
        ("voice.wav", ()),
        ("voice.flac", ()),
        ("voice.aac", ("-c:a", "aac")),
        ("voice.wma", ("-c:a", "wmav2")),
        ("voice.m4a", ("-c:a", "aac")),
    ],
)
def test_sound_alone_is_welcome(
    app: Flask, world: World, visit: Visit, tmp_path: Path, name: str, how: tuple[str, ...]
):
    clip = given.clip(app, world.ada, data=given.made(tmp_path, name, *SOUND, *how))
    given.shared(app, clip, world.cora)
    before = visit(world.cora).get(f"/clips/{clip.id}/file").status_code
    assert before == (200 if name == "voice.m4a" else 404), "its tags may tell where it was made"
    process(app, clip)
    assert (clip.trouble, clip.content_type, further(clip)) == (None, "audio/mp4", {})
    assert clip.seconds == pytest.approx(1, abs=0.1)
    assert "<audio" in visit(world.cora).get(f"/clips/{clip.id}").text
    assert visit(world.cora).get(f"/clips/{clip.id}/file").status_code == 200


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files that begin well, and are not what they seem."""
    folder = tmp_path_factory.mktemp("broken")
    film = bytearray(given.video())
    at = film.index(b"mdat") + 300
    film[at : at + 1500] = bytes(1500)
    avi = given.made(folder, "a.avi", *pictures(), "-c:v", "mjpeg", "-pix_fmt", "yuvj420p")
    giant = avi.replace(b"\x00\x11\x08\x00\x30\x00\x40", b"\x00\x11\x08\xff\xff\xff\xff")
    assert giant != avi
    mpg = given.made(folder, "a.mpg", *pictures("320x240", "25", "2"), "-c:v", "mpeg2video")
    rare = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=1/36000:duration=72000")
    return {
        "written over": bytes(film),
        "cut off": avi[: len(avi) // 8],
        "giant": giant,
        "endless": given.made(folder, "endless.mp4", *rare, *H264),
        "nothing": avi[:12] + bytes(3000),
        "noise": b"ID3\x03" + bytes(6) + b"noise" * 900,
        "half of zeros": mpg[: len(mpg) // 2] + bytes(len(mpg) // 2),
        "half of noise": mpg[: len(mpg) // 2] + b"noise" * (len(mpg) // 10),
        "silence": b"#!AMR\n" + bytes(50_000),
    }


STILL_SHOWN = {"half of zeros", "half of noise", "silence"}
"""Of these something is made: what could be read of them."""


@pytest.mark.parametrize(
    "name",
    ["written over", "cut off", "giant", "endless", "nothing", "noise", *sorted(STILL_SHOWN)],
)
def test_what_cannot_be_read_ends_as_damaged(
    app: Flask, world: World, visit: Visit, broken: dict[str, bytes], name: str
):
    clip = given.clip(app, world.ada, data=broken[name])
    before = clip.storage_key
    process(app, clip)
    assert (clip.trouble, clip.storage_key == before) == ("damaged", name not in STILL_SHOWN)
    told = db.session.query(Notice).filter_by(person_id=world.ada.id).one()
    assert told.kind == "clip_damaged"
    assert "damaged" in visit(world.ada).get(f"/clips/{clip.id}").text
    with app.app_context():
        assert not list(storage.incoming_folder().iterdir())


def test_a_program_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    slow = tmp_path / "ffmpeg"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(ffmpeg, "find_ffmpeg", lambda: str(slow))
    status, _said = ffmpeg._run([], longest=1, largest_file=1000)
    assert status != 0


def test_one_worker_at_a_time_and_the_last_one_stores(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
):
    clip = given.clip(app, world.ada)
    with app.test_request_context():
        before = set(storage.keys("clips"))
        first = processing._take_turn(clip.id)
        assert first is not None
        assert processing._take_turn(clip.id) is None
        process(app, clip)
        assert clip.processed_at is None, "another one is at it"
        with clock.at(NOW + processing.LEASE):
            second = processing._take_turn(clip.id)
            assert (second.turn, second.tries) == (2, 2)
            for late in (lambda: processing._process(first), lambda: processing._end(first, "x")):
                with pytest.raises(processing.LostTurn):
                    late()
        assert set(storage.keys("clips")) == before
        with clock.at(NOW + 2 * processing.LEASE):
            asked: list[int] = []
            monkeypatch.setattr(
                processing.jobs(app), "do", lambda _name, clip_id: asked.append(clip_id)
            )
            processing.process_clips()
            assert asked == [clip.id]
            process(app, clip)
    assert (clip.tries, clip.trouble) == (3, None)
    assert clip.processed_at is not None


def test_a_thread_that_sends_mail_stays_free(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
):
    clip, queued = given.clip(app, world.ada), []
    monkeypatch.setattr(processing.jobs(app), "do", lambda *job: queued.append(job))
    with app.test_request_context(), processing.alone("draw_stills", 7) as first:
        process(app, clip)
        with processing.alone("draw_stills", 8) as second:
            assert (first, second) == (True, False)
        assert (clip.tries, queued) == (0, [])
    assert set(queued) == {("process_clips",), ("draw_stills", 8)}, "once the first is done"


def test_twenty_films_of_one_person_do_not_keep_another_waiting(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
):
    films = [given.clip(app, world.ada) for _number in range(3)]
    other = given.clip(app, world.ben)
    order, queued = [], []
    monkeypatch.setattr(processing.jobs(app), "do", lambda _name, ident: queued.append(ident))
    monkeypatch.setattr(processing, "_process", lambda turn: order.append(turn.id))
    for minute in range(4):
        with clock.at(NOW + timedelta(minutes=minute)), app.test_request_context():
            processing.process_clip(queued[-1] if queued else films[0].id)
            done = db.session.get_one(Clip, order[-1])
            done.processed_at = clock.now()
            db.session.commit()
            processing.process_clips()
    assert order == [films[0].id, other.id, films[1].id, films[2].id]


def test_three_tries_that_fail_are_told_to_the_owner_and_the_doctor(
    app: Flask, world: World, visit: Visit
):
    clip = given.clip(app, world.ada)
    key, data = clip.storage_key, given.video()
    with app.app_context():
        storage.delete(key)
    for number in range(processing.TRIES):
        with (
            clock.at(NOW + number * processing.LEASE),
            app.test_request_context(),
            pytest.raises(FileNotFoundError),
        ):
            processing.process_clip(clip.id)
    with app.app_context():
        storage.put(key, data)
    with clock.at(NOW + timedelta(hours=1)):
        process(app, clip)
    assert (clip.trouble, clip.storage_key) == ("failed", key)
    assert [notice.kind for notice in db.session.query(Notice)] == ["clip_failed"]
    assert "three tries failed" in visit(world.ada).get(f"/clips/{clip.id}").text
    assert _failed(db.session.connection()) == [str(clip.id)]


def test_without_ffmpeg_a_clip_waits_for_it(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
):
    clip = given.clip(app, world.ada)
    monkeypatch.setattr(processing, "find_ffmpeg", lambda: None)
    process(app, clip)
    with app.test_request_context():
        processing.process_clips()
    assert (clip.tries, clip.processed_at) == (0, None)


@pytest.mark.parametrize(("days", "told"), [(6, 1), (8, 0)])
def test_what_could_be_watched_for_long_is_no_news_when_ffmpeg_comes(
    app: Flask, world: World, visit: Visit, days: int, told: int
):
    clip, ada = given.clip(app, world.ada), visit(world.ada)
    with clock.at(NOW + timedelta(days=days)):
        promised = "We’ll tell you when it is ready" in ada.get(f"/clips/{clip.id}").text
        assert promised is bool(told)
        process(app, clip)
    assert clip.processed_at is not None
    assert db.session.query(Notice).count() == told


def test_the_files_of_a_clip_are_seen_as_the_clip_is(app: Flask, world: World, iphone: bytes):
    clip = process(app, given.clip(app, world.ada, data=iphone))
    given.shared(app, clip, world.cora)
    seen_by = {
        person.name: {
            file.purpose for file in db.session.scalars(policy.further_files_seen_by(person.id))
        }
        for person in world.everyone
    }
    assert seen_by.pop(world.ada.name) == {"original", "poster"}
    assert seen_by.pop(world.cora.name) == {"poster"}
    assert not any(seen_by.values())
