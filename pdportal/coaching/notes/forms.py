"""The form of a note."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from pdportal.coaching.notes.models import Contact, Readers
from pdportal.web.forms import DayField, NumberField, VersionedForm, line_field, text_field

LONGEST = 12_000
CONTACTS = {
    Contact.VISIT: _l("Visit"),
    Contact.CONFERENCE: _l("Meeting"),
    Contact.CLIP: _l("Clip"),
    Contact.MESSAGE: _l("Email or message"),
    Contact.CALL: _l("Call"),
    Contact.HALLWAY: _l("Hallway"),
    Contact.OTHER: _l("Something else"),
}


class NoteForm(VersionedForm):
    """Words, who reads them, and the line of the contact log."""

    form_key = HiddenField()
    text = text_field(_l("Note"), LONGEST)
    readers = RadioField(_l("Who can read it?"), validate_choice=False)
    contact = SelectField(
        _l("Kind of contact"),
        validate_choice=False,
        choices=[
            SelectChoice("", _l("Not a contact")),
            *(SelectChoice(each.value, name) for each, name in CONTACTS.items()),
        ],
    )
    minutes = NumberField(
        _l("Minutes"),
        validators=[Optional(), NumberRange(1, 600, _l("Write whole minutes, up to 600."))],
    )
    topic = line_field(_l("Topic"), 120)
    on_day = DayField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    follow_on = DayField(_l("Look again on"), validators=[Optional()])

    def offer_readers(self, teacher: str) -> None:
        """No choice is made for the coach."""
        pair = _("%(name)s and me", name=teacher)
        names = {Readers.ME: _("Only me"), Readers.PAIR: pair}
        self.readers.choices = [SelectChoice(each.value, names[each]) for each in Readers]

    def values(self) -> dict[str, Any]:
        """What the columns of a note take."""
        names = ("text", "minutes", "topic", "on_day", "follow_on")
        typed = {name: self[name].data for name in names}
        return typed | {
            "readers": next((each for each in Readers if each == self.readers.data), None),
            "contact": next((each for each in Contact if each == self.contact.data), None),
        }
