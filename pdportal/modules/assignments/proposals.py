"""Proposing something else for an assignment; a lead says yes, or asks."""

from __future__ import annotations

import re
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.feedback.kinds import all_kinds
from pdportal.feedback.works.models import Revision, Work
from pdportal.inbox.services import notify
from pdportal.inbox.services import withdraw as withdraw_notices
from pdportal.modules import policy as modules
from pdportal.modules.assignments import policy
from pdportal.modules.assignments.models import Agreement, Proposal, ProposalKind, ProposalLine
from pdportal.modules.assignments.services import agree, title_of
from pdportal.modules.enrollments.reminders import note_finished as withdraw_reminder
from pdportal.modules.models import Assignment, Edition, Enrollment, Module
from pdportal.web.errors import Refused, require


def propose(
    person: Person,
    assignment: Assignment,
    to_id: int,
    kind: ProposalKind,
    words: str,
    *,
    module: str = "",
    revision_id: int | None = None,
    link: str = "",
    due_on: date | None = None,
) -> Proposal:
    """Show one lead what one would rather do; by this act that lead may read it, nobody else.

    Of a work, the lead reads the version that is shown, and no later one. Raises `Refused` with
    the field that is wrong.
    """
    if to_id not in {lead.id for lead in policy.leads_to_ask(person, assignment)}:
        raise Refused(_("Choose who decides about it."), status=422, field="to")
    proposal = Proposal(
        assignment_id=assignment.id, person_id=person.id, to_id=to_id, kind=kind, words=words
    )
    match kind:
        case ProposalKind.MODULE:
            proposal.module_id = _module_named(person, module, assignment)
        case ProposalKind.DATE:
            if due_on is None:
                raise Refused(_("Choose a date."), status=422, field="due_on")
            proposal.due_on = due_on
        case ProposalKind.EVIDENCE:
            proposal.link, proposal.revision_id = _link(link), _own_revision(person, revision_id)
    if not add_unless_there(proposal):
        raise Refused(_("You have proposed something for this already. Withdraw that first."))
    record(person, "proposed", proposal, assignment=assignment.id)
    _tell(to_id, "proposed", proposal, person)
    return proposal


def say(person: Person, proposal: Proposal, text: str) -> ProposalLine:
    """A question of the lead, or the answer of whoever proposed it; the other is told."""
    _lock(proposal)
    require(policy.may_answer(person, proposal) or policy.may_withdraw(person, proposal))
    if proposal.lines and (proposal.lines[-1].author_id, proposal.lines[-1].text) == (
        person.id, text,
    ):  # fmt: skip
        return proposal.lines[-1]  # sent twice
    line = ProposalLine(author_id=person.id, text=text)
    proposal.lines.append(line)
    db.session.flush()
    record(person, "said", proposal)
    other = proposal.to_id if person.id == proposal.person_id else proposal.person_id
    _tell(other, "proposal_line", proposal, person)
    return line


def accept(lead: Person, proposal: Proposal) -> None:
    """Say yes: another date is theirs alone, evidence counts, a module once it is finished."""
    _lock(proposal)
    require(policy.may_answer(lead, proposal))
    agreement = agree(lead, proposal.assignment, proposal.person_id)
    match proposal.kind:
        case ProposalKind.DATE:
            agreement.due_on = proposal.due_on
        case ProposalKind.EVIDENCE:
            _count(agreement, proposal.person)
        case ProposalKind.MODULE:
            agreement.instead_id = proposal.module_id
            if _has_finished(proposal.person_id, proposal.module_id):
                _count(agreement, proposal.person)
    proposal.settled_at, proposal.accepted = clock.now(), True
    record(lead, "accepted", proposal)
    _tell(proposal.person_id, "proposal_accepted", proposal, lead)


def withdraw(person: Person, proposal: Proposal) -> None:
    """Take it back; the lead reads it no more."""
    _lock(proposal)
    require(policy.may_withdraw(person, proposal))
    proposal.settled_at = clock.now()
    withdraw_notices(proposal.to_id, f"/proposals/{proposal.id}")
    record(person, "withdrew", proposal)


def note_finished(person: Person, *, module_id: int, **_more: object) -> None:
    """What was agreed to count in place of an assignment counts once it is finished."""
    agreed = select(Agreement).where(
        Agreement.person_id == person.id,
        Agreement.instead_id == module_id,
        Agreement.done_at.is_(None),
    )
    for agreement in db.session.scalars(agreed).all():
        _count(agreement, person)


def _count(agreement: Agreement, person: Person) -> None:
    """It is done another way: nobody is reminded of it any more."""
    agreement.done_at = clock.now()
    withdraw_reminder(person, agreement.assignment.module_id)


def _lock(proposal: Proposal) -> None:
    """Of two who answer at once, the second is told."""
    db.session.refresh(proposal, with_for_update={"of": Proposal})
    if not proposal.is_open:
        raise Refused(_("This proposal was settled in the meantime. Reload the page to see it."))


def _tell(person_id: int, kind: str, proposal: Proposal, sender: Person) -> None:
    title = title_of(db.session.get_one(Assignment, proposal.assignment_id))
    url = f"/proposals/{proposal.id}"
    notify(person_id, kind, url, sender=sender, by=sender.name, module=title)


def _module_named(person: Person, typed: str, assignment: Assignment) -> int:
    """The module with this title, address or slug."""
    at = re.search(r"/learn/([^/?#\s]+)", typed)
    name = (at[1] if at else typed).strip().lower()
    found = db.session.scalars(
        modules.modules_seen_by(person)
        .join(Edition, Edition.id == Module.current_id)
        .where(or_(Module.slug == name, func.lower(Edition.title) == name))
    ).first()
    if found is None:
        raise Refused(
            _("Write the title or the address of a module that is here."),
            status=422,
            field="module",
        )
    if found.id == assignment.module_id:
        raise Refused(_("That is the one that is assigned."), status=422, field="module")
    return found.id


def _link(link: str) -> str:
    if link and not re.match(r"https?://[^\s/]+", link):
        raise Refused(_("Write an address that begins with https://"), status=422, field="link")
    return link


def _own_revision(person: Person, revision_id: int | None) -> int | None:
    if not revision_id:
        return None
    own = select(Revision.id).join(Work, Work.id == Revision.work_id)
    if db.session.scalar(own.where(Revision.id == revision_id, can_be_shown(person))) is None:
        raise Refused(_("Choose one of your own works."), status=422, field="work")
    return revision_id


def can_be_shown(person: Person) -> ColumnElement[bool]:
    """A `Work` of which somebody can show a lead a version."""
    kinds = [kind.name for kind in all_kinds() if kind.shown_for_modules]
    return and_(Work.author_id == person.id, Work.kind.in_(kinds))


def _has_finished(person_id: int, module_id: int | None) -> bool:
    finished = select(Enrollment.id).where(
        Enrollment.person_id == person_id,
        Enrollment.module_id == module_id,
        Enrollment.finished_at.is_not(None),
    )
    return db.session.scalar(finished) is not None
