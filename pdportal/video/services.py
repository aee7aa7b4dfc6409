"""What people do with clips: add, share, take back, delete; and the end of each on its date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, or_, select, update

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.inbox.services import address, notify, withdraw
from pdportal.operations.jobs import jobs
from pdportal.uploads import delete_stored
from pdportal.video import events, policy, queries
from pdportal.video.captions.models import ClipCaptions
from pdportal.video.captions.services import forget_unheard
from pdportal.video.files import Stored
from pdportal.video.models import Clip, ClipFile, ClipShare, Purpose
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.locale import say_day

KEEP_ORIGINALS = timedelta(days=14)
WARN_BEFORE = (timedelta(days=14), timedelta(days=3))
"""How long before its date the owner of a clip is told, the first time and the last."""
LONGEST_TEXT = 4_000
LONGEST_QUESTION = 1_000
SCHOOL_YEAR_ENDS = (6, 30)


class Words(TypedDict):
    """What its owner says of a clip."""

    title: str
    about: str
    consent: str
    delete_by: date


def clip_of_form(owner_id: int, form_key: str) -> Clip | None:
    """The clip that a form made when it was sent before."""
    return db.session.scalars(
        select(Clip).where(Clip.owner_id == owner_id, Clip.form_key == form_key)
    ).one_or_none()


def add_clip(
    owner: Person,
    stored: Stored,
    *,
    file_name: str = "",
    form_key: str | None = None,
    earlier: Clip | None = None,
    **words: Unpack[Words],
) -> Clip:
    """A clip of one's own, which nobody else sees yet; one form makes one clip.

    It may answer an `earlier` one of one's own.
    """
    check_date(owner, words["delete_by"])
    clip = Clip(
        owner_id=owner.id,
        **words,
        file_name=file_name[:200],
        content_type=stored.kind.content_type,
        size=stored.size,
        sha256=stored.sha256,
        storage_key=stored.key,
        form_key=form_key or None,
        trouble=stored.film.trouble,
        seconds=stored.film.seconds,
        cleaned_at=clock.now() if stored.is_clean else None,
    )
    if not add_unless_there(clip):
        storage.delete(stored.key)
        earlier = clip_of_form(owner.id, form_key or "")
        assert earlier is not None  # noqa: S101  # the constraint has just said so
        return earlier
    clip.owner = owner
    record(owner, "uploaded", clip, size=clip.size)
    events.clip_added.send(clip, owner=owner, earlier=earlier)
    jobs(current_app).do("process_clip", clip.id)
    return clip


def change_clip(owner: Person, clip: Clip, *, version: int, **words: Unpack[Words]) -> None:
    """Change what is said of a clip, or when it is deleted; raises `ChangedElsewhere`.

    Of a clip that is deleted, only its title and what it showed can be changed.
    """
    _own(owner, clip)
    gone = {"consent", "delete_by"} if clip.deleted_at else ()
    before, new = clip.delete_by, {name: value for name, value in words.items() if name not in gone}
    if not replace_values(clip, new, version):
        return
    if clip.delete_by != before:
        check_date(owner, clip.delete_by)
        is_soon = clip.delete_by - today_of(owner) <= WARN_BEFORE[0]
        clip.warned_at = clock.now() if is_soon else None
    db.session.flush()
    record(owner, "changed", clip)
    events.clip_changed.send(clip)


def save_consent(owner: Person, clip: Clip, note: Mapping[str, Any], version: int | None) -> int:
    """Store the note of who is on a clip and what was agreed (`forms.ConsentForm`).

    Raises `ChangedElsewhere`.
    """
    _own(owner, clip)
    if clip.deleted_at is not None:
        raise Refused(_("This clip is deleted, and its consent note with it."))
    replace_values(clip, note, version)
    db.session.flush()
    return clip.version


def share(
    owner: Person,
    clip: Clip,
    person: Person,
    question: str = "",
    *,
    looks_first: bool | None = None,
) -> ClipShare:
    """Let one person see a clip, with a question if one has one; sent twice it is one share.

    `looks_first` as for `look_first`; None: as they chose before.
    """
    _own(owner, clip)
    if clip.deleted_at is not None:
        raise Refused(_("This clip is deleted; there is nothing left to show."))
    if not policy.may_share_with(owner, person):
        raise forbidden(_("You can share a clip with the people of your district."))
    if looks_first is not None:
        look_first(owner, clip, on=looks_first)
    current = queries.my_share(person, clip)
    if current is not None:
        current.question = question or current.question
        return current
    new = ClipShare(clip_id=clip.id, person_id=person.id, question=question)
    if not add_unless_there(new):
        return queries.my_share(person, clip) or new
    record(owner, "shared", clip, person=person.id)
    words = {"owner": owner.name, "title": clip.title}
    notify(person.id, "clip_shared", page_of(clip), sender=owner, **words)
    return new


def look_first(owner: Person, clip: Clip, *, on: bool) -> None:
    """Let the owner read what is said only once they have looked themselves, however the clip is
    shared; or at once. What is open stays open."""
    _own(owner, clip)
    if clip.opened_at is None:
        clip.looks_first = on


def looks_first_usually(owner: Person, clip: Clip) -> bool:
    """What the owner chose for a clip, or for the last one before it that others were shown."""
    if clip.looks_first:
        return True
    shown = or_(Clip.looks_first, Clip.shares.any())
    last = select(Clip.looks_first).where(Clip.owner_id == owner.id, Clip.id != clip.id, shown)
    return bool(db.session.scalar(last.order_by(Clip.id.desc()).limit(1)))


def take_back(owner: Person, clip: Clip, standing: ClipShare) -> None:
    """Somebody may no longer see a clip, from this moment on; both stay free to talk."""
    _own(owner, clip)
    require(standing.clip_id == clip.id)
    if standing.taken_back_at is None:
        standing.taken_back_at = clock.now()
        record(owner, "took_back", clip, person=standing.person_id)
        withdraw(standing.person_id, page_of(clip))
        events.share_ended.send(clip, person_id=standing.person_id)
        notify(standing.person_id, "clip_taken_back", "/coaching", sender=owner, owner=owner.name)


def stop_in_rounds(owner: Person, clip: Clip) -> None:
    """Nobody who was asked for feedback so far watches the clip any more; what they said stays."""
    _own(owner, clip)
    clip.closed_to_rounds_at = clock.now()
    record(owner, "took_back", clip)


def delete_now(owner: Person, clip: Clip) -> None:
    """Delete the file for good, with who is on it and what was asked; title and comments stay."""
    _own(owner, clip)
    _delete(clip, owner)


def delete_original(owner: Person, clip: Clip) -> None:
    """Delete what was uploaded; the file that is played stays."""
    _own(owner, clip)
    db.session.refresh(clip, with_for_update={"of": Clip})
    if clip.processed_at is None:
        raise Refused(_("This clip is still being prepared. Try again when it is ready."))
    _delete_originals(ClipFile.clip_id == clip.id)
    record(owner, "changed", clip)


def delete_old_originals() -> None:
    """Delete what was uploaded two weeks after another file took its place; may run twice."""
    long_ago = clock.now() - KEEP_ORIGINALS
    _delete_originals(ClipFile.made_at <= long_ago)


def _delete_originals(*which: ColumnElement[bool]) -> None:
    """Nothing of what was cut or muted outlives the film that has it; nor is a film deleted out of
    which another is still to be made."""
    is_made = ClipFile.clip_id.in_(select(Clip.id).where(Clip.processed_at.is_not(None)))
    which = ClipFile.purpose == Purpose.ORIGINAL, is_made, *which
    of_whom = select(Clip.id, Clip.owner_id).join(Clip.files).where(*which)
    for clip_id, owner_id in db.session.execute(of_whom).all():
        forget_unheard(clip_id)
        events.film_deleted.send(owner_id, clip_id=clip_id)
    delete_files(*which)


def usual_end(today: date) -> date:
    """The day that a setting says; else the end of the school year, or of the next one in its last
    weeks. Never beyond the longest that a clip may be kept."""
    settings = current_app.config["PDPORTAL"]
    if settings["CLIP_DAYS"]:
        return today + timedelta(days=min(settings["CLIP_DAYS"], settings["MAX_CLIP_DAYS"]))
    ends = date(today.year, *SCHOOL_YEAR_ENDS)
    if ends - today < timedelta(days=30):
        ends = date(today.year + 1, *SCHOOL_YEAR_ENDS)
    return min(ends, today + timedelta(days=min(365, settings["MAX_CLIP_DAYS"])))


def page_of(clip: Clip) -> str:
    """Where a clip has its page."""
    return address("clips.clip_page", clip_id=clip.id)


def delete_expired_clips() -> None:
    """Delete the clips whose date has come, as by `delete_now`; remind their owners before.

    May run twice.
    """
    soon = clock.now().date() + WARN_BEFORE[0] + timedelta(days=1)
    due = (
        select(Clip)
        .where(Clip.deleted_at.is_(None), Clip.delete_by <= soon)
        .order_by(Clip.id)
        .with_for_update(of=Clip, skip_locked=True)  # another worker has the others
    )
    for clip in db.session.scalars(due).all():
        today = today_of(clip.owner)
        if clip.delete_by <= today:
            _delete(clip, None)
            notify(clip.owner_id, "clip_gone", page_of(clip), title=clip.title)
        elif _is_to_be_told(clip, today):
            clip.warned_at, days = clock.now(), (clip.delete_by - today).days
            notify(clip.owner_id, "clip_goes_soon", page_of(clip), title=clip.title, days=days)


def _delete(clip: Clip, actor: Person | None) -> None:
    if clip.deleted_at is not None:
        return
    clip.deleted_at = clock.now()
    clip.consent = clip.file_name = clip.agreed = clip.agreed_by = ""
    clip.agreed_on = None
    db.session.execute(update(ClipShare).where(ClipShare.clip_id == clip.id).values(question=""))
    db.session.execute(delete(ClipCaptions).where(ClipCaptions.clip_id == clip.id))
    if clip.exemplar is not None:
        clip.exemplar.end()
    delete_stored([clip.storage_key])
    delete_files(ClipFile.clip_id == clip.id)
    events.film_deleted.send(clip.owner_id, clip_id=clip.id)
    record(actor, "deleted", clip)


def delete_files(*which: ColumnElement[bool]) -> None:
    """Delete further files of clips, with their rows."""
    gone = delete(ClipFile).where(*which).returning(ClipFile.storage_key)
    delete_stored(db.session.scalars(gone.execution_options(synchronize_session=False)).all())


def _own(owner: Person, clip: Clip) -> None:
    require(policy.may_change(owner, clip))


def _is_to_be_told(clip: Clip, today: date) -> bool:
    """Each time once, and not of a date that was chosen since."""
    told = (clip.warned_at or clip.created_at).date()
    return any(told < clip.delete_by - before <= today for before in WARN_BEFORE)


def today_of(person: Person) -> date:
    """The day where somebody lives."""
    default: str = current_app.config["BABEL_DEFAULT_TIMEZONE"]
    return clock.today(ZoneInfo(person.time_zone or default))


def check_date(owner: Person, delete_by: date) -> None:
    """Raise `Refused` for a date that is over or too far away."""
    today = today_of(owner)
    if delete_by <= today:
        raise Refused(_("Choose a date that is still to come."), status=422, field="delete_by")
    latest = today + timedelta(days=current_app.config["PDPORTAL"]["MAX_CLIP_DAYS"])
    if delete_by > latest:
        raise Refused(
            _("A clip can be kept until %(day)s. Choose an earlier date.", day=say_day(latest)),
            status=422,
            field="delete_by",
        )
