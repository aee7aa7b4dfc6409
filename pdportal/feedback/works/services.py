"""Works: begun, written at every pause, kept as numbered revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback import events
from pdportal.feedback.files.attached import draft_texts, files_changed
from pdportal.feedback.kinds import kind_named
from pdportal.feedback.works import policy
from pdportal.feedback.works.models import Draft, Revision, Ticks, Work
from pdportal.feedback.works.queries import latest_revision
from pdportal.web.autosave import ChangedElsewhere
from pdportal.web.errors import Refused, require
from pdportal.web.typed import clean_words, one_line

LONGEST_TITLE = 160
LONGEST = 20_000
WHY, TITLE = ":why", ":title"
"""The why of a draft, and the title, among its fields; a goal has a field called why as well."""


def begin_work(
    author: Person,
    kind: str,
    title: str,
    *,
    fields: Sequence[Mapping[str, Any]] | None = None,
    content: Mapping[str, str] | None = None,
    clip_id: int | None = None,
    rubric: Sequence[Mapping[str, str]] | None = None,
    longest_title: int = LONGEST_TITLE,
) -> Work:
    """A new work, seen by nobody but its author, with a draft to write on.

    `kind` is the name of a kind of work; `fields` are those of this work, if not its kind's.
    """
    made_of = [dict(field) for field in fields] if fields else kind_named(kind).fields()
    work = Work(
        author_id=author.id,
        kind=kind,
        title=_title(title, longest_title),
        fields=made_of,
        clip_id=clip_id,
        rubric=list(rubric) if rubric else None,
    )
    work.draft = Draft(content=cleaned(made_of, content or {}))
    db.session.add(work)
    db.session.flush()
    record(author, "began", work, kind=kind)
    return work


def begin_once(author: Person, kind: str, title: str) -> Work:
    """A new work by its title; sent twice it is one: that of this name which is still empty."""
    wait_for_turn(author)
    begun = (
        select(Work)
        .where(
            Work.author_id == author.id,
            Work.kind == kind,
            Work.title == _title(title),
            Work.put_away_at.is_(None),
            ~select(Revision.id).where(Revision.work_id == Work.id).exists(),
        )
        .options(joinedload(Work.draft))
        .order_by(Work.id.desc())
        .limit(10)
    )
    blank = (work for work in db.session.scalars(begun) if not (work.draft and work.draft.text))
    return next(blank, None) or begin_work(author, kind, title)


def retitle(author: Person, work: Work, title: str, longest: int = LONGEST_TITLE) -> None:
    """Call a work something else."""
    _require_writer(author, work)
    work.title = _title(title, longest)


def save_draft(
    author: Person,
    work: Work,
    content: Mapping[str, str],
    *,
    why: str = "",
    version: int,
    ticks: Ticks | None = None,
    title: str | None = None,
) -> Draft:
    """Save what is being typed; `version` is that of the draft it was typed into (0: none yet).

    `ticks` are the comments ticked while revising, `title` what the work is called; None leaves
    them. Raises `ChangedElsewhere` when another window or person saved something else meanwhile.
    """
    _require_writer(author, work)
    draft = _draft(work)
    new = cleaned(work.fields, content)
    why = clean(why)
    ticks = draft.ticks if ticks is None else ticks
    called = work.title if title is None else _title(title)
    if (draft.content, draft.why, draft.ticks, work.title) == (new, why, ticks, called):
        return draft  # sent twice
    if version != draft.version:
        raise _changed_elsewhere(author, work, draft, has_title=title is not None)
    work.title = called
    draft.store(author, new, why, ticks)
    db.session.flush()
    return draft


def save_revision(
    author: Person,
    work: Work,
    *,
    why: str = "",
    content: Mapping[str, str] | None = None,
    ticks: Ticks | None = None,
) -> Revision:
    """Make what is written the next numbered revision; nothing happens if it is as it was.

    It answers the comments that are ticked: `ticks`, or those of the draft.
    """
    _require_writer(author, work)
    draft = _draft(work)
    typed = cleaned(work.fields, draft.content if content is None else content)
    typed = {key: text.strip() for key, text in typed.items()}
    new = typed | draft_texts(work)
    if not any(typed.values()) and len(new) == len(typed):
        first = str(work.fields[0]["key"])
        raise Refused(_("There is nothing written yet."), status=422, field=first)
    kind_named(work.kind).requires(new)
    latest = latest_revision(work)
    if latest is not None and latest.content == new and not files_changed(work):
        if draft.content != typed:
            draft.content, draft.version = typed, draft.version + 1
        return latest
    number = latest.number + 1 if latest else 1
    revision = Revision(
        work_id=work.id, number=number, content=new, why=clean(why), by_id=author.id
    )
    try:
        with db.session.begin_nested():
            db.session.add(revision)
    except IntegrityError:
        raise Refused(_("This was saved in another window a moment ago.")) from None
    ticks = draft.ticks if ticks is None else ticks
    draft.store(author, typed)
    record(author, "kept", work, revision=revision.number)
    events.revision_saved.send(work, revision=revision, ticks=ticks)
    return revision


def save_to_share(author: Person, work: Work) -> Revision:
    """The revision that others are to see: what is written now is saved as one."""
    _require_writer(author, work)
    if has_unsaved(work):
        draft = work.draft
        save_revision(author, work, why=draft.why if draft else "")
    revision = latest_revision(work)
    if revision is None:
        raise Refused(_("Write something first: there is nothing to share yet."), status=422)
    return revision


def archive(author: Person, work: Work) -> None:
    """Take a work off the lists of all who write it; it can be brought back."""
    require_owner(author, work)
    if work.put_away_at is None:
        work.put_away_at = clock.now()
        record(author, "archived", work)


def restore(author: Person, work: Work) -> None:
    """Put a work back on those lists."""
    require_owner(author, work)
    if work.put_away_at is not None:
        work.put_away_at = None
        record(author, "restored", work)


def has_unsaved(work: Work, latest: Revision | None = None) -> bool:
    """Whether the draft says something that no revision does; `latest` if it is known already."""
    text = work.draft.text if work.draft else {}
    if files_changed(work):
        return True
    latest = latest or latest_revision(work)
    return bool(text) and (latest is None or not text.items() <= latest.content.items())


def cleaned(fields: Sequence[Mapping[str, Any]], content: Mapping[str, str]) -> dict[str, str]:
    """The text of each field, and of no other."""
    keys = [str(field["key"]) for field in fields]
    return {key: fitting(content.get(key, ""), key, LONGEST) for key in keys}


def clean(text: str) -> str:
    """What somebody typed, with one kind of line end and nothing that no person types."""
    return clean_words(text.replace("\r\n", "\n").replace("\r", "\n"))


def fitting(text: str, field: str, longest: int) -> str:
    """The same, if it has at most `longest` characters; `field` is the box that has more."""
    text = clean(text)
    if len(text) > longest:
        raise too_long(field, longest)
    return text


def too_long(field: str, longest: int) -> Refused:
    """What is said when a text does not fit; it stays in its box."""
    return Refused(
        _("This is longer than %(longest)s characters. Please shorten it.", longest=longest),
        status=422,
        field=field,
    )


def _title(title: str, longest: int = LONGEST_TITLE) -> str:
    title = one_line(title)
    if not title:
        raise Refused(_("Give it a title."), status=422, field="title")
    if len(title) > longest:
        raise too_long("title", longest)
    return title


def lock_work(work: Work) -> None:
    """Lock a work until the request is over, and read anew who writes it."""
    db.session.execute(select(Work.id).where(Work.id == work.id).with_for_update())
    db.session.refresh(work, ["author_id", "put_away_at", "writers"])


def _changed_elsewhere(
    author: Person, work: Work, draft: Draft, *, has_title: bool
) -> ChangedElsewhere:
    """What is stored, and who of several stored it; with the title where the form has one."""
    db.session.refresh(work, ["title"])
    stored = {**draft.content, WHY: draft.why} | ({TITLE: work.title} if has_title else {})
    by = "" if draft.writer.id == author.id else draft.writer.name
    return ChangedElsewhere(draft.version, stored, by)


def require_owner(author: Person, work: Work) -> None:
    """Refuse everybody but the author, with 403."""
    require(policy.may_own(author, work))


def _require_writer(author: Person, work: Work) -> None:
    require(policy.may_write(author, work))


def _draft(work: Work) -> Draft:
    """The draft of a work, locked until the request is over; made if it has none."""
    draft = db.session.scalars(
        select(Draft)
        .where(Draft.work_id == work.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if draft is None:
        draft = Draft(work_id=work.id, content={}, addressed=[], version=0)
        db.session.add(draft)
        db.session.flush()
    return draft
