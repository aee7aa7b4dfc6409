"""What the page of a module, and the page of all notes, read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.modules.models import Edition, Enrollment, Module, Page
from pdportal.modules.notes import policy
from pdportal.modules.notes.models import OwnNote
from pdportal.modules.pages.queries import Opened
from pdportal.modules.parts import Line, its_edition, my_enrollment

MOST_NOTES = 1_000
"""So many of the newest are listed."""


def notes_on(person: Person, opened: Opened) -> Sequence[Line]:
    """The notes beside a page; `body` is that of the page it is anchored on, if another."""
    return db.session.execute(
        policy.notes_of(person)
        .join(Page, Page.id == OwnNote.page_id)
        .where(
            OwnNote.module_id == opened.module_id,
            OwnNote.page_slug == opened.page_slug,
            OwnNote.removed_at.is_(None),
        )
        .with_only_columns(
            OwnNote.id,
            OwnNote.quote,
            OwnNote.letter,
            OwnNote.until,
            OwnNote.text,
            OwnNote.version,
            OwnNote.saved_at,
            case((OwnNote.page_id != opened.page_id, Page.body)).label("body"),
        )
        .order_by(OwnNote.id)
    ).all()


def all_notes(person: Person) -> Sequence[Line]:
    """Every note with its module and page, by module and in the order of the pages.

    `is_there` says whether its page is in the edition that its owner reads.
    """
    now = Page.__table__.alias("now")
    edition, module = Edition.__table__, Module.__table__
    written_in = edition.alias("written_in")
    on_page: Any = and_(now.c.edition_id == edition.c.id, now.c.slug == OwnNote.page_slug)
    statement = (
        policy.notes_of(person)
        .join(module, module.c.id == OwnNote.module_id)
        .join(Page, Page.id == OwnNote.page_id)
        .join(written_in, written_in.c.id == Page.edition_id)
        .outerjoin(Enrollment.__table__, my_enrollment)
        .outerjoin(edition, its_edition)
        .outerjoin(now, on_page)
        .where(OwnNote.removed_at.is_(None))
        .with_only_columns(
            OwnNote.id,
            OwnNote.quote,
            OwnNote.text,
            OwnNote.version,
            OwnNote.saved_at,
            OwnNote.page_slug,
            module.c.slug,
            written_in.c.title.label("module_title"),
            case((now.c.id.is_(None), Page.title), else_=now.c.title).label("page_title"),
            now.c.id.is_not(None).label("is_there"),
        )
        .order_by(module.c.slug, Page.number, OwnNote.letter, OwnNote.id)
        .limit(MOST_NOTES)
    )
    return db.session.execute(statement, {"person_id": person.id}).all()
