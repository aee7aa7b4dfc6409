"""What an account holds of somebody, and what is left of it once they have left."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from pdportal.accounts import events
from pdportal.accounts.models import LEFT_DOMAIN, Away, Invitation, Passkey, Person, Role
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.accounts.services.delivery import try_again
from pdportal.db import db

FORMER = "Former colleague"
"""What stands where the name of somebody stood who left."""


def _files(person: Person) -> Iterator[Piece]:
    """The account, its roles and passkeys; nothing that would open it."""
    yield Piece(
        "account.json",
        {
            "name": person.name,
            "called": person.called,
            "email": person.email,
            "teaches": person.teaches,
            "district": person.district.name,
            "school": person.school.name if person.school else None,
            "time_zone": person.time_zone,
            "language": person.locale,
            "since": person.created_at.isoformat(),
            "roles": as_data(select(Role.name).where(Role.person_id == person.id)),
            "away": as_data(
                select(Away.starts_on, Away.ends_on).where(Away.person_id == person.id)
            ),
            "passkeys": as_data(
                select(Passkey.name, Passkey.create_datetime, Passkey.lastuse_datetime).where(
                    Passkey.person_id == person.id
                )
            ),
        },
    )


def _forget(person: Person) -> None:
    """Leave a row without a name that nobody can sign in to; others' records point at it."""
    db.session.execute(delete(Invitation).where(Invitation.email == person.email))
    db.session.execute(delete(Away).where(Away.person_id == person.id))
    try_again(person.email)
    person.name, person.called, person.teaches = FORMER, "", ""
    person.email = f"left-{person.id}{LEFT_DOMAIN}"
    person.school_id = person.time_zone = person.locale = person.demo_role = None
    person.password = person.ended_sessions = person.fs_webauthn_user_handle = None
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = None
    person.mf_recovery_codes = None
    person.fs_uniquifier = secrets.token_hex(32)
    person.held.clear()
    person.webauthn.clear()
    was_active, person.active = person.active, False
    db.session.flush()
    events.emit(None, "left", person)
    if was_active:
        events.person_deactivated.send(events.the_app(), person=person)


PART = OwnPart(
    "account",
    _l("Your account"),
    files=_files,
    ends=_forget,
    goes=_l("Your name, address, subject, password, passkeys and roles. You cannot sign in again."),
    stays=_l("An entry called “Former colleague”, because feedback of colleagues refers to it."),
)
