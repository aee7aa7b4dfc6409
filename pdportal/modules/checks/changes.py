"""What is different about the checks of another edition, in words for whoever may move to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from pdportal.content.html import plain_text
from pdportal.feedback.works.words import words_of
from pdportal.modules.checks.models import Check
from pdportal.modules.editions.matching import Item

_AROUND = ("feedback_html", "hint_html", "explanation_html", "more_html", "see", "skill")
"""What may change of a question that stays the same."""


def line_of(new: Any, number: int, earlier: Iterable[Any]) -> str:
    """The line of a check that an edition of this number has, given those of its key before it.

    That of the last one that is about the same skills in mostly the same questions; else its own.
    """
    mine = _questions(new)
    for old in earlier:
        its = _questions(old)
        same = sum(
            any(question.sort == other.sort and question.is_like(other) for other in its)
            for question in mine
        )
        if set(old.skills) == set(new.skills) and 2 * same > max(len(mine), len(its)):
            return str(old.line)
    return f"{new.key}@{number}"


def _questions(check: Any) -> list[Item]:
    """The questions of all forms of a check by what is read before they are answered."""
    asked = [each["data"] for form in check.forms for each in form["questions"]]
    return [
        Item(0, "", data.get("kind", ""), words=frozenset(words_of(" ".join(_words(data)))))
        for data in asked
    ]


def _words(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield plain_text(data).casefold()
    elif isinstance(data, dict):
        yield from _words([value for name, value in data.items() if name not in _AROUND])
    elif isinstance(data, list):
        for value in data:
            yield from _words(value)


def check_changes(rows: Sequence[Check], old_id: int, new_id: int) -> list[tuple[str, list[str]]]:
    """Which checks are new, gone or changed between two editions: title, and what happened."""
    old, new = ({row.key: row for row in rows if row.edition_id == id_} for id_ in (old_id, new_id))
    both = {**new, **old}
    changes = [(both[key].title, _happened(old.get(key), new.get(key))) for key in both]
    return [(title, words) for title, words in changes if words]


def _happened(old: Check | None, new: Check | None) -> list[str]:
    if new is None:
        return [_("Removed. What you did in it stays readable under “Kept from earlier versions”.")]
    needed = _("The module is done when it is met.")
    if old is None:
        return [_("A new check."), *([needed] if new.required else [])]
    words = []
    if old.line != new.line:
        words.append(
            _("It asks something else, so a check that was met before does not count for it. "
              "Your earlier tries stay readable.")
        )  # fmt: skip
    elif old.forms != new.forms:
        words.append(_("Some of its questions were changed. What you did in it counts."))
    if (old.needed, old.each_skill) != (new.needed, new.each_skill):
        words.append(_("How many right answers meet it has changed."))
    if new.required != old.required:
        words.append(needed if new.required else _("The module can be done without it now."))
    if new.exempts != old.exempts:
        words.append(
            _("Met before you read, it tests you out now.")
            if new.exempts
            else _("It no longer tests you out.")
        )
    return words
