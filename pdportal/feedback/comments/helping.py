"""Feedback on feedback: the author tells the giver of a comment, and nobody else, how it helped."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.feedback.comments import news, policy
from pdportal.feedback.comments.answers import HELPED, How
from pdportal.feedback.comments.models import Comment, Helped
from pdportal.feedback.works.services import fitting
from pdportal.web.errors import Refused, require

LONGEST = 1_000


def say_how_it_helped(author: Person, comment: Comment, how: str, words: str = "") -> Helped:
    """Tell the giver how a comment helped; said anew, the last counts, and they are told once.

    Words that were written stay where none are given.
    """
    require(policy.may_say_how_it_helped(author, comment))
    words = fitting(words, "words", LONGEST).strip()
    if how not in list(HELPED):
        raise Refused(_("Choose first how it helped."), status=422, field="how")
    helped = Helped(comment_id=comment.id, how=How(how), words=words, by_id=author.id)
    if add_unless_there(helped):
        record(author, "said_how_it_helped", comment)
        news.helped(author, comment)
        return helped
    helped = db.session.get_one(Helped, comment.id, with_for_update=True)
    helped.how, helped.words, helped.told_at = How(how), words or helped.words, clock.now()
    helped.by_id = author.id
    db.session.flush()
    return helped
