"""Words of somebody, in whatever column: in their download, and gone once they have left."""

from __future__ import annotations

import io
from datetime import timedelta
from zipfile import ZipFile

from flask import Flask
from sqlalchemy import select

from pdportal import clock, storage
from pdportal.db import Base, db
from pdportal.privacy import services
from pdportal.privacy.models import Download
from tests.people import World
from tests.test_the_wall import HUSH, _holds_words, _name, hushed  # noqa: F401  # a fixture

GIVEN_TO_OTHERS = {
    *("comment.text", "comment.next_move", "comment.stage", "meeting_note.text"),
    "together_group.texts",  # what a group agreed on is the group's
}
"""What colleagues wrote to Ada stays theirs."""

NOT_IN_IT = {
    "comment.before",
    "comment.after",
    "clip.form_key",
    "unsent_text.form",
    "check_try.line",
    "seat.draft_stage",
}
"""A few letters around a quote, what tells two sendings of one form apart, where one goes, which
checks ask the same, and in which stage a note was begun."""


def with_words_of_ada() -> set[str]:
    """The columns in which something of hers, or said to her, still stands."""
    return {
        _name(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if _holds_words(column)
        and any(HUSH in str(words) for words in db.session.scalars(select(column)).all())
    }


def test_no_words_of_somebody_who_left_are_left(app: Flask, hushed: World) -> None:  # noqa: F811
    assert len(with_words_of_ada()) > 20
    services.leave(hushed.ada)
    db.session.commit()
    with clock.at(clock.now() + timedelta(days=8)):
        services.carry_out()
        db.session.commit()
    assert with_words_of_ada() <= GIVEN_TO_OTHERS


def test_a_download_holds_what_every_column_holds(app: Flask, hushed: World) -> None:  # noqa: F811
    services.ask_for_download(hushed.ada)
    db.session.commit()
    services.collect_what_waits()
    download = db.session.scalars(select(Download)).one()
    archive = ZipFile(io.BytesIO(storage.read(download.storage_key or "")))
    names = [name for name in archive.namelist() if name.endswith((".md", ".json"))]
    whole = "\n".join(archive.read(name).decode() for name in names)
    missing = {
        _name(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if _holds_words(column)
        for words in db.session.scalars(select(column)).all()
        if isinstance(words, str) and HUSH in words and words not in whole
    }
    assert missing <= NOT_IN_IT, missing - NOT_IN_IT
