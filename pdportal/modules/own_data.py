"""Somebody's own ways through modules: pages read, answers, reflections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, delete, or_, select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.content.html import plain_text
from pdportal.db import db
from pdportal.modules import policy, questions
from pdportal.modules.assignments.models import Agreement, Proposal, ProposalLine
from pdportal.modules.checks import own_data as checks
from pdportal.modules.enrollments.models import DoneElsewhere
from pdportal.modules.models import (
    Answer,
    Assignment,
    Block,
    Chosen,
    Edition,
    Enrollment,
    HandIn,
    Module,
    PageRead,
    Reflection,
    TakenUp,
)
from pdportal.modules.together import own_data as together


def collect(person: Person) -> Iterator[Piece]:
    """Modules begun and finished, every answer, reflection and check."""
    ways = (
        select(
            Edition.title,
            Enrollment.begun_at,
            Enrollment.last_at,
            Enrollment.finished_at,
            Enrollment.tested_out_at,
            Enrollment.track,
            Enrollment.due_on,
            Enrollment.weekly_minutes,
            Enrollment.paused_at,
            Enrollment.left_at,
        )
        .join(Edition, Edition.id == Enrollment.edition_id)
        .where(Enrollment.person_id == person.id)
        .order_by(Enrollment.id)
    )
    yield Piece("modules.json", as_data(ways))
    answers = (
        policy.answers_of(person)
        .join(Edition, Edition.id == Enrollment.edition_id)
        .join(Block, Block.id == Answer.block_id)
        .with_only_columns(
            Edition.title,
            Block.key.label("question"),
            Answer.answer,
            Answer.verdict,
            Answer.at,
            Block.data,
        )
        .order_by(Answer.id)
    )
    yield Piece("answers.json", [_in_words(row) for row in as_data(answers)])
    agreed = (
        select(Module.slug, Agreement.due_on, Agreement.done_at)
        .join(Assignment, Assignment.id == Agreement.assignment_id)
        .join(Module, Module.id == Assignment.module_id)
        .where(Agreement.person_id == person.id)
    )
    yield Piece("agreements.json", as_data(agreed))
    proposed = (
        select(Proposal.kind, Proposal.words, Proposal.link, Proposal.due_on, Proposal.created_at)
        .where(Proposal.person_id == person.id)
        .order_by(Proposal.id)
    )
    yield Piece("proposals.json", as_data(proposed))
    said = (
        select(ProposalLine.text, ProposalLine.at)
        .where(ProposalLine.author_id == person.id)
        .order_by(ProposalLine.id)
    )
    yield Piece("proposal_lines.json", as_data(said))
    elsewhere = (
        select(Module.slug, DoneElsewhere.at)
        .join(Module, Module.id == DoneElsewhere.module_id)
        .where(DoneElsewhere.person_id == person.id)
    )
    yield Piece("done_elsewhere.json", as_data(elsewhere))
    reflections = db.session.execute(
        select(Edition.title, Reflection.text, Reflection.saved_at)
        .join(Enrollment, Enrollment.id == Reflection.enrollment_id)
        .join(Edition, Edition.id == Enrollment.edition_id)
        .where(Enrollment.person_id == person.id)
        .order_by(Reflection.saved_at)
    )
    lines = [
        line
        for row in reflections
        for line in (f"## {row.title}, {row.saved_at:%Y-%m-%d}", "", row.text, "")
    ]
    yield Piece("reflections.md", "\n".join(["# Reflections", "", *lines]))
    choices = (
        select(Edition.title, Block.key.label("choice"), Chosen.option, Chosen.why, Chosen.at)
        .join(Enrollment, Enrollment.id == Chosen.enrollment_id)
        .join(Edition, Edition.id == Enrollment.edition_id)
        .join(Block, Block.id == Chosen.block_id)
        .where(Enrollment.person_id == person.id)
        .order_by(Chosen.at)
    )
    yield Piece("choices.json", as_data(choices))
    yield from checks.collect(person)
    yield from together.collect(person)


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """An answer, with what was asked and what was said as a person reads them."""
    data = row.pop("data")
    kind = questions.kind_of(data)
    said = kind.say(data, row["answer"]) if isinstance(row["answer"], kind.shape) else []
    asked = data["prompt_html"] or "___".join(data.get("pieces", []))
    return row | {"asked": plain_text(asked), "said": [plain_text(each) for each in said]}


def forget(person: Person) -> None:
    """Delete every way, with all that was answered and read on it."""
    checks.forget(person)
    together.forget(person)
    for table in (Answer, Reflection, HandIn, TakenUp, Chosen, PageRead):
        db.session.execute(
            delete(table).where(table.enrollment_id.in_(_ways(person))),
            execution_options={"synchronize_session": False},
        )
    own_proposals = select(Proposal.id).where(Proposal.person_id == person.id)
    db.session.execute(
        delete(ProposalLine).where(
            or_(ProposalLine.author_id == person.id, ProposalLine.proposal_id.in_(own_proposals))
        ),
        execution_options={"synchronize_session": False},
    )
    for own in (Agreement, DoneElsewhere, Proposal):
        db.session.execute(
            delete(own).where(own.person_id == person.id),
            execution_options={"synchronize_session": False},
        )
    db.session.execute(
        delete(Enrollment).where(Enrollment.person_id == person.id),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()


def _ways(person: Person) -> Select[int]:
    return select(Enrollment.id).where(Enrollment.person_id == person.id)


PART = OwnPart(
    "modules",
    _l("Learning"),
    collect,
    forget,
    goes=_l("What you read, answered and reflected on in modules."),
)
