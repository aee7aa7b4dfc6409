"""Who may see a clip: its owner, and those the owner shares it with, until taken back.

Nobody else: not leads, not admins, not a coach or colleague with whom it was not shared. What is
said about a clip follows the same rule (`feedback.clips`). Its file alone is also watched by those
whom its owner asks for feedback on it (`add_viewers`).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, and_, or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.video.models import Clip, ClipFile, ClipShare, Purpose

Who = int | ColumnElement[int]
"""The id of whoever asks, or the place of one in a statement that is built once."""


def clips_seen_by(who: Who) -> Select[Clip]:
    """Owners see their clips; others those shared with them, until taken back."""
    return select(Clip).where(is_seen_by(who))


def files_seen_by(who: Who) -> Select[Clip]:
    """The clips whose file is still there, of those one may see or was let to watch elsewhere.

    A file that still says where it was filmed is for its owner alone. Not to be built when a module
    is imported: features above add their viewers later.
    """
    viewers = [viewer(who) for viewer in _viewers]
    mine_or_clean = or_(Clip.owner_id == who, Clip.cleaned_at.is_not(None))
    return select(Clip).where(
        or_(is_seen_by(who), *viewers), Clip.deleted_at.is_(None), mine_or_clean
    )


def further_files_seen_by(who: Who) -> Select[ClipFile]:
    """The further files of those clips; what was uploaded itself is for its owner alone, and what
    belongs to the talk (recordings, pictures of moments) for those who see the clip itself, its
    owner only once they read what others say."""
    hears = or_(Clip.owner_id != who, ~Clip.waits_for_owner)
    of_talk = and_(is_seen_by(who), hears, ClipFile.purpose != Purpose.ORIGINAL)
    own = and_(Clip.owner_id == who, ClipFile.purpose == Purpose.ORIGINAL)
    of_all = or_(ClipFile.purpose == Purpose.SMALL, ClipFile.purpose == Purpose.POSTER)
    seen = files_seen_by(who).with_only_columns(Clip.id)
    which = Clip.id.in_(seen), or_(own, of_talk, of_all)
    return select(ClipFile).join(ClipFile.clip).where(*which)


_viewers: list[Callable[[Who], ColumnElement[bool]]] = []


def add_viewers(viewers: Callable[[Who], ColumnElement[bool]]) -> None:
    """Let others watch a `Clip` where the condition holds: its file and its captions, not what is
    said about it."""
    if viewers not in _viewers:
        _viewers.append(viewers)


def is_seen_by(who: Who) -> ColumnElement[bool]:
    """The rule of `clips_seen_by`, as a condition on `Clip`."""
    shared = shares_standing(who).with_only_columns(ClipShare.clip_id)
    return or_(Clip.owner_id == who, Clip.id.in_(shared))


def shares_standing(who: Who) -> Select[ClipShare]:
    """What is shared with somebody now."""
    return select(ClipShare).where(ClipShare.person_id == who, ClipShare.taken_back_at.is_(None))


def may_change(person: Person, clip: Clip) -> bool:
    """Only the owner changes what is said of a clip, shares it, takes it back, deletes it."""
    return clip.owner_id == person.id


Talk = Callable[[int], bool]
_talks: list[Talk] = []
"""Tell, by the id of a clip, whether anybody said or may say something about its moments."""


def add_talk(is_talked_about: Talk) -> None:
    """Let a feature above keep a clip from being edited under what is said about it."""
    if is_talked_about not in _talks:
        _talks.append(is_talked_about)


def may_edit_in_place(person: Person, clip: Clip) -> bool:
    """The owner, before anybody else could see a clip and before a comment on it."""
    shared = select(ClipShare.id).where(ClipShare.clip_id == clip.id).limit(1)
    if not may_change(person, clip) or db.session.scalar(shared) is not None:
        return False
    return not any(is_talked_about(clip.id) for is_talked_about in _talks)


def may_share_with(owner: Person, other: Person) -> bool:
    """With an active colleague or coach of one's own district; oneself needs no share."""
    return other.active and other.district_id == owner.district_id and other.id != owner.id
