"""Somebody's own ways through modules: what they read, answered, wrote, chose and agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, Select, delete, or_, select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, Rows, as_data
from pdportal.content.html import plain_text
from pdportal.db import db
from pdportal.modules import policy, questions
from pdportal.modules.assignments.models import Agreement, Proposal, ProposalLine
from pdportal.modules.checks.models import Check, CheckTry, PlanUse
from pdportal.modules.editions.queries import tables_of_blocks
from pdportal.modules.enrollments.models import DoneElsewhere
from pdportal.modules.models import (
    Answer,
    Assignment,
    Block,
    Chosen,
    Edition,
    Enrollment,
    Module,
    PageRead,
    Reflection,
)
from pdportal.modules.together.models import Group, Sheet
from pdportal.modules.together.services import empty_groups


def _files(person: Person) -> Iterator[Piece]:
    """Every answer and reflection in words, and every check."""
    answers = _done_in_blocks(person, Answer, Answer.id).with_only_columns(
        Edition.title, Block.key.label("question"), Answer.answer, Answer.verdict, Answer.at,
        Block.data,
    )  # fmt: skip
    yield Piece("answers.json", [_in_words(row) for row in as_data(answers)])
    reflections = _done_in_blocks(person, Reflection, Reflection.saved_at).with_only_columns(
        Edition.title, Reflection.text, Reflection.saved_at
    )
    lines = [
        line
        for row in db.session.execute(reflections)
        for line in (f"## {row.title}, {row.saved_at:%Y-%m-%d}", "", row.text, "")
    ]
    yield Piece("reflections.md", "\n".join(["# Reflections", "", *lines]))
    tries, used = _checks(person)
    yield Piece("checks.json", {"tries": as_data(tries), "used": as_data(used)})


def _rows(person: Person) -> Mapping[str, Rows]:
    """What goes into the download as it is stored; of a group, not what others answered."""
    way, sheet = Enrollment.__table__.c, Sheet.__table__.c
    proposal, line = Proposal.__table__.c, ProposalLine.__table__.c
    return {
        "modules": _ways(person)
        .with_only_columns(
            Edition.title,
            *way["begun_at", "last_at", "finished_at", "tested_out_at", "track", "due_on"],
            *way["weekly_minutes", "paused_at", "left_at"],
        )
        .order_by(Enrollment.id),
        "choices": _done_in_blocks(person, Chosen, Chosen.at).with_only_columns(
            Edition.title, Block.key.label("choice"), Chosen.option, Chosen.why, Chosen.at
        ),
        "together": _done_in_blocks(person, Sheet, Sheet.block_id)
        .outerjoin(Group, Group.id == Sheet.group_id)
        .with_only_columns(
            Edition.title.label("module"),
            Block.key,
            Group.texts.label("correction"),
            *sheet["typed", "handed_in_at", "answers", "done_at"],
        ),
        "agreements": select(Module.slug, Agreement.due_on, Agreement.done_at)
        .join(Assignment, Assignment.module_id == Module.id)
        .join(Agreement, Agreement.assignment_id == Assignment.id)
        .where(Agreement.person_id == person.id),
        "proposals": select(*proposal["kind", "words", "link", "due_on", "created_at"])
        .where(Proposal.person_id == person.id)
        .order_by(Proposal.id),
        "proposal_lines": select(*line["text", "at"])
        .where(ProposalLine.author_id == person.id)
        .order_by(ProposalLine.id),
        "done_elsewhere": select(Module.slug, DoneElsewhere.at)
        .join(DoneElsewhere, DoneElsewhere.module_id == Module.id)
        .where(DoneElsewhere.person_id == person.id),
    }


def _checks(person: Person) -> tuple[Rows, Rows]:
    """Every try with its answers and its plan, and what was used of the plan."""
    one_try = CheckTry.__table__.c
    tries = (
        select(
            Edition.title.label("module"),
            Check.title,
            *one_try["number", "begun_at", "handed_in_at", "is_before", "is_met", "typed"],
            *one_try["answers", "plan"],
        )
        .join(Check, Check.id == CheckTry.check_id)
        .join(Edition, Edition.id == Check.edition_id)
        .where(CheckTry.enrollment_id.in_(_ids(person)))
        .order_by(CheckTry.id)
    )
    used = (
        select(Check.title, CheckTry.number, PlanUse.line, PlanUse.at, PlanUse.done_at)
        .join(CheckTry, CheckTry.id == PlanUse.try_id)
        .join(Check, Check.id == CheckTry.check_id)
        .where(CheckTry.enrollment_id.in_(_ids(person)))
        .order_by(CheckTry.id, PlanUse.at)
    )
    return tries, used


def _ways(person: Person) -> Rows:
    return policy.enrollments_of(person).join(Edition, Edition.id == Enrollment.edition_id)


def _ids(person: Person) -> Select[int]:
    return policy.enrollments_of(person).with_only_columns(Enrollment.id)


def _done_in_blocks(person: Person, table: Any, order: Any) -> Rows:
    """What somebody has in a table of blocks, with these."""
    return (
        _ways(person)
        .join(table, table.enrollment_id == Enrollment.id)
        .join(Block, Block.id == table.block_id)
        .order_by(order)
    )


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """An answer, with what was asked and what was said as a person reads them."""
    data = row.pop("data")
    kind = questions.kind_of(data)
    answered = kind.say(data, row["answer"]) if isinstance(row["answer"], kind.shape) else []
    asked = data["prompt_html"] or "___".join(data.get("pieces", []))
    return row | {"asked": plain_text(asked), "said": [plain_text(each) for each in answered]}


def _gone(person: Person) -> Iterable[Executable]:
    """Every way, with all that was done on it.

    A group's correction stays for the others: it names nobody. Figures over a cohort are made of
    the event log, which stays, too.
    """
    ids = _ids(person)
    tries = select(CheckTry.id).where(CheckTry.enrollment_id.in_(ids))
    proposals = select(Proposal.id).where(Proposal.person_id == person.id)
    return [
        delete(PlanUse).where(PlanUse.try_id.in_(tries)),
        *(delete(table).where(table.enrollment_id.in_(ids))
          for table in (*tables_of_blocks(), CheckTry, PageRead)),
        delete(ProposalLine).where(
            or_(ProposalLine.author_id == person.id, ProposalLine.proposal_id.in_(proposals))
        ),
        *(delete(own).where(own.person_id == person.id)
          for own in (Agreement, DoneElsewhere, Proposal, Enrollment)),
        empty_groups(),
    ]  # fmt: skip


PART = OwnPart(
    "modules",
    _l("Learning"),
    _rows,
    _files,
    gone=_gone,
    goes=_l("What you read, answered and reflected on in modules."),
)
