"""The forms about where somebody stands."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from pdportal.skills.frameworks.models import Skill
from pdportal.skills.levels import levels_of
from pdportal.web.forms import PortalForm, line_field, required, text_field

LONGEST_NOTE = 4_000


class PlaceForm(PortalForm):
    """A level, or a place between two, and what shows it."""

    position = RadioField(
        _l("Where are you now?"), validators=[required(_l("Choose one of the levels."))]
    )
    words = text_field(_l("What shows it?"), LONGEST_NOTE, id="place-words")
    form_key = HiddenField()

    def on(self, skill: Skill) -> PlaceForm:
        """The same for the levels of one skill."""
        levels = levels_of(skill)
        choices = []
        for number, level in enumerate(levels):
            choices.append(SelectChoice(str(2 * number), f"{level.name}: {level.text}"))
            if number < len(levels) - 1:
                choices.append(SelectChoice(str(2 * number + 1), _("Between these two")))
        self.position.choices = choices
        return self


class AskForm(PortalForm):
    """What a coach should look at."""

    words = text_field(_l("What should your coach look at?"), LONGEST_NOTE)


class ObjectForm(PortalForm):
    """Why a line is wrong; for oneself."""

    words = text_field(_l("What is not right?"), LONGEST_NOTE)


class OfferForm(PortalForm):
    """What one can show, and to whom."""

    words = line_field(_l("What can colleagues see or ask you about?"), 300, id="offer-words")
    to_district = BooleanField(_l("Show it in the whole district, not only in my school"))
