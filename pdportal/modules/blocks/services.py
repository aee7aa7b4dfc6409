"""What one does with the parts of a page: answer, write, hand in, try out, choose.

Whatever is sent twice counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_id
from pdportal.db import add_unless_there, db, find_or_add
from pdportal.feedback.kinds.task import TASK
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.goals.kind import GOAL
from pdportal.goals.models import Goal, Step
from pdportal.goals.services import goals
from pdportal.goals.services.checks import LONGEST_STEP
from pdportal.goals.steps import services as step_verbs
from pdportal.modules import questions
from pdportal.modules.addresses import anchor_of, page_url
from pdportal.modules.blocks.queries import last_try
from pdportal.modules.enrollments.services import finish_if_done
from pdportal.modules.models import (
    Answer,
    Block,
    BlockKind,
    Chosen,
    Enrollment,
    HandIn,
    Reflection,
    TakenUp,
)
from pdportal.modules.pages.queries import Opened, compiled_page
from pdportal.modules.pages.services import on_page, read_if_done
from pdportal.modules.questions.kind import InvalidAnswer, Json
from pdportal.web.autosave import ChangedElsewhere, replace_values
from pdportal.web.errors import Refused, one_or_404

_ADD = insert(Answer).returning(Answer.id)
LONGEST_TEXT, LONGEST_WHY = 50_000, 5_000


class EmptyBoxes(Refused):
    """Some boxes of a task are empty; whoever hands it in says first that this is meant."""

    def __init__(self, labels: Sequence[str], key: str) -> None:
        message = ngettext(
            "One box is still empty: %(boxes)s.",
            "%(num)s boxes are still empty: %(boxes)s.",
            len(labels),
            boxes=", ".join(labels),
        )
        super().__init__(message, status=422, field=key)


def answer(person: Person, opened: Opened, key: str, answer: Json, *, edition: str = "") -> Opened:
    """Save a try at a question; the page is read with the last answer it asks for.

    Gives the page as it is then: whether the module is finished.

    Raises `Refused` where it is no answer that the question's kind can take, or where the form
    shows another `edition`, by its content hash, than the one that is read now.
    """
    block_kind, data = compiled_page(opened).blocks.get(key, (None, {}))
    if block_kind != BlockKind.QUESTION:
        raise NotFound
    if edition and edition != opened.content_hash:
        raise Refused(_("This page has changed since you opened it. Read the question again."))
    kind = questions.kind_of(data)
    try:
        answer = kind.check(data, answer)
    except InvalidAnswer as invalid:
        raise Refused(str(invalid), status=422, field=key) from None
    opened = on_page(person, opened)
    block_id, latest = last_try(opened.page_id, key, opened.enrollment_id)
    if latest == answer:  # the same answer again is the same form sent twice
        return opened
    row = {
        "enrollment_id": opened.enrollment_id, "block_id": block_id, "answer": answer,
        "verdict": kind.judge(data, answer).verdict, "at": clock.now(),
    }  # fmt: skip
    answer_id = db.session.connection().execute(_ADD, row).scalar_one()
    record_id(person.id, "answered", "answer", answer_id, module=opened.module_id)
    if latest is not None:  # another try leaves no less to do
        return opened
    enrollment = db.session.get_one(Enrollment, opened.enrollment_id)
    read_if_done(person, enrollment, opened.page_id)
    return opened.but(finished_at=enrollment.finished_at)


def save_reflection(
    person: Person, opened: Opened, key: str, text: str, *, version: int
) -> Reflection:
    """Save what somebody writes for themselves, as they type it; nobody else reads it."""
    block = _block(opened, key, BlockKind.REFLECTION)
    text = _short_enough(text, key)
    opened = on_page(person, opened)
    ids = {"enrollment_id": opened.enrollment_id, "block_id": block.id}
    reflection, is_new = find_or_add(
        select(Reflection).filter_by(**ids), lambda: Reflection(**ids, text=text)
    )
    if is_new:
        record_id(person.id, "reflected", "block", block.id, module=opened.module_id)
    elif replace_values(reflection, {"text": text}, version):
        reflection.saved_at = clock.now()
    return reflection


def save_task(
    person: Person, opened: Opened, key: str, content: Mapping[str, str], *, version: int
) -> Draft:
    """Save what somebody writes for a task in the draft of a work; the first save begins it."""
    block = _block(opened, key, BlockKind.TASK)
    content = {name: _short_enough(text, key) for name, text in content.items()}
    opened = on_page(person, opened)
    hand_in = db.session.get(HandIn, (opened.enrollment_id, block.id))
    if hand_in is None:
        try:
            with db.session.begin_nested():  # the work too: of two windows one begins it
                work = _begin_work(person, opened, block.data, content)
                db.session.add(
                    HandIn(enrollment_id=opened.enrollment_id, block_id=block.id, work_id=work.id)
                )
        except IntegrityError:
            return save_task(person, opened, key, content, version=version)
        assert work.draft is not None  # noqa: S101  # a work begins with one
        return work.draft
    if hand_in.handed_in_at is not None:
        raise Refused(_("This is handed in already. Change it on the page of your work."))
    return work_services.save_draft(person, hand_in.work, content, version=version)


def _begin_work(
    person: Person, opened: Opened, task: Mapping[str, Any], content: Mapping[str, str]
) -> Work:
    if task.get("makes") == GOAL.name:
        return goals.begin_goal(person, content, fields=task["fields"]).work
    title = (task["title"] or opened.page_title or opened.title)[:160]
    return work_services.begin_work(
        person,
        TASK.name,
        title,
        fields=task["fields"],
        content=content,
        rubric=task.get("rubric"),
    )


def hand_in(
    person: Person,
    opened: Opened,
    key: str,
    content: Mapping[str, str],
    *,
    version: int,
    anyway: bool = False,
) -> Work:
    """Save what was written for a task as the first revision of a work, which is not shared yet.

    A task that makes a goal makes it now. Raises `EmptyBoxes` where some are, unless `anyway`.
    """
    block = _block(opened, key, BlockKind.TASK)
    opened = on_page(person, opened)
    existing = db.session.get(HandIn, (opened.enrollment_id, block.id))
    if existing is not None and existing.handed_in_at is not None:
        return existing.work
    boxes = block.data["fields"] if existing is None else existing.work.fields
    empty = [box for box in boxes if not content.get(box["key"], "").strip()]
    if len(empty) == len(boxes):
        raise Refused(
            _("There is nothing to hand in yet. A few lines are enough to start."),
            status=422,
            field=key,
        )
    missing = [box["label"] for box in empty if not box.get("optional")]
    if missing and not anyway:
        raise EmptyBoxes(missing, key)
    save_task(person, opened, key, content, version=version)
    handed = db.session.get_one(HandIn, (opened.enrollment_id, block.id))
    goal = goals.goal_of(handed.work)
    if goal is None:
        work_services.save_revision(person, handed.work)  # `note_hand_in` hears of it
    else:
        goals.keep_goal(person, goal, content)  # the same
    return handed.work


def note_hand_in(work: Work, revision: Revision, **_news: object) -> None:
    """Mark a task handed in when the first revision of its work is saved, on whichever page.

    Where the work is a goal, its first step and the try-outs of the module go with it.
    """
    hand_in = db.session.scalars(
        select(HandIn).where(HandIn.work_id == work.id, HandIn.handed_in_at.is_(None))
    ).one_or_none()
    if hand_in is None:
        return
    hand_in.handed_in_at = clock.now()
    enrollment = db.session.get_one(Enrollment, hand_in.enrollment_id)
    block = db.session.get_one(Block, hand_in.block_id)
    person = enrollment.person
    record(person, "handed_in", work, module=enrollment.module_id, block=block.id)
    goal = goals.goal_of(work)
    if goal is not None:
        step = _without_step(goal, revision)
        _add_steps(person, goal, step, enrollment, block)
    read_if_done(person, enrollment, block.page_id)


def _without_step(goal: Goal, revision: Revision) -> str:
    """The step written with a goal, which is no part of its words and is taken out of them."""
    step = revision.content.get("step", "").strip()
    goal.work.fields = [field for field in goal.work.fields if field["key"] != "step"]
    revision.content = {key: text for key, text in revision.content.items() if key != "step"}
    if goal.work.draft:
        goal.work.draft.content = dict(revision.content)
    return step


def _add_steps(person: Person, goal: Goal, step: str, enrollment: Enrollment, block: Block) -> None:
    """Give a goal the try-outs planned in its module, and the step if none of them is the same."""
    tryouts = db.session.scalars(
        select(Step)
        .join(TakenUp, TakenUp.step_id == Step.id)
        .where(
            TakenUp.enrollment_id == enrollment.id,
            Step.goal_id.is_(None),
            Step.removed_at.is_(None),
        )
    ).all()
    for tryout in tryouts:
        tryout.goal_id = goal.id
    if step and step not in {tryout.plan.strip() for tryout in tryouts}:
        slug, page_slug = enrollment.edition.module.slug, block.page.slug
        step_verbs.add_step(
            person,
            goal,
            step[:LONGEST_STEP],
            from_title=block.data["title"],
            from_url=page_url(slug, page_slug, anchor_of(block.kind, block.key)),
        )


def take_up(
    person: Person, opened: Opened, key: str, *, plan: str, prediction: str, due_on: date | None
) -> Step:
    """Create a step from a try-out, with plan and prediction; returns the one that exists."""
    block = _block(opened, key, BlockKind.TRYOUT)
    opened = on_page(person, opened)
    taken_up = db.session.get(TakenUp, (opened.enrollment_id, block.id))
    if taken_up is not None and taken_up.step.removed_at is None:
        return taken_up.step
    title: str = block.data["title"] or opened.page_title or opened.title
    step = step_verbs.take_up_tryout(
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
    if taken_up is not None:  # it was taken up before, and removed from the goals
        taken_up.step_id = step.id
        db.session.flush()
        return step
    taken_up = TakenUp(enrollment_id=opened.enrollment_id, block_id=block.id, step_id=step.id)
    if not add_unless_there(taken_up):
        raise Refused(_("This was just started in another window. Reload the page to continue."))
    return step


def choose(person: Person, opened: Opened, key: str, option: str, why: str) -> Opened:
    """Choose an alternative, or another one later: what was done in the first stays.

    Only the blocks of the chosen one count. `why` is stored where none is yet; later, `save_why`
    changes it. Raises `ChangedElsewhere` where another `why` is stored.
    """
    block = _block(opened, key, BlockKind.CHOICE)
    options = {each["key"]: each["minutes"] for each in block.data["options"]}
    if option not in options:
        raise Refused(_("Choose one of these first."), status=422, field=key)
    why = _short_enough(why, key, LONGEST_WHY)
    opened = on_page(person, opened)
    minutes = options[option] - next(iter(options.values()))
    ids = {"enrollment_id": opened.enrollment_id, "block_id": block.id}
    chosen, is_new = find_or_add(
        select(Chosen).filter_by(**ids),
        lambda: Chosen(**ids, option=option, minutes=minutes, why=why),
    )
    if not is_new and why.strip() and why != chosen.why:
        if chosen.why.strip():  # a form of before the first choice: both are shown, and one stored
            raise ChangedElsewhere(chosen.version, {"why": chosen.why})
        replace_values(chosen, {"why": why}, None)
    if chosen.option != option:
        chosen.option, chosen.minutes, chosen.at = option, minutes, clock.now()
    if is_new or chosen in db.session.dirty:
        record_id(person.id, "chose", "block", block.id, module=opened.module_id)
    enrollment = db.session.get_one(Enrollment, opened.enrollment_id)
    finish_if_done(person, enrollment)
    return opened.but(finished_at=enrollment.finished_at)


def save_why(opened: Opened, key: str, why: str, *, version: int) -> Chosen:
    """Save for oneself why one chose this; nobody else reads it. Raises `ChangedElsewhere`."""
    block = _block(opened, key, BlockKind.CHOICE)
    why = _short_enough(why, key, LONGEST_WHY)
    chosen = db.session.get(Chosen, (opened.enrollment_id or 0, block.id))
    if chosen is None:
        raise Refused(_("Choose one of these first."), status=422, field=key)
    replace_values(chosen, {"why": why}, version)
    return chosen


def _block(opened: Opened, key: str, kind: BlockKind) -> Block:
    return one_or_404(
        select(Block).where(Block.page_id == opened.page_id, Block.key == key, Block.kind == kind)
    )


def _short_enough(text: str, key: str, most: int = LONGEST_TEXT) -> str:
    if len(text) > most:
        message = _("This is longer than %(most)s characters.", most=f"{most:,}")
        raise Refused(message, status=422, field=key)
    return text.replace("\r\n", "\n")
