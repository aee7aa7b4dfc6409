"""What people are told at each turn of the loop; no sentence names more than its reader may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from pdportal.feedback.meetings.calendars import for_calendar
from pdportal.feedback.rounds.veil import AUTHOR, REVIEWER, author_name, reviewer_name
from pdportal.inbox.kinds import add_kind, add_phrase
from pdportal.inbox.topics import Topic
from pdportal.web.locale import say_day

Say = Callable[..., str]


def register() -> None:
    """Teach the inbox our kinds, and what stands for hidden names."""
    add_phrase(AUTHOR, author_name)
    add_phrase(REVIEWER, reviewer_name)
    for name, (say, link, topic) in _KINDS.items():
        calendar = for_calendar if name in _IN_CALENDARS else None
        add_kind(name, say, link, topic, _SWITCHES.get(name), calendar)


def _asked(author: str, title: str, minutes: int) -> str:
    return ngettext(
        "%(author)s asks you for feedback on “%(title)s”. It takes about %(num)s minute.",
        "%(author)s asks you for feedback on “%(title)s”. It takes about %(num)s minutes.",
        minutes,
        author=author,
        title=title,
    )


def _coach_asked(author: str, title: str, minutes: int) -> str:
    return ngettext(
        "No colleague had time for “%(title)s”, so %(author)s asks you. "
        "It takes about %(num)s minute.",
        "No colleague had time for “%(title)s”, so %(author)s asks you. "
        "It takes about %(num)s minutes.",
        minutes,
        author=author,
        title=title,
    )


def _given(have: int, needed: int, **words: str) -> str:
    text = _ENOUGH if have >= needed else _SOME
    return str(text) % (words | {"have": have, "needed": needed})


_ENOUGH = _l("%(giver)s gave you feedback on “%(title)s”. You have enough to continue.")
_SOME = _l("%(giver)s gave you feedback on “%(title)s”: %(have)s of %(needed)s are here.")


def _stage_opens(until: str, **words: str) -> str:
    text = _l("“%(stage)s” is open until %(day)s, for “%(title)s” by %(author)s.")
    return str(text) % {**words, "day": say_day(date.fromisoformat(until))}


def _go_on(title: str, have: int) -> str:
    if not have:
        return str(_NOBODY_LEFT) % {"title": title}
    return ngettext(
        "Nobody is left to ask about “%(title)s”. %(num)s review is here: you can continue.",
        "Nobody is left to ask about “%(title)s”. %(num)s reviews are here: you can continue.",
        have,
        title=title,
    )


def _met(title: str, count: int) -> str:
    return ngettext(
        "The meeting about “%(title)s” left %(num)s comment for you to answer.",
        "The meeting about “%(title)s” left %(num)s comments for you to answer.",
        count,
        title=title,
    )


_NOBODY_LEFT = _l(
    "Nobody is left to ask about “%(title)s”. You can continue, or name somebody yourself."
)


def _clip_done(giver: str, title: str, comments: int) -> str:
    if not comments:
        return str(_WATCHED) % {"giver": giver, "title": title}
    return ngettext(
        "%(giver)s has watched your clip “%(title)s” and left %(num)s comment.",
        "%(giver)s has watched your clip “%(title)s” and left %(num)s comments.",
        comments,
        giver=giver,
        title=title,
    )


def _note_commented(said: str, **words: str) -> str:
    return str(_SAID_TO_WRITER[said]) % words


_SAID_TO_WRITER = {
    "thanks": _l("%(giver)s thanks you for “%(title)s”."),
    "question": _l("%(giver)s asks you about “%(title)s”."),
    "visit": _l("%(giver)s would like to come and see “%(title)s”."),
}
_WATCHED = _l("%(giver)s has watched your clip “%(title)s”.")
_LOOK, _READ, _SEE = _l("Have a look"), _l("Read it"), _l("See it")
_ANSWER, _ANSWERS, _CHANGED = _l("Answer it"), _l("See the answers"), _l("See what changed")

_SWITCHES = {"feedback_lease_ends": _l("the day before feedback I owe goes to somebody else")}


def _own_or(own: LazyString, said: LazyString) -> Say:
    """A sentence with its author, and one for whoever did it themselves."""

    def say(author: str = "", **words: Any) -> str:
        return str(said if author else own) % {"author": author, **words}

    return say


_CALLED = _l("You called a meeting about “%(title)s”.")
_OUT = _l("The meeting about “%(title)s” goes out of your calendar.")
_IN_CALENDARS = ("feedback_meeting", "feedback_meeting_off")

_KINDS: dict[str, tuple[Say | LazyString, LazyString, Topic]] = {
    "feedback_asked": (_asked, _LOOK, Topic.REQUESTS),
    "feedback_coach_asked": (_coach_asked, _LOOK, Topic.REQUESTS),
    "feedback_taken_back": (
        _l("%(author)s canceled this request. There is nothing to do."),
        _SEE,
        Topic.REQUESTS,
    ),
    "feedback_lease_ends": (
        _l("“%(title)s” by %(author)s goes to somebody else tomorrow, unless you start."),
        _LOOK,
        Topic.REMINDERS,
    ),
    "feedback_passed_on": (
        _l(
            "The feedback for %(author)s was not started in time and goes to somebody else. "
            "There is nothing left for you to do."
        ),
        _SEE,
        Topic.REQUESTS,
    ),
    "feedback_swap": (
        _l("%(name)s offers to swap a review with you."),
        _l("See the offer"),
        Topic.REQUESTS,
    ),
    "feedback_swapped": (
        _l("%(name)s agreed to swap. The other review waits for you now."),
        _l("See it"),
        Topic.REQUESTS,
    ),
    "feedback_not_swapped": (
        _l("%(name)s would rather not swap this review."),
        _l("Continue"),
        Topic.REQUESTS,
    ),
    "feedback_stage_opens": (_stage_opens, _l("Continue"), Topic.REQUESTS),
    "feedback_given": (_given, _READ, Topic.FEEDBACK),
    "feedback_declined": (
        _l("%(giver)s cannot look at “%(title)s” this time. You can ask somebody else."),
        _l("Ask somebody else"),
        Topic.FEEDBACK,
    ),
    "feedback_go_on": (_go_on, _l("Continue"), Topic.FEEDBACK),
    "feedback_revised": (
        _l("%(author)s made a new version of “%(title)s” with %(comments)s of your comments."),
        _CHANGED,
        Topic.OUTCOMES,
    ),
    "feedback_decided": (
        _l("%(author)s answered your comments on “%(title)s”."),
        _ANSWERS,
        Topic.OUTCOMES,
    ),
    "feedback_replied": (_l("%(name)s replied to you on “%(title)s”."), _READ, Topic.FEEDBACK),
    "feedback_confirmed": (
        _l("%(giver)s confirmed what you did with a comment on “%(title)s”."),
        _SEE,
        Topic.FEEDBACK,
    ),
    "feedback_asked_again": (
        _l("%(giver)s asks again about a comment on “%(title)s”."),
        _ANSWER,
        Topic.FEEDBACK,
    ),
    "feedback_meeting": (
        _own_or(
            _CALLED, _l("%(author)s invites you to a meeting about “%(title)s” (%(protocol)s).")
        ),
        _l("See the meeting"),
        Topic.REQUESTS,
    ),
    "feedback_meeting_now": (
        _l("The meeting about “%(title)s” has begun. You can still join."),
        _l("Go to the meeting"),
        Topic.REQUESTS,
    ),
    "feedback_meeting_off": (
        _own_or(
            _OUT, _l("%(author)s called off the meeting about “%(title)s”. There is nothing to do.")
        ),
        _SEE,
        Topic.REQUESTS,
    ),
    "feedback_noted_for": (
        _l("%(name)s noted what you said in the meeting about “%(title)s”. Is it right?"),
        _SEE,
        Topic.REQUESTS,
    ),
    "feedback_met": (_met, _ANSWER, Topic.FEEDBACK),
    "feedback_shown": (
        _l("%(was)s is %(name)s: the feedback on “%(title)s” has a name now."),
        _SEE,
        Topic.OUTCOMES,
    ),
    "feedback_thanked": (_l("%(author)s thanks you for your feedback."), _SEE, Topic.OUTCOMES),
    "feedback_coach_accept": (
        _l("%(giver)s, your coach, accepts “%(title)s”."),
        _SEE,
        Topic.FEEDBACK,
    ),
    "feedback_coach_revise": (
        _l("%(giver)s, your coach, asks you to revise “%(title)s”."),
        _READ,
        Topic.FEEDBACK,
    ),
    "feedback_helped": (
        _l("%(author)s says what a comment of yours on “%(title)s” was for them."),
        _READ,
        Topic.OUTCOMES,
    ),
    "feedback_closed": (
        _l("%(author)s closed the request on “%(title)s”. See what became of your comments."),
        _CHANGED,
        Topic.OUTCOMES,
    ),
    "feedback_reopened": (
        _l("%(author)s opened the request on “%(title)s” again: you can reply and ask again."),
        _SEE,
        Topic.OUTCOMES,
    ),
    "feedback_closed_early": (
        _l(
            "%(author)s moved on and closed the request. Thank you for being ready to help; "
            "there is nothing left for you to do."
        ),
        _SEE,
        Topic.REQUESTS,
    ),
    "writers_asked": (
        _l("%(name)s asks you to write “%(title)s” together."),
        _l("See the question"),
        Topic.REQUESTS,
    ),
    "writers_joined": (_l("%(name)s writes “%(title)s” with you now."), _SEE, Topic.FEEDBACK),
    "writers_declined": (
        _l("%(name)s cannot write “%(title)s” with you this time."),
        _SEE,
        Topic.FEEDBACK,
    ),
    "writers_saved": (_l("%(name)s saved a new version of “%(title)s”."), _READ, Topic.FEEDBACK),
    "writers_shared": (_l("%(name)s shared “%(title)s” for feedback."), _SEE, Topic.FEEDBACK),
    "writers_left": (
        _l("%(name)s no longer writes “%(title)s” with you. Every version stays."),
        _SEE,
        Topic.FEEDBACK,
    ),
    "writers_ended": (
        _l(
            "You no longer write “%(title)s” with %(name)s. The versions you saved are in the "
            "download of your data."
        ),
        _l("Continue"),
        Topic.FEEDBACK,
    ),
    "writers_handed": (
        _l("%(name)s handed “%(title)s” over to you. You still write it together."),
        _SEE,
        Topic.FEEDBACK,
    ),
    "writers_gone": (
        _l("Something that you wrote with a colleague is gone: it was theirs, and they left."),
        _l("Continue"),
        Topic.FEEDBACK,
    ),
    "note_commented": (_note_commented, _READ, Topic.FEEDBACK),
    "note_replied": (_l("%(name)s replied to you on “%(title)s”."), _READ, Topic.FEEDBACK),
    "note_decided": (_l("%(owner)s answered you on “%(title)s”."), _READ, Topic.OUTCOMES),
    "note_confirmed": (_l("%(giver)s confirmed your answer on “%(title)s”."), _SEE, Topic.FEEDBACK),
    "note_asked_again": (_l("%(giver)s asks again about “%(title)s”."), _ANSWER, Topic.FEEDBACK),
    "clip_commented": (_l("%(giver)s comments on your clip “%(title)s”."), _READ, Topic.FEEDBACK),
    "clip_done": (_clip_done, _l("See the clip"), Topic.FEEDBACK),
    "clip_replied": (_l("%(name)s replied to you on the clip “%(title)s”."), _READ, Topic.FEEDBACK),
    "clip_decided": (
        _l("%(owner)s answered your comment on the clip “%(title)s”."),
        _ANSWERS,
        Topic.OUTCOMES,
    ),
    "clip_confirmed": (
        _l("%(giver)s confirmed what you made of a comment on the clip “%(title)s”."),
        _SEE,
        Topic.FEEDBACK,
    ),
    "clip_asked_again": (
        _l("%(giver)s asks again about a comment on the clip “%(title)s”."),
        _ANSWER,
        Topic.FEEDBACK,
    ),
}
