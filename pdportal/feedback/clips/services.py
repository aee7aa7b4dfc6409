"""What becomes of a clip as a work: brought, retitled, begun with, done with."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import or_, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.queries import comments_by
from pdportal.feedback.kinds.clip import CLIP
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.policy import is_heard
from pdportal.feedback.works.services import begin_work, retitle, save_revision
from pdportal.inbox.services import notify
from pdportal.video.models import Clip
from pdportal.video.queries import my_share
from pdportal.video.services import page_of
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, forbidden
from pdportal.web.typed import one_line

MOST_LOOK_FORS = 12
LONGEST_LOOK_FOR = 120


def bring_clip(clip: Clip, *, owner: Person, earlier: Clip | None) -> None:
    """A clip was uploaded: it is a work with one revision, which may answer an earlier one."""
    about = {"about": clip.about or clip.title}
    work = begin_work(owner, CLIP.name, clip.title, content=about, clip_id=clip.id)
    save_revision(owner, work)
    if earlier is not None:
        work.follows_id = work_of(earlier).id
        record(owner, "answered", work, work=work.follows_id)


def rename_clip(clip: Clip) -> None:
    """The owner calls the clip something else."""
    work = work_of(clip)
    if work.title != clip.title:
        retitle(work.author, work, clip.title)


def list_look_fors(clip: Clip, lines: str, version: int | None = None) -> int:
    """List what to look for, one a line; gives the new version. Raises `ChangedElsewhere`."""
    words = list(dict.fromkeys(filter(None, map(one_line, lines.splitlines()))))
    if len(words) > MOST_LOOK_FORS or any(len(each) > LONGEST_LOOK_FOR for each in words):
        message = _(
            "List up to %(most)s things to look for, each in %(longest)s characters or fewer.",
            most=MOST_LOOK_FORS,
            longest=LONGEST_LOOK_FOR,
        )
        raise Refused(message, status=422, field="look_fors")
    replace_values(clip, {"look_fors": words or None}, version)
    db.session.flush()
    return clip.version


def work_of(clip: Clip) -> Work:
    """The work that a clip is."""
    return db.session.scalars(select(Work).where(Work.clip_id == clip.id)).one()


def is_talked_about(clip_id: int) -> bool:
    """Whether there is a comment on a clip, or somebody was asked for one in a round."""
    work = Work.clip_id == clip_id
    comments = select(Comment.id).join(Comment.revision).join(Revision.work).where(work)
    rounds = select(Round.id).join(Round.work).where(work)
    return bool(db.session.scalar(select(or_(comments.exists(), rounds.exists()))))


def note_commented(comment: Comment, *, person: Person) -> None:
    """With the first comment of somebody the clip is shared with, it no longer waits for them."""
    clip = comment.revision.work.clip
    share = my_share(person, clip) if clip else None
    if share is not None and share.answered_at is None:
        share.answered_at = clock.now()


def finish(person: Person, clip: Clip) -> None:
    """Somebody the clip was shared with is done with it; its owner is notified, once."""
    share = my_share(person, clip)
    if share is None:
        raise forbidden()
    if share.finished_at is not None:
        return
    now = clock.now()
    share.answered_at = share.answered_at or now
    share.finished_at = now
    record(person, "finished", clip)
    notify(
        clip.owner_id,
        "clip_done",
        page_of(clip),
        sender=person,
        giver=person.name,
        title=clip.title,
        comments=comments_by(person, Work.clip_id == clip.id) if is_heard(work_of(clip)) else 0,
    )
