"""Somebody's own data in the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select

from pdportal.accounts.leaving import FORMER
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, Rows, columns_of
from pdportal.db import db
from pdportal.inbox import kinds, policy
from pdportal.inbox.letters import delete_letters, forget_name
from pdportal.inbox.models import Letter, Notice, Wishes
from pdportal.inbox.services import withdraw_notices


def _notices(person: Person) -> Iterable[Piece]:
    newest_first = policy.notices_seen_by(person).order_by(Notice.at.desc(), Notice.id.desc())
    notices = db.session.scalars(newest_first).all()
    names = kinds.names_in(notice.words for notice in notices)
    lines = [
        f"- {notice.at:%Y-%m-%d %H:%M} {kinds.sentence(notice.kind, notice.words, names)}"
        for notice in notices
    ]
    return [Piece("notices.md", "\n".join(["# Notices", "", *lines, ""]))]


def _rows(person: Person) -> Mapping[str, Rows]:
    """The mail that is still kept, and how they want to be told."""
    letters = select(Letter.to, Letter.subject, Letter.text, Letter.written_at, Letter.sent_at)
    chosen = select(*columns_of(Wishes, "person_id"))
    return {
        "mail": letters.where(Letter.person_id == person.id),
        "choices": chosen.where(Wishes.person_id == person.id),
    }


def _forget(person: Person) -> None:
    """Delete what somebody was told, and what others were told from or of them, by name."""
    withdraw_notices(or_(Notice.person_id == person.id, Notice.from_id == person.id))
    delete_letters(or_(Letter.person_id == person.id, Letter.to == person.email))
    if not person.has_left:
        forget_name(person.name, FORMER)


PART = OwnPart(
    "inbox",
    _l("Inbox and mail"),
    _rows,
    _notices,
    ends=_forget,
    gone=lambda person: [delete(Wishes).where(Wishes.person_id == person.id)],
    goes=_l("Your notices and mail, and what others were told from you or of your work."),
)
