"""A meeting that has a time, as the calendar programs of those who take part are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.meetings.models import Meeting
from pdportal.inbox.calendars import Invitation
from pdportal.inbox.services import address
from pdportal.web.locale import portal_zone


def for_calendar(words: Mapping[str, Any], reader_id: int) -> str:
    """The meeting of a notice as it stands now for its reader; "" where it has no time."""
    meeting = db.session.get(Meeting, words.get("meeting", 0))
    reader = db.session.get(Person, reader_id)
    if meeting is None or reader is None or meeting.planned_at is None:
        return ""
    host, seated = meeting.work.author, [seat.person for seat in meeting.seats]
    invitation = Invitation(
        uid=f"meeting-{meeting.id}",
        sequence=meeting.version,
        stands=meeting.called_off_at is None and reader in seated,
        starts_at=meeting.planned_at,
        ends_at=meeting.planned_at + timedelta(minutes=meeting.protocol.minutes or 60),
        zone=host.time_zone or portal_zone().key,
        title=_("Meeting about “%(title)s”", title=meeting.work.title),
        url=address("feedback.meeting", meeting_id=meeting.id),
        host=host,
        people=list(dict.fromkeys([host, *(seated if reader is host else [reader])])),
        reader=reader,
    )
    return invitation.as_text()
