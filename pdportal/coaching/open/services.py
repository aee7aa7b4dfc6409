"""What visitors of an open classroom do, beside coming."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.coaching.booking import policy
from pdportal.coaching.booking.models import LONGEST_THANKS, Slot, Thanks
from pdportal.coaching.booking.notices import tell_of_slot
from pdportal.db import db
from pdportal.web.errors import Refused, forbidden
from pdportal.web.typed import trimmed


def thank(visitor: Person, slot: Slot, words: str) -> None:
    """Thank the host, with a sentence or none; said again, the sentence is replaced."""
    wait_for_turn(visitor)
    if not policy.may_thank(visitor, slot):
        raise forbidden(_("Visitors can say thanks once the lesson has begun."))
    text = trimmed(words)
    if len(text) > LONGEST_THANKS:
        message = _("At most %(max)d characters, please.", max=LONGEST_THANKS)
        raise Refused(message, status=422, field="text")
    thanks = db.session.get(Thanks, (slot.id, visitor.id))
    if thanks is None:
        db.session.add(Thanks(slot_id=slot.id, person_id=visitor.id, text=text))
        tell_of_slot(slot, "classroom_thanked", [slot.offer.host_id], visitor)
    elif text:
        thanks.text = text
    db.session.flush()
