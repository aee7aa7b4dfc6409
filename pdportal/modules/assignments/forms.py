"""The form of an assignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from pdportal.web.forms import trimmed


class AssignForm(FlaskForm):
    """A module for a cohort."""

    module = StringField(
        _l("Module"), validators=[DataRequired(_l("Choose a module.")), Length(max=80)]
    )
    due_on = DateField(
        _l("Due date (optional)"),
        validators=[Optional()],
        description=_l("Nobody is locked out after this date."),
    )
    why = TextAreaField(
        _l("Why this, and why now"),
        filters=[trimmed],
        validators=[DataRequired(_l("Say why: teachers read it first.")), Length(max=1000)],
        description=_l(
            "Teachers read this first. For instance: “In September many of you asked how to get "
            "quieter students to speak. This is the shortest good answer we know.”"
        ),
    )

    def fill(self, slug: str, assigned: Mapping[str, Any]) -> None:
        """Choose a module; where it is assigned already (rows by slug), with its date and why."""
        self.module.data = slug
        if slug in assigned:
            self.due_on.data, self.why.data = assigned[slug].due_on, assigned[slug].why

    def answers(self) -> dict[str, Any]:
        """What was typed, as `services.assign` takes it."""
        return {"slug": self.module.data, "due_on": self.due_on.data, "why": self.why.data or ""}
