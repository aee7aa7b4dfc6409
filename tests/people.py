"""The cast of all stories, and what they have around them.

Ada teaches and writes. Ben and Dee are her colleagues in the cohort Autumn, which Fay
facilitates. Zoe is a teacher in another cohort and must learn nothing of Ada's. Cora coaches Ada.
Lee leads PD in their district, Max is its admin. Olu leads in another district. Where a story is
about schools, Hal leads Hill School, where Ada and Ben teach, Lou leads Lake School, and Abe is an
admin of Hill School.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pdportal.accounts.models import District, Person, Role, RoleName, School
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.db import db

SCHOOL_LEADS = ("hal", "lou", "abe")
CAST = ("ada", "ben", "dee", "fay", "zoe", "cora", "lee", "max", "olu")


class World:
    """A small district with everybody in it."""

    def __init__(self) -> None:
        self.district = District(name="Riverbend")
        self.elsewhere = District(name="Farfield")
        self.hill = School(district=self.district, name="Hill School")
        self.lake = School(district=self.district, name="Lake School")
        db.session.add_all([self.district, self.elsewhere, self.hill, self.lake])
        db.session.flush()
        self.ada = self._new("Ada Okafor", school=self.hill)
        self.ben = self._new("Ben Silva", school=self.hill)
        self.dee = self._new("Dee Tran", school=self.lake)
        self.fay = self._new("Fay Haddad", school=self.lake)
        self.zoe = self._new("Zoe Lindqvist", school=self.lake)
        self.cora = self._new("Cora Mbeki", RoleName.COACH)
        self.lee = self._new("Lee Park", RoleName.LEAD)
        self.max = self._new("Max Roth", RoleName.ADMIN)
        self.olu = self._new("Olu Bello", RoleName.LEAD, district=self.elsewhere)
        db.session.flush()
        self.autumn = self._new_cohort("Autumn", self.ada, self.ben, self.dee, facilitator=self.fay)
        self.winter = self._new_cohort("Winter", self.zoe)
        db.session.add(Coaching(coach_id=self.cora.id, teacher_id=self.ada.id))
        db.session.flush()

    @property
    def everyone(self) -> list[Person]:
        return [getattr(self, name) for name in (*CAST, *SCHOOL_LEADS) if hasattr(self, name)]

    def let_schools_be_led(self) -> None:
        """Hal, Lou and Abe come, and a cohort of Hill School with Dee of Lake School in it."""
        self.hal = self.person("Hal Brandt", RoleName.LEAD, school=self.hill)
        self.lou = self.person("Lou Ferrari", RoleName.LEAD, school=self.lake)
        self.abe = self.person("Abe Stein", RoleName.ADMIN, school=self.hill)
        self.circle = self.cohort("Hill circle", self.ada, self.dee, school=self.hill)

    def person(self, name: str, *roles: RoleName, **more: Any) -> Person:
        """Somebody new, in `district` and `school`; a teacher if no role is named."""
        person = self._new(name, *roles, **more)
        db.session.flush()
        return person

    def cohort(self, name: str, *people: Person, **more: Any) -> Cohort:
        """A cohort that began in September, with a `facilitator`, or of a `school`."""
        cohort = self._new_cohort(name, *people, **more)
        db.session.flush()
        return cohort

    def _new(
        self,
        name: str,
        *roles: RoleName,
        school: School | None = None,
        district: District | None = None,
        **more: Any,
    ) -> Person:
        school_id = school.id if school else None
        person = Person(
            name=name,
            email=f"{name.lower().replace(' ', '.')}@example.org",
            district_id=(district or self.district).id,
            school_id=school_id,
            held=[Role(name=role, school_id=school_id) for role in roles or (RoleName.TEACHER,)],
            **{"called": name.split()[0], **more},
        )
        db.session.add(person)
        return person

    def _new_cohort(
        self,
        name: str,
        *people: Person,
        facilitator: Person | None = None,
        school: School | None = None,
    ) -> Cohort:
        members = [Member(person_id=person.id) for person in people]
        if facilitator:
            members.append(Member(person_id=facilitator.id, facilitates=True))
        cohort = Cohort(
            district_id=self.district.id,
            school_id=school.id if school else None,
            name=name,
            starts_on=date(2026, 9, 1),
            created_by_id=self.lee.id,
            members=members,
        )
        db.session.add(cohort)
        return cohort
