"""How long a clip is, asked of ffprobe or ffmpeg where one of them is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from pdportal.video.kinds import Kind

LONGEST_WAIT = 60
_DURATION = re.compile(rb"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")


def seconds_of(path: Path, kind: Kind) -> float | None:
    """The length of a video file in seconds; None if the file or this machine cannot tell."""
    # The file is only read as what we found it to be, and can name no other file or address.
    reading = ["-protocol_whitelist", "file", "-f", kind.demuxer, "-i", f"file:{path}"]
    if ffprobe := shutil.which("ffprobe"):
        options = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
        return _number(_output_of([ffprobe, *options, *reading]).strip())
    if ffmpeg := _ffmpeg():
        duration = _DURATION.search(_output_of([ffmpeg, "-nostdin", "-hide_banner", *reading]))
        if duration:
            hours, minutes, seconds = duration.groups()
            return _number(b"%f" % (int(hours) * 3600 + int(minutes) * 60 + float(seconds)))
    return None


def _ffmpeg() -> str | None:
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


def _output_of(command: list[str]) -> bytes:
    try:
        ended = subprocess.run(  # noqa: S603 -- a fixed command; the path is ours
            command, capture_output=True, timeout=LONGEST_WAIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return ended.stdout + ended.stderr


def _number(text: bytes) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return round(seconds, 2) if 0 < seconds < 24 * 3600 else None
