"""The address by which a mail of one kind is stopped, also by whoever is signed out.

Its token is signed and never runs out: a mail of last year must still be able to stop the next one
(RFC 8058). It can do nothing else.
"""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from pdportal.accounts.mail import link
from pdportal.inbox.models import DIGEST
from pdportal.inbox.topics import CHOSEN


def unsubscribe_url(person_id: int, about: str | None) -> str:
    """Where this person stops mail about a topic, or the digest; "" for what always comes."""
    if about != DIGEST and about not in CHOSEN:
        return ""
    return link("inbox.unsubscribe", token=_signer().dumps([person_id, about]))


def read_token(token: str) -> tuple[int, str] | None:
    """Whose mail about what a token stops; None if it is not ours."""
    try:
        person_id, about = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return int(person_id), str(about)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="unsubscribe")
