"""Choosing one of the alternatives of a page, and writing for oneself why."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record_id
from pdportal.db import add_unless_there, db
from pdportal.modules import policy
from pdportal.modules.enrollments.services import finish_if_done
from pdportal.modules.models import Block, BlockKind, Chosen, Enrollment
from pdportal.modules.pages.queries import Opened
from pdportal.modules.pages.services import on_page
from pdportal.web.autosave import ChangedElsewhere, replace_values
from pdportal.web.errors import Refused

LONGEST_WHY = 5_000


def choose(person: Person, opened: Opened, key: str, option: str, why: str) -> Enrollment:
    """Choose an alternative, or another one later: what was done in the first stays.

    Only the blocks of the chosen one count. `why` is stored where none is yet; later, `save_why`
    changes it. Raises `ChangedElsewhere` where another `why` is stored.
    """
    block = _choice(opened, key)
    options = {each["key"]: each["minutes"] for each in block.data["options"]}
    if option not in options:
        raise Refused(_("Choose one of these first."), status=422, field=key)
    _check_length(why, key)
    enrollment, _page = on_page(person, opened)
    minutes = options[option] - next(iter(options.values()))
    new = Chosen(
        enrollment_id=enrollment.id, block_id=block.id, option=option, minutes=minutes, why=why
    )
    chosen = _chosen(person, enrollment.id, block.id)
    if chosen is None and not add_unless_there(new):  # the other tab was quicker by a moment
        chosen = _chosen(person, enrollment.id, block.id)
    if chosen is not None and why.strip() and why != chosen.why:
        if chosen.why.strip():  # a form of before the first choice: both are shown, and one stored
            raise ChangedElsewhere(chosen.version, {"why": chosen.why})
        replace_values(chosen, {"why": why}, None)
    if chosen is not None and chosen.option != option:
        chosen.option, chosen.minutes, chosen.at = option, minutes, clock.now()
    if chosen is None or chosen in db.session.dirty:
        record_id(person.id, "chose", "block", block.id, module=opened.module_id)
    finish_if_done(person, enrollment)
    return enrollment


def save_why(person: Person, opened: Opened, key: str, why: str, *, version: int) -> Chosen:
    """Save for oneself why one chose this; nobody else reads it. Raises `ChangedElsewhere`."""
    block = _choice(opened, key)
    _check_length(why, key)
    chosen = _chosen(person, opened.enrollment_id or 0, block.id)
    if chosen is None:
        raise Refused(_("Choose one of these first."), status=422, field=key)
    replace_values(chosen, {"why": why}, version)
    return chosen


def _choice(opened: Opened, key: str) -> Block:
    block = db.session.scalars(
        select(Block).where(
            Block.page_id == opened.page_id, Block.key == key, Block.kind == BlockKind.CHOICE
        )
    ).one_or_none()
    if block is None:
        raise NotFound
    return block


def _chosen(person: Person, enrollment_id: int, block_id: int) -> Chosen | None:
    return db.session.scalars(
        policy.choices_of(person).where(
            Chosen.enrollment_id == enrollment_id, Chosen.block_id == block_id
        )
    ).one_or_none()


def _check_length(why: str, key: str) -> None:
    if len(why) > LONGEST_WHY:
        most = f"{LONGEST_WHY:,}"
        message = _("This is longer than %(most)s characters.", most=most)
        raise Refused(message, status=422, field=key)
