"""Sentences of one's own: those that are saved, those to begin with, saving them."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.db import add_unless_there, db
from pdportal.feedback.phrases.models import Phrases
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused
from pdportal.web.typed import one_line

MOST = 50
LONGEST = 300


def phrases_of(person: Person) -> Phrases:
    """What somebody has saved; who has not saved any yet begins with ours."""
    return db.session.get(Phrases, person.id) or Phrases(
        person_id=person.id, version=0, lines=_to_begin_with()
    )


def save_phrases(person: Person, text: str, version: int) -> int:
    """Save the lines of a text, and give the new version; raises `ChangedElsewhere`."""
    lines = list(dict.fromkeys(filter(None, map(one_line, text.splitlines()))))
    if len(lines) > MOST or any(len(line) > LONGEST for line in lines):
        message = _(
            "Save up to %(most)s lines, each of %(longest)s characters or fewer.",
            most=MOST,
            longest=LONGEST,
        )
        raise Refused(message, status=422, field="lines")
    stored = db.session.get(Phrases, person.id, with_for_update=True, populate_existing=True)
    if stored is None:
        stored = Phrases(person_id=person.id, lines=lines, version=1)
        return stored.version if add_unless_there(stored) else save_phrases(person, text, version)
    if stored.lines != lines:
        check_version(version, stored.version, {"lines": "\n".join(stored.lines)})
        stored.lines, stored.version = lines, stored.version + 1
        db.session.flush()
    return stored.version


def _to_begin_with() -> list[str]:
    return [
        _("At {moment} I saw …"),
        _("At {moment} I wondered what students were thinking."),
        _("What did you hope would happen at {moment}?"),
        _("{name}, what would you keep as it is?"),
        _("One thing you could try next time: …"),
    ]
