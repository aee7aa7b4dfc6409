"""The form of an assignment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from pdportal.web.forms import DueField, PortalForm, line_field, required, text_field


class DateForm(PortalForm):
    """Another date for one person; the people are those who learn in the cohort."""

    person = SelectField(_l("Person"), coerce=int)
    own_dates: Sequence[tuple[str, Any]] = ()
    """Who has another date already, and which."""
    day = DueField(_l("Their due date"), validators=[required(_l("Choose a date."))])


class AssignForm(PortalForm):
    """A module for a cohort."""

    module = line_field(_l("Module"), 80, _l("Choose a module."))
    due_on = DueField(
        _l("Due date (optional)"),
        validators=[Optional()],
        description=_l("Nobody is locked out after this date."),
    )
    why = text_field(
        _l("Why this, and why now"),
        1000,
        _l("Say why: teachers read it first."),
        description=_l(
            "Teachers read this first. For instance: “In September many of you asked how to get "
            "quieter students to speak. This is the shortest good answer we know.”"
        ),
    )

    def note_stored(self, assigned: Mapping[str, Any]) -> None:
        """Let the date stand at which the module is due already, even if it is over."""
        if self.module.data in assigned:
            self.due_on.object_data = assigned[self.module.data].due_on

    def fill(self, slug: str, assigned: Mapping[str, Any]) -> None:
        """Choose a module; where it is assigned already (rows by slug), with its date and why."""
        self.module.data = slug
        if slug in assigned:
            self.due_on.data, self.why.data = assigned[slug].due_on, assigned[slug].why

    def answers(self) -> dict[str, Any]:
        """What was typed, as `services.assign` takes it."""
        return {"slug": self.module.data, "due_on": self.due_on.data, "why": self.why.data or ""}
