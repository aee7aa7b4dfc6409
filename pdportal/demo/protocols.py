"""Protocols that people of the district wrote themselves."""

from __future__ import annotations

from sqlalchemy import select

from pdportal.db import db
from pdportal.demo.district import Riverbend
from pdportal.demo.telling import Entry, read
from pdportal.feedback.protocols.models import Protocol, Readers
from pdportal.feedback.protocols.own import services


def plan(riverbend: Riverbend) -> None:
    """Each on the day on which it was published."""
    for entry in read("protocols"):
        riverbend.term.add(riverbend.term.at(entry["day"], 16), _publish, riverbend, entry)


def _publish(riverbend: Riverbend, entry: Entry) -> None:
    author = riverbend.people[entry["author"]]
    if "copied" in entry:
        original = select(Protocol).where(Protocol.slug == entry["copied"], Protocol.is_current)
        own = services.begin_copy(author, db.session.scalars(original).one())
    else:
        own = services.begin(author)
    services.save_markdown(author, own, entry["markdown"], own.version)
    edition = services.publish(author, own, Readers(entry["readers"]))
    if "recommended_by" in entry:
        db.session.refresh(edition, ["own"])
        services.recommend(riverbend.people[entry["recommended_by"]], edition, yes=True)
