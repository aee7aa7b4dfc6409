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
    for topic, kinds in _SAID.items():
        for name, say in kinds.items():
            link = _LINKS.get(name, _SEE)
            add_kind(name, say, link, topic, _SWITCHES.get(name))
            if name in _IN_CALENDARS:  # of a meeting that has a time: such a mail goes at once
                add_kind(f"{name}_at", say, link, topic, calendar=for_calendar)


def _asked(minutes: int, **words: str) -> str:
    return ngettext(
        "%(author)s asks you for feedback on “%(title)s”. It takes about %(num)s minute.",
        "%(author)s asks you for feedback on “%(title)s”. It takes about %(num)s minutes.",
        minutes,
        **words,
    )


def _coach_asked(minutes: int, **words: str) -> str:
    return ngettext(
        "No colleague had time for “%(title)s”, so %(author)s asks you. "
        "It takes about %(num)s minute.",
        "No colleague had time for “%(title)s”, so %(author)s asks you. "
        "It takes about %(num)s minutes.",
        minutes,
        **words,
    )


def _given(have: int, needed: int, **words: str) -> str:
    """`have` is 0 for whoever looks first: they are not told how many there are."""
    first = _l("%(giver)s is done with “%(title)s”. It opens once you have looked yourself.")
    enough = _l("%(giver)s gave you feedback on “%(title)s”. You have enough to continue.")
    some = _l("%(giver)s gave you feedback on “%(title)s”: %(have)s of %(needed)s are here.")
    text = (enough if have >= needed else some) if have else first
    return str(text) % {**words, "have": have, "needed": needed}


def _stage_opens(until: str, **words: str) -> str:
    text = _l("“%(stage)s” is open until %(day)s, for “%(title)s” by %(author)s.")
    return str(text) % {**words, "day": say_day(date.fromisoformat(until))}


def _go_on(title: str, have: int) -> str:
    nobody = _l(
        "Nobody is left to ask about “%(title)s”. You can continue, or name somebody yourself."
    )
    some = ngettext(
        "Nobody is left to ask about “%(title)s”. %(num)s review is here: you can continue.",
        "Nobody is left to ask about “%(title)s”. %(num)s reviews are here: you can continue.",
        have,
        title=title,
    )
    return some if have else str(nobody) % {"title": title}


def _met(title: str, count: int) -> str:
    return ngettext(
        "The meeting about “%(title)s” left %(num)s comment for you to answer.",
        "The meeting about “%(title)s” left %(num)s comments for you to answer.",
        count,
        title=title,
    )


def _clip_done(comments: int, **words: str) -> str:
    some = ngettext(
        "%(giver)s has watched your clip “%(title)s” and left %(num)s comment.",
        "%(giver)s has watched your clip “%(title)s” and left %(num)s comments.",
        comments,
        **words,
    )
    return some if comments else str(_l("%(giver)s has watched your clip “%(title)s”.")) % words


def _note_commented(said: str, **words: str) -> str:
    to_writer = {
        "thanks": _l("%(giver)s thanks you for “%(title)s”."),
        "question": _l("%(giver)s asks you about “%(title)s”."),
        "visit": _l("%(giver)s would like to come and see “%(title)s”."),
    }
    return str(to_writer[said]) % words


def _own_or(own: LazyString, wording: LazyString) -> Say:
    """A sentence with its author, and one for whoever did it themselves."""

    def say(author: str = "", **words: Any) -> str:
        return str(wording if author else own) % {"author": author, **words}

    return say


