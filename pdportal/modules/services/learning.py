"""Going through a module: begin, read, answer, write, hand in, try out, finish.

Nobody has to say that they are done: it follows from the pages read, the questions answered and the
tasks handed in, and it stays so. Whatever is sent twice counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_id
from pdportal.db import db
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Draft, Work, WorkKind
from pdportal.goals import services as goals
from pdportal.goals.models import Step
from pdportal.modules import policy, questions
from pdportal.modules.addresses import anchor_of, page_url
from pdportal.modules.events import module_finished
from pdportal.modules.models import (
    Answer,
    Block,
    BlockKind,
    Enrollment,
    HandIn,
    Module,
    Page,
    PageRead,
    Reflection,
    Section,
    TakenUp,
)
from pdportal.modules.queries import Opened
from pdportal.modules.questions.kind import InvalidAnswer, Json
from pdportal.web.autosave import ChangedElsewhere, check_version
from pdportal.web.errors import Refused

LONGEST_TEXT = 50_000


def begin(person: Person, module_id: int) -> Enrollment:
    """A person's way through a module, in its current edition if it begins now."""
    found = _enrollment(person, module_id)
    if found is not None:
        return found
    edition_id = db.session.scalar(
        policy.modules_seen_by(person)
        .where(Module.id == module_id)
        .with_only_columns(Module.current_id)
    )
    if edition_id is None:
        raise NotFound
    enrollment = Enrollment(person_id=person.id, module_id=module_id, edition_id=edition_id)
    try:
        with db.session.begin_nested():
            db.session.add(enrollment)
    except IntegrityError:  # two tabs began at once
        other = _enrollment(person, module_id)
        assert other is not None  # noqa: S101 — the constraint has just said so
        return other
    record(person, "began", enrollment, module=module_id)
    return enrollment


def look_at(person: Person, opened: Opened) -> None:
    """Remember where somebody is, to go on from there."""
    if opened.enrollment_id is not None and opened.page_id is not None:
        db.session.execute(
            update(Enrollment)
            .where(Enrollment.id == opened.enrollment_id, Enrollment.person_id == person.id)
            .values(last_page_id=opened.page_id, last_at=clock.now())
        )


def mark_read(person: Person, opened: Opened, *, on_to: int | None = None) -> Enrollment:
    """A page is read when somebody goes on from it (to the page `on_to`); it stays read."""
    enrollment, page_id = _on_page(person, opened)
    _read(person, enrollment, page_id)
    enrollment.last_page_id = on_to or page_id
    _finish_if_done(person, enrollment)
    return enrollment


def answer(person: Person, opened: Opened, key: str, answer: Json) -> Enrollment:
    """Save a try at a question; the page is read with the last answer it asks for.

    Raises `Refused` where it is no answer that the question's kind can take.
    """
    block = _block(opened, key, BlockKind.QUESTION)
    kind = questions.kind_of(block.data)
    try:
        answer = kind.check(block.data, answer)
    except InvalidAnswer as invalid:
        raise Refused(str(invalid), status=422, field=key) from None
    enrollment, page_id = _on_page(person, opened)
    latest = db.session.scalar(
        policy.answers_of(person)
        .where(Answer.enrollment_id == enrollment.id, Answer.block_id == block.id)
        .with_only_columns(Answer.answer)
        .order_by(Answer.id.desc())
        .limit(1)
    )
    if latest != answer:  # the same answer again is the same form sent twice
        verdict = kind.judge(block.data, answer).verdict
        row = Answer(enrollment_id=enrollment.id, block_id=block.id, answer=answer, verdict=verdict)
        db.session.add(row)
        db.session.flush()
        record_id(person.id, "answered", "answer", row.id, module=opened.module_id)
        if not _left_on_page(enrollment, page_id):
            _read(person, enrollment, page_id)
        _finish_if_done(person, enrollment)
    return enrollment


