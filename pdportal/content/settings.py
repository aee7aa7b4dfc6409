"""Reads the values of front matter and says which are of the wrong kind."""

import datetime
from collections.abc import Collection
from typing import Any

from pdportal.content.languages import how_to_write, is_language
from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.source import Source


class Settings:
    """The front matter of one file, read value by value."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems

    def line(self, key: str) -> int:
        """The line of a key."""
        return self.source.line_of(key)

    def text(self, key: str) -> str:
        """A value as one line of text; nothing if it is not there."""
        value = self.source.meta.get(key)
        if value is None:
            return ""
        if isinstance(value, dict | list):
            self._wrong(key, "text")
            return ""
        return _plain(value)

    def language(self, key: str) -> str:
        """The code of a language; English where none is named or what is named is none."""
        code = (self.text(key) or "en").replace("_", "-")
        if is_language(code):
            return code
        self.problems.error(self.line(key), f"“{code}” is no language.", how_to_write(code))
        return "en"

    def words(self, key: str) -> list[str]:
        """A list of texts; a single text is a list of one."""
        value = self.source.meta.get(key)
        if value is None:
            return []
        if isinstance(value, dict):
            self._wrong(key, "a list")
            return []
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict | list) for item in items):
            self._wrong(key, "a list of plain texts")
            items = [item for item in items if not isinstance(item, dict | list)]
        return [text for text in map(_plain, items) if text]

    def mapping(self, key: str) -> dict[str, str]:
        """Names with a line of text each, in their order."""
        value = self.source.meta.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._wrong(key, "names, each with a line of text")
            return {}
        texts = {_plain(name): text for name, text in value.items()}
        if any(isinstance(text, dict | list) for text in texts.values()):
            self._wrong(key, "names, each with a line of text")
        return {
            name: "" if text is None or isinstance(text, dict | list) else _plain(text)
            for name, text in texts.items()
        }

    def flag(self, key: str) -> bool:
        """Yes or no; no if it is not there."""
        value = self.source.meta.get(key)
        if value is not None and not isinstance(value, bool):
            self._wrong(key, "true or false")
        return value is True

    def whole(self, key: str) -> int | None:
        """A whole number from zero up to the minutes of a week."""
        number = self.number(key)
        return None if number is None else round(number)

    def number(self, key: str) -> float | None:
        """A number from zero up."""
        value = self.source.meta.get(key)
        if value is None or value == "":
            return None
        try:
            number = float(value) if not isinstance(value, bool) else -1.0
        except (TypeError, ValueError):
            number = -1.0
        if not 0 <= number <= 10_080:
            self._wrong(key, "a number")
            return None
        return number

    def some_of(self, key: str, known: Collection[str]) -> list[str]:
        """Those of some known words that a value names, in their order."""
        words = [word.lower() for word in self.words(key)]
        for word in words:
            if word not in known:
                hint = did_you_mean(word, known, f"Use some of {', '.join(known)}.")
                self.problems.error(self.line(key), f"“{word}” does not fit “{key}”.", hint)
        return [str(word) for word in known if word in words]

    def check_keys(self, known: Collection[str]) -> None:
        """Say which keys mean nothing to us."""
        for key in self.source.meta:
            if key not in known:
                hint = did_you_mean(key, known, "It is ignored.")
                self.problems.warning(self.line(key), f"There is no setting “{key}”.", hint)

    def _wrong(self, key: str, what: str) -> None:
        value = str(self.source.meta.get(key))[:40]
        self.problems.error(self.line(key), f"“{key}” should be {what}, not “{value}”.")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return " ".join(str(value).split())
