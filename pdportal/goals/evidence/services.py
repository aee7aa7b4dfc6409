"""Evidence: a link or a few words that show how it went."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.works.services import wait_for_turn
from pdportal.goals.models import Evidence, Goal, Step
from pdportal.goals.services.checks import (
    LONGEST_TEXT,
    clean_text,
    require_open_goal,
    require_owner,
)
from pdportal.web.errors import Refused

LONGEST_URL = 500


def add_evidence(
    owner: Person, goal: Goal, *, url: str = "", text: str = "", step: Step | None = None
) -> Evidence:
    """Add a link or a few words to a goal or one of its steps; sent twice it is one piece."""
    require_open_goal(owner, goal)
    url = _link(url)
    text = clean_text(text, "text", LONGEST_TEXT)
    if not url and not text:
        raise Refused(_("Write a few words, or paste a link."), status=422, field="text")
    if step is not None and step.goal_id != goal.id:
        raise Refused(_("That step belongs to another goal."), status=422, field="step")
    wait_for_turn(owner)
    values = {"goal_id": goal.id, "step_id": step.id if step else None, "url": url, "text": text}
    sent_before = db.session.scalars(
        select(Evidence).filter_by(**values, removed_at=None).limit(1)
    ).first()
    if sent_before is not None:
        return sent_before
    evidence = Evidence(**values)
    db.session.add(evidence)
    db.session.flush()
    record(owner, "added", evidence, goal=goal.id)
    return evidence


def remove_evidence(owner: Person, goal: Goal, evidence: Evidence) -> None:
    """Take a piece of evidence off the goal; it can be brought back."""
    require_owner(owner, goal)
    if evidence.removed_at is None:
        evidence.removed_at = clock.now()
        record(owner, "removed", evidence, goal=goal.id)


def restore_evidence(owner: Person, goal: Goal, evidence: Evidence) -> None:
    """Put it back."""
    require_owner(owner, goal)
    if evidence.removed_at is not None:
        evidence.removed_at = None
        record(owner, "brought_back", evidence, goal=goal.id)


def host(url: str) -> str:
    """Where a link leads, in the word that people know it by."""
    return urlsplit(url).hostname or ""


def _link(url: str) -> str:
    url = clean_text(url, "url", LONGEST_URL)
    if not url:
        return ""
    start = url.split("/")[0]
    if ":" not in start and "." in start:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        fine = False
    if not fine or any(letter.isspace() or ord(letter) < 32 for letter in url):
        message = _("A link begins with https:// and names a page on the web.")
        raise Refused(message, status=422, field="url")
    return url
