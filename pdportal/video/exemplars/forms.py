"""The form that offers a clip to learn from."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice

from pdportal.video.services import LONGEST_TEXT
from pdportal.web.forms import DayField, PortalForm, required, text_field


class ExemplarForm(PortalForm):
    """For whom, what was agreed for this use, what to look for, until when."""

    to = RadioField(
        _l("Who may learn from it?"),
        choices=[
            SelectChoice("school", _l("The staff of my school")),
            SelectChoice("district", _l("All of my district")),
        ],
        default="school",
    )
    consent = text_field(
        _l("What was agreed for this use, by whom and when?"),
        LONGEST_TEXT,
        _l("Say that those on it, or their families, agreed to this use as well."),
    )
    look_fors = text_field(_l("What should colleagues look for?"), LONGEST_TEXT)
    review_on = DayField(_l("Until when?"), validators=[required(_l("Choose a day."))])

    def answers(self) -> dict[str, Any]:
        """What was typed, as `services.offer` takes it."""
        texts = {"consent": self.consent.data or "", "look_fors": self.look_fors.data or ""}
        return texts | {"to_school": self.to.data == "school", "review_on": self.review_on.data}
