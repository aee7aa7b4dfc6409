"""Moving on to a newer edition: what comes along is decided before it is asked for, and said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.content.html import plain_text
from pdportal.db import db
from pdportal.modules import questions
from pdportal.modules.editions.matching import Item, item_of, pair_items
from pdportal.modules.editions.queries import (
    blocks_written_in,
    done_in_blocks,
    learners_blocks,
    learners_on_old_compilers,
    learners_pages,
    tables_of_blocks,
)
from pdportal.modules.enrollments.services import enrollment_of, finish_if_done, track_of
from pdportal.modules.models import Answer, BlockKind, Edition, Enrollment, Module, PageRead
from pdportal.modules.notes.services import follow
from pdportal.modules.parts import Line
from pdportal.modules.questions.kind import Kind
from pdportal.web.errors import or_404


@dataclass(frozen=True)
class Move:
    """What will happen to what somebody did, when they move on to another edition."""

    answers: dict[int, int] = field(default_factory=dict)
    """The ids of answers that come along, with the ids of their new blocks."""
    blocks: dict[int, int] = field(default_factory=dict)
    """Where what was written, handed in and taken up goes: new ids of blocks by old ones."""
    staying: set[int] = field(default_factory=set)
    """The new ids of questions that stay answered."""
    again: list[tuple[Line, str]] = field(default_factory=list)
    """Questions, as they were answered, whose answer does not come along; and why."""
    new: list[Line] = field(default_factory=list)
    """Questions and tasks that the old edition does not have."""
    left: list[Line] = field(default_factory=list)
    """Blocks with something in them that the new edition has no place for."""


def plan_move(
    enrollment_id: int, old_id: int, new_id: int, blocks: Sequence[Line] | None = None
) -> Move:
    """What moving from an edition to another one does; changes nothing.

    `blocks` are those that `learners_blocks` gives, where they are at hand.
    """
    if blocks is None:
        blocks = learners_blocks([old_id, new_id], enrollment_id)
    new = {block.id: block for block in blocks if block.edition_id == new_id}
    tries = defaultdict(list)
    for answer in done_in_blocks(Answer, enrollment_id):
        tries[answer.block_id].append(answer)
    done = blocks_written_in(enrollment_id)
    move = Move()
    for olds in _by_edition(blocks, old_id, new_id):
        pairs = pair_items(map(item_of, olds), map(item_of, new.values()))
        if olds[0].edition_id == old_id:
            known = set(pairs.values())
            kinds = (BlockKind.QUESTION, BlockKind.TASK)
            move.new.extend(b for b in new.values() if b.kind in kinds and b.id not in known)
        for old in olds:
            target = new.get(pairs.get(old.id, 0))
            taken = {*done, *move.blocks.values()}
            if old.id in done and _has_place(target, done[old.id]) and target.id not in taken:
                move.blocks[old.id] = target.id
            elif old.id in done:
                move.left.append(old)
            if old.id in tries:
                _plan_question(move, old, target, tries[old.id])
    return move


def _has_place(target: Line | None, option: str) -> TypeGuard[Line]:
    """Whether there is such a block, and the alternative that was chosen if it is a choice."""
    if target is None or target.kind != BlockKind.CHOICE:
        return target is not None
    return option in {each["key"] for each in target.data["options"]}


def _by_edition(blocks: Sequence[Line], first: int, last: int) -> list[list[Line]]:
    """Blocks by their edition, the one that is left first; without those moved to."""
    editions: dict[int, list[Line]] = {first: []}
    for block in reversed(blocks):
        if block.edition_id != last:
            editions.setdefault(block.edition_id, []).append(block)
    return [olds for olds in editions.values() if olds]


def _plan_question(move: Move, old: Line, new: Line | None, tries: Sequence[Answer]) -> None:
    """A question stays answered if its last answer, and what was right in it, mean the same."""
    if new is None or new.id in move.staying:
        move.left.append(old)
        return
    reasons = {answer.id: _why_not(old, new, answer) for answer in tries}
    right = [answer for answer in tries if answer.verdict]
    why = reasons[tries[-1].id] or (right and reasons[right[-1].id])
    if why:
        move.again.append((old, why))
        return
    move.staying.add(new.id)
    move.answers.update({id_: new.id for id_, reason in reasons.items() if not reason})


def _why_not(old: Line, new: Line, answer: Answer) -> str:
    """Why an answer is none to the new question, or means something else there; or ""."""
    if old.data == new.data:
        return ""
    if old.data.get("kind") != new.data.get("kind"):
        return _("It is another kind of question now.")
    if not item_of(old).is_like(item_of(new)):
        return _("It asks something else now.")
    kind = questions.kind_of(new.data)
    try:
        fits = kind.check(new.data, answer.answer) == answer.answer
        verdict = kind.judge(new.data, answer.answer).verdict if fits else None
    except (ValueError, TypeError, KeyError, AttributeError):  # answers of another shape
        fits, verdict = False, None
    if not fits:
        return _("Your answer is no longer one of those to choose from.")
    if verdict == answer.verdict:
        same = verdict is not None or _words(kind, old, answer) == _words(kind, new, answer)
        return "" if same else _("Your answer says something else there.")
    if answer.verdict:
        return _("Your answer was right, and no longer is.")
    return _("What is right has changed.")


def _words(kind: Kind, block: Line, answer: Answer) -> list[str]:
    """What an answer says: of a scale, the words at its point."""
    texts = (plain_text(html).casefold() for html in kind.say(block.data, answer.answer))
    return [" ".join(words.split()) for words in texts]


def move_on(person: Person, module_id: int) -> Move:
    """Move somebody to the current edition, with all that has a place there.

    What has none stays with the old edition, where its owner reads it. A finished enrollment stays
    finished; pages that changed since are not read yet. Nothing is ever deleted.
    """
    enrollment = or_404(enrollment_of(person, module_id))
    # Of two windows one moves on, and the other finds it done.
    db.session.refresh(enrollment, with_for_update={"of": Enrollment})
    current_id = db.session.scalar(select(Module.current_id).where(Module.id == module_id))
    if current_id is None or current_id == enrollment.edition_id:
        return Move()
    move = plan_move(enrollment.id, enrollment.edition_id, current_id)
    _move_rows(enrollment, move)
    pages = learners_pages([enrollment.edition_id, current_id])
    pairs = pair_pages(pages, enrollment.edition_id, current_id)
    _copy_reads(enrollment, pairs, {page.id: page.digest for page in pages})
    by_id = {page.id: page for page in pages}
    follow(
        person.id,
        module_id,
        {by_id[old].slug: by_id[new].slug for old, new in pairs.items()},
        [page for page in pages if page.edition_id == current_id],
    )
    enrollment.edition_id = current_id
    tracks = db.session.scalar(select(Edition.tracks).where(Edition.id == current_id))
    enrollment.track = track_of(tracks or [], enrollment.track)
    enrollment.last_page_id = pairs.get(enrollment.last_page_id or 0)
    enrollment.last_at = clock.now()
    db.session.flush()
    record(person, "moved_on", enrollment, module=module_id)
    finish_if_done(person, enrollment)
    return move


def move_from_old_compilers(editions: Iterable[Edition]) -> int:
    """Move whoever is on an edition that may show notes for facilitators to the current one.

    Of the modules of these editions; gives how many people that were.
    """
    learners = learners_on_old_compilers([edition.module_id for edition in editions])
    for enrollment in learners:
        move_on(enrollment.person, enrollment.module_id)
    return len(learners)


def pair_pages(pages: Sequence[Line], old_id: int, new_id: int) -> dict[int, int]:
    """The ids of an edition's pages by those of another: same file name, heading or words."""
    return pair_items(
        *(
            [
                Item(page.id, page.slug, page.section, page.title, frozenset(page.text.split()))
                for page in pages
                if page.edition_id == edition_id
            ]
            for edition_id in (old_id, new_id)
        )
    )


def _move_rows(enrollment: Enrollment, move: Move) -> None:
    for answer_id, block_id in move.answers.items():
        db.session.execute(update(Answer).where(Answer.id == answer_id).values(block_id=block_id))
    for table in tables_of_blocks():
        for old_id, new_id in move.blocks.items() if table is not Answer else ():
            db.session.execute(
                update(table)
                .where(table.enrollment_id == enrollment.id, table.block_id == old_id)
                .values(block_id=new_id)
            )


def _copy_reads(
    enrollment: Enrollment, pairs: Mapping[int, int], digests: Mapping[int, str]
) -> None:
    """Mark pages of the new edition read where their old ones are; once finished, if they are the
    same: what changed since may be read again."""
    reads = dict(
        db.session.execute(
            select(PageRead.page_id, PageRead.at).where(PageRead.enrollment_id == enrollment.id)
        ).all()
    )
    rows = [
        {"enrollment_id": enrollment.id, "page_id": new, "at": reads[old]}
        for old, new in pairs.items()
        if old in reads and new not in reads  # an edition may come back, and what was read in it
        if enrollment.finished_at is None or digests[old] == digests[new]
    ]
    if rows:
        db.session.execute(insert(PageRead), rows)
