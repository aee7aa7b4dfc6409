"""Teachers ask for a coach; coaches claim, hand over, and cover for one another."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.services.account import say_away
from pdportal.activity.services import record
from pdportal.coaching.covers import policy
from pdportal.coaching.covers.models import Handover
from pdportal.coaching.cycles.services import end_parted
from pdportal.coaching.policy import reviews_to_give_as_coach
from pdportal.cohorts.events import coach_linked
from pdportal.cohorts.models import Coaching
from pdportal.cohorts.policy import teachers_of
from pdportal.cohorts.services import stay
from pdportal.db import add_unless_there, db, find_or_add
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.reviews.services import decline
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.goals.services.checks import clean_text
from pdportal.inbox.services import notify, notify_all
from pdportal.video import services as clips
from pdportal.video.models import Clip, ClipShare
from pdportal.web.errors import Refused, one_or_404, require
from pdportal.web.locale import portal_today

LONGEST = 1_000
HERE = "/coaching"


def ask_for_coach(teacher: Person, words: str) -> Handover:
    """Somebody without a coach asks the coaches of the district; sent twice it is one question."""
    if not policy.may_ask(teacher):
        raise Refused(_("You have a coach already."))
    words = clean_text(words, "words", LONGEST, _("Say in a few words what it is about."))
    asked, is_new = find_or_add(
        policy.own_asks(teacher),
        lambda: Handover(teacher_id=teacher.id, note=words, starts_on=portal_today()),
    )
    if is_new:
        record(teacher, "asked_for_coach", asked)
    asked.note = words
    return asked


def withdraw_ask(teacher: Person) -> None:
    """They need none any more."""
    for asked in db.session.scalars(policy.own_asks(teacher)):
        asked.ended_at = clock.now()


def ask_answered(link: Coaching, **_more: object) -> None:
    """Whoever has a coach now, also by a lead's hand, asks for none any more."""
    withdraw_ask(link.teacher)


def claim(coach: Person, asked: Handover) -> None:
    """Become the coach of somebody who asked for one; the first to claim it is."""
    db.session.refresh(asked, with_for_update={"of": Handover})
    if asked.to_id is not None or asked.ended_at is not None:
        raise Refused(_("Another coach said yes first, or the teacher no longer needs one."))
    asked.to_id, asked.began_at = coach.id, clock.now()
    record(coach, "claimed", asked)
    link = Coaching(coach_id=coach.id, teacher_id=asked.teacher_id)
    if add_unless_there(link):
        coach_linked.send(link, actor=coach)


def hand_over(coach: Person, teacher: Person, to: Person, note: str = "") -> Handover:
    """Another coach works with a teacher from now on; the teacher is told, and lets them see what
    waits."""
    require(policy.may_hand_over(coach, teacher.id))
    given = _new(coach, to, note, teacher_id=teacher.id)
    given.began_at = clock.now()
    _link(given, teacher.id)
    link = select(Coaching).filter_by(coach_id=coach.id, teacher_id=teacher.id, ended_at=None)
    db.session.scalars(link).one().ended_at = clock.now()
    end_parted()
    _pass_reviews_on(coach, teacher.id)
    people = {"coach": coach, "to": to}
    notify(teacher.id, "coach_handed_over", HERE, sender=coach, **people)
    notify(to.id, "teacher_handed_over", HERE, sender=coach, coach=coach, teacher=teacher)
    return given


def hand_clip_over(coach: Person, clip: Clip, to: Person, note: str = "") -> Handover:
    """Suggest to a teacher that another coach looks at one clip."""
    require(policy.may_hand_clip_over(coach, clip.id, clip.owner_id))
    given = _new(coach, to, note, teacher_id=clip.owner_id, clip_id=clip.id)
    given.began_at = clock.now()
    notify(clip.owner_id, "clip_handed_over", HERE, sender=coach, coach=coach, to=to)
    return given


def cover(
    coach: Person, to: Person, starts_on: date | None, ends_on: date | None, note: str = ""
) -> Handover:
    """Another coach covers for one who is away, on these days; it begins and ends by itself."""
    if starts_on is None or ends_on is None or not max(starts_on, portal_today()) <= ends_on:
        message = _("Choose the first and the last day; the last one not before the first.")
        raise Refused(message, status=422, field="ends_on")
    mine = policy.covers_by_or_of(coach).where(Handover.from_id == coach.id)
    if db.session.scalars(mine).first() is not None:
        raise Refused(_("Somebody covers for you already. End that first."))
    given = _new(coach, to, note, starts_on=starts_on, ends_on=ends_on)
    say_away(coach, (starts_on, ends_on))
    notify(to.id, "covers", HERE, sender=coach, coach=coach, day=ends_on.isoformat())
    if starts_on <= portal_today():
        _begin(given)
    return given


