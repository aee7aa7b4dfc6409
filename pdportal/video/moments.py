"""Moments of a clip as people type and read them."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from pdportal.web.errors import Refused
from pdportal.web.locale import say_clock

_CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)")


def parse_moment(typed: str, field: str = "start") -> float | None:
    """Seconds of a moment as people write it: 65, 1:05 or 0:01:05; none where nothing is typed.

    Raises `Refused` (422), at the box `field`.
    """
    typed = typed.strip()
    if not typed:
        return None
    match = _CLOCK.fullmatch(typed)
    if match is None or (match[2] and float(match[3].replace(",", ".")) >= 60):
        raise Refused(_("Write a moment like 1:05, minutes and seconds."), status=422, field=field)
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds.replace(",", "."))


def say_moment(seconds: float) -> str:
    """A moment to the thousandth, as `parse_moment` reads it: 1:05.25."""
    whole, _dot, rest = f"{seconds:.3f}".partition(".")
    return f"{say_clock(int(whole))}.{rest}".rstrip("0").rstrip(".")
