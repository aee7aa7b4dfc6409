"""What people are told at each turn of the loop; no sentence names more than its reader may see."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.inbox.kinds import add_kind


def register() -> None:
    """Teach the inbox our kinds."""
    for name, (say, link) in _KINDS.items():
        add_kind(name, say, link)


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
        "No colleague had time for “%(title)s”, so %(author)s hopes for you. "
        "It takes about %(num)s minute.",
        "No colleague had time for “%(title)s”, so %(author)s hopes for you. "
        "It takes about %(num)s minutes.",
        minutes,
        author=author,
        title=title,
    )


def _taken_back(author: str) -> str:
    return _("%(author)s took the work back. There is nothing to do.", author=author)


def _lease_ends(author: str, title: str) -> str:
    return _(
        "“%(title)s” by %(author)s goes to somebody else tomorrow, unless you begin.",
        author=author,
        title=title,
    )


def _passed_on(author: str) -> str:
    return _(
        "The feedback for %(author)s was not begun in time and goes to somebody else. "
        "Nothing is left for you to do.",
        author=author,
    )


def _given(giver: str, title: str, have: int, needed: int) -> str:
    words = {"giver": giver, "title": title, "have": have, "needed": needed}
    if have >= needed:
        return _(
            "%(giver)s gave you feedback on “%(title)s”. Enough has come to go on.",
            **words,
        )
    return _(
        "%(giver)s gave you feedback on “%(title)s”: %(have)s of %(needed)s are here.", **words
    )


def _declined(giver: str, title: str) -> str:
    return _(
        "%(giver)s cannot look at “%(title)s” this time. You can ask somebody else.",
        giver=giver,
        title=title,
    )


def _go_on(title: str, have: int) -> str:
    if not have:
        return _(
            "Nobody is left to ask about “%(title)s”. You may go on, or name somebody yourself.",
            title=title,
        )
    return ngettext(
        "Nobody is left to ask about “%(title)s”. %(num)s review has come: you may go on.",
        "Nobody is left to ask about “%(title)s”. %(num)s reviews have come: you may go on.",
        have,
        title=title,
    )


def _revised(author: str, title: str, comments: int) -> str:
    return ngettext(
        "%(author)s made a new version of “%(title)s” with %(num)s of your comments.",
        "%(author)s made a new version of “%(title)s” with %(num)s of your comments.",
        comments,
        author=author,
        title=title,
    )


def _decided(author: str, title: str) -> str:
    return _("%(author)s answered your comments on “%(title)s”.", author=author, title=title)


def _confirmed(giver: str, title: str) -> str:
    return _("%(giver)s confirmed what you did with a comment on “%(title)s”.",
             giver=giver, title=title)  # fmt: skip


def _asked_again(giver: str, title: str) -> str:
    return _("%(giver)s asks again about a comment on “%(title)s”.", giver=giver, title=title)


def _thanked(author: str) -> str:
    return _("%(author)s thanks you for your feedback.", author=author)


def _closed(author: str, title: str) -> str:
    return _("%(author)s closed the round on “%(title)s”. See what became of your comments.",
             author=author, title=title)  # fmt: skip


def _closed_early(author: str) -> str:
    return _(
        "%(author)s went on and closed the round. Thank you for being ready to help; "
        "nothing is left for you to do.",
        author=author,
    )


def _clip_commented(giver: str, title: str) -> str:
    return _("%(giver)s comments on your clip “%(title)s”.", giver=giver, title=title)


def _clip_done(giver: str, title: str, comments: int) -> str:
    if not comments:
        return _("%(giver)s has watched your clip “%(title)s”.", giver=giver, title=title)
    return ngettext(
        "%(giver)s has watched your clip “%(title)s” and left %(num)s comment.",
        "%(giver)s has watched your clip “%(title)s” and left %(num)s comments.",
        comments,
        giver=giver,
        title=title,
    )


def _clip_replied(name: str, title: str) -> str:
    return _("%(name)s replied to you on the clip “%(title)s”.", name=name, title=title)


def _clip_decided(owner: str, title: str) -> str:
    return _(
        "%(owner)s answered what you said about the clip “%(title)s”.", owner=owner, title=title
    )


def _clip_confirmed(giver: str, title: str) -> str:
    return _(
        "%(giver)s confirmed what you made of a comment on the clip “%(title)s”.",
        giver=giver,
        title=title,
    )


def _clip_asked_again(giver: str, title: str) -> str:
    return _(
        "%(giver)s asks again about a comment on the clip “%(title)s”.", giver=giver, title=title
    )


def _see() -> str:
    return _("See it")


_KINDS: dict[str, tuple[Callable[..., str], Callable[[], str]]] = {
    "feedback_asked": (_asked, lambda: _("Have a look")),
    "feedback_coach_asked": (_coach_asked, lambda: _("Have a look")),
    "feedback_taken_back": (_taken_back, _see),
    "feedback_lease_ends": (_lease_ends, lambda: _("Have a look")),
    "feedback_passed_on": (_passed_on, _see),
    "feedback_given": (_given, lambda: _("Read it")),
    "feedback_declined": (_declined, lambda: _("Ask somebody else")),
    "feedback_go_on": (_go_on, lambda: _("Go on")),
    "feedback_revised": (_revised, lambda: _("See what changed")),
    "feedback_decided": (_decided, lambda: _("See the answers")),
    "feedback_confirmed": (_confirmed, _see),
    "feedback_asked_again": (_asked_again, lambda: _("Answer it")),
    "feedback_thanked": (_thanked, _see),
    "feedback_closed": (_closed, lambda: _("See what changed")),
    "feedback_closed_early": (_closed_early, _see),
    "clip_commented": (_clip_commented, lambda: _("Read it")),
    "clip_done": (_clip_done, lambda: _("See the clip")),
    "clip_replied": (_clip_replied, lambda: _("Read it")),
    "clip_decided": (_clip_decided, lambda: _("See the answers")),
    "clip_confirmed": (_clip_confirmed, _see),
    "clip_asked_again": (_clip_asked_again, lambda: _("Answer it")),
}
