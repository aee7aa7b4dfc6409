"""News from the features below, which do not know that there is an inbox."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from pdportal.accounts.events import happened, letter_written, person_away
from pdportal.accounts.models import Person
from pdportal.cohorts import events
from pdportal.cohorts.models import Coaching, Cohort, JoinRequest, Member
from pdportal.db import Base, db
from pdportal.inbox import kinds
from pdportal.inbox.letters import store_letter
from pdportal.inbox.services import address, notify, plan_anew, withdraw
from pdportal.inbox.topics import Topic


def register() -> None:
    """Listen, and know the words for what is heard."""
    letter_written.connect(store_letter)
    person_away.connect(_plan_anew)
    happened.connect(_plan_by_another_clock)
    events.member_joined.connect(_tell_who_joined)
    events.asked_to_join.connect(_tell_who_is_asked)
    events.request_withdrawn.connect(_withdraw)
    events.coach_linked.connect(_tell_linked)
    events.coach_unlinked.connect(_tell_unlinked)
    for name, (text, link, topic) in _KINDS.items():
        kinds.add_kind(name, text, link, topic)


_COACHING = _l("Open Coaching"), Topic.COACHING
_KINDS = {
    "cohort_joined": (
        _l("%(name)s added you to the cohort “%(cohort)s”."),
        _l("See who is in it and what it shows"),
        Topic.LEARNING,
    ),
    "asked_to_join": (
        _l("%(name)s asks you to join the cohort “%(cohort)s”."),
        _l("Answer"),
        Topic.REQUESTS,
    ),
    "coach_linked": (
        _l("%(coach)s is your coach now. They see only what you share with them."),
        *_COACHING,
    ),
    "teacher_linked": (_l("You coach %(teacher)s now."), *_COACHING),
    "coach_unlinked": (_l("%(coach)s is no longer your coach."), *_COACHING),
    "teacher_unlinked": (_l("You no longer coach %(teacher)s."), *_COACHING),
}


def _plan_anew(_app: object, person: Person) -> None:
    plan_anew(person.id)


def _plan_by_another_clock(
    _app: object, actor: Person | None, verb: str, thing: Base, detail: dict[str, Any]
) -> None:
    if verb == "changed" and detail.get("what") == "language" and isinstance(thing, Person):
        plan_anew(thing.id)


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