def end_cover(coach: Person, given: Handover) -> None:
    """Somebody is back, or cannot cover any more."""
    is_back = coach.id == given.from_id
    _end(given, is_back=is_back)
    if is_back:
        say_away(coach, None)


def stop_covering(_app: object, person: Person, **_more: object) -> None:
    """Whoever has no account any more covers for nobody."""
    mine = policy.covers_by_or_of(person).where(Handover.to_id == person.id)
    for given in db.session.scalars(mine):
        _end(given, is_back=False)


def run_covers() -> None:
    """Begin and end what the day asks for, and what nobody can go on with; done every hour."""
    today = portal_today()
    due = select(Handover).where(
        Handover.ends_on.is_not(None),
        Handover.is_open,
        or_(Handover.ends_on < today, Handover.starts_on <= today),
    )
    for given in db.session.scalars(due.with_for_update(skip_locked=True)):
        if given.ends_on is not None and given.ends_on < today:
            _end(given, is_back=True)
        elif not policy.may_cover(db.session.get_one(Person, given.to_id)):
            _end(given, is_back=False)
        elif given.began_at is None:
            _begin(given)
    end_parted()


def let_see(teacher: Person, handover_id: int, share_id: int) -> None:
    """Let the coach who took over see a clip: as well while they cover, else in place of the
    other."""
    offered = policy.clips_to_let_see(teacher).where(
        Handover.id == handover_id, ClipShare.id == share_id
    )
    given, share = one_or_404(offered), db.session.get_one(ClipShare, share_id)
    clips.share(teacher, share.clip, db.session.get_one(Person, given.to_id), share.question)
    if given.ends_on is None and share.answered_at is None:
        clips.take_back(teacher, share.clip, share)


def _new(coach: Person, to: Person, note: str, **more: object) -> Handover:
    known = policy.coaches_beside(coach).where(Person.id == to.id)
    if db.session.scalar(select(known.exists())) is not True:
        raise Refused(_("Choose a coach of your district."), status=422, field="to")
    values = {"starts_on": portal_today(), **more}
    given = Handover(
        from_id=coach.id, to_id=to.id, note=clean_text(note, "note", LONGEST), **values
    )
    db.session.add(given)
    db.session.flush()
    record(coach, "handed_over", given, to=to.id)
    return given


def _begin(given: Handover) -> None:
    given.began_at = clock.now()
    giver = db.session.get_one(Person, given.from_id)
    own = teachers_of(giver).where(Coaching.covers_id.is_(None), Person.id != given.to_id)
    told = [
        teacher_id
        for teacher_id in db.session.scalars(own.with_only_columns(Person.id)).all()
        if _link(given, teacher_id)
    ]
    _pass_reviews_on(giver)
    taker = db.session.get_one(Person, given.to_id)
    day = given.ends_on.isoformat() if given.ends_on else ""
    notify_all(told, "cover_began", HERE, sender=giver, coach=giver, to=taker, day=day)


def _end(given: Handover, *, is_back: bool) -> None:
    """Tell its teachers that their coach is back, or all that nobody covers any more."""
    if given.ended_at is not None:
        return
    given.ended_at = clock.now()
    record(None, "ended", given)
    links = select(Coaching).filter_by(coach_id=given.to_id, covers_id=given.from_id, ended_at=None)
    told = []
    for link in db.session.scalars(links):
        link.ended_at = clock.now()
        told.append(link.teacher_id)
    end_parted()
    giver = db.session.get_one(Person, given.from_id)
    if is_back:
        notify_all(told, "cover_ended", HERE, coach=giver)
    else:
        taker = db.session.get_one(Person, given.to_id)
        notify_all([giver.id, *told], "cover_stopped", HERE, coach=giver, to=taker)


def _link(given: Handover, teacher_id: int) -> bool:
    """Let the two work together; False if they do already, from now on for good if this is."""
    covers = given.from_id if given.ends_on else None
    link = Coaching(
        coach_id=given.to_id, teacher_id=teacher_id, covers_id=covers, until=given.ends_on
    )
    if add_unless_there(link):
        return True
    if covers is None:
        pair = {"coach_id": given.to_id, "teacher_id": teacher_id, "ended_at": None}
        stay(db.session.scalars(select(Coaching).filter_by(**pair)).one())
    return False


def _pass_reviews_on(coach: Person, teacher_id: int | None = None) -> None:
    """Reviews that a coach was asked for and has not begun go to the author's next coach.

    With a teacher's id not those of hidden authors: the one that goes would say whose it is.
    """
    owed = reviews_to_give_as_coach(coach).where(Review.begun_at.is_(None))
    if teacher_id is not None:
        owed = owed.where(Work.author_id == teacher_id, ~Round.author_is_hidden)
    for review in db.session.scalars(owed).all():
        decline(coach, review)
