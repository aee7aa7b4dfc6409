"""How long a clip is, asked of ffprobe or ffmpeg where one of them is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from pdportal.video.kinds import Kind

LONGEST_WAIT = 60
_AS_LINES = ("-of", "default=noprint_wrappers=1:nokey=1")
_DURATION = re.compile(rb"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")


def seconds_of(path: Path, kind: Kind) -> float | None:
    """The length of a video file in seconds; None if the file or this machine cannot tell."""
    # The file is only read as what we found it to be, and can name no other file or address.
    reading = ["-protocol_whitelist", "file", "-f", kind.demuxer, "-i", f"file:{path}"]
    # Some versions guess at the length of a file in which they find no pictures.
    if ffprobe := shutil.which("ffprobe"):
        options = ["-v", "quiet", "-show_entries", "stream=codec_type:format=duration"]
        *streams, length = _output_of([ffprobe, *options, *_AS_LINES, *reading]).split() or [b""]
        return _number(length) if b"video" in streams else None
    if ffmpeg := _ffmpeg():
        report = _output_of([ffmpeg, "-nostdin", "-hide_banner", *reading])
        duration = _DURATION.search(report)
        if duration and b"Video:" in report:
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
