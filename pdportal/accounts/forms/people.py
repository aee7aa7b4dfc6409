"""What leads and admins fill in about people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from pdportal.accounts.models import LEADING, RoleName
from pdportal.accounts.pasted import Guest
from pdportal.web.forms import PortalForm, text_field

ROLE_WORDS = {
    RoleName.TEACHER: _l("Teacher"),
    RoleName.COACH: _l("Coach"),
    RoleName.LEAD: _l("PD lead"),
    RoleName.ADMIN: _l("Admin"),
}


LEADING_A_SCHOOL = _l(
    "A PD lead or an admin of a school leads its people and its cohorts, and no others."
)


def role_choices(roles: Iterable[RoleName]) -> list[SelectChoice]:
    """The roles as a list to choose from."""
    return [SelectChoice(role.value, ROLE_WORDS[role]) for role in roles]


def place_choices(schools: Iterable[Any], *, everywhere: bool) -> list[SelectChoice]:
    """These schools as a list to choose from, after the whole district where that may be chosen."""
    named = [SelectChoice(str(school.id), school.name) for school in schools]
    return [SelectChoice("", _l("The whole district")), *named] if everywhere else named


class _RoleForm(PortalForm):
    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose a role."))])
    school = SelectField(_l("Where"))

    def offer(
        self, roles: Collection[RoleName], schools: Iterable[Any], *, everywhere: bool
    ) -> None:
        """Fill the lists with what this person may give, and where."""
        self.role.choices = role_choices(roles)
        self.school.choices = place_choices(schools, everywhere=everywhere)
        if not set(LEADING).isdisjoint(roles):
            self.school.description = LEADING_A_SCHOOL

    @property
    def school_id(self) -> int | None:
        """The school chosen, or None for the whole district."""
        return int(self.school.data) if self.school.data else None

    @property
    def role_name(self) -> RoleName:
        """The role chosen."""
        return RoleName(self.role.data)


class GiveRoleForm(_RoleForm):
    """A role, and where it is held."""


class InviteForm(_RoleForm):
    """Whom to invite, one to a line, and as what."""

    people = text_field(
        _l("Who"),
        60_000,
        _l("Type at least one address."),
        render_kw={"spellcheck": "false", "dir": "auto"},
    )
    shown = HiddenField()
    """What the page showed as read of the list: only that is sent."""

    def print_of(self, guests: Iterable[Guest]) -> str:
        """A short mark of these people, their role and their school."""
        what = [self.role.data, self.school.data, [(guest.name, guest.email) for guest in guests]]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32]
