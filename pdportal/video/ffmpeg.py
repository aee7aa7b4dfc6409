"""ffmpeg, which reads hostile files: what it finds in one, and running it within bounds."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pdportal.confinement import confined
from pdportal.video.kinds import Kind

LONGEST = 3 * 3600
"""Seconds; a file that claims more, or has more, is no clip."""

_MEMORY = 4_000_000_000
_MOST_PIXELS = 36_000_000
"""A little more than 8K."""
_MOST_SAID = 200_000
_BEATS = 5.0
"""Seconds between two calls of `beat`."""

Beat = Callable[[float], None]
"""Is told the seconds that are done; what it raises ends the work."""


class Damaged(Exception):
    """ffmpeg cannot make anything of a file, or not in time."""


@dataclass(frozen=True)
class Seen:
    """What a file holds; the size of its picture is before it is turned upright."""

    seconds: float | None
    codec: str = ""
    """Of its picture; "" if there is only sound."""
    profile: str = ""
    pixels: str = ""
    is_hdr: bool = False
    width: int = 0
    height: int = 0
    is_square: bool = True
    """Whether its pixels are."""
    fps: float = 0
    ticks: float = 0
    """Pictures a second as its times suggest: another number than `fps` where they vary."""
    turned: float = 0
    sound: str = ""

    @property
    def varies(self) -> bool:
        """Whether its pictures come at an uneven rate; twice as many ticks are those of fields."""
        return bool(self.codec) and not any(
            abs(self.fps * fields - self.ticks) <= 0.05 * self.ticks for fields in (1, 2)
        )


def find_ffmpeg() -> str | None:
    """The program on this machine, or the one that the `video` extra brings."""
    if installed := shutil.which("ffmpeg"):
        return installed
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError:
        return None
    try:
        path: str = get_ffmpeg_exe()
    except RuntimeError:
        return None
    return path


@cache
def has_tone_mapping() -> bool:
    """Whether this ffmpeg can bring the colors of HDR to those of other screens."""
    command = [find_ffmpeg() or "ffmpeg", "-hide_banner", "-filters"]
    known = subprocess.run(  # noqa: S603  # our own words alone
        command, capture_output=True, check=False, timeout=60
    )
    return b" zscale " in known.stdout and b" tonemap " in known.stdout


def reading(path: Path, kind: Kind, *before: str) -> list[str]:
    """Words that name an input: read as what we found it to be, it can name no other file."""
    bounds = ["-threads", "2", "-max_pixels", str(_MOST_PIXELS), "-t", str(LONGEST)]
    only_this = ["-protocol_whitelist", "file", "-f", kind.demuxer]
    return [*bounds, *only_this, *before, "-i", f"file:{path}"]


def examine(path: Path, kind: Kind) -> Seen:
    """What there is in a file. Raises `Damaged`."""
    _status, report = _run(["-v", "info", *reading(path, kind)], 60, 1_000_000)
    picture, sound = _PICTURE.search(report), _SOUND.search(report)
    length = _LENGTH.search(report)
    seconds = _seconds(length.groups()) if length else None
    if picture is None and sound is None:
        raise Damaged
    seconds = seconds or _last_time(path, kind)
    if seconds is None or seconds > LONGEST:
        raise Damaged
    heard = sound.group(1) if sound else ""
    if picture is None:
        return Seen(seconds, sound=heard)
    about = picture["about"]
    return Seen(
        seconds,
        codec=picture["codec"],
        profile=picture["profile"] or "",
        pixels=picture["pixels"],
        is_hdr="arib-std-b67" in about or "smpte2084" in about,
        width=int(picture["width"]),
        height=int(picture["height"]),
        is_square=not (shape := _SHAPE.search(about)) or shape[1] == shape[2],
        fps=_rate(_FPS.search(about)),
        ticks=_rate(_TICKS.search(about)),
        turned=float(turn[1]) if (turn := _TURNED.search(report)) else 0,
        sound=heard,
    )


def run(words: list[str], *, seconds: float, largest_file: int, beat: Beat | None = None) -> str:
    """Run ffmpeg on a clip of so many seconds; what it complained of. Raises `Damaged`."""
    longest = 120 + 8 * int(seconds)
    status, complaints = _run(["-v", "error", "-y", *words], longest, largest_file, beat)
    if "No space left on device" in complaints:
        raise OSError(complaints[-200:])
    if status:
        raise Damaged
    return complaints


_PICTURE = re.compile(
    r"^  Stream #0:\d+\S*: Video: (?P<codec>\w+)(?: \((?P<profile>[^)/]*)\))?(?: \([^)]*\))*, "
    r"(?P<about>(?P<pixels>\w+)(?!.*attached pic).*?, (?P<width>\d+)x(?P<height>\d+).*)$",
    re.MULTILINE,
)
_SOUND = re.compile(r"^  Stream #0:\d+\S*: Audio: (\w+)", re.MULTILINE)
_LENGTH = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_TURNED = re.compile(r"^ {6,}.*[Dd]isplay ?[Mm]atrix: rotation of (-?[\d.]+)", re.MULTILINE)
_SHAPE = re.compile(r"SAR (\d+):(\d+)")
_FPS = re.compile(r", ([\d.]+)(k?) fps")
_TICKS = re.compile(r", ([\d.]+)(k?) tbr")
_TIME = re.compile(r"^out_time=(\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)


def _seconds(parts: tuple[str, ...]) -> float | None:
    hours, minutes, seconds = parts
    total = round(int(hours) * 3600 + int(minutes) * 60 + float(seconds), 2)
    return total or None


def _rate(match: re.Match[str] | None) -> float:
    return float(match[1]) * (1000 if match[2] else 1) if match else 0


def _last_time(path: Path, kind: Kind) -> float | None:
    """The length of a file that does not say it: it is gone through without being decoded."""
    last: list[float] = []
    going = ["-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-f", "null", "-"]
    run([*reading(path, kind), *going], seconds=60, largest_file=1_000_000, beat=last.append)
    return last[-1] if last and last[-1] else None


def _run(
    words: list[str], longest: int, largest_file: int, beat: Beat | None = None
) -> tuple[int, str]:
    """Its exit status and the beginning of what it said on the error output."""
    program = find_ffmpeg()
    if program is None:
        raise OSError("There is no ffmpeg.")
    command = [program, "-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:1", *words]
    bounds = {"memory": _MEMORY, "cpu_seconds": 2 * longest, "largest_file": largest_file}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 -- our own words; a path is ours
            confined(command, **bounds),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        watch = threading.Timer(longest, process.kill)
        watch.start()
        try:
            _follow(process, beat)
            status = process.wait()
        finally:
            watch.cancel()
            process.kill()
            process.wait()
            assert process.stdout  # noqa: S101  # a pipe
            process.stdout.close()
        errors.seek(0)
        return status, errors.read(_MOST_SAID).decode(errors="replace")


def _follow(process: subprocess.Popen[str], beat: Beat | None) -> None:
    """Read how far it is, until it ends; the last time is told whenever it was."""
    next_beat, done = time.monotonic() + _BEATS, 0.0
    for line in process.stdout or ():
        if found := _TIME.match(line):
            done = _seconds(found.groups()) or done
            if beat and time.monotonic() >= next_beat:
                beat(done)
                next_beat = time.monotonic() + _BEATS
    if beat:
        beat(done)
