"""Saying what a word means here."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.models import Person, School
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.help import policy, queries
from pdportal.help.models import OwnDefinition
from pdportal.web.errors import Refused

LONGEST = 2000


def define(person: Person, term: str, school_id: int | None, text: str) -> OwnDefinition | None:
    """Store the next wording of a place's definition; an empty text takes the definition back.

    The same words again are the same form sent twice.
    """
    school = db.session.get(School, school_id) if school_id is not None else None
    of_district = school is None or school.district_id == person.district_id
    if not (of_district and policy.may_define(person, school.id if school else None)):
        raise Refused(_("You can say what a word means only where you lead."))
    if len(text) > LONGEST:
        raise Refused(_("At most %(max)d characters, please.", max=LONGEST), field="text")
    latest = queries.latest(person, term, school_id)
    if (latest.text if latest else "") == text:
        return latest
    definition = OwnDefinition(
        district_id=person.district_id, school_id=school_id, term=term, text=text, by_id=person.id
    )
    db.session.add(definition)
    db.session.flush()
    record(person, "defined", definition)
    return definition
