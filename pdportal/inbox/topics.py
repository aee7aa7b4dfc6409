"""What notices are about: each kind has one topic, and people choose for each topic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Topic(StrEnum):
    """The topic of a kind of notice; the values are stored, and stand in links of mails."""

    REQUESTS = "requests"
    FEEDBACK = "feedback"
    OUTCOMES = "outcomes"
    LEARNING = "learning"
    COACHING = "coaching"
    APPOINTMENTS = "appointments"
    REMINDERS = "reminders"
    ACCOUNT = "account"

    @property
    def about(self) -> About:
        """What it is called."""
        return _ABOUT[self]


@dataclass(frozen=True)
class About:
    """A topic in words."""

    name: LazyString
    hint: LazyString
    subject: LazyString
    """The subject of a mail about it: nothing that anybody wrote stands there, and no name."""


CHOSEN = tuple(topic for topic in Topic if topic is not Topic.ACCOUNT)
"""The topics that people choose for; what is about their account always comes by mail."""

_ABOUT = {
    Topic.REQUESTS: About(
        _l("Requests to you"),
        _l("Colleagues ask you for feedback, to a meeting, to swap, or to join a cohort."),
        _l("A request for you"),
    ),
    Topic.FEEDBACK: About(
        _l("Feedback on your work"),
        _l("Comments on what you shared, and replies to you."),
        _l("Feedback for you"),
    ),
    Topic.OUTCOMES: About(
        _l("Feedback you gave"),
        _l("The author answers you, thanks you or saves a new version."),
        _l("News about feedback you gave"),
    ),
    Topic.LEARNING: About(
        _l("Modules and cohorts"),
        _l("A module is assigned or recommended to you, or your group goes on."),
        _l("News about your modules and cohorts"),
    ),
    Topic.COACHING: About(
        _l("Coaching, clips and skills"),
        _l("Clips shared with you, coaches and teachers, answers about skills."),
        _l("News from coaching"),
    ),
    Topic.APPOINTMENTS: About(
        _l("Appointments"),
        _l(
            "Made, moved or canceled. Mail about them goes into your calendar, so it comes at once."
        ),
        _l("Your calendar: an appointment"),
    ),
    Topic.REMINDERS: About(
        _l("Reminders"),
        _l("Something is due soon, or somebody asks how it is going."),
        _l("A reminder for you"),
    ),
    Topic.ACCOUNT: About(_l("Your account"), _l("Your data, and leaving."), _l("Your account")),
}
