"""What people are told about clips; no sentence says more than the reader may see."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic


def register() -> None:
    """Teach the inbox our kinds."""
    shared = _l(
        "%(owner)s shares the clip “%(title)s” with you, for learning and not for evaluation."
    )
    add_kind("clip_shared", shared, _l("Watch it"), Topic.COACHING)
    taken_back = _l("%(owner)s took a clip back. There is nothing to do.")
    add_kind("clip_taken_back", taken_back, _l("Your clips and coaching"), Topic.COACHING)
    ready = _l("Your clip “%(title)s” is ready: it plays in every usual browser now.")
    add_kind("clip_ready", ready, _l("Watch it"), Topic.COACHING)
    damaged = _l(
        "The file of your clip “%(title)s” is damaged: it may stop, or show nothing. If it plays "
        "on your device, upload it again from there."
    )
    add_kind("clip_damaged", damaged, _l("See the clip"), Topic.COACHING)
    failed = _l("We tried three times to convert your clip “%(title)s”, and could not.")
    add_kind("clip_failed", failed, _l("See the clip"), Topic.COACHING)
    asked = _l("%(asker)s would like you to offer “%(title)s” to colleagues to learn from.")
    add_kind("exemplar_asked", asked, _l("See what that means"), Topic.COACHING)
    ended = _l("“%(title)s” is no longer offered to learn from: its review date has come.")
    add_kind("exemplar_ended", ended, _l("See the clip"), Topic.COACHING)
    add_kind(
        "exemplar_ends_soon",
        _l("“%(title)s” is offered to learn from for two more weeks. You can renew it."),
        _l("Renew it, or let it end"),
        Topic.REMINDERS,
        _l("before a clip of mine is no longer offered"),
    )
    gone = _l(
        "Your clip “%(title)s” was deleted on the day you chose. The comments are still there."
    )
    add_kind("clip_gone", gone, _l("Read the comments"), Topic.COACHING)
    failed = _l("Your video “%(title)s” could not be added. What you typed is still there.")
    add_kind("upload_failed", failed, _l("See why"), Topic.COACHING)
    add_kind(
        "clip_goes_soon",
        _goes_soon,
        _l("See the clip"),
        Topic.REMINDERS,
        _l("before a clip of mine is deleted"),
    )


def _goes_soon(title: str, days: int) -> str:
    return ngettext(
        "Your clip “%(title)s” is deleted tomorrow, as you chose. You can choose another date.",
        "Your clip “%(title)s” is deleted in %(num)s days, as you chose. "
        "You can choose another date.",
        days,
        title=title,
    )
