"""What a round can hide, and where hiding would be a promise that nobody can keep."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds import allocation, policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import is_written_together
from pdportal.feedback.works.services import lock_work
from pdportal.web.errors import Refused, require

_WORD = re.compile(r"[^\W_]+")


class Hides(StrEnum):
    """Whose names a round hides."""

    NOBODY = "nobody"
    REVIEWERS = "reviewers"
    AUTHOR = "author"
    BOTH = "both"

    @property
    def author(self) -> bool:
        """Whether it hides the author."""
        return self in (Hides.AUTHOR, Hides.BOTH)

    @property
    def reviewers(self) -> bool:
        """Whether it hides the reviewers."""
        return self in (Hides.REVIEWERS, Hides.BOTH)


def hideable(work: Work) -> Sequence[Hides]:
    """What a round on a work can hide: no author whom the work itself names, nor one of several."""
    if kind_of(work).names_readers:
        return (Hides.NOBODY,)
    if names_author(work):
        return (Hides.NOBODY, Hides.REVIEWERS)
    return tuple(Hides)


def names_author(work: Work) -> str:
    """Why the author of a work cannot be hidden; empty: they can."""
    if is_written_together(work):
        return _("Several people write this, so your name can’t be hidden.")
    return str(kind_of(work).names_author)


def say_hidden(way: Hides) -> str:
    """The choice in words."""
    return {
        Hides.NOBODY: _("Everybody sees names"),
        Hides.REVIEWERS: _("Hide who gives feedback"),
        Hides.AUTHOR: _("Hide whose work it is"),
        Hides.BOTH: _("Hide both"),
    }[way]


def require_hideable(
    author: Person,
    work: Work,
    protocol: Protocol,
    hides: Hides,
    cohort: Cohort | None,
    named: Sequence[Person],
) -> None:
    """Refuse to hide somebody whom everybody would know."""
    if hides is Hides.NOBODY:
        return
    lock_work(work)  # nobody is asked to write it at the same moment
    message = ""
    asked = (
        allocation.others_to_ask(cohort.id, work)[0] if cohort else len({each.id for each in named})
    )
    if hides not in hideable(work):
        message = names_author(work)
    elif hides.reviewers and asked < 2:
        message = _("With one colleague there is nobody to hide among. Ask two or more.")
    elif hides.author and protocol.own and protocol.own.author_id == author.id:
        message = _("Your protocol says who wrote it. Choose another one, or show your name.")
    elif hides.author and asked < 2 and cohort:
        message = _("In a group of two, the other person knows that it is yours.")
    if message:
        raise Refused(message, status=422, field="hides")


def names_itself(
    author: Person, work: Work, content: Mapping[str, str], asked: Mapping[str, str]
) -> list[str]:
    """Where a request says its author's name: the title of the work, or labels of its fields and
    of the boxes of the request (`asked`).
    """
    own = {word for word in _WORD.findall(author.name) if len(word) > 2}
    texts = [(_("Title"), work.title)]
    texts += [(str(field["label"]), content.get(field["key"], "")) for field in work.fields]
    texts += asked.items()
    return [label for label, text in texts if own & {*_WORD.findall(text)} or author.email in text]


def ask_next(author: Person, round_: Round) -> None:
    """Ask one more colleague, whom the author does not learn."""
    require(policy.may_run(author, round_))
    if not round_.is_open:
        raise Refused(_("This feedback request is closed."))
    if not allocation.ask_one_more(round_):
        raise Refused(_("Nobody is left to ask."), status=422)
