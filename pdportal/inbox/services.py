"""Telling people."""

from __future__ import annotations

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.inbox import kinds
from pdportal.inbox.models import Notice


def tell(
    person_id: int, kind: str, url: str, *, sender: Person | None = None, **words: str | int
) -> None:
    """Leave somebody a notice; it goes by mail too, when and if they chose so.

    `words` fill the sentence of the kind. They may name a person or a title that the reader may
    see, never what is behind the wall. Nobody is told what they did themselves.
    """
    if not kinds.known(kind):
        raise LookupError(f"No notice kind {kind!r}.")
    if sender is not None and sender.id == person_id:
        return
    db.session.add(
        Notice(
            person_id=person_id,
            kind=kind,
            url=url,
            words=words,
            from_id=sender.id if sender else None,
        )
    )
