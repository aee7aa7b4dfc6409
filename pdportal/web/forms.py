"""What forms of WTForms share: the version they were opened on, and refusals at their boxes."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField

from pdportal.web.autosave import ChangedElsewhere, seen_version
from pdportal.web.errors import Refused
from pdportal.web.locale import say_day


def one_line(typed: str | None) -> str:
    """What was typed, without line breaks and doubled or outer blanks."""
    return " ".join((typed or "").split())


def trimmed(typed: str | None) -> str:
    """What was typed, without outer blanks; a line ends as on Unix."""
    return (typed or "").replace("\r\n", "\n").strip()


class PortalForm(FlaskForm):
    """A form that can show why a service refused what was typed."""

    def show(self, refused: Refused) -> None:
        """Put a refusal at the box it is about, else above the form."""
        if refused.field and refused.field in self:
            self[refused.field].errors = [*self[refused.field].errors, refused.message]
        else:
            self.form_errors.append(refused.message)


class VersionedForm(PortalForm):
    """A form that two windows may send: it carries the version that it was opened on."""

    version = HiddenField()
    changed: ChangedElsewhere | None = None

    def seen_version(self) -> int:
        """The version that the form was opened on; 0 if it says none."""
        return seen_version(str(self.version.data or ""))

    def show(self, refused: Refused) -> None:
        """A conflict becomes `stored_texts`, and the next submit replaces what is stored."""
        if isinstance(refused, ChangedElsewhere):
            self.changed = refused
            self.version.data = str(refused.version)
        else:
            super().show(refused)

    def stored_texts(self) -> list[tuple[str, str]]:
        """What another window stored, each with the label of its box; nothing if none did."""
        stored = self.changed.values if self.changed else {}
        return [
            (str(self[name].label.text), self._as_read(name, text))
            for name, text in stored.items()
            if name in self and text
        ]

    def _as_read(self, name: str, text: str) -> str:
        field = self[name]
        if isinstance(field, DateField):
            return say_day(date.fromisoformat(text))
        if isinstance(field, RadioField):
            labels = {value: str(label) for value, label, *_more in field.iter_choices()}
            return labels.get(text, text)
        return text
