"""News from the features below, which do not know that there is an inbox."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.events import letter_written
from pdportal.accounts.models import Person
from pdportal.cohorts import events
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.db import db
from pdportal.inbox import kinds
from pdportal.inbox.letters import store_letter
from pdportal.inbox.services import address, notify


def register() -> None:
    """Listen, and know the words for what is heard."""
    letter_written.connect(store_letter)
    events.member_joined.connect(_tell_who_joined)
    events.coach_linked.connect(_tell_both)
    events.coach_unlinked.connect(_tell_both_it_ended)
    kinds.add_kind(
        "cohort_joined",
        lambda name, cohort: _(
            "%(name)s added you to the cohort “%(cohort)s”.", name=name, cohort=cohort
        ),
        lambda: _("See who is in it"),
    )
    kinds.add_kind(
        "coach_linked",
        lambda coach: _(
            "%(coach)s is your coach now. They see only what you share with them.", coach=coach
        ),
        lambda: _("Open Coaching"),
    )
    kinds.add_kind(
        "teacher_linked",
        lambda teacher: _("You coach %(teacher)s now.", teacher=teacher),
        lambda: _("Open Coaching"),
    )
    kinds.add_kind(
        "coach_unlinked",
        lambda coach: _("%(coach)s is no longer your coach.", coach=coach),
        lambda: _("Open Coaching"),
    )
    kinds.add_kind(
        "teacher_unlinked",
        lambda teacher: _("You no longer coach %(teacher)s.", teacher=teacher),
        lambda: _("Open Coaching"),
    )


def _tell_who_joined(member: Member, actor: Person) -> None:
    cohort = db.session.get_one(Cohort, member.cohort_id)
    notify(
        member.person_id,
        "cohort_joined",
        address("cohorts.cohort_page", cohort_id=cohort.id),
        sender=actor,
        name=actor.name,
        cohort=cohort.name,
    )


def _tell_both(coaching: Coaching, actor: Person) -> None:
    notify(
        coaching.teacher_id, "coach_linked", "/coaching", sender=actor, coach=coaching.coach.name
    )
    notify(
        coaching.coach_id,
        "teacher_linked",
        "/coaching",
        sender=actor,
        teacher=coaching.teacher.name,
    )


def _tell_both_it_ended(coaching: Coaching, actor: Person) -> None:
    coach, teacher = coaching.coach, coaching.teacher
    notify(coaching.teacher_id, "coach_unlinked", "/coaching", sender=actor, coach=coach.name)
    notify(coaching.coach_id, "teacher_unlinked", "/coaching", sender=actor, teacher=teacher.name)
