"""How long a film is that does not say so itself, asked of ffmpeg where it is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from pdportal.video.kinds import Kind

LONGEST_WAIT = 60
_TIMES = re.compile(rb"^out_time=(\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)


def seconds_of(path: Path, kind: Kind) -> float | None:
    """The length of a video file in seconds; None if the file or this machine cannot tell.

    The pictures are gone through without being decoded, and the time of the last one counts:
    versions of ffmpeg differ in what they guess from the head of a file, and agree in this.
    """
    program = find_ffmpeg()
    if program is None:
        return None
    # The file is only read as what we found it to be, and can name no other file or address.
    reading = ["-protocol_whitelist", "file", "-f", kind.demuxer, "-i", f"file:{path}"]
    going = ["-map", "0:v:0", "-c", "copy", "-f", "null", "-progress", "pipe:1", "-nostats", "-"]
    try:
        ended = subprocess.run(  # noqa: S603 -- a fixed command; the path is ours
            [program, "-nostdin", "-v", "error", *reading, *going],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    times = _TIMES.findall(ended.stdout)
    if not times or ended.returncode:
        return None
    hours, minutes, seconds = times[-1]
    total = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return round(total, 2) if 0 < total < 24 * 3600 else None


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
