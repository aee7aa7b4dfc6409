"""What forms of WTForms share: their boxes, the version they were opened on, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.i18n import translations
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, NumberRange, StopValidation

from pdportal import clock
from pdportal.web.autosave import ChangedElsewhere, autosave_response, seen_version
from pdportal.web.errors import Refused
from pdportal.web.locale import say_day, zone_here
from pdportal.web.typed import one_line, trimmed

T = TypeVar("T")


class required(DataRequired):  # noqa: N801  # used as a function, as WTForms' own validators are
    """Something must be typed or chosen; what was typed and cannot be read says so itself."""

    def __call__(self, form: Form, field: Field) -> None:
        if field.process_errors:
            raise StopValidation
        super().__call__(form, field)


def at_most(count: int) -> Length:
    """Not more than so many characters."""
    return Length(max=count)


def line_field(
    label: LazyString, most: int, missing: LazyString | None = None, **options: Any
) -> StringField:
    """A box for one line of at most `most` characters; required if there is a `missing` message."""
    return StringField(label, filters=[one_line], validators=_checks(most, missing), **options)


def text_field(
    label: LazyString, most: int, missing: LazyString | None = None, **options: Any
) -> TextAreaField:
    """The same for a text of several lines."""
    return TextAreaField(label, filters=[trimmed], validators=_checks(most, missing), **options)


def number_field(label: LazyString, most: int, **options: Any) -> NumberField:
    """A box for a whole number from 1 to `most`."""
    wrong = _l("Write a number from 1 to %(most)s.", most=most)
    checks = [required(wrong), NumberRange(min=1, max=most, message=wrong)]
    return NumberField(label, validators=checks, **options)


def _checks(most: int, missing: LazyString | None) -> list[Any]:
    return [at_most(most)] if missing is None else [required(missing), at_most(most)]


class NumberField(IntegerField):
    """A whole number in the digits of any script; `1_0`, which Python reads as ten, is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([typed.replace("_", "?") for typed in valuelist])


class DayField(DateField):
    """A day of this age, as browsers send it: 2026-11-30."""

    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        if not any(valuelist):
            self.data = None
            return
        super().process_formdata(valuelist)
        if self.data and not 2000 <= self.data.year <= 2200:
            self.data = None
            raise ValueError(self.gettext("Not a valid date value."))


class DueField(DayField):
    """A day by which something is due: none that is over, but for one that stood there before."""

    def today(self) -> date:
        """The day before which all are over."""
        return clock.today(zone_here())

    def pre_validate(self, form: BaseForm) -> None:
        if self.data and self.data != self.object_data and self.data < self.today():
            raise StopValidation(_l("That day is over. Choose today or a later day."))


class StartField(DateTimeLocalField):
    """When something begins, on the clock of whoever types it: nothing that is over."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data and not 2000 <= self.data.year <= 2200:
            self.data = None
            raise ValueError(str(_l("Choose a day of this age.")))

    @property
    def moment(self) -> datetime | None:
        """The moment that was typed; None: none was."""
        return self.data.replace(tzinfo=zone_here()).astimezone(UTC) if self.data else None

    def pre_validate(self, form: BaseForm) -> None:
        if self.moment is not None and self.moment < clock.now():
            raise StopValidation(_l("That is over already."))


_PLAIN = {
    "Not a valid integer value.": _l("Type a whole number, such as 3."),
    "Not a valid decimal value.": _l("Type a number, such as 1.5."),
    "Not a valid float value.": _l("Type a number, such as 1.5."),
    "Not a valid date value.": _l("Write the date like 2026-11-30."),
    "Not a valid time value.": _l("Choose a time, like 15:30."),
    "Not a valid datetime value.": _l("Choose a day and a time."),
    "Not a valid week value.": _l("Choose a week."),
    "Not a valid choice.": _l("Choose one from the list."),
    "Invalid Choice: could not coerce.": _l("Choose one from the list."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Choose from the list."),
    "'%(value)s' is not a valid choice for this field.": _l("Choose from the list."),
    "This field is required.": _l("Please fill this in."),
    "Invalid input.": _l("Check what you typed here."),
    "Invalid email address.": _l("Type an email address, such as ana@school.org."),
    "Invalid URL.": _l("Type a web address, such as https://school.org."),
    "Field must be equal to %(other_name)s.": _l("Type the same again."),
    "Number must be at least %(min)s.": _l("Type %(min)s or more."),
    "Number must be at most %(max)s.": _l("Type %(max)s or less."),
    "Number must be between %(min)s and %(max)s.": _l("Type a number from %(min)s to %(max)s."),
    "Date must be at least %(min)s.": _l("Choose %(min)s or a later day."),
    "Date must be at most %(max)s.": _l("Choose %(max)s or an earlier day."),
    "Date must be between %(min)s and %(max)s.": _l("Choose a day from %(min)s to %(max)s."),
    "Field must be at least %(min)d character long.": _l("At least %(min)d characters, please."),
    "Field cannot be longer than %(max)d character.": _l("At most %(max)d characters, please."),
    "Field must be exactly %(max)d character long.": _l("Exactly %(max)d characters, please."),
    "Field must be between %(min)d and %(max)d characters long.": _l(
        "From %(min)d to %(max)d characters, please."
    ),
}
"""What WTForms says of its own accord, in our words; `tests/test_forms.py` finds what is new."""


class PlainWords:
    """The catalogue that WTForms looks its messages up in."""

    def gettext(self, text: str) -> str:
        return str(_PLAIN[text]) if text in _PLAIN else str(translations.gettext(text))

    def ngettext(self, one: str, _many: str, _number: int) -> str:
        return self.gettext(one)


class PortalForm(FlaskForm):
    """A form that can show why a service refused what was typed."""

    class Meta:
        def get_translations(self, _form: BaseForm) -> PlainWords:
            return PlainWords()

    refused: Refused | None = None

    def attempt(self, act: Callable[[], T]) -> T | None:
        """What `act` gives, once the form was sent and has no mistakes; else None.

        What it refuses is shown in the form, where `render_form` answers with its status; 403 is
        raised.
        """
        if not self.validate_on_submit():
            return None
        try:
            return act()
        except Refused as refused:
            if refused.status == 403:
                raise
            self.show(refused)
            self.refused = refused
        return None

    def first_mistake(self) -> Refused:
        """The first mistake of what was typed, as a form that saves itself is answered."""
        name, mistakes = next(iter(self.errors.items()))
        return Refused(str(mistakes[0]), status=422, field=name or "")

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

    def autosaved(
        self, save: Callable[[int], int], back: str, page: Callable[[], str]
    ) -> ResponseReturnValue:
        """Answer a form that saves itself: `save` takes the version seen and gives the new one,
        `page` shows what was typed and what is wrong with it."""

        def checked() -> int:
            if not self.validate():
                raise self.first_mistake()
            return save(self.seen_version())

        def again(refused: Refused) -> str:
            if not self.errors:
                self.show(refused)
            return page()

        return autosave_response(checked, back, again=again)

    def stored_texts(self) -> list[tuple[str, str]]:
        """What another window stored, each with the label of its box; nothing if none did."""
        stored = self.changed.values if self.changed else {}
        return [
            (str(self[name].label.text), self._as_read(name, text))
            for name, text in stored.items()
            if name in self and text and not isinstance(self[name], HiddenField)
        ]

    def _as_read(self, name: str, text: str) -> str:
        field = self[name]
        if isinstance(field, DateField):
            return say_day(date.fromisoformat(text))
        if isinstance(field, RadioField):
            labels = {value: str(label) for value, label, *_more in field.iter_choices()}
            return labels.get(text, text)
        return text
