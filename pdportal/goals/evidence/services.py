"""Evidence: a link or a few words that show how it went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn, wait_for_turns
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.files.attached import files_of_draft
from pdportal.feedback.files.bringing import delete_file
from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.files.services import add_files
from pdportal.feedback.files.store import Stored
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.skills import known_skills
from pdportal.goals.evidence.offers import Offer
from pdportal.goals.kind import GOAL_FILES
from pdportal.goals.models import Evidence, EvidenceSkill, Goal, Step
from pdportal.goals.services.checks import (
    LONGEST_TEXT,
    clean_text,
    require_open_goal,
    require_owner,
)
from pdportal.inbox.services import address
from pdportal.web.errors import Refused
from pdportal.web.typed import web_address

LONGEST_URL = 500
RESTORABLE = timedelta(days=30)
"""So long what was removed can be brought back."""


def add_evidence(
    owner: Person,
    goal: Goal,
    *,
    url: str = "",
    text: str = "",
    step: Step | None = None,
    skills: Collection[int] = (),
    offer: Offer | None = None,
    file: WorkFile | None = None,
) -> Evidence:
    """Add to a goal or one of its steps; sent twice it is one piece.

    It is a link, a few words, something that was offered (`evidence.offers`) or a file.
    """
    require_open_goal(owner, goal)
    text = clean_text(text, "text", LONGEST_TEXT)
    url, label = (offer.url, offer.label[:200]) if offer else (_link(url), "")
    if not url and not text:
        raise Refused(_("Write a few words, or paste a link."), status=422, field="text")
    if step is not None and step.goal_id != goal.id:
        raise Refused(_("That step belongs to another goal."), status=422, field="step")
    wait_for_turn(owner)
    values = {
        "goal_id": goal.id,
        "step_id": step.id if step else None,
        "url": url,
        "text": text,
        "label": label,
        "file_id": file.id if file else None,
    }
    sent_before = db.session.scalars(
        select(Evidence).filter_by(**values, removed_at=None).limit(1)
    ).first()
    if sent_before is not None:
        return sent_before
    evidence = Evidence(**values)
    db.session.add(evidence)
    db.session.flush()
    for skill_id in known_skills(owner, skills):
        db.session.add(EvidenceSkill(evidence_id=evidence.id, skill_id=skill_id))
    record(owner, "added", evidence, goal=goal.id)
    return evidence


def add_evidence_files(
    owner: Person, goal: Goal, stored: Sequence[Stored], **more: Any
) -> list[Evidence]:
    """Add files, each a piece of its own; `more` is what `add_evidence` takes, for all of them."""
    require_open_goal(owner, goal)
    wait_for_turn(owner)
    db.session.refresh(goal, ["files_id"])
    if goal.files is None:
        title = _("Files of a goal")
        goal.files = work_services.begin_work(owner, GOAL_FILES.name, title)
        db.session.flush()
    add_files(owner, goal.files, stored)
    db.session.refresh(goal.files, ["files"])
    sent = {file.sha256 for file in stored}
    return [
        add_evidence(owner, goal, file=file, offer=_as_offer(file), **more)
        for file in files_of_draft(goal.files)
        if file.sha256 in sent  # also one whose evidence was removed since
    ]


def _as_offer(file: WorkFile) -> Offer:
    page = address("feedback.work_file", work_id=file.work_id, file_id=file.id)
    return Offer(file.key, file.name, page)


def remove_evidence(owner: Person, goal: Goal, evidence: Evidence, *, removes: bool = True) -> None:
    """Take a piece of evidence off the goal for now, or put it back."""
    require_owner(owner, goal)
    if (evidence.removed_at is None) is removes:
        evidence.removed_at = clock.now() if removes else None
        record(owner, "removed" if removes else "brought_back", evidence, goal=goal.id)


def sweep_evidence() -> None:
    """Delete for good what was removed so long ago, with its file unless other evidence has it.

    Its owners take turns with it: one of them may be adding the same file.
    """
    gone = Evidence.removed_at < clock.now() - RESTORABLE
    owners = select(Goal.owner_id).join(Evidence, Evidence.goal_id == Goal.id).where(gone)
    wait_for_turns(db.session.scalars(owners.distinct()).all())
    for evidence in db.session.scalars(select(Evidence).where(gone).with_for_update()).all():
        file = db.session.get(WorkFile, evidence.file_id) if evidence.file_id else None
        db.session.delete(evidence)
        db.session.flush()
        others = select(Evidence.id).where(Evidence.file_id == evidence.file_id)
        if file is not None and db.session.scalars(others).first() is None:
            delete_file(file)


def _link(url: str) -> str:
    url = clean_text(url, "url", LONGEST_URL)
    if not url:
        return ""
    if not (address := web_address(url)):
        message = _("A link begins with https:// and names a page on the web.")
        raise Refused(message, status=422, field="url")
    return address
