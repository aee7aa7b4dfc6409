"""The form in which people choose what comes by mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from babel.dates import format_time
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from pdportal.inbox.kinds import switches
from pdportal.inbox.models import DigestDays, Door, Wishes
from pdportal.inbox.topics import CHOSEN, Topic
from pdportal.web.forms import PortalForm


class ChoicesForm(PortalForm):
    """The way for all notices, another for some topics, the digest's days and quiet hours."""

    door = RadioField(
        _l("How do you want to hear?"),
        choices=[
            SelectChoice(Door.AT_ONCE, _l("A mail right away, each time there is something new")),
            SelectChoice(Door.DIGEST, _l("One digest of everything")),
            SelectChoice(Door.PORTAL, _l("No mail; I look in my inbox here")),
        ],
    )
    digest_days = SelectField(
        _l("Days of the digest"),
        choices=[
            SelectChoice(DigestDays.SCHOOL, _l("School days, Monday to Friday")),
            SelectChoice(DigestDays.EVERY, _l("Every day")),
            SelectChoice(DigestDays.MONDAY, _l("Once a week, on Monday")),
        ],
    )
    digest_hour = SelectField(_l("Hour of the digest"), coerce=int)
    quiet_from = SelectField(_l("Quiet hours begin"))
    quiet_to = SelectField(_l("Quiet hours end"))
    quiet_weekends = BooleanField(_l("No mail on Saturdays and Sundays"))
    remind_me = SelectMultipleField(_l("Remind me"))

    def __init__(self, wishes: Wishes, *args: Any, **kwargs: Any) -> None:
        hours_set = {name: getattr(wishes, name) for name in ("quiet_from", "quiet_to")}
        doors = {topic.value: wishes.doors.get(topic, "") for topic in CHOSEN}
        quiet = {name: "" if hour is None else str(hour) for name, hour in hours_set.items()}
        remind = [name for name in switches() if name not in wishes.off]
        super().__init__(*args, obj=wishes, remind_me=remind, **quiet | doors, **kwargs)
        self.remind_me.choices = [SelectChoice(*switch) for switch in switches().items()]
        hours = [SelectChoice(hour, _said(hour)) for hour in range(24)]
        self.digest_hour.choices = hours
        none = SelectChoice("", _l("no quiet hours"))
        for box in (self.quiet_from, self.quiet_to):
            box.choices = [none, *(SelectChoice(str(h.value), h.label) for h in hours)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Find quiet hours that do not begin, do not end, or never end."""
        if not super().validate(extra_validators):
            return False
        first, last = self.quiet_from.data, self.quiet_to.data
        mistake: LazyString | None = None
        if bool(first) != bool(last):
            mistake = _l("Choose both hours, or neither.")
        elif first and first == last:
            mistake = _l("Choose two different hours. For no mail at all, choose that above.")
        if mistake:
            self.quiet_to.errors = [mistake]
        return mistake is None

    def wishes(self, person_id: int) -> Wishes:
        """What was chosen."""
        chosen = {topic: self[topic].data for topic in CHOSEN}
        return Wishes(
            person_id=person_id,
            door=Door(self.door.data),
            doors={topic.value: door for topic, door in chosen.items() if door},
            digest_days=DigestDays(self.digest_days.data),
            digest_hour=self.digest_hour.data,
            quiet_from=_hour(self.quiet_from.data),
            quiet_to=_hour(self.quiet_to.data),
            quiet_weekends=self.quiet_weekends.data,
            off=[name for name in switches() if name not in self.remind_me.data],
        )


def _topic_fields(topics: Iterable[Topic]) -> None:
    """Give the form a box for each topic, by the topic's name."""
    for topic in topics:
        box = SelectField(
            topic.about.name,
            description=topic.about.hint,
            choices=[
                SelectChoice("", _l("As above")),
                SelectChoice(Door.AT_ONCE, _l("Right away")),
                SelectChoice(Door.DIGEST, _l("In the digest")),
                SelectChoice(Door.PORTAL, _l("No mail")),
            ],
        )
        setattr(ChoicesForm, topic.value, box)


_topic_fields(CHOSEN)


def _hour(chosen: str) -> int | None:
    return int(chosen) if chosen else None


def _said(hour: int) -> str:
    return format_time(time(hour), "short", locale=get_locale() or "en")
