"""Whom an author may ask to write a work with them, and who answers for whom.

Whoever writes a work reads all that was ever said about it, so asking somebody opens more than
sharing does. Nobody who leads, and no coach of the author, can be asked: what colleagues wrote for
the author would come to those who lead them.
"""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select

from pdportal.accounts.models import LEADING, Person, Role
from pdportal.cohorts.models import Member
from pdportal.cohorts.policy import coaches_of, cohort_ids_of
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.pairing.queries import apart_from
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work, WorkWriter
from pdportal.feedback.works.policy import may_own, written_by


def works_of_writers(person: Person) -> Select[Work]:
    """Works of which somebody may see who writes them: they do, or are asked to."""
    asked = select(WorkWriter.work_id).where(WorkWriter.person_id == person.id, WorkWriter.is_asked)
    return select(Work).where(or_(Work.id.in_(written_by(person.id)), Work.id.in_(asked)))


def may_invite(person: Person, work: Work) -> bool:
    """The author, to a work of a kind that several can write, while it is not archived."""
    return may_own(person, work) and kind_of(work).together and work.put_away_at is None


def people_to_invite(work: Work) -> Select[Person]:
    """Active people of cohorts that the author is in now.

    Not who leads or coaches (see above), not who is kept apart from the author, and nobody who is
    asked in the open round of the work or has given there; nobody while names are hidden.
    """
    near = Member.cohort_id.in_(cohort_ids_of(work.author)), Member.is_current
    reviewing = (
        select(Review.reviewer_id)
        .join(Round, Round.id == Review.round_id)
        .where(Round.work_id == work.id, Round.is_open, Review.released_at.is_(None))
    )
    not_these = (
        select(Role.person_id).where(Role.name.in_(LEADING)),
        coaches_of(work.author_id).with_only_columns(Person.id).order_by(None),
        apart_from(work.author_id),
        reviewing,
    )
    return select(Person).where(
        Person.active,
        Person.id != work.author_id,
        Person.id.in_(select(Member.person_id).where(*near)),
        ~rounds_with_hidden_names(work).correlate(None).exists(),
        *(Person.id.not_in(ids) for ids in not_these),
    )


def rounds_with_hidden_names(work: Work) -> Select[int]:
    """Rounds of a work that nobody more may come to: one whose author is hidden, for good; one
    whose reviewers are, while it is open."""
    reviewers = and_(Round.hides_reviewers, Round.is_open)
    return select(Round.id).where(
        Round.work_id == work.id,
        Round.taken_back_at.is_(None),
        or_(Round.author_is_hidden, reviewers),
    )
