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
    for said in read("protocols"):
        riverbend.term.add(riverbend.term.at(said["day"], 16), _publish, riverbend, said)


def _publish(riverbend: Riverbend, said: Entry) -> None:
    author = riverbend.people[said["author"]]
    if "copied" in said:
        original = select(Protocol).where(Protocol.slug == said["copied"], Protocol.is_current)
        own = services.begin_copy(author, db.session.scalars(original).one())
    else:
        own = services.begin(author)
    services.save_markdown(author, own, said["markdown"], own.version)
    edition = services.publish(author, own, Readers(said["readers"]))
    if "recommended_by" in said:
        db.session.refresh(edition, ["own"])
        services.recommend(riverbend.people[said["recommended_by"]], edition, yes=True)
