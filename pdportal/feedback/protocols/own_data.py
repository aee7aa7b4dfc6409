"""The protocols that somebody wrote: part of what feedback collects and forgets."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import undefer

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece, carry_out, file_name
from pdportal.db import db
from pdportal.feedback.meetings.models import Meeting
from pdportal.feedback.protocols import policy
from pdportal.feedback.protocols.models import OwnProtocol, Protocol
from pdportal.feedback.protocols.own.services import markdown_of
from pdportal.feedback.rounds.models import Round


def collect(person: Person) -> Iterator[Piece]:
    """Each as the Markdown file that it is, and every version that was published."""
    published = select(Protocol.own_id, Protocol.id, Protocol.source).where(
        Protocol.source.is_not(None)
    )
    for own in db.session.scalars(policy.own_protocols_of(person).order_by(OwnProtocol.id)):
        name = file_name(own.name, own.id, "md")
        yield Piece(f"protocols/{name}", markdown_of(own))
        for row in db.session.execute(published.where(Protocol.own_id == own.id)):
            yield Piece(f"protocols/published/{row.id}-{name}", row.source)


def forget(person: Person, gone: str) -> None:
    """Drafts go, and editions that nobody uses; those in a request or meeting lose their origin."""
    own = policy.own_protocols_of(person)
    ids = own.with_only_columns(OwnProtocol.id)
    used = or_(
        Protocol.id.in_(select(Round.protocol_id)), Protocol.id.in_(select(Meeting.protocol_id))
    )
    carry_out(delete(Protocol).where(Protocol.own_id.in_(ids), ~used))
    protocols = select(Protocol).where(Protocol.own_id.in_(ids)).options(undefer(Protocol.source))
    for edition in db.session.scalars(protocols):
        edition.is_current, edition.source = False, None
        edition.data = edition.data | {"origin": gone}
    db.session.flush()
    in_use = select(Protocol.own_id).where(Protocol.own_id.is_not(None))
    for each in db.session.scalars(own):
        each.boxes, each.markdown, each.name, each.withdrawn_at = {}, None, gone, clock.now()
    db.session.flush()
    unused = OwnProtocol.author_id == person.id, OwnProtocol.id.not_in(in_use)
    carry_out(delete(OwnProtocol).where(*unused))