_SAID: dict[Topic, dict[str, Say | LazyString]] = {
    Topic.REQUESTS: {
        "feedback_asked": _asked,
        "feedback_coach_asked": _coach_asked,
        "feedback_taken_back": _l("%(author)s canceled this request. There is nothing to do."),
        "feedback_passed_on": _l(
            "The feedback for %(author)s was not started in time and goes to somebody else. "
            "There is nothing left for you to do."
        ),
        "feedback_swap": _l("%(name)s offers to swap a review with you."),
        "feedback_swapped": _l("%(name)s agreed to swap. The other review waits for you now."),
        "feedback_not_swapped": _l("%(name)s would rather not swap this review."),
        "feedback_stage_opens": _stage_opens,
        "feedback_meeting": _own_or(
            _l("You called a meeting about “%(title)s”."),
            _l("%(author)s invites you to a meeting about “%(title)s” (%(protocol)s)."),
        ),
        "feedback_meeting_now": _l("The meeting about “%(title)s” has begun. You can still join."),
        "feedback_meeting_off": _own_or(
            _l("The meeting about “%(title)s” goes out of your calendar."),
            _l("%(author)s called off the meeting about “%(title)s”. There is nothing to do."),
        ),
        "feedback_noted_for": _l(
            "%(name)s noted what you said in the meeting about “%(title)s”. Is it right?"
        ),
        "feedback_closed_early": _l(
            "%(author)s moved on and closed the request. Thank you for being ready to help; "
            "there is nothing left for you to do."
        ),
        "writers_asked": _l("%(name)s asks you to write “%(title)s” together."),
    },
    Topic.REMINDERS: {
        "feedback_lease_ends": _l(
            "“%(title)s” by %(author)s goes to somebody else tomorrow, unless you start."
        ),
    },
    Topic.FEEDBACK: {
        "feedback_given": _given,
        "feedback_declined": _l(
            "%(giver)s cannot look at “%(title)s” this time. You can ask somebody else."
        ),
        "feedback_go_on": _go_on,
        "feedback_replied": _l("%(name)s replied to you on “%(title)s”."),
        "feedback_confirmed": _l("%(giver)s confirmed what you did with a comment on “%(title)s”."),
        "feedback_asked_again": _l("%(giver)s asks again about a comment on “%(title)s”."),
        "feedback_met": _met,
        "feedback_coach_accept": _l("%(giver)s, your coach, accepts “%(title)s”."),
        "feedback_coach_revise": _l("%(giver)s, your coach, asks you to revise “%(title)s”."),
        "writers_joined": _l("%(name)s writes “%(title)s” with you now."),
        "writers_declined": _l("%(name)s cannot write “%(title)s” with you this time."),
        "writers_saved": _l("%(name)s saved a new version of “%(title)s”."),
        "writers_shared": _l("%(name)s shared “%(title)s” for feedback."),
        "writers_left": _l("%(name)s no longer writes “%(title)s” with you. Every version stays."),
        "writers_ended": _l(
            "You no longer write “%(title)s” with %(name)s. The versions you saved are in the "
            "download of your data."
        ),
        "writers_handed": _l(
            "%(name)s handed “%(title)s” over to you. You still write it together."
        ),
        "writers_gone": _l(
            "Something that you wrote with a colleague is gone: it was theirs, and they left."
        ),
        "note_commented": _note_commented,
        "note_replied": _l("%(name)s replied to you on “%(title)s”."),
        "note_confirmed": _l("%(giver)s confirmed your answer on “%(title)s”."),
        "note_asked_again": _l("%(giver)s asks again about “%(title)s”."),
        "clip_commented": _l("%(giver)s comments on your clip “%(title)s”."),
        "clip_done": _clip_done,
        "clip_replied": _l("%(name)s replied to you on the clip “%(title)s”."),
        "clip_confirmed": _l(
            "%(giver)s confirmed what you made of a comment on the clip “%(title)s”."
        ),
        "clip_asked_again": _l("%(giver)s asks again about a comment on the clip “%(title)s”."),
    },
    Topic.OUTCOMES: {
        "feedback_revised": _l(
            "%(author)s made a new version of “%(title)s” with %(comments)s of your comments."
        ),
        "feedback_filmed": _l(
            "%(author)s answered %(comments)s of your comments on “%(title)s” with a later clip."
        ),
        "feedback_decided": _l("%(author)s answered your comments on “%(title)s”."),
        "feedback_shown": _l("%(was)s is %(name)s: the feedback on “%(title)s” has a name now."),
        "feedback_thanked": _l("%(author)s thanks you for your feedback."),
        "feedback_helped": _l(
            "%(author)s says what a comment of yours on “%(title)s” was for them."
        ),
        "feedback_closed": _l(
            "%(author)s closed the request on “%(title)s”. See what became of your comments."
        ),
        "feedback_reopened": _l(
            "%(author)s opened the request on “%(title)s” again: you can reply and ask again."
        ),
        "note_decided": _l("%(owner)s answered you on “%(title)s”."),
        "clip_decided": _l("%(owner)s answered your comment on the clip “%(title)s”."),
    },
}

_SEE = _l("See it")
"""What the link is called where nothing else is said."""
_LOOK, _READ, _CONTINUE, _ANSWER = _l("Have a look"), _l("Read it"), _l("Continue"), _l("Answer it")
_ANSWERS, _CHANGED = _l("See the answers"), _l("See what changed")
_LINKS = {
    **dict.fromkeys(("feedback_asked", "feedback_coach_asked", "feedback_lease_ends"), _LOOK),
    **dict.fromkeys(("feedback_given", "feedback_replied", "feedback_coach_revise"), _READ),
    **dict.fromkeys(("feedback_helped", "writers_saved", "note_commented", "note_replied"), _READ),
    **dict.fromkeys(("note_decided", "clip_commented", "clip_replied"), _READ),
    **dict.fromkeys(("feedback_not_swapped", "feedback_stage_opens", "feedback_go_on"), _CONTINUE),
    **dict.fromkeys(("writers_ended", "writers_gone"), _CONTINUE),
    **dict.fromkeys(("feedback_asked_again", "feedback_met"), _ANSWER),
    **dict.fromkeys(("note_asked_again", "clip_asked_again"), _ANSWER),
    **dict.fromkeys(("feedback_decided", "feedback_filmed", "clip_decided"), _ANSWERS),
    **dict.fromkeys(("feedback_revised", "feedback_closed"), _CHANGED),
    "feedback_swap": _l("See the offer"),
    "feedback_declined": _l("Ask somebody else"),
    "feedback_meeting": _l("See the meeting"),
    "feedback_meeting_now": _l("Go to the meeting"),
    "writers_asked": _l("See the question"),
    "clip_done": _l("See the clip"),
}
_IN_CALENDARS = ("feedback_meeting", "feedback_meeting_off")
_SWITCHES = {"feedback_lease_ends": _l("the day before feedback I owe goes to somebody else")}
