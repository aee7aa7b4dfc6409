"""News from the features below, which do not know that there is an inbox."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.events import letter_written
from pdportal.accounts.models import Person
from pdportal.cohorts import events
from pdportal.cohorts.models import Coaching, Cohort, JoinRequest, Member
from pdportal.db import db
from pdportal.inbox import kinds
from pdportal.inbox.letters import store_letter
from pdportal.inbox.services import address, notify, withdraw


def register() -> None:
    """Listen, and know the words for what is heard."""
    letter_written.connect(store_letter)
    events.member_joined.connect(_tell_who_joined)
    events.asked_to_join.connect(_tell_who_is_asked)
    events.request_withdrawn.connect(_withdraw)
    events.coach_linked.connect(_tell_linked)
    events.coach_unlinked.connect(_tell_unlinked)
    kinds.add_kind(
        "cohort_joined",
        lambda name, cohort: _(
            "%(name)s added you to the cohort “%(cohort)s”.", name=name, cohort=cohort
        ),
        lambda: _("See who is in it and what it shows"),
    )
    kinds.add_kind(
        "asked_to_join",
        lambda name, cohort: _(
            "%(name)s asks you to join the cohort “%(cohort)s”.", name=name, cohort=cohort
        ),
        lambda: _("Answer"),
    )
    coaching: dict[str, kinds.Say] = {
        "coach_linked": lambda coach: _(
            "%(coach)s is your coach now. They see only what you share with them.", coach=coach
        ),
        "teacher_linked": lambda teacher: _("You coach %(teacher)s now.", teacher=teacher),
        "coach_unlinked": lambda coach: _("%(coach)s is no longer your coach.", coach=coach),
        "teacher_unlinked": lambda teacher: _("You no longer coach %(teacher)s.", teacher=teacher),
    }
    for name, say in coaching.items():
        kinds.add_kind(name, say, lambda: _("Open Coaching"))


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


def _tell_who_is_asked(request: JoinRequest, actor: Person) -> None:
    notify(
        request.person_id,
        "asked_to_join",
        address("cohorts.join_request", cohort_id=request.cohort_id),
        sender=actor,
        name=actor.name,
        cohort=request.cohort.name,
    )


def _withdraw(request: JoinRequest) -> None:
    withdraw(request.person_id, address("cohorts.join_request", cohort_id=request.cohort_id))


def _tell_linked(coaching: Coaching, actor: Person) -> None:
    _tell_both(coaching, actor, "linked")


def _tell_unlinked(coaching: Coaching, actor: Person) -> None:
    _tell_both(coaching, actor, "unlinked")


def _tell_both(coaching: Coaching, actor: Person, what: str) -> None:
    coach, teacher = coaching.coach, coaching.teacher
    notify(teacher.id, f"coach_{what}", "/coaching", sender=actor, coach=coach)
    notify(coach.id, f"teacher_{what}", "/coaching", sender=actor, teacher=teacher)