def save_reflection(
    person: Person, opened: Opened, key: str, text: str, *, version: int
) -> Reflection:
    """Keep what somebody writes for themselves, as they type it; nobody else reads it."""
    block = _block(opened, key, BlockKind.REFLECTION)
    text = _short_enough(text, key)
    enrollment, _page = _on_page(person, opened)
    there = db.session.scalars(
        policy.reflections_of(person).where(
            Reflection.enrollment_id == enrollment.id, Reflection.block_id == block.id
        )
    ).one_or_none()
    if there is None:
        there = Reflection(enrollment_id=enrollment.id, block_id=block.id, text=text)
        try:
            with db.session.begin_nested():
                db.session.add(there)
        except IntegrityError:  # the other tab was quicker by a moment
            return save_reflection(person, opened, key, text, version=version)
        record_id(person.id, "reflected", "block", block.id, module=opened.module_id)
        return there
    if there.text == text:
        return there
    check_version(version, there.version, {"text": there.text})
    saved = db.session.execute(
        update(Reflection)
        .where(
            Reflection.enrollment_id == enrollment.id,
            Reflection.block_id == block.id,
            Reflection.version == version,
        )
        .values(text=text, version=version + 1, saved_at=clock.now())
    )
    if _rows(saved) == 0:  # the other tab was quicker by a moment
        db.session.refresh(there)
        raise ChangedElsewhere(there.version, {"text": there.text})
    db.session.refresh(there)
    return there


def save_task(
    person: Person, opened: Opened, key: str, content: Mapping[str, str], *, version: int
) -> Draft:
    """Keep what somebody writes for a task in the draft of a work; the first save begins it."""
    block = _block(opened, key, BlockKind.TASK)
    content = {
        field["key"]: _short_enough(content.get(field["key"], ""), key)
        for field in block.data["fields"]
    }
    enrollment, _page = _on_page(person, opened)
    hand_in = _hand_in(person, enrollment, block)
    if hand_in is None:
        try:
            with db.session.begin_nested():  # the work too: of two windows one begins it
                work = work_services.begin_work(
                    person,
                    WorkKind.TASK,
                    (block.data["title"] or opened.page_title or opened.title)[:160],
                    fields=block.data["fields"],
                    content=content,
                )
                db.session.add(
                    HandIn(enrollment_id=enrollment.id, block_id=block.id, work_id=work.id)
                )
        except IntegrityError:
            return save_task(person, opened, key, content, version=version)
        assert work.draft is not None  # noqa: S101 — a work begins with one
        return work.draft
    if hand_in.handed_in_at is not None:
        raise Refused(_("This is handed in already. Change it on the page of your work."))
    return work_services.save_draft(person, hand_in.work, content, version=version)


def hand_in(
    person: Person, opened: Opened, key: str, content: Mapping[str, str], *, version: int
) -> Work:
    """Make what was written for a task the first revision of a work; sharing it is another step."""
    block = _block(opened, key, BlockKind.TASK)
    enrollment, _page = _on_page(person, opened)
    handed = _hand_in(person, enrollment, block)
    if handed is not None and handed.handed_in_at is not None:
        return handed.work
    if not any(content.get(field["key"], "").strip() for field in block.data["fields"]):
        raise Refused(
            _("There is nothing to hand in yet. A few lines are enough to begin."),
            status=422,
            field=key,
        )
    save_task(person, opened, key, content, version=version)
    handed = _hand_in(person, enrollment, block)
    assert handed is not None  # noqa: S101 — it has just been saved
    work_services.keep_revision(person, handed.work)  # `note_hand_in` hears of it
    return handed.work


def note_hand_in(work: Work, **_news: object) -> None:
    """A task is handed in with the first revision of its work, on whichever page that was kept."""
    if work.kind != WorkKind.TASK:
        return
    handed = db.session.scalars(
        select(HandIn).where(HandIn.work_id == work.id, HandIn.handed_in_at.is_(None))
    ).one_or_none()
    if handed is None:
        return
    handed.handed_in_at = clock.now()
    enrollment = db.session.get_one(Enrollment, handed.enrollment_id)
    block = db.session.get_one(Block, handed.block_id)
    person = enrollment.person
    record(person, "handed_in", work, module=enrollment.module_id, block=block.id)
    if not _left_on_page(enrollment, block.page_id):
        _read(person, enrollment, block.page_id)
    _finish_if_done(person, enrollment)


