"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from diff_match_patch import diff_match_patch

from pdportal.feedback.works.models import Revision

Piece = tuple[str, str]
"""`(op, text)`: op is "same", "ins" or "del"."""


_TOKEN = re.compile(r"\w+(?:['’]\w+)*|\s+|[^\w\s]")
_OPS = {0: "same", 1: "ins", -1: "del"}


_FIRST, _SURROGATES, _AFTER = 0x100, 0xD800, 0xE000


def words(before: str, after: str) -> list[Piece]:
    """The pieces that make the one text into the other; whole words change, never letters."""
    if before == after:
        return [("same", before)] if before else []
    tokens: list[str] = []
    numbers: dict[str, int] = {}
    old, new = (_coded(text, tokens, numbers) for text in (before, after))
    matcher = diff_match_patch()
    matcher.Diff_Timeout = 1.0
    changes = matcher.diff_main(old, new, False)
    matcher.diff_cleanupSemantic(changes)
    return [(_OPS[op], "".join(tokens[_number(char)] for char in chars)) for op, chars in changes]


def diff(before: Revision, after: Revision, fields: Iterable[Any]) -> list[tuple[str, list[Piece]]]:
    """The word diff of two revisions of one work, field by field in the order of its fields."""
    return [
        (
            field["label"],
            words(before.content.get(field["key"], ""), after.content.get(field["key"], "")),
        )
        for field in fields
    ]


def changed(pieces: list[Piece]) -> bool:
    """Whether anything was added or taken out."""
    return any(op != "same" for op, _text in pieces)


def _coded(text: str, tokens: list[str], numbers: dict[str, int]) -> str:
    coded = []
    for token in _TOKEN.findall(text):
        if token not in numbers:
            numbers[token] = len(tokens)
            tokens.append(token)
        coded.append(_char(numbers[token]))
    return "".join(coded)


def _char(number: int) -> str:
    code = number + _FIRST
    return chr(code if code < _SURROGATES else code - _SURROGATES + _AFTER)


def _number(char: str) -> int:
    code = ord(char)
    return (code if code < _SURROGATES else code - _AFTER + _SURROGATES) - _FIRST
