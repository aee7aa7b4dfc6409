"""Editions that an old compiler made, which may show facilitators' notes to learners."""

from __future__ import annotations

from sqlalchemy import Connection, text

from pdportal.content.notes import APART_SINCE

MEND = "Publish their folders again and take their readers along: pdportal content publish --mend …"

_OLD = """
    SELECT DISTINCT module.slug FROM edition JOIN module ON module.id = edition.module_id
    WHERE edition.compiler < :since AND (
        module.current_id = edition.id
        OR EXISTS (SELECT 1 FROM enrollment WHERE enrollment.edition_id = edition.id)
    )
    ORDER BY module.slug
"""


def modules_with_old_editions(connection: Connection) -> list[str]:
    """The slugs of modules whose readers, now or by beginning, see such an edition."""
    return list(connection.execute(text(_OLD), {"since": APART_SINCE}).scalars())


def say_old_editions(connection: Connection) -> str:
    """That in words; empty where there are none."""
    slugs = modules_with_old_editions(connection)
    if not slugs:
        return ""
    return (
        "Made by a compiler that could leave notes for facilitators among the words for learners: "
        f"{', '.join(slugs)}."
    )
