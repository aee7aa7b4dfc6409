"""When somebody made a calendar address; the address itself is stored nowhere."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from pdportal.accounts.own_data import OwnPart
from pdportal.home.models import CalendarFeed

PART = OwnPart(
    "calendar",
    _l("Calendar"),
    lambda person: {
        "calendar_addresses": select(CalendarFeed.made_at, CalendarFeed.ended_at)
        .where(CalendarFeed.person_id == person.id)
        .order_by(CalendarFeed.id)
    },
    gone=lambda person: [delete(CalendarFeed).where(CalendarFeed.person_id == person.id)],
    goes=_l("Your calendar address."),
)
