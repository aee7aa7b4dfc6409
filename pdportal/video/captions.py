"""Captions of a video, read leniently from WebVTT or SubRip and written as plain WebVTT.

The libraries for these files either stop at the first fault or drop what they cannot read without a
word; ours says each fault with its line, and keeps words alone: no markup, no styles, no places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise

LONGEST_SECONDS = 24 * 3600
_TIME = r"(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-+>\s*{_TIME}(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]*>|\{\\[^{}]*\}")
_ASIDE = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)")
_LINE_END = re.compile(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

Fault = tuple[int, str]
"""A line, and what is wrong in it."""


@dataclass(frozen=True, order=True)
class Cue:
    """What is said from one second to another, as plain words in one line."""

    start: float
    end: float
    text: str


def read_captions(source: str) -> tuple[list[Cue], list[Fault]]:
    """The cues in the order of their times, and what could not be read."""
    cues: list[Cue] = []
    faults: list[Fault] = []
    for first, lines in _blocks(source.removeprefix("\ufeff")):
        if _ASIDE.match(lines[0]):
            continue
        at = next((n for n, line in enumerate(lines[:2]) if "->" in line), None)
        times = _TIMES.match(lines[at]) if at is not None else None
        if at is None or times is None:
            faults.append((first, "This is no caption: it has no times like 00:01:05.000 --> …"))
            continue
        start, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
        text = _words(lines[at + 1 :])
        if end <= start or end > LONGEST_SECONDS:
            faults.append((first + at, "This caption ends before it begins, or after a day."))
        elif not text:
            faults.append((first + at, "This caption has no words."))
        else:
            cues.append(Cue(start, end, text))
    return sorted(cues), faults


def write_vtt(cues: list[Cue]) -> str:
    """The cues as a file that every browser reads."""
    said = (
        f"{_clock(cue.start)} --> {_clock(cue.end)}\n{escape(cue.text, quote=False)}\n"
        for cue in cues
    )
    return "\n".join(["WEBVTT\n", *said])


def paragraphs(
    cues: list[Cue], *, pause: float = 3.0, longest: float = 45.0
) -> Iterator[list[Cue]]:
    """The cues put together for reading: apart at a pause, or after a sentence in a long one."""
    together: list[Cue] = cues[:1]
    for before, cue in pairwise(cues):
        is_long = before.end - together[0].start > longest
        if cue.start - before.end >= pause or (is_long and before.text[-1:] in ".?!…。？！”»)"):
            yield together
            together = []
        together.append(cue)
    if together:
        yield together


def _blocks(source: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that stand together, with the number of the first."""
    block: list[str] = []
    first = 1
    for number, line in enumerate([*_LINE_END.sub("\n", source).split("\n"), ""], 1):
        if line.strip():
            first = first if block else number
            block.append(line.strip())
        elif block:
            yield first, block
            block = []


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return float(f"{whole}.{fraction or 0}")


def _words(lines: list[str]) -> str:
    """Words without markup; who speaks is named before them."""
    text = _TAG.sub("", _VOICE.sub(r"\1: ", " ".join(lines)))
    return " ".join("".join(c for c in unescape(text) if c.isprintable() or c.isspace()).split())


def _clock(seconds: float) -> str:
    """Seconds as 00:01:05.000."""
    thousandths = round(seconds * 1000)
    minutes, left = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{left // 1000:02}.{left % 1000:03}"
