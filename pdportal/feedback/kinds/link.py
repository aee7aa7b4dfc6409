"""A page on the web: its address, its date, and the text that others are to read.

The portal shows that text and the address as a link; it never frames the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.kinds import NO_STUDENTS, Field, Kind, Start, add_kind, field
from pdportal.web.errors import Refused


def _fields() -> list[Field]:
    snapshot = _(
        "Copy here what colleagues are to read: pages change, and not everybody gets into yours."
    )
    return [
        field("address", _("Address"), _("It begins with https:// or http://."), rows=1),
        field("date", _("Date"), _("Of the page, or the day you looked."), rows=1),
        field("snapshot", _("The text"), snapshot, rows=12),
        field("note", _("What it is to me"), _("Why you bring it."), rows=3),
    ]


def _require_address(content: Mapping[str, str]) -> None:
    """Raise `Refused` (422) for an address that is none of a page on the web."""
    address = content.get("address", "")
    if address and not is_address(address):
        message = _("Write one address that begins with https:// or http://.")
        raise Refused(message, status=422, field="address")


def is_address(text: str) -> bool:
    """Whether it is one address of the web, without a name or a password in it."""
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    is_one = text.isprintable() and not set(text) & set(" <>\"'`\\")
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    return is_one and is_web


LINK = add_kind(
    Kind(
        "link",
        word=_l("A link"),
        fields=_fields,
        start=Start(
            title=_l("A link"),
            about=_l(
                "A page on the web: an article, a resource, your class page. You copy the text "
                "that is to be read, so that everybody reads the same."
            ),
            button=_l("Begin with a link"),
            title_hint=_l("For instance: Number talks, the page I build on"),
            order=50,
        ),
        reminder=NO_STUDENTS,
        requires=_require_address,
    )
)
