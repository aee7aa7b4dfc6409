"""A protocol of one's own: begun, saved, arranged, published, withdrawn, deleted, recommended."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import cohorts_seen_by
from pdportal.db import db
from pdportal.feedback.protocols import policy
from pdportal.feedback.protocols.models import OwnProtocol, Protocol, Readers
from pdportal.feedback.protocols.own.boxes import (
    MOST_STAGES,
    ORDER,
    OUT,
    Boxes,
    merged,
    stage_box,
    stage_keys,
    tidy,
)
from pdportal.feedback.protocols.own.checking import Checked, check_boxes, compiled, readable
from pdportal.feedback.protocols.own.markdown import read, write
from pdportal.feedback.protocols.queries import is_published
from pdportal.feedback.protocols.services import publish_edition
from pdportal.feedback.works.services import fitting
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, forbidden, require

LONGEST = 60_000
STARTER = Path(__file__).with_name("starter.md")
MARKDOWN = "markdown"
_NAME = re.compile(r"^name:(.*)$", re.MULTILINE)
"""How a protocol is called, in what stands above its text."""


def begin(author: Person) -> OwnProtocol:
    """A new protocol with a few stages to change; sent twice it is one."""
    boxes = read(STARTER.read_text("utf-8"))
    origin = _("Written by %(name)s.", name=author.name)
    return _begin(author, {**boxes, "origin": origin}, [])


def begin_copy(author: Person, protocol: Protocol) -> OwnProtocol:
    """A copy to change, of a protocol that somebody sees; it says what it is based on."""
    text = (
        db.session.scalars(
            select(Protocol).where(Protocol.id == protocol.id).options(undefer(Protocol.source))
        )
        .one()
        .source
    )
    if text is None:
        raise Refused(_("This one was published before it could be copied."))
    credit = {key: protocol.data.get(key, "") for key in ("origin", "licence")}
    based_on = [
        *protocol.data.get("based_on", []),
        {"slug": protocol.slug, "name": protocol.name, **credit},
    ]
    boxes, name = readable(protocol.slug, text), _("%(name)s, changed", name=protocol.name)[:120]
    if boxes:
        return _begin(author, {**boxes, "name": name}, based_on)
    named = _NAME.sub(lambda _line: f"name: {json.dumps(name, ensure_ascii=False)}", text, count=1)
    return _begin(author, boxes, based_on, named, name)


def _begin(
    author: Person, boxes: Boxes, based_on: list[Any], markdown: str | None = None, name: str = ""
) -> OwnProtocol:
    wait_for_turn(author)
    untouched = policy.own_protocols_of(author).where(OwnProtocol.version == 1).limit(50)
    for each in db.session.scalars(untouched):
        if (each.boxes, each.based_on) == (boxes, based_on):
            return each
    own = OwnProtocol(
        author_id=author.id,
        district_id=author.district_id,
        name=boxes.get("name", name),
        boxes=dict(boxes),
        based_on=based_on,
        markdown=markdown,
    )
    db.session.add(own)
    db.session.flush()
    record(author, "began", own)
    return own


def save_boxes(author: Person, own: OwnProtocol, typed: Boxes, version: int) -> int:
    """Save what was typed in the form; gives the version. Raises `ChangedElsewhere`."""
    _lock(author, own)
    if own.markdown is not None and not own.boxes:
        raise Refused(_("This was changed as Markdown meanwhile, in a way that the form lacks."))
    boxes = merged(own.boxes, typed)
    if boxes != own.boxes:
        check_version(version, own.version, own.boxes)
        _store(own, boxes, None)
    return own.version


def save_markdown(author: Person, own: OwnProtocol, typed: str, version: int) -> int:
    """The same for the whole as Markdown; the form shows it where it has a box for all of it."""
    _lock(author, own)
    text = fitting(typed, MARKDOWN, LONGEST).strip("\n") + "\n"
    if text != markdown_of(own):
        check_version(version, own.version, {MARKDOWN: markdown_of(own)})
        _store(own, readable(own.slug, text), text)
    return own.version


def arrange(author: Person, own: OwnProtocol, what: str, key: str) -> str:
    """Add a stage, move one `up` or `down`, take it `out` or put it `back`; gives its key."""
    _lock(author, own)
    order, out = stage_keys(own.boxes), stage_keys(own.boxes, OUT)
    boxes = {**own.boxes}
    if what == "add" and len(order) + len(out) < MOST_STAGES:
        key = next(f"stage-{n}" for n in range(1, 100) if f"stage-{n}" not in {*order, *out})
        order.append(key)
        boxes[stage_box(key, "speaks")] = "reviewers"
    elif what == "add":
        raise Refused(_("A protocol has at most %(most)s stages.", most=MOST_STAGES), status=422)
    elif what in {"up", "down"} and key in order:
        place = order.index(key)
        order.insert(max(place + (1 if what == "down" else -1), 0), order.pop(place))
    elif what == "out" and key in order:
        order.remove(key)
        out.append(key)
    elif what == "back" and key in out:
        out.remove(key)
        order.append(key)
    boxes |= {ORDER: " ".join(order), OUT: " ".join(out)}
    if (boxes := tidy(boxes)) != own.boxes:
        _store(own, boxes, None)
    return key


def checked(own: OwnProtocol) -> Checked:
    """The draft as it would be published, or what is wrong with it."""
    if own.boxes:
        return check_boxes(own.slug, own.boxes)
    return compiled(own.slug, markdown_of(own))


def markdown_of(own: OwnProtocol) -> str:
    """The draft as Markdown: as it was typed, or as the boxes make it."""
    return write(own.boxes).text if own.markdown is None else own.markdown


def publish(
    author: Person, own: OwnProtocol, readers: Readers, cohort: Cohort | None = None
) -> Protocol:
    """Let others use the draft as it is: a new edition, which nobody who runs one is moved to.

    Raises `Refused` (422) while something is wrong with it.
    """
    _lock(author, own)
    found = checked(own)
    if found.protocol is None:
        raise Refused(_("Please fix what is marked, then publish it."), status=422)
    _require_readers(author, readers, cohort)
    edition = found.protocol
    edition.source, edition.own_id = markdown_of(own), own.id
    edition.data = edition.data | {"suits": None, "based_on": own.based_on}
    edition = publish_edition(edition)
    own.readers, own.withdrawn_at = readers, None
    own.cohort_id = cohort.id if cohort else None
    own.district_id, own.school_id = author.district_id, author.school_id
    record(author, "published", own, readers=readers.value)
    return edition


def withdraw(author: Person, own: OwnProtocol) -> None:
    """Offer it to nobody any more; who runs it goes on with the edition they began with."""
    _lock(author, own)
    if own.withdrawn_at is None:
        own.withdrawn_at = clock.now()
        db.session.execute(
            update(Protocol).where(Protocol.own_id == own.id).values(is_current=False)
        )
        record(author, "withdrew", own)


def delete_draft(author: Person, own: OwnProtocol) -> None:
    """Delete what was never published, for good; the rest is withdrawn instead."""
    _lock(author, own)
    if is_published(own):
        raise Refused(_("This was published. Withdraw it: then nobody can choose it anymore."))
    record(author, "deleted", own)
    db.session.delete(own)


def recommend(lead: Person, protocol: Protocol, *, yes: bool) -> None:
    """Say to the whole district that this edition is recommended, or no longer."""
    if protocol.own is None or not policy.may_recommend(lead, protocol.own):
        raise forbidden()
    if (protocol.recommended_at is not None) != yes:
        protocol.recommended_at = clock.now() if yes else None
        record(lead, "recommended" if yes else "unrecommended", protocol.own)


def _require_readers(author: Person, readers: Readers, cohort: Cohort | None) -> None:
    """Raises `Refused` (422) where somebody may not show it to these."""
    seen = cohort and db.session.scalar(
        cohorts_seen_by(author).where(Cohort.id == cohort.id).with_only_columns(Cohort.id)
    )
    if (readers is Readers.COHORT and not seen) or (
        readers is Readers.SCHOOL and author.school_id is None
    ):
        raise Refused(_("Choose who may use it."), status=422, field="readers")


def _lock(author: Person, own: OwnProtocol) -> None:
    require(own.author_id == author.id)
    db.session.flush()
    db.session.refresh(own, with_for_update={"of": OwnProtocol})


def _store(own: OwnProtocol, boxes: dict[str, str], markdown: str | None) -> None:
    own.boxes, own.markdown = boxes, markdown
    if found := _NAME.search(markdown or ""):
        boxes = {"name": found[1].strip().strip("\"'"), **boxes}
    own.name = boxes.get("name", own.name)[:120]
    own.version += 1
    own.saved_at = clock.now()
    db.session.flush()
