"""Whether a file that begins like a film holds one, and all of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pdportal.video.film import Found, read_film
from pdportal.video.kinds import HEAD, MATROSKA, MP4, WEBM, Kind, kind_of
from pdportal.video.parts import MOST_PARTS
from tests.video import given
from tests.video.given import made

FTYP = b"\0\0\0\x14ftypisom\0\0\0\0isom"
EBML = b"\x1aE\xdf\xa3\x87\x42\x82\x84webm"
TONE = ["-f", "lavfi", "-i", "sine=duration=1"]
PICTURES = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=2"]


def box(name: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


def found(data: bytes) -> Found:
    kind = kind_of(data[:HEAD])
    assert kind is not None
    return read_film(io.BytesIO(data), kind).found


def span_of(name: bytes, data: bytes) -> tuple[int, int]:
    """From where to where this box goes."""
    start = data.index(name) - 4
    return start, start + int.from_bytes(data[start : start + 4], "big")


@pytest.mark.parametrize("suffix", ["mp4", "mov", "webm", "mkv", "ogv"])
def test_real_films_are_films(suffix: str):
    assert found(given.video(suffix)) is Found.FILM


def test_films_as_phones_and_browsers_write_them(tmp_path: Path):
    fragments = ("-movflags", "frag_keyframe+empty_moov", "-c:v", "libx264")
    assert found(made(tmp_path, "fragments.mp4", *PICTURES, *fragments)) is Found.FILM
    live = made(tmp_path, "live.webm", *PICTURES, "-c:v", "libvpx", "-live", "1")
    assert found(live) is Found.FILM  # as long as it happens to be
    late = made(tmp_path, "late.mp4", *PICTURES, *TONE, "-c:v", "libx264")
    assert late.index(b"moov") > late.index(b"mdat")
    assert found(late) is Found.FILM
    assert found(late + b"\0\0\0\0") is Found.FILM
    assert found(late + b"What the camera adds at the end.") is Found.FILM


def test_a_large_size_and_one_to_the_end_are_read_too():
    film = given.video("mov")
    start, stop = span_of(b"mdat", film)
    pictures = film[start + 8 : stop]
    large = b"\0\0\0\x01mdat" + (16 + len(pictures)).to_bytes(8, "big") + pictures
    assert found(film[:start] + large + film[stop:]) is Found.FILM
    to_the_end = film[stop:] + b"\0\0\0\0mdat" + pictures
    assert found(film[:start] + to_the_end) is Found.FILM


@pytest.mark.parametrize("suffix", ["mp4", "mov", "webm", "mkv"])
def test_a_film_that_breaks_off_is_a_part(suffix: str):
    film = given.video(suffix)
    for end in (len(film) // 2, len(film) - 1):
        assert found(film[:end]) is Found.A_PART, end


def test_a_film_without_its_list_or_its_pictures_is_a_part():
    film = given.video("mp4")
    start, stop = span_of(b"moov", film)
    assert found(film[:start] + film[stop:]) is Found.A_PART
    assert found(film[:stop]) is Found.A_PART
    assert found(FTYP + b"\0\0\0\x01moov" + b"\xff" * 8) is Found.A_PART


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (FTYP, MP4),
        (FTYP + b"no" * 5_000, MP4),
        (FTYP + box(b"free", b"\0" * 90), MP4),
        (FTYP + box(b"moov") + box(b"mdat", b"pictures"), MP4),
        (FTYP + box(b"moov", box(b"trak")) + box(b"mdat", b"pictures"), MP4),
        (FTYP + box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr")))) + box(b"mdat"), MP4),
        (FTYP + b"\0\0\0\x01moov" + b"\0" * 8, MP4),
        (EBML, WEBM),
        (EBML.replace(b"\x87\x42\x82\x84webm", b"\x8b\x42\x82\x88matroska"), MATROSKA),
        (EBML + b"no" * 500, WEBM),
        (EBML + b"\x18\x53\x80\x67\x80", WEBM),
        (EBML + b"\x18\x53\x80\x67\xff" + b"\0" * 90, WEBM),
        (EBML + b"\x18\x53\x80\x67\xff\x16\x54\xae\x6b\x80", WEBM),
        (EBML + b"\x18\x53\x80\x67\xff" + b"\x1f\x43\xb6\x75\x80" * 90_000, WEBM),
    ],
)
def test_what_only_begins_like_a_film_is_none(data: bytes, kind: Kind):
    assert kind_of(data[:HEAD]) is kind
    assert read_film(io.BytesIO(data), kind).found is Found.NO_FILM


@pytest.mark.parametrize(("name", "codec"), [("tone.mp4", "aac"), ("tone.webm", "libopus")])
def test_a_recording_without_pictures_is_one_too(tmp_path: Path, name: str, codec: str):
    assert found(made(tmp_path, name, *TONE, "-c:a", codec)) is Found.FILM


class Counted(io.BytesIO):
    """Counts how often it is read, and how much."""

    reads = taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.reads += 1
        self.taken += len(data)
        return data


def element(name: str, content: bytes = b"", size: int | None = None) -> bytes:
    """An element that says how long it is, or claims to be."""
    claimed = len(content) if size is None else size
    return bytes.fromhex(name) + (claimed | 1 << 56).to_bytes(8, "big") + content


ENDLESS = b"\x18\x53\x80\x67\x01" + b"\xff" * 7


@pytest.mark.parametrize(
    "data",
    [
        FTYP + box(b"moov", b"\x7f\xff\xff\xfftrak") * 20_000,
        FTYP + box(b"moov", b"\x7f\xff\xff\xfftrak\x7f\xff\xff\xffmdia") * 20_000,
        FTYP + box(b"moov", box(b"trak", box(b"mdia")) * 30_000) + box(b"mdat", b"pictures"),
        FTYP + box(b"moov", b"\0\0\0\x01trak" + (1 << 63).to_bytes(8, "big") + b"\0" * 16),
        FTYP + box(b"moov", b"\0\0\0\x01trak" + (1 << 50).to_bytes(8, "big") + b"\0" * 16),
        FTYP + box(b"moov", b"\0\0\0\x01trak" + b"\xff" * 8 + b"\0" * 16),
        EBML + ENDLESS + element("1654AE6B", element("AE", size=1 << 55)) * 5_000,
        EBML + ENDLESS + element("1654AE6B", b"\xae\x81\x83\xff") + element("EC", b"\0" * 500_000),
    ],
)
def test_whatever_a_file_says_of_itself_little_of_it_is_read(data: bytes):
    kind = kind_of(data[:HEAD])
    assert kind is not None
    file = Counted(data)
    assert read_film(file, kind).found is Found.NO_FILM
    assert file.reads <= MOST_PARTS
    assert file.taken <= 16 * file.reads


def test_a_large_film_costs_no_more_than_a_small_one():
    film = given.video("mov")
    start, stop = span_of(b"mdat", film)
    large = box(b"mdat", film[start + 8 : stop] + b"\0" * 3_000_000)
    file = Counted(film[:start] + large + film[stop:])
    assert read_film(file, MP4).found is Found.FILM
    assert file.taken < 2_000
