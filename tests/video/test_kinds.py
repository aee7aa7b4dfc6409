"""What a file is, by what it holds."""

from __future__ import annotations

import pytest

from pdportal.video.kinds import (
    AAC,
    AMR,
    AVI,
    FLAC,
    HEAD,
    M4A,
    MATROSKA,
    MOV,
    MP3,
    MP4,
    MPEG,
    MPEG_TS,
    OGG,
    THREE_GP,
    WAV,
    WEBM,
    WMV,
    Kind,
    kind_of,
)
from tests.video import given


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [("mp4", MP4), ("mov", MOV), ("webm", WEBM), ("mkv", MATROSKA), ("ogv", OGG)],
)
def test_real_files_are_known(suffix: str, kind: Kind):
    assert kind_of(given.video(suffix)[:HEAD]) is kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypM4V \0\0\0\0M4V mp42", MP4),
        (b"\0\0\0\x18ftyp3gp4\0\0\0\x003gp43gp6", THREE_GP),
        (b"\0\0\0\x18ftypabcd\0\0\0\0isomavc1", MP4),
        (b"\0\0\0\x08wide\0\0\x10\0mdat", MOV),
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", M4A),
        (b"RIFF\x24\0\0\0WAVEfmt ", WAV),
        (b"RIFF\x24\0\0\0AVI LIST", AVI),
        (b"RIFF\x24\0\0\0WEBPVP8 ", None),
        (b"ID3\x04\0\0\0\0\0\x21TSSE", MP3),
        (b"\xff\xfb\x90\x64", MP3),
        (b"\xff\xfe<\0h\0t\0m\0", None),
        (b"G" + bytes(187) + b"G" + bytes(187) + b"G", MPEG_TS),
        (b"OggS" + b"\0" * 24 + b"OpusHead", OGG),
        (b"\0\0\x01\xba\x44\0\x04\0", MPEG),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), WMV),
        (b"#!AMR\n\x3c", AMR),
        (b"fLaC\0\0\0\x22", FLAC),
        (b"\xff\xf1\x50\x80\x01\x1f\xfc\0\xff\xf1", AAC),
        (b"\xff\xf1\x50\x80\x01\x1f\xfc\0\0\0", None),
        (b"\0\0\0\x01\x67\x42", None),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", None),
        (b"\0\0\0\x04ftypisom", None),
        (b"\xff\xff\xff\xffftypisom", None),
        (b"\x1aE\xdf\xa3\x84\x42\x82", None),
        (b"\x1aE\xdf\xa3\x84\x42\x82\x84abcd", None),
        (b"OggS" + b"\0" * 24 + b"\x7fFLAC", None),
        (b"My notes about the lesson.\n" * 9, None),
        (b"%PDF-1.7", None),
        (b"GIF89a", None),
        (b"<html><video src='x'>", None),
        (b"#EXTM3U\nfile:///etc/passwd", None),
        (b"", None),
    ],
)
def test_other_files_are_what_they_are(head: bytes, kind: Kind | None):
    assert kind_of(head) is kind
