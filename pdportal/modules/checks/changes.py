"""What is different about the checks of another edition, in words for whoever may move to it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from pdportal.modules.checks.models import Check


def check_changes(rows: Sequence[Check], old_id: int, new_id: int) -> list[tuple[str, list[str]]]:
    """Which checks are new, gone or changed between two editions: title, and what happened."""
    old, new = ({row.key: row for row in rows if row.edition_id == id_} for id_ in (old_id, new_id))
    both = {**new, **old}
    said = [(both[key].title, _happened(old.get(key), new.get(key))) for key in both]
    return [(title, words) for title, words in said if words]


def _happened(old: Check | None, new: Check | None) -> list[str]:
    if new is None:
        return [_("Removed. What you did in it stays readable under “Kept from earlier versions”.")]
    needed = _("The module is done when it is met.")
    if old is None:
        return [_("A new check."), *([needed] if new.required else [])]
    words = []
    if (old.skills, old.forms) != (new.skills, new.forms):
        words.append(_("It asks something else. Your earlier tries stay readable."))
    if (old.needed, old.each_skill) != (new.needed, new.each_skill):
        words.append(_("How many right answers meet it has changed."))
    if new.required != old.required:
        words.append(needed if new.required else _("The module can be done without it now."))
    if new.exempts != old.exempts:
        words.append(
            _("Met before you read, it tests you out now.")
            if new.exempts
            else _("It no longer tests you out.")
        )
    return words
