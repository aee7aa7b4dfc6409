"""The kinds of notices, and the words of each, made when it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.inbox.topics import Topic
from pdportal.web.words import within_quotes

Say = Callable[..., str]
Calendar = Callable[[Mapping[str, Any], int], str]
"""The iCalendar text that goes with a notice's mail, from its words and its reader's id."""


@dataclass(frozen=True)
class Kind:
    """One kind of notice: its sentence from its words, what the link is called, its topic."""

    name: str
    say: Say | LazyString
    link: Callable[[], str] | LazyString
    topic: Topic
    switch: LazyString | None
    """What people switch off who do not want to be reminded so; None: it always comes."""
    calendar: Calendar | None = None
    """What its mail brings for a calendar program: it goes at once, and by itself."""
    calls_off: bool | None = None
    """Whether that takes a date out of the calendar again. Not None: all notices of that date, and
    of no other, lead to the same page, and several that wait are one mail."""

    def sentence(self, **words: object) -> str:
        """The sentence in the reader's language."""
        return str(self.say(**words) if callable(self.say) else str(self.say) % words)

    @property
    def link_name(self) -> str:
        """What the link is called, likewise."""
        return str(self.link() if callable(self.link) else self.link)


_kinds: dict[str, Kind] = {}


def add_kind(
    name: str,
    say: Say | LazyString,
    link: Callable[[], str] | LazyString,
    topic: Topic,
    switch: LazyString | None = None,
    calendar: Calendar | None = None,
    *,
    calls_off: bool | None = None,
) -> None:
    """Teach the inbox one kind: `say` is a text to fill in, or makes the sentence of its words.

    A reminder that the portal sends by itself has a `switch`, its name among what can be off.
    """
    _kinds[name] = Kind(name, say, link, topic, switch, calendar, calls_off)


def switches() -> dict[str, LazyString]:
    """The kinds that people may switch off."""
    return {kind.name: kind.switch for kind in _kinds.values() if kind.switch is not None}


def has_switch(kind: str) -> bool:
    """Whether people may switch off notices of this kind."""
    known_kind = _kinds.get(kind)
    return known_kind is not None and known_kind.switch is not None


def with_calendar() -> set[str]:
    """The kinds whose mail brings something for a calendar program."""
    return {kind.name for kind in _kinds.values() if kind.calendar is not None}


def of_dates(*calls_off: bool) -> set[str]:
    """Those among them of which several that wait are one mail, and that call a date off or not."""
    return {kind.name for kind in _kinds.values() if kind.calls_off in calls_off}


def calendar_of(kind: str, words: Mapping[str, Any], reader_id: int) -> str:
    """What that is, for one reader; "" for other kinds."""
    known_kind = _kinds.get(kind)
    calendar = known_kind.calendar if known_kind is not None else None
    return calendar(words, reader_id) if calendar is not None else ""


Phrase = dict[str, str | int]
"""What stands among the words of a notice for the name of somebody who is not named."""
_phrases: dict[str, Callable[[int], str]] = {}


def add_phrase(name: str, say: Callable[[int], str]) -> None:
    """Teach the inbox what stands for somebody: `say(number)`, in the reader's language."""
    _phrases[name] = say


def phrase(name: str, number: int = 0) -> Phrase:
    """A phrase as the words of a notice hold it."""
    return {"phrase": name, "number": number}


def by_day(words: Mapping[str, Any]) -> bool:
    """Whether a notice tells no more of its moment than the day: somebody in it is not named."""
    return any(isinstance(word, dict) and "phrase" in word for word in words.values())


def reference(person_id: int) -> dict[str, int]:
    """What stands among the words of a notice for somebody's name."""
    return {"person": person_id}


def names_in(
    notices: Iterable[dict[str, Any]], known: dict[int, str] | None = None
) -> dict[int, str]:
    """The names, as they are now, of all the people whom the words of these notices name.

    One statement at most, for those who are not among the `known`.
    """
    names = dict(known or {})
    named = (word for words in notices for word in words.values() if isinstance(word, dict))
    if ids := {word["person"] for word in named if "person" in word} - names.keys():
        rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
        names |= {row.id: row.name for row in rows}
    return names


def sentence(kind: str, words: dict[str, Any], names: dict[int, str] | None = None) -> str:
    """The notice in words; general ones where an older version left what nobody can say now.

    `names` are those of `names_in`, where several notices are shown.
    """
    names = names_in([words]) if names is None else names
    words = {
        key: _said(word, names) if isinstance(word, dict) else within_quotes(word)
        for key, word in words.items()
    }
    known_kind = _kinds.get(kind)
    if known_kind is not None:
        try:
            return known_kind.sentence(**words)
        except (TypeError, KeyError, ValueError):  # it was written with other words
            pass
    return _("There is something new for you.")


def _said(word: dict[str, Any], names: dict[int, str]) -> str:
    if "phrase" in word:
        return _phrases[word["phrase"]](word["number"])
    return names.get(word["person"], "")


def link_name(kind: str) -> str:
    """What the notice's link is called."""
    known_kind = _kinds.get(kind)
    return known_kind.link_name if known_kind is not None else _("Open it")


def topic_of(kind: str) -> Topic:
    """What a notice is about; the account where nobody registered its kind."""
    return _kinds[kind].topic if kind in _kinds else Topic.ACCOUNT


def kinds_about(topic: Topic) -> list[str]:
    """The kinds of a topic."""
    return [kind.name for kind in _kinds.values() if kind.topic is topic]


def known(kind: str) -> bool:
    """Whether somebody registered this kind."""
    return kind in _kinds
