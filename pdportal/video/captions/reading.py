"""Captions of a video, read leniently from WebVTT, SubRip or SBV, and written as plain WebVTT.

The libraries for these files either stop at the first fault or drop what they cannot read without a
word; ours says each fault with its line, and keeps words alone: no markup, no styles, no places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise

from pdportal.web.typed import has_visible

LONGEST_SECONDS = 24 * 3600
LARGEST = 1_000_000
"""Bytes of a file of captions: those of a whole day have less."""
_TIME = r"(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMES = re.compile(rf"{_TIME}\s*-+>\s*{_TIME}(?:\s.*)?$")
_SBV_TIMES = re.compile(rf"{_TIME}\s*,\s*{_TIME}$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]*>|\{\\[^{}]*\}")
_ASIDE = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)")
_LINE_END = re.compile(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = "\u200e\u200f\u061c\ufeff"
"""Marks of direction stand around the times in files of some programs."""

_JOINERS = "\u200c\u200d"
"""They are unseen as well, but Persian and Hindi words are read by them."""

Fault = tuple[int, str]
"""A line, and what is wrong in it."""


@dataclass(frozen=True, order=True)
class Cue:
    """What is said from one second to another, as plain words in one line."""

    start: float
    end: float
    text: str


def decode(data: bytes) -> str:
    """The text of a file from any usual program: UTF-8, UTF-16 or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\x00" in data[:2]:
        return data.decode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_captions(source: str) -> tuple[list[Cue], list[Fault]]:
    """The cues in the order of their times, and what could not be read.

    A cue without words is none; one that lasts no time lasts a second; lines that roll are told
    once.
    """
    spoken: list[_Said] = []
    faults: list[Fault] = []
    lines = [
        line.strip().strip(_UNSEEN) or " " * bool(line)
        for line in _LINE_END.sub("\n", source).split("\n")
    ]
    times = _TIMES if any("->" in line and _TIMES.match(line) for line in lines) else _SBV_TIMES
    for number, block in _blocks(lines, times):
        match = times.match(block[0])
        if match is None:
            faults.append((number, "This is no caption: it has no times like 00:01:05.000 --> …"))
            continue
        start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        if end < start or end > LONGEST_SECONDS:
            faults.append((number, "This caption ends before it begins, or after a day."))
        elif _words(block[1:]):
            lasts = round(end, 3) > round(start, 3)
            lines_said = [line for line in block[1:] if _words([line])] or block[1:]
            spoken.append((start, end if lasts else start + 1, lines_said))
    return sorted(
        Cue(start, end, _words(lines)) for start, end, lines in _told_once(spoken)
    ), faults


def write_vtt(cues: Iterable[Cue]) -> str:
    """The cues as a file that every browser reads."""
    blocks = (
        f"{_clock(cue.start)} --> {_clock(cue.end)}\n{escape(cue.text, quote=False)}\n"
        for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


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


_Said = tuple[float, float, list[str]]
"""When it begins and ends, and its lines."""
_AT_ONCE = 0.1
"""Seconds between a caption and the one that repeats it."""


def _told_once(spoken: Sequence[_Said]) -> Sequence[_Said]:
    """Captions that roll, each line first below and then above the next one, told once; others
    are left as they are, whatever they repeat."""
    repeated = [0, *(_lines_repeated(*pair) for pair in pairwise(spoken))]
    rolls = [
        number
        for number, (_s, _e, lines) in zip(repeated, spoken, strict=False)
        if 0 < number < len(lines)
    ]
    if len(rolls) < 2 or len(rolls) * 3 < len(spoken):
        return spoken
    told: list[_Said] = []
    for number, (start, end, lines) in zip(repeated, spoken, strict=False):
        if number == len(lines):
            told[-1] = told[-1][0], max(end, told[-1][1]), told[-1][2]
        else:
            told.append((start, end, lines[number:]))
    return told


def _lines_repeated(before: _Said, after: _Said) -> int:
    """With how many lines one begins that the one before, which it follows at once, ended with."""
    if after[0] - before[1] > _AT_ONCE:
        return 0
    ended, begins = ([_words([line]) for line in lines] for _start, _end, lines in (before, after))
    most = min(len(ended), len(begins))
    return next((count for count in range(most, 0, -1) if ended[-count:] == begins[:count]), 0)


def _blocks(lines: Sequence[str], times: re.Pattern[str]) -> Iterator[tuple[int, list[str]]]:
    """Times with the words below them, and what stands without times; each with its first line.

    A line of no letters ends a caption, and so do the times of the next one; a line of blanks does
    not: YouTube writes them.
    """
    block: list[str] = []
    first = 0
    for number, line in enumerate([*lines, ""], 1):
        opens = "-->" in line or times.match(line) is not None
        if line.isspace() and not block:
            continue
        if line and not opens:
            first = first if block else number
            block.append(line)
            continue
        has_times = bool(block) and ("-->" in block[0] or times.match(block[0]) is not None)
        if opens and block and (block[-1].isdecimal() if has_times else len(block) == 1):
            block.pop()  # the name of the caption that begins here
        if block and not _ASIDE.match(block[0]) and not (len(block) == 1 and block[0].isdecimal()):
            yield first, block
        block, first = ([line] if opens else []), number


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return float(f"{whole}.{fraction or 0}")


def _words(lines: list[str]) -> str:
    """Words without markup; who speaks is named before them."""
    text = _TAG.sub("", _VOICE.sub(r"\1: ", " ".join(lines)).replace("[br]", " "))
    letters = (c for c in unescape(text) if c.isprintable() or c.isspace() or c in _JOINERS)
    text = " ".join("".join(letters).split())
    return text if has_visible(text) else ""


def _clock(seconds: float) -> str:
    """Seconds as 00:01:05.000."""
    thousandths = round(seconds * 1000)
    minutes, left = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{left // 1000:02}.{left % 1000:03}"
