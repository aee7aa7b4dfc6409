"""What people are told about clips; no sentence says more than the reader may see."""

from __future__ import annotations

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from pdportal.inbox.kinds import Say, add_kind
from pdportal.inbox.topics import Topic


def register() -> None:
    """Teach the inbox our kinds."""
    for name, (text, link) in _KINDS.items():
        add_kind(name, text, link, Topic.COACHING)
    for name, (say, link, switch) in _REMINDERS.items():
        add_kind(name, say, link, Topic.REMINDERS, switch)


def _goes_soon(title: str, days: int) -> str:
    return ngettext(
        "Your clip “%(title)s” is deleted tomorrow, as you chose. You can choose another date.",
        "Your clip “%(title)s” is deleted in %(num)s days, as you chose. "
        "You can choose another date.",
        days,
        title=title,
    )


_SEE, _WATCH = _l("See the clip"), _l("Watch it")
_KINDS = {
    "clip_shared": (
        _l("%(owner)s shares the clip “%(title)s” with you, for learning and not for evaluation."),
        _WATCH,
    ),
    "clip_taken_back": (
        _l("%(owner)s took a clip back. There is nothing to do."),
        _l("Your clips and coaching"),
    ),
    "clip_ready": (
        _l("Your clip “%(title)s” is ready: it plays in every usual browser now."),
        _WATCH,
    ),
    "clip_damaged": (
        _l(
            "The file of your clip “%(title)s” is damaged: it may stop, or show nothing. If it "
            "plays on your device, upload it again from there."
        ),
        _SEE,
    ),
    "clip_failed": (
        _l("We tried three times to convert your clip “%(title)s”, and could not."),
        _SEE,
    ),
    "exemplar_asked": (
        _l("%(asker)s would like you to offer “%(title)s” to colleagues to learn from."),
        _l("See what that means"),
    ),
    "exemplar_ended": (
        _l("“%(title)s” is no longer offered to learn from: its review date has come."),
        _SEE,
    ),
    "clip_gone": (
        _l("Your clip “%(title)s” was deleted on the day you chose. The comments are still there."),
        _l("Read the comments"),
    ),
    "upload_failed": (
        _l("Your video “%(title)s” could not be added. What you typed is still there."),
        _l("See why"),
    ),
}
_REMINDERS: dict[str, tuple[Say | LazyString, LazyString, LazyString]] = {
    "exemplar_ends_soon": (
        _l("“%(title)s” is offered to learn from for two more weeks. You can renew it."),
        _l("Renew it, or let it end"),
        _l("before a clip of mine is no longer offered"),
    ),
    "clip_goes_soon": (_goes_soon, _SEE, _l("before a clip of mine is deleted")),
}