def take_up(
    person: Person, opened: Opened, key: str, *, plan: str, prediction: str, due_on: date | None
) -> Step:
    """Make a step of a try-out, with what somebody plans and expects; sent twice, it is one."""
    block = _block(opened, key, BlockKind.TRYOUT)
    enrollment, _page = _on_page(person, opened)
    taken = _taken_up(enrollment, block)
    if taken is not None and taken.step.removed_at is None:
        return taken.step
    title: str = block.data["title"] or opened.page_title or opened.title
    step = goals.take_up_tryout(
        person,
        title=title,
        text=block.data["prompt_text"],
        plan=_short_enough(plan, key),
        prediction=_short_enough(prediction, key),
        due_on=due_on,
        from_title=opened.title[:200],
        from_url=page_url(opened.slug, opened.page_slug or "", anchor_of(block.kind, key))[:300],
    )
    db.session.flush()
    if taken is not None:  # it was taken up before, and removed from the goals
        taken.step_id = step.id
        db.session.flush()
        return step
    try:
        with db.session.begin_nested():
            db.session.add(TakenUp(enrollment_id=enrollment.id, block_id=block.id, step_id=step.id))
    except IntegrityError:
        raise _busy_elsewhere() from None
    return step


def move_on(person: Person, module_id: int) -> Enrollment:
    """Go on in the current edition; what was read, answered, written and handed in comes along.

    It follows the names of pages and blocks. What has no counterpart in the new edition is kept
    with the old one, and progress never goes backward: who had finished has finished.
    """
    enrollment = _enrollment(person, module_id)
    if enrollment is None:
        raise NotFound
    # Of two windows one moves on, and the other finds it done.
    db.session.refresh(enrollment, with_for_update={"of": Enrollment})
    current_id = db.session.scalar(select(Module.current_id).where(Module.id == module_id))
    if current_id is None or current_id == enrollment.edition_id:
        return enrollment
    old_id = enrollment.edition_id
    for old_block, new_block in _counterparts(Block, Block.key, old_id, current_id):
        for table in (Answer, Reflection, HandIn, TakenUp):
            db.session.execute(
                update(table)
                .where(table.enrollment_id == enrollment.id, table.block_id == old_block)
                .values(block_id=new_block)
            )
    pages = dict(_counterparts(Page, Page.slug, old_id, current_id))
    reads = dict(
        db.session.execute(
            select(PageRead.page_id, PageRead.at).where(PageRead.enrollment_id == enrollment.id)
        ).all()
    )
    rows = [
        {"enrollment_id": enrollment.id, "page_id": new, "at": reads[old]}
        for old, new in pages.items()
        if old in reads and new not in reads  # an edition may come back, and what was read in it
    ]
    if rows:
        db.session.execute(insert(PageRead), rows)
    enrollment.edition_id = current_id
    enrollment.last_page_id = pages.get(enrollment.last_page_id or 0)
    enrollment.last_at = clock.now()
    db.session.flush()
    record(person, "moved_on", enrollment, module=module_id)
    _finish_if_done(person, enrollment)
    return enrollment


def _counterparts(
    model: type[Block] | type[Page], name: Any, old_id: int, new_id: int
) -> Sequence[Any]:
    """What bears the same name in two editions, and for blocks is of the same kind."""
    old, new = model.__table__.alias("old"), model.__table__.alias("new")
    same = [new.c[name.key] == old.c[name.key], new.c.edition_id == new_id]
    if model is Block:
        same += [new.c.kind == old.c.kind, old.c.kind != BlockKind.NOTE]
    return db.session.execute(
        select(old.c.id, new.c.id).join(new, and_(*same)).where(old.c.edition_id == old_id)
    ).all()


def _on_page(person: Person, opened: Opened) -> tuple[Enrollment, int]:
    """The way that an act on a page belongs to (the first act begins it), and the page's id."""
    if opened.page_id is None or opened.section is None:
        raise NotFound
    if not policy.may_see_page(person, opened.section):
        raise NotFound
    enrollment = begin(person, opened.module_id)
    if enrollment.edition_id != opened.edition_id:
        raise Refused(_("A newer edition came out at this moment. Reload the page."))
    enrollment.last_page_id = opened.page_id
    enrollment.last_at = clock.now()
    return enrollment, opened.page_id


