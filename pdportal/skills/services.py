"""Saying where somebody stands on a skill, asking a coach, and offering to show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db, find_or_add
from pdportal.inbox.services import address, notify, withdraw
from pdportal.skills import policy, queries
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.levels import last_position, levels_of, say_position
from pdportal.skills.models import Offer, Placement, SkillRequest, Source
from pdportal.web.errors import Refused, forbidden


def place(
    person: Person,
    skill: Skill,
    position: int,
    *,
    source: Source,
    said_by: Person | None = None,
    at: datetime | None = None,
    words: str = "",
    provider: str = "",
    from_title: str = "",
    from_url: str = "",
    key: str | None = None,
    corrects: Placement | None = None,
) -> Placement:
    """Add a line that says where `person` stands: `position` in halves of a step, see `Placement`.

    `said_by` is who says so, where that is somebody else. Whoever calls this has asked whether they
    may. With a `key` ("check:17:questioning") the line is added once, however often it is sent.
    Raises `Refused` where the skill takes no placement or has no such position.
    """
    if key and (before := _sent_before(person, key)):
        return before
    line = Placement(
        person_id=person.id,
        skill_id=skill.id,
        **_standing(skill, position),
        source=source,
        said_by_id=said_by.id if said_by else None,
        at=at or clock.now(),
        words=words,
        provider=provider,
        from_title=from_title[:200],
        from_url=from_url[:300],
        key=key,
        corrects_id=corrects.id if corrects else None,
    )
    if add_unless_there(line):
        record(said_by or person, "placed", line, source=source.value)
    elif key and (before := _sent_before(person, key)):
        return before
    else:
        raise Refused(_("This line was corrected in another window."))
    return line


def _standing(skill: Skill, position: int) -> dict[str, Any]:
    """A position, of how many, and what it is called."""
    levels = levels_of(skill)
    last = last_position(levels)
    if not skill.takes_placement or not 0 <= position <= last:
        raise Refused(_("Choose one of the levels."), status=422, field="position")
    return {"position": position, "last": last, "said": say_position(levels, position)}


def take_back(person: Person, line: Placement) -> None:
    """Take back what one said oneself; the line stays in the history, and says nothing any more."""
    if not policy.may_take_back(person, line):
        raise forbidden(_("This is not yours to take back."))
    gone = Placement(
        person_id=person.id,
        skill_id=line.skill_id,
        last=line.last,
        source=Source.SELF,
        corrects_id=line.id,
    )
    if add_unless_there(gone):
        record(person, "took_back", line)


def hide(person: Person, line: Placement, *, hidden: bool) -> None:
    """Take a line that others said out of one's own pages, or put it back."""
    _require_answer(person, line)
    line.hidden_at = (line.hidden_at or clock.now()) if hidden else None


def object_to(person: Person, line: Placement, words: str) -> None:
    """Say that what others said is wrong. Whoever said it is told that, and no words."""
    _require_answer(person, line)
    is_new = line.objected_at is None
    line.objection, line.objected_at = words, line.objected_at or clock.now()
    if is_new:
        record(person, "objected", line)
    if is_new and line.said_by_id is not None:
        _tell(line.said_by_id, "placement_objected", person, line.skill, _page_of(line.skill_id))


def withdraw_objection(person: Person, line: Placement) -> None:
    """Let the line hold again."""
    _require_answer(person, line)
    line.objection, line.objected_at = "", None


def ask_coach(person: Person, skill: Skill, coach: Person, words: str = "") -> SkillRequest:
    """Ask one's coach where they see one on a skill; asked twice it is one question."""
    if not skill.takes_placement:
        raise Refused(_("This skill is no longer in its framework."))
    request = SkillRequest(person_id=person.id, coach_id=coach.id, skill_id=skill.id, words=words)
    if not add_unless_there(request):
        return db.session.scalars(queries.requests_of(person, skill)).first() or request
    record(person, "asked_coach", request)
    _tell(coach.id, "placement_asked", person, skill, _page_to_answer(request))
    return request


def withdraw_request(person: Person, request: SkillRequest) -> None:
    """Take the question back; the coach cannot answer it any more."""
    if request.is_open:
        request.ended_at = clock.now()
        withdraw(request.coach_id, _page_to_answer(request))


def answer_request(
    coach: Person, request: SkillRequest, position: int, words: str = ""
) -> Placement:
    """A coach says where they see the teacher who asked; the teacher is told at once."""
    line = place(
        request.person,
        request.skill,
        position,
        source=Source.COACH,
        said_by=coach,
        words=words,
        key=f"request:{request.id}",
    )
    request.ended_at, request.placement_id = clock.now(), line.id
    withdraw(request.coach_id, _page_to_answer(request))
    page = _page_of(request.skill_id)
    _tell(request.person_id, "placement_answered", coach, request.skill, page)
    return line


def offer(person: Person, skill: Skill, words: str, *, to_district: bool) -> None:
    """Offer to show colleagues a skill; a second offer says it in other words."""
    own, is_new = find_or_add(
        queries.own_offer(person, skill), lambda: Offer(person_id=person.id, skill_id=skill.id)
    )
    if is_new:
        record(person, "offered", own)
    own.words, own.to_district = words, to_district


def take_offer_back(person: Person, skill: Skill) -> None:
    """Nobody sees the offer any more."""
    own = db.session.scalars(queries.own_offer(person, skill)).one_or_none()
    if own is not None:
        own.taken_back_at = clock.now()


def _tell(person_id: int, kind: str, by: Person, skill: Skill, url: str) -> None:
    notify(person_id, kind, url, sender=by, by=by.name, skill=skill.name)


def _page_of(skill_id: int) -> str:
    return address("skills.skill_page", skill_id=skill_id)


def _page_to_answer(request: SkillRequest) -> str:
    return address("skills.answer_request", request_id=request.id)


def _require_answer(person: Person, line: Placement) -> None:
    if not policy.may_answer_back(person, line):
        raise forbidden(_("You can hide or question what others said of you."))


def _sent_before(person: Person, key: str) -> Placement | None:
    return db.session.scalars(
        select(Placement).where(Placement.person_id == person.id, Placement.key == key)
    ).one_or_none()
