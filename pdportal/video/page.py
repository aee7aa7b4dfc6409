"""What the page of a clip says of its files."""

from __future__ import annotations

from typing import Any

from flask import request

from pdportal.video import queries
from pdportal.video.ffmpeg import find_ffmpeg
from pdportal.video.models import Clip, Purpose
from pdportal.video.services import KEEP_ORIGINALS
from pdportal.video.troubles import cure_of, sentence_about


def shown_of(clip: Clip, *, mine: bool) -> dict[str, Any]:
    """How far it is, which files there are and which one is wanted, and what is wrong with it."""
    can_convert = find_ffmpeg() is not None
    trouble = clip.trouble if clip.processed_at or not can_convert else None
    files = queries.purposes_of(clip)
    original = files.get(Purpose.ORIGINAL)
    return {
        "can_convert": can_convert,
        "files": files,
        "is_small": Purpose.SMALL in files and request.args.get("save") == "data",
        "original_goes": original.made_at + KEEP_ORIGINALS if original else None,
        "trouble": sentence_about(trouble) if trouble else "",
        "cure": cure_of(trouble) if trouble and mine else "",
    }
