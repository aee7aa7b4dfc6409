"""Bringing people in: by a link that works once, for two weeks."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from flask_babel import format_date
from flask_babel import gettext as _
from flask_security import hash_password
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts import mail, policy
from pdportal.accounts.events import emit
from pdportal.accounts.models import Invitation, Person, Role, RoleName
from pdportal.accounts.pasted import Fault, Guest
from pdportal.accounts.services.account import checked
from pdportal.accounts.services.delivery import try_again
from pdportal.accounts.services.people import is_school_of
from pdportal.db import begin_to_write, db
from pdportal.web.errors import Refused, or_404, require

VALID_FOR = timedelta(days=14)


@dataclass
class Invited:
    """What came of a list: whoever was invited now, and how many were already."""

    now: list[Invitation] = field(default_factory=list)
    before: int = 0


class FaultyList(Exception):
    """Some lines will not do, so nobody was invited."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faulty lines")
        self.faults = faults


def check_guests(actor: Person, guests: Sequence[Guest]) -> list[Fault]:
    """What stands against inviting these people: each of the district who has an account.

    Whoever has one elsewhere is told so by mail, and the actor sees what they would see of anybody.
    """
    known = _people_at([guest.email for guest in guests])
    return [
        Fault(guest.line, _has_account(actor, known[guest.email]), guest.email)
        for guest in guests
        if guest.email in known and known[guest.email].district_id == actor.district_id
    ]


def invited_before(actor: Person, guests: Sequence[Guest]) -> set[str]:
    """The addresses that have an invitation of the actor's district whose link still works."""
    standing = _standing(actor, [guest.email for guest in guests])
    return {email for email, invitation in standing.items() if not invitation.has_run_out}


def invite(
    actor: Person, guests: Sequence[Guest], *, role: RoleName, school_id: int | None = None
) -> Invited:
    """Invite everybody on the list, or nobody; see `check_guests`."""
    begin_to_write()
    require(role in policy.roles_given_by(actor, school_id))
    if school_id is not None and not is_school_of(school_id, actor.district_id):
        raise Refused(_("Choose a school of this district."), status=422, field="school")
    if faults := check_guests(actor, guests):
        raise FaultyList(faults)
    addresses = [guest.email for guest in guests]
    known = _people_at(addresses)
    standing = _standing(actor, addresses)
    result = Invited()
    for guest in guests:
        invitation = _to_send(actor, guest, standing.get(guest.email))
        if invitation is None:
            result.before += 1
            continue
        invitation.role, invitation.school_id = role, school_id
        invitation.name = guest.name or invitation.name
        _send(actor, invitation, known.get(guest.email))
        result.now.append(invitation)
    return result


def _people_at(addresses: list[str]) -> dict[str, Person]:
    people = db.session.scalars(select(Person).where(Person.email.in_(addresses)))
    return {person.email: person for person in people}


