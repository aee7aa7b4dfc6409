"""Somebody's own data in the inbox."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.db import db
from pdportal.inbox import kinds, policy
from pdportal.inbox.models import Letter, Notice


def collect(person: Person) -> Iterator[Piece]:
    """What somebody was told, and the mail that is still kept."""
    notices = db.session.scalars(policy.notices_seen_by(person).order_by(Notice.id.desc())).all()
    names = kinds.names_in(notice.words for notice in notices)
    lines = [
        f"- {notice.at:%Y-%m-%d %H:%M} {kinds.sentence(notice.kind, notice.words, names)}"
        for notice in notices
    ]
    yield Piece("notices.md", "\n".join(["# Notices", "", *lines, ""]))
    letters = select(Letter.to, Letter.subject, Letter.text, Letter.written_at, Letter.sent_at)
    yield Piece("mail.json", as_data(letters.where(Letter.person_id == person.id)))


def forget(person: Person) -> None:
    """Delete the notices to and from somebody, and the mail that has been sent."""
    about = or_(Notice.person_id == person.id, Notice.from_id == person.id)
    db.session.execute(delete(Notice).where(about))
    sent = Letter.sent_at.is_not(None) | Letter.given_up_at.is_not(None)
    db.session.execute(delete(Letter).where(Letter.person_id == person.id, sent))


PART = OwnPart(
    "inbox",
    _l("Inbox and mail"),
    collect,
    forget,
    goes=_l("Your notices and mail, and notices that others got from you."),
)
