"""Notes of a visit: typed line by line, read again, shared; and what is said about them later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import Select, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.coaching.visits import policy
from pdportal.coaching.visits.models import Tag, Visit, VisitLine
from pdportal.coaching.visits.services import lock, notify_other
from pdportal.db import db
from pdportal.feedback.works.services import fitting
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.typed import has_visible, trimmed

LONGEST_LINE = 2_000
MOST_LINES = 600
LATEST = timedelta(days=7)
"""After so long a device without a line has not its words any more, but a wrong clock."""

_ROW = re.compile(r"([0-9a-f]{8,32}) (\d{1,15}) (\d{1,15}) ([a-z-]{1,10}) (.*)")
_SPOKEN = (("t:", Tag.TEACHER), ("s:", Tag.STUDENTS), ("#", Tag.NUMBER))
"""How observers begin a line by hand."""


@dataclass(frozen=True)
class Typed:
    """A line as a page sends it."""

    key: str
    changed: int
    """Milliseconds since 1970 when it was last changed, by the clock of that page."""
    at: datetime
    tag: Tag | None
    text: str


def read_rows(rows: str) -> list[Typed]:
    """The lines that a page sends, one a row: key, changed, begun, tag, words; others are none.

    A moment of a clock that cannot be right is that of the portal.
    """
    now = clock.now()
    found = {}
    for row in rows.replace("\r", "").split("\n"):
        if match := _ROW.fullmatch(row):
            key, changed, begun, tag, text = match.groups()
            at = datetime.fromtimestamp(min(int(begun), 10**13) / 1000, UTC)
            at = at if now - LATEST <= at <= now else now
            found[key] = Typed(key, int(changed), at, _tag(tag), text)
    return list(found.values())


def read_plain(text: str, tag: str) -> list[Typed]:
    """The lines of the box, for whoever has no script: each is new, and of now."""
    return [
        Typed(uuid4().hex, 0, clock.now(), _tag(tag), line) for line in trimmed(text).split("\n")
    ]


def save_lines(visitor: Person, visit: Visit, typed: list[Typed]) -> None:
    """Add lines, and change those that were sent before and are not shared; sent twice is once.

    Lines of several devices stand beside one another. A shared line that a page still typed on
    becomes another line.
    """
    if not policy.may_note(visitor, visit):
        raise forbidden(_("Notes begin once the visit is agreed."))
    lock(visit)
    stored = {line.key: line for line in db.session.scalars(_own_lines(visitor, visit))}
    for each in typed:
        tag, text = _spoken(each.tag, fitting(each.text, "text", LONGEST_LINE).strip())
        key, again = each.key, count(1)
        while (line := stored.get(key)) is not None and _is_late(line, each, text):
            key = f"{each.key}+{next(again)}"
        if line is None and has_visible(text):
            if len(stored) >= MOST_LINES:
                raise Refused(_("That is a lot for one visit."), status=422, field="text")
            line = VisitLine(visit_id=visit.id, author_id=visitor.id, key=key, at=each.at)
            line.text, line.tag, line.typed = text, tag, each.changed
            stored[key] = line
            db.session.add(line)
        elif line is not None and line.shared_at is None and each.changed > line.typed:
            line.text, line.tag, line.typed = text, tag, each.changed
            if not has_visible(text):
                db.session.delete(stored.pop(key))
    db.session.flush()


def change_lines(visitor: Person, visit: Visit, boxes: Mapping[str, str], *, version: int) -> int:
    """Save the notes as they are read again: words, tag and what is left out, by `text-<id>`,
    `tag-<id>` and `out-<id>`; a line without words goes. Gives the version; raises
    `ChangedElsewhere`.
    """
    lock(visit)
    require(policy.may_note(visitor, visit))
    changed = []
    for line in db.session.scalars(_own_lines(visitor, visit)):
        if line.shared_at is None and f"text-{line.id}" in boxes:
            text = fitting(boxes[f"text-{line.id}"], f"text-{line.id}", LONGEST_LINE).strip()
            new = (text, _tag(boxes.get(f"tag-{line.id}", "")), f"out-{line.id}" in boxes)
            if new != (line.text, line.tag, line.left_out):
                changed.append((line, new))
    if changed:
        stored = {f"text-{line.id}": line.text for line, _new in changed}
        check_version(version, visit.notes_version, stored)
        visit.notes_version += 1
    for line, (text, tag, left_out) in changed:
        line.text, line.tag, line.left_out = text, tag, left_out
        if not has_visible(text):
            db.session.delete(line)
    db.session.flush()
    return visit.notes_version


def share(visitor: Person, visit: Visit) -> int:
    """Let the host read all lines that are not left out; gives how many are new to them."""
    lock(visit)
    require(policy.may_note(visitor, visit))
    lines = [
        line
        for line in db.session.scalars(_own_lines(visitor, visit))
        if line.shared_at is None and not line.left_out and has_visible(line.text)
    ]
    if not lines and visit.shared_at is None:
        raise Refused(_("There is nothing to share yet: note a line first."), status=422)
    for line in lines:
        line.shared_at = clock.now()
    if lines:
        visit.shared_at = visit.shared_at or clock.now()
        record(visitor, "shared", visit)
        notify_other(visitor, visit, "visit_shared")
    return len(lines)


def say(person: Person, visit: Visit, text: str, key: str) -> int:
    """Say something about the shared notes; it stays as it is. Sent twice it is said once.

    Gives how often that was: 0 or 1.
    """
    lock(visit)
    if not policy.takes_part(person, visit) or visit.shared_at is None:
        raise forbidden()
    text = fitting(text, "text", LONGEST_LINE).strip()
    if not has_visible(text):
        raise Refused(_("Write it first."), status=422, field="text")
    sent = select(VisitLine.id).where(VisitLine.visit_id == visit.id, VisitLine.key == key[:40])
    if db.session.scalar(sent) is not None:
        return 0
    now = clock.now()
    line = VisitLine(visit_id=visit.id, author_id=person.id, key=key[:40], at=now, text=text)
    line.is_after, line.shared_at = True, now
    db.session.add(line)
    record(person, "answered", visit)
    notify_other(person, visit, "visit_said")
    return 1


def _is_late(line: VisitLine, typed: Typed, text: str) -> bool:
    """Whether a page typed on what was shared meanwhile."""
    return line.shared_at is not None and typed.changed > line.typed and text != line.text


def _own_lines(visitor: Person, visit: Visit) -> Select[VisitLine]:
    return (
        policy.lines_read_by(visitor, visit)
        .where(VisitLine.author_id == visitor.id, ~VisitLine.is_after)
        .order_by(VisitLine.at, VisitLine.id)
    )


def _tag(name: str) -> Tag | None:
    return next((tag for tag in Tag if tag == name), None)


def _spoken(tag: Tag | None, text: str) -> tuple[Tag | None, str]:
    """A line that begins as observers write by hand, "T:", "S:" or "#", has that tag."""
    for start, meant in _SPOKEN:
        if text.casefold().startswith(start):
            return tag or meant, text
    return tag, text