def _standing(actor: Person, addresses: list[str]) -> dict[str, Invitation]:
    """The open invitations to these addresses in the actor's district, by address."""
    invitations = db.session.scalars(
        select(Invitation).where(
            Invitation.district_id == actor.district_id,
            Invitation.email.in_(addresses),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )
    return {invitation.email: invitation for invitation in invitations}


def _to_send(actor: Person, guest: Guest, standing: Invitation | None) -> Invitation | None:
    """The invitation to send to a guest, new or renewed; None where one works already."""
    if standing is not None and not standing.has_run_out:
        return None
    if standing is not None and not policy.may_send(actor, standing):
        # It ran out and is others' to renew: theirs ends, and this is a new one.
        standing.withdrawn_at = clock.now()
        emit(actor, "withdrew", standing)
        db.session.flush()
        standing = None
    return standing or _new(actor, guest)


def invite_again(actor: Person, invitation: Invitation) -> None:
    """Send a new link; the one before stops working."""
    require(policy.may_send(actor, invitation))
    if not invitation.is_open:
        raise Refused(_("This invitation is no longer open."))
    known = db.session.scalar(select(Person).where(Person.email == invitation.email))
    _send(actor, invitation, known)


def invite_who_forgot(address: str) -> bool:
    """Send somebody who has not joined yet the link again; False if no invitation is open.

    They asked for a new password, as who was invited long ago often does.
    """
    invitation = db.session.scalar(
        select(Invitation)
        .where(
            Invitation.email == address,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.sent_at.desc())
        .limit(1)
    )
    if invitation is None:
        return False
    inviter = invitation.invited_by_id and db.session.get(Person, invitation.invited_by_id)
    _write_invitation(inviter or None, invitation)
    emit(None, "invited", invitation, role=invitation.role.value)
    return True


def withdraw(actor: Person, invitation: Invitation) -> None:
    """Let the link stop working."""
    require(policy.may_send(actor, invitation))
    if invitation.accepted_at is not None:
        raise Refused(_("It is too late: they have joined. You can switch off their account."))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = clock.now()
        emit(actor, "withdrew", invitation)


def by_token(token: str) -> Invitation:
    """The invitation behind a link that still works; all others look as if they had never been."""
    found = db.session.scalar(select(Invitation).where(*_works(token)))
    if found is None or _has_person(found.email):
        raise NotFound
    return found


def accept(token: str, *, name: str, password: str, time_zone: str | None) -> Person:
    """Join by an invitation; its link has then done its work."""
    plain = checked(password, None, name, by_token(token).email, field="password")
    hashed = hash_password(plain)
    begin_to_write()
    invitation = or_404(
        db.session.scalar(
            update(Invitation)
            .where(*_works(token))
            .values(accepted_at=clock.now())
            .returning(Invitation)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
    )
    person = Person(
        district_id=invitation.district_id,
        school_id=invitation.school_id,
        name=name,
        email=invitation.email,
        password=hashed,
        time_zone=time_zone or None,
        held=[Role(name=invitation.role, school_id=invitation.school_id)],
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:  # the address came in by another door a moment ago
        raise NotFound from None
    emit(person, "joined", person, invitation_id=invitation.id, by_id=invitation.invited_by_id)
    return person


def make_link(invitation: Invitation) -> str:
    """A fresh link, good for two weeks; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(token)
    invitation.sent_at = clock.now()
    try_again(invitation.email)
    invitation.expires_at = clock.now() + VALID_FOR
    db.session.flush()
    return mail.link("accounts.welcome", token=token)


def _works(token: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an invitation's link works."""
    return (
        Invitation.token_hash == _hash(token),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > clock.now(),
    )


def _new(actor: Person, guest: Guest) -> Invitation | None:
    invitation = Invitation(
        district_id=actor.district_id,
        email=guest.email,
        role=RoleName.TEACHER,
        invited_by_id=actor.id,
        token_hash=_hash(secrets.token_urlsafe(32)),
        expires_at=clock.now() + VALID_FOR,
    )
    try:
        with db.session.begin_nested():
            db.session.add(invitation)
    except IntegrityError:  # a colleague invited the same person a moment ago
        return None
    return invitation


def _send(actor: Person, invitation: Invitation, known: Person | None) -> None:
    if known is None:
        _write_invitation(actor, invitation)
    else:
        make_link(invitation)
        if known.active:
            mail.write("known", known.email, known, by=actor, link=mail.link("security.login"))
    emit(actor, "invited", invitation, role=invitation.role.value)


def _write_invitation(by: Person | None, invitation: Invitation) -> None:
    link = make_link(invitation)
    mail.write(
        "invitation",
        invitation.email,
        None,
        invitation=invitation,
        by=by,
        district=invitation.district.name,
        until=format_date(invitation.expires_at, "long"),
        link=link,
    )


def _has_account(actor: Person, person: Person) -> str:
    if person.active or not policy.may_see(actor, person):
        return _("%(name)s has an account already.", name=person.name)
    return _(
        "%(name)s has an account that is switched off. Switch it on again on their page.",
        name=person.name,
    )


def _has_person(email: str) -> bool:
    return db.session.scalar(select(Person.id).where(Person.email == email)) is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