def _read(person: Person, enrollment: Enrollment, page_id: int) -> None:
    there = db.session.get(PageRead, (enrollment.id, page_id))
    if there is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.add(PageRead(enrollment_id=enrollment.id, page_id=page_id))
    except IntegrityError:
        return
    record_id(person.id, "read", "page", page_id, module=enrollment.module_id)


def _finish_if_done(person: Person, enrollment: Enrollment) -> None:
    if enrollment.finished_at is not None:
        return
    db.session.flush()
    unread = (
        select(func.count())
        .select_from(Page)
        .where(
            Page.edition_id == enrollment.edition_id,
            Page.section == Section.PAGE,
            ~select(PageRead.page_id)
            .where(PageRead.enrollment_id == enrollment.id, PageRead.page_id == Page.id)
            .exists(),
        )
        .scalar_subquery()
    )
    on_the_way = select(Page.id).where(
        Page.edition_id == enrollment.edition_id, Page.section == Section.PAGE
    )
    left = _blocks_left(enrollment).where(Block.page_id.in_(on_the_way)).scalar_subquery()
    if db.session.scalar(select(unread + left)):
        return
    now = clock.now()
    finished = db.session.execute(
        update(Enrollment)
        .where(Enrollment.id == enrollment.id, Enrollment.finished_at.is_(None))
        .values(finished_at=now)
    )
    if _rows(finished):
        db.session.refresh(enrollment, ["finished_at"])
        record(person, "finished", enrollment, module=enrollment.module_id)
        module_finished.send(
            person,
            module_id=enrollment.module_id,
            edition_id=enrollment.edition_id,
            enrollment_id=enrollment.id,
        )


def _left_on_page(enrollment: Enrollment, page_id: int) -> int:
    db.session.flush()
    return db.session.scalar(_blocks_left(enrollment).where(Block.page_id == page_id)) or 0


def _blocks_left(enrollment: Enrollment) -> Any:
    """How many questions are not answered and tasks not handed in (of the blocks asked about)."""
    answered = select(Answer.id).where(
        Answer.enrollment_id == enrollment.id, Answer.block_id == Block.id
    )
    handed = select(HandIn.block_id).where(
        HandIn.enrollment_id == enrollment.id,
        HandIn.block_id == Block.id,
        HandIn.handed_in_at.is_not(None),
    )
    return (
        select(func.count())
        .select_from(Block)
        .where(
            (and_(Block.kind == BlockKind.QUESTION, ~answered.exists()))
            | (and_(Block.kind == BlockKind.TASK, ~handed.exists()))
        )
    )


def _enrollment(person: Person, module_id: int) -> Enrollment | None:
    return db.session.scalars(
        policy.enrollments_of(person).where(Enrollment.module_id == module_id)
    ).one_or_none()


def _block(opened: Opened, key: str, kind: BlockKind) -> Block:
    found = db.session.scalars(
        select(Block).where(Block.page_id == opened.page_id, Block.key == key, Block.kind == kind)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _hand_in(person: Person, enrollment: Enrollment, block: Block) -> HandIn | None:
    return db.session.scalars(
        policy.hand_ins_of(person).where(
            HandIn.enrollment_id == enrollment.id, HandIn.block_id == block.id
        )
    ).one_or_none()


def _taken_up(enrollment: Enrollment, block: Block) -> TakenUp | None:
    return db.session.get(TakenUp, (enrollment.id, block.id))


def _short_enough(text: str, key: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refused(
            _("This is longer than %(most)s characters.", most=f"{LONGEST_TEXT:,}"),
            status=422,
            field=key,
        )
    return text.replace("\r\n", "\n")


def _rows(result: Any) -> int:
    return int(result.rowcount)


def _busy_elsewhere() -> Refused:
    return Refused(_("This was just begun in another window. Reload the page to go on."))
