"""The small forms of one's own account."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import LazyString, get_babel
from flask_babel import lazy_gettext as _l
from flask_security.forms import EmailValidation, email_required
from wtforms import EmailField, PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from pdportal.accounts.addresses import read_address, stored_address
from pdportal.accounts.passwords import LONGEST, SHORTEST
from pdportal.web.forms import DayField, DueField, PortalForm, line_field
from pdportal.web.locale import portal_today
from pdportal.web.typed import is_visible


@cache
def time_zones() -> tuple[str, ...]:
    """The zones people choose from: those named after places."""
    other = ("Etc/", "US/", "SystemV/", "posix/", "right/")
    places = (zone for zone in available_timezones() if "/" in zone and not zone.startswith(other))
    return (*sorted(places), "UTC")


def zone_box() -> StringField:
    """A box that finds a time zone while one types; `<datalist id="zones">` goes with it."""
    return line_field(
        _l("Time zone"),
        64,
        render_kw={"list": "zones", "autocomplete": "off", "spellcheck": "false"},
    )


def known_zone(typed: str | None) -> str | None:
    """The zone by its name or its city, however typed: "new york" is America/New_York."""
    if not typed:
        return None
    wanted = typed.strip().replace(" ", "_").lower()
    for zone in available_timezones():
        if zone.lower() == wanted:
            return zone
    cities = [zone for zone in time_zones() if zone.lower().rpartition("/")[2] == wanted]
    if len(cities) == 1:
        return cities[0]
    raise ValidationError(_l("Choose one from the list, such as America/Chicago."))


class _NameForm(PortalForm):
    name = line_field(
        _l("Your name"), 120, _l("Type your name."), render_kw={"autocomplete": "name"}
    )

    def validate_name(self, box: StringField) -> None:
        if not any(letter.isalpha() and is_visible(letter) for letter in box.data or ""):
            raise ValidationError(_l("Type your name."))


class AboutForm(_NameForm):
    """How colleagues read one's name, how one is greeted, and what one teaches."""

    called = line_field(_l("What people call you"), 60)
    teaches = line_field(_l("What you teach"), 120)


class LanguageForm(PortalForm):
    """The language of pages and mail, and the clock they go by."""

    locale = SelectField(_l("Language"), validate_choice=True)
    time_zone = zone_box()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = sorted({str(locale) for locale in get_babel().instance.list_translations()})
        names = [
            SelectChoice(code, Locale.parse(code).get_display_name(code) or code)
            for code in offered
        ]
        self.locale.choices = [SelectChoice("", _l("Same as the browser")), *names]

    def validate_time_zone(self, box: StringField) -> None:
        box.data = known_zone(box.data)


LONGEST_AWAY = timedelta(days=366)


class LastDayField(DueField):
    """A day by the portal's clock, which tells who is away."""

    def today(self) -> date:
        return portal_today()


class AwayForm(PortalForm):
    """From when to when somebody is away; both boxes empty, or both filled."""

    starts_on = DayField(_l("First day away"), validators=[Optional()])
    ends_on = LastDayField(_l("Last day away"), validators=[Optional()])

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day."""
        first, last = self.starts_on.data, self.ends_on.data
        return (first, last) if first and last else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Find days that are no stretch of time."""
        if not super().validate(extra_validators):
            return False
        first, last = self.starts_on.data, self.ends_on.data
        mistake = None
        if (first is None) != (last is None):
            mistake = _l("Fill in both days, or neither.")
        elif first and last and last < first:
            mistake = _l("The last day is before the first.")
        elif first and last and last - first > LONGEST_AWAY:
            mistake = _l("That is more than a year. Choose an earlier day.")
        if mistake:
            self.ends_on.errors = [mistake]
        return mistake is None


class PasswordForm(PortalForm):
    """The password of now and the next."""

    current = PasswordField(
        _l("Current password"),
        validators=[Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Type a new password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )
    again = PasswordField(
        _l("The new password again"),
        validators=[EqualTo("new", message=_l("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )


def address_field(label: LazyString, autocomplete: str = "email") -> EmailField:
    """A box for an email address, which is read as it is stored."""
    return EmailField(
        label,
        filters=[lambda typed: typed and stored_address(typed)],
        validators=[email_required, Length(max=254), EmailValidation(verify=False)],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none"},
    )


class EmailForm(PortalForm):
    """The address one wants to sign in with."""

    email = address_field(_l("New email address"))

    def validate_email(self, box: EmailField) -> None:
        try:
            box.data = read_address(box.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from None


class WelcomeForm(_NameForm):
    """What somebody who was invited says about themselves."""

    password = PasswordField(
        _l("Choose a password"),
        validators=[InputRequired(_l("Choose a password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )
    time_zone = zone_box()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted():  # what somebody chose is not guessed again
            self.time_zone.render_kw = {**self.time_zone.render_kw, "data-controller": "zone"}

    def validate_time_zone(self, box: StringField) -> None:
        box.data = known_zone(box.data)
