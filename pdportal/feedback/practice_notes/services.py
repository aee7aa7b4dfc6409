"""Practice notes: shared with groups, taken back, and answered with thanks, a question, a visit."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.kinds import work_url
from pdportal.feedback.practice_notes import queries
from pdportal.feedback.practice_notes.models import NoteShare
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.services import save_to_share
from pdportal.feedback.works.skills import set_skills
from pdportal.inbox.services import withdraw
from pdportal.web.errors import Refused, forbidden, require


def share_note(
    author: Person, work: Work, groups: Collection[str], skills: Collection[int] = ()
) -> None:
    """Let these groups read what is written now, and no others; sent twice, it is done once.

    `groups` are keys of `queries.groups_to_share_with`; none of them takes the note back from all.
    Raises `Refused` (422) where nothing is written, or for a group that is not the writer's.
    """
    require(work_policy.may_write(author, work))
    wait_for_turn(author)
    shares = {share.group: share for share in queries.shares_of(work)}
    before = queries.readers(work)
    offered = {group.key for group in queries.groups_to_share_with(author, list(shares.values()))}
    if not offered.issuperset(groups):
        raise Refused(_("Choose from your own cohorts and your school."), status=422, field="group")
    if groups:
        save_to_share(author, work)
    set_skills(author, work, skills)
    for key in sorted(set(groups) - shares.keys()):
        place, _dash, ident = key.partition("-")
        db.session.add(NoteShare(work_id=work.id, **{f"{place}_id": int(ident)}))
    for key in shares.keys() - set(groups):
        db.session.delete(shares[key])
    db.session.flush()
    for person_id in before - queries.readers(work):
        withdraw(person_id, work_url(work))
    if shares.keys() != set(groups):
        record(author, "shared_note" if groups else "took_back", work, groups=len(groups))


def say(person: Person, work: Work, kind: CommentKind, words: str) -> Comment:
    """Tell the writer something that nobody else reads; thanks and a visit need no words."""
    if kind not in READERS_SAY:
        raise Refused(_("Choose one of the three."), status=422, field="text")
    if person.id == work.author_id:
        raise forbidden()
    return comments.add_comment(person, work, Typed(words if words.strip() else _usual(kind), kind))


READERS_SAY = (CommentKind.THANKS, CommentKind.QUESTION, CommentKind.VISIT)


def _usual(kind: CommentKind) -> str:
    """What is said where no words are typed; a question has to be."""
    if kind is CommentKind.THANKS:
        return _("Thank you for this.")
    return _("I would like to come and see this.") if kind is CommentKind.VISIT else ""
