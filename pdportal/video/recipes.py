"""What is made of a clip's file: one that plays everywhere, a small one, a picture of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from pdportal import storage
from pdportal.video.edits import Edit, picture_filters, sound_filters
from pdportal.video.ffmpeg import Beat, Damaged, Seen, examine, has_tone_mapping, reading, run
from pdportal.video.kinds import M4A, MP4, Kind
from pdportal.video.models import Purpose

PLAY = "play"
"""The file that takes the place of the one that was uploaded."""

LARGEST, SMALL = (1920, 1080), (854, 480)
MOST_FPS = 30
_DAMAGE = re.compile(
    r"decoding error|error while decoding|partial file|invalid nal|invalid data found"
    r"|corrupt bitstream|damaged at",
    re.I,
)

# Metadata goes from all there is of it. An H.264 stream has notes of the camera in its SEI.
_MP4 = ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-write_tmcd", "0"]
_MP4 += ["-movflags", "+faststart", "-f", "mp4"]
_COPIED = ["-c:v", "copy", "-bsf:v", "filter_units=remove_types=6"]
_H264 = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p"]
_H264 += ["-g", "60", "-threads", "2", "-filter_threads", "2"]
_TO_SDR = (
    "zscale=t=linear:npl=203,tonemap=mobius:desat=0,zscale=p=bt709:t=bt709:m=bt709:r=tv:d=none"
)


@dataclass(frozen=True)
class Result:
    """All that was made of a file."""

    seconds: float
    is_damaged: bool
    """Whether parts of it could not be read."""
    is_converted: bool
    """Whether its picture or sound is another now."""
    files: dict[str, tuple[str, IO[bytes]]]
    """By purpose its type, and the file, still under a temporary name."""


@contextmanager
def make_files(
    path: Path, kind: Kind, beat: Beat, edits: Sequence[Edit] = (), *, is_silent: bool = False
) -> Iterator[Result]:
    """Make what is shown of a file; the files go when the context ends. Raises `Damaged`.

    `beat` is told the share that is done, from 0 to 1.
    """
    seen = examine(path, kind)
    if is_silent and seen.codec:
        seen = replace(seen, sound="")
    seconds = seen.seconds or 0

    def told(done: float) -> None:
        beat(min(1, done / seconds) if seconds else 0)

    files: dict[str, tuple[str, IO[bytes]]] = {}
    with ExitStack() as stack:

        def new(purpose: str, content_type: str) -> str:
            files[purpose] = content_type, stack.enter_context(storage.receive())
            return files[purpose][1].name

        play = new(PLAY, MP4.content_type if seen.codec else M4A.content_type)
        small: list[str] = []
        if seen.codec and min(seen.width, seen.height) > SMALL[1]:
            small = [*_small(seen, edits), new(Purpose.SMALL, MP4.content_type)]

        def run_with(how: list[str]) -> str:
            words = [*reading(path, kind), *how, play, *small]
            most = path.stat().st_size * 2 + int(seconds) * 1_000_000 + 20_000_000
            return run(words, seconds=seconds, largest_file=most, beat=told)

        is_converted = bool(edits) or (bool(seen.codec) and not plays_everywhere(seen))
        try:
            complaints = run_with(_played(seen, is_converted, edits))
        except Damaged:
            if is_converted:
                raise
            is_converted = True  # its times or heads do not fit into another box
            complaints = run_with(_played(seen, is_converted, edits))
        length = examine(Path(play), MP4).seconds or seconds
        drawn = Path(new(Purpose.POSTER, "image/jpeg"))
        if not (seen.codec and draw(Path(play), MP4, min(10, length / 10), drawn)):
            del files[Purpose.POSTER]
        yield Result(length, bool(_DAMAGE.search(complaints)), is_converted, files)


def plays_everywhere(seen: Seen) -> bool:
    """Whether its picture needs nothing but another box around it."""
    return (
        seen.codec == "h264"
        and seen.pixels in {"yuv420p", "yuvj420p"}
        and max(seen.width, seen.height) <= LARGEST[0]
        and min(seen.width, seen.height) <= LARGEST[1]
        and not seen.width % 2 | seen.height % 2
        and not seen.varies
    )


def _played(seen: Seen, is_converted: bool, edits: Sequence[Edit]) -> list[str]:
    words = ["-map", "0:V:0?"]
    if seen.codec:
        words += _converted(seen, LARGEST, 23, 5_000, edits) if is_converted else _COPIED
    if seen.sound == "aac" and not is_converted:
        words += ["-map", "0:a:0", "-c:a", "copy"]
    elif seen.sound:
        words += _heard(edits, "128k", "2")
    return [*words, *_MP4]


def _small(seen: Seen, edits: Sequence[Edit]) -> list[str]:
    sound = _heard(edits, "64k", "1") if seen.sound else []
    return ["-map", "0:V:0", *_converted(seen, SMALL, 27, 600, edits), *sound, *_MP4]


def _heard(edits: Sequence[Edit], rate: str, channels: str) -> list[str]:
    filters = ",".join(sound_filters(edits))
    changed = ["-af", filters] if filters else []
    return ["-map", "0:a:0", *changed, "-c:a", "aac", "-b:a", rate, "-ac", channels]


def _converted(
    seen: Seen, size: tuple[int, int], quality: int, kbits: int, edits: Sequence[Edit]
) -> list[str]:
    """H.264 of at most this size, upright: ffmpeg turns what it decodes."""
    rate = ["-crf", str(quality), "-maxrate", f"{kbits}k", "-bufsize", f"{2 * kbits}k"]
    return ["-vf", ",".join([*_filters(seen, size), *picture_filters(edits)]), *_H264, *rate]


def _filters(seen: Seen, size: tuple[int, int]) -> Iterator[str]:
    if not seen.is_square:
        yield "scale=iw*sar:ih,setsar=1"
    rate = round(seen.ticks) if seen.varies else seen.fps
    yield f"fps={min(MOST_FPS, rate or MOST_FPS)}"
    long, short = size
    yield (
        f"scale=w='min(iw,if(gte(iw,ih),{long},{short}))':h='min(ih,if(gte(iw,ih),{short},{long}))'"
        ":force_original_aspect_ratio=decrease:force_divisible_by=2:out_range=tv,setsar=1"
    )
    if seen.is_hdr and has_tone_mapping():
        yield _TO_SDR
    yield "format=yuv420p"


def draw(path: Path, kind: Kind, at: float, into: Path) -> bool:
    """A picture of a clip at a second, as JPEG in a file; False if there is none to be had."""
    size = "scale=w='min(iw,640)':h='min(ih,640)':force_original_aspect_ratio=decrease"
    drawn = ["-map", "0:V:0", "-frames:v", "1", "-vf", size, "-q:v", "5", "-map_metadata", "-1"]
    words = [*reading(path, kind, "-ss", f"{at:.2f}"), *drawn, "-f", "mjpeg", str(into)]
    try:
        run(words, seconds=60, largest_file=5_000_000)
    except Damaged:
        return False
    return into.stat().st_size > 0
