"""A file that somebody looks at before it is stored: put aside for a day, for them alone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import IO

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from pdportal import storage, uploads
from pdportal.accounts.models import Person
from pdportal.web.errors import Refused

PREFIX = "held"
DAY = timedelta(days=1)


def hold(person: Person, name: str, stream: IO[bytes], most: int) -> str:
    """Put a file of at most `most` bytes aside; gives the token that opens it for this person."""
    data = stream.read(most + 1)
    if len(data) > most:
        raise Refused(
            _("This file is larger than %(size)s MB.", size=most // 1_000_000), status=422
        )
    key = f"{PREFIX}/{secrets.token_hex(16)}"
    storage.put(key, data)
    return str(_signer().dumps([person.id, key, name[:120]]))


def held(person: Person, token: str) -> tuple[str, bytes]:
    """The name and the bytes of a file put aside; refused where it is not theirs, or gone."""
    try:
        owner, key, name = _signer().loads(token, max_age=int(DAY.total_seconds()))
        if owner == person.id:
            return name, storage.read(key)
    except (BadData, ValueError, TypeError, FileNotFoundError):
        pass
    raise Refused(_("This file is no longer here. Please choose it again."), status=404)


def sweep() -> None:
    """Remove what was put aside more than a day ago."""
    uploads.sweep(PREFIX, older_than=DAY)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="skills-held")
