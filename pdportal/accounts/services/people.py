"""What leads and admins do about the people whom they lead."""

from __future__ import annotations

import secrets

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pdportal.accounts import events, mail, policy
from pdportal.accounts.events import emit
from pdportal.accounts.models import District, Person, Role, RoleName, School
from pdportal.db import db
from pdportal.web.errors import Refused, require


def give_role(actor: Person, person: Person, role: RoleName, school_id: int | None = None) -> bool:
    """Let somebody hold a role, in one school or the whole district; False if they did already."""
    require(policy.may_give(actor, person, role, school_id))
    if school_id is not None and not is_school_of(school_id, person.district_id):
        raise Refused(_("Choose a school of this district."), status=422, field="school")
    if any(held.name is role and held.school_id == school_id for held in person.held):
        return False
    try:
        with db.session.begin_nested():
            person.held.append(Role(name=role, school_id=school_id))
    except IntegrityError:  # two leads at once: it is as both wanted
        db.session.refresh(person, ["held"])
        return False
    emit(actor, "gave role", person, role=role.value, school_id=school_id)
    return True


def take_role(actor: Person, person: Person, role_id: int) -> None:
    """Take a role back; what was done in it stays."""
    one_at_a_time(person.district_id)
    held = next((role for role in person.held if role.id == role_id), None)
    if held is None:
        return  # taken already, in another window
    require(policy.may_give(actor, person, held.name, held.school_id))
    if held.name is RoleName.ADMIN and held.school_id is None:
        _leave_an_admin(person)
    person.held.remove(held)
    db.session.flush()
    emit(actor, "took role", person, role=held.name.value, school_id=held.school_id)


def switch_off(actor: Person, person: Person) -> None:
    """End somebody's access and all their sessions at once; what they wrote stays."""
    one_at_a_time(person.district_id)
    if actor.id == person.id:
        raise Refused(_("You cannot switch off your own account. Ask another admin."), status=403)
    require(policy.may_switch_off(actor, person))
    if not person.active:
        return
    _leave_an_admin(person)
    person.active = False
    person.fs_uniquifier = secrets.token_hex(32)
    emit(actor, "switched off", person)
    events.person_deactivated.send(events.the_app(), person=person)


def switch_on(actor: Person, person: Person) -> None:
    """Let somebody in again, with everything as it was; they sign in anew."""
    require(policy.may_switch_off(actor, person))
    if person.active:
        return
    person.active = True
    emit(actor, "switched on", person)


def drop_second_step(actor: Person, person: Person) -> None:
    """Turn off the two-step sign-in of somebody who lost the phone; they are told by mail."""
    require(policy.may_help_in(actor, person))
    if person.tf_primary_method is None:
        return
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = None
    person.mf_recovery_codes = None
    person.fs_uniquifier = secrets.token_hex(32)
    mail.notice(person, "second-step-off")
    emit(actor, "turned off second step", person)


def is_school_of(school_id: int, district_id: int) -> bool:
    """Whether a school is one of the district's."""
    found = select(School.id).where(School.id == school_id, School.district_id == district_id)
    return db.session.scalar(found) is not None


def one_at_a_time(district_id: int) -> None:
    """Two admins who remove one another, or both leave, must not both succeed."""
    db.session.execute(select(District.id).where(District.id == district_id).with_for_update())
    db.session.expire_all()


def _leave_an_admin(person: Person) -> None:
    """Refuse to take the last admin of the whole district."""
    if policy.is_last_admin(person):
        message = _(
            "%(name)s is the last admin of the whole district. Make somebody else admin first.",
            name=person.name,
        )
        raise Refused(message)
