"""Meetings: called, run stage by stage, ended; whoever acts comes first.

Each act locks the meeting and counts its version, from which pages learn that something is new.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.meetings import clocks, ending, policy, queries
from pdportal.feedback.meetings.models import Duty, Meeting, Seat
from pdportal.feedback.meetings.stages import stages
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.stages import Way
from pdportal.feedback.rounds.policy import may_ask
from pdportal.feedback.rounds.queries import open_round
from pdportal.feedback.rounds.services import LONGEST_QUESTION, revision_to_share
from pdportal.feedback.unsent.models import UnsentText
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import writers_of
from pdportal.feedback.works.services import fitting
from pdportal.inbox.services import address, confirm, notify_all, withdraw
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.typed import has_visible

MOST_SEATS = 40
LONGEST_MINUTES = 3
"""How many letters minutes to add or cut have: a sign and two digits."""


def call(
    author: Person,
    work: Work,
    *,
    protocol: Protocol,
    question: str,
    people: Sequence[Person],
    planned_at: datetime | None = None,
) -> Meeting:
    """Call a meeting about a work as it is written now; those invited see it from then on, and all
    who write it take part.

    Called twice, it is one meeting: the database allows one open meeting for each work.
    """
    require(policy.may_call(author, work))
    existing = queries.open_meeting(work)
    if existing is not None:
        return existing
    if open_round(work) is not None:
        raise Refused(_("This work is out for feedback. Close that request first."))
    if Way.LIVE not in protocol.data.get("ways", ()):
        raise Refused(_("This protocol is for writing."), status=422, field="protocol")
    question = fitting(question, "question", LONGEST_QUESTION).strip()
    if not has_visible(question):
        message = _("Ask one question: what should they look at?")
        raise Refused(message, status=422, field="question")
    revision = revision_to_share(author, work)
    meeting = Meeting(
        work_id=work.id,
        revision_id=revision.id,
        protocol_id=protocol.id,
        question=question,
        planned_at=planned_at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(meeting)
            db.session.flush()
            seats = (Seat(meeting_id=meeting.id, person_id=each) for each in writers_of(work))
            db.session.add_all(seats)
    except IntegrityError:  # the other window was quicker by a moment
        return db.session.scalars(
            select(Meeting).where(Meeting.work_id == work.id, Meeting.is_open)
        ).one()
    record(author, "called", meeting)
    _confirm(author, meeting, "feedback_meeting")
    _notify_invited(author, meeting, writers_of(work))
    invite(author, meeting, people)
    return meeting


def invite(author: Person, meeting: Meeting, people: Sequence[Person]) -> None:
    """Give more colleagues a seat, and tell them; whoever has one keeps it."""
    seat = locked_seat(author, meeting)
    require(policy.may_invite(seat))
    if not may_ask(author, *people, work=meeting.work):
        raise Refused(_("That is nobody you can ask."), status=422, field="named")
    seated = {seat.person_id for seat in meeting.seats}
    new = list({person.id: person for person in people if person.id not in seated})
    if len(seated) + len(new) > MOST_SEATS:
        message = _("At most %(most)s people can take part.", most=MOST_SEATS)
        raise Refused(message, status=422, field="named")
    db.session.add_all(Seat(meeting_id=meeting.id, person_id=person_id) for person_id in new)
    changed(meeting)
    _notify_invited(author, meeting, new)


def leave(person: Person, meeting: Meeting) -> None:
    """Give up one's seat; what one noted stays, and one's own notes are kept. The author stays."""
    seat = locked_seat(person, meeting)
    if person.id == meeting.work.author_id:
        raise Refused(_("You brought the work: you can call the meeting off instead."))
    if not meeting.is_open:
        raise Refused(_("This meeting has ended."))
    _keep_own_notes(seat)
    meeting.seats.remove(seat)
    db.session.delete(seat)
    withdraw(person.id, address("feedback.meeting", meeting_id=meeting.id))
    changed(meeting)
    _confirm(person, meeting, "feedback_meeting_off")


def call_off(author: Person, meeting: Meeting) -> None:
    """Call a meeting off that has not begun."""
    seat = locked_seat(author, meeting)
    require(policy.may_invite(seat))
    if meeting.began_at is not None:
        raise Refused(_("It has begun. End it instead, so that what was said is kept."))
    meeting.called_off_at = meeting.ended_at = clock.now()
    others = [other.person_id for other in meeting.seats if other is not seat]
    url = address("feedback.meeting", meeting_id=meeting.id)
    for person_id in others:
        withdraw(person_id, url)
    words = {"author": author.name, "title": meeting.work.title}
    off = _kind(meeting, "feedback_meeting_off")
    notify_all(others, off, url, sender=author, meeting=meeting.id, **words)
    _confirm(author, meeting, "feedback_meeting_off")
    record(author, "called_off", meeting)
    changed(meeting)


def person_deactivated(_app: object, person: Person, **_more: object) -> None:
    """Somebody is there no longer: what they planned about work that is theirs alone is called off,
    so that it goes out of calendars."""
    for meeting in db.session.scalars(queries.ahead_of(person)).all():
        if writers_of(meeting.work) == {person.id}:
            call_off(person, meeting)


def take_out_of_calendars(meeting: Meeting) -> None:
    """Tell those who were to come that it is called off, since its work is gone; not by whom."""
    url, title = address("feedback.meeting", meeting_id=meeting.id), meeting.work.title
    people, off = [seat.person_id for seat in meeting.seats], _kind(meeting, "feedback_meeting_off")
    notify_all(people, off, url, title=title, meeting=meeting.id)
    changed(meeting)


def begin(person: Person, meeting: Meeting) -> None:
    """Begin with the first stage; begun twice, it begins once."""
    _run(person, meeting)
    if meeting.began_at is None:
        meeting.began_at = clock.now()
        record(person, "began", meeting)
        _enter(meeting, 0)
        url = address("feedback.meeting", meeting_id=meeting.id)
        absent = [seat.person_id for seat in meeting.seats if not policy.is_here(seat)]
        for person_id in absent:
            withdraw(person_id, url)  # the invitation
        notify_all(absent, "feedback_meeting_now", url, sender=person, title=meeting.work.title)


def to_stage(person: Person, meeting: Meeting, number: int, *, seen: int) -> None:
    """Go on to a stage, or back to one. `seen` is the stage of the page that asks: two who press
    Next at once go on by one stage."""
    _run(person, meeting)
    if not meeting.is_running:
        raise Refused(_("Begin first."))
    if meeting.stage == seen and 0 <= number < len(stages(meeting)):
        _enter(meeting, number)


def keep_time(person: Person, meeting: Meeting, what: str) -> None:
    """Turn the clock: `pause`, `go`, or minutes to add or cut, as in `+1` and `-5`."""
    if not policy.may_keep_time(locked_seat(person, meeting)):
        raise forbidden(_("The facilitator and the timekeeper keep the time."))
    if not meeting.is_running:
        raise Refused(_("Begin first."))
    if what == "pause":
        clocks.pause(meeting)
    elif what == "go":
        clocks.go_on(meeting)
    elif what[:1] in {"+", "-"} and what[1:].isdecimal() and len(what) <= LONGEST_MINUTES:
        clocks.add(meeting, int(what))
    changed(meeting)


def take_duty(person: Person, meeting: Meeting, duty: Duty | None, *, whose: int) -> None:
    """Hand a duty to somebody, or take it, if it is nobody's or its holder is not there.

    With None somebody gives up what they do. The facilitator hands out all of them.
    """
    seat = locked_seat(person, meeting)
    if not meeting.is_open:
        raise Refused(_("This meeting has ended."))
    to = next((other for other in meeting.seats if other.person_id == whose), None)
    if to is None:
        raise Refused(_("They do not take part."), status=422)
    holder = next((other for other in meeting.seats if duty and other.duty is duty), None)
    own = to is seat and (holder is None or holder is seat or not policy.is_here(holder))
    if not (own or policy.may_run(seat) or (holder is seat)):
        raise forbidden(_("The facilitator hands that out."))
    if holder is not None:
        holder.duty = None
        db.session.flush()  # each duty is one person's
    to.duty = duty
    changed(meeting)


def raise_hand(person: Person, meeting: Meeting, *, up: bool) -> None:
    """Ask for a turn, or no more."""
    seat = locked_seat(person, meeting)
    seat.hand_at = (seat.hand_at or clock.now()) if up else None
    changed(meeting)


def lower_hand(person: Person, meeting: Meeting, whose: int) -> None:
    """Somebody has had their turn."""
    _run(person, meeting)
    for seat in meeting.seats:
        if seat.person_id == whose:
            seat.hand_at = None
    changed(meeting)


def note_here(seat: Seat) -> None:
    """Somebody's page is open. Others learn of it when they come, not each time."""
    if not policy.is_here(seat):
        seat.meeting.version = Meeting.version + 1
    seat.seen_at = clock.now()


def end(person: Person, meeting: Meeting) -> None:
    """End it: what was said becomes a round that the author goes on with. Ended twice, once."""
    seat = _run(person, meeting)
    if not meeting.is_running:
        raise Refused(_("Begin first."))
    if not policy.may_end(seat):
        raise forbidden(_("The facilitator or the author ends it."))
    meeting.ended_at = clock.now()
    clocks.start(meeting, 0)
    record(person, "ended", meeting)
    ending.make_round(meeting)
    ending.notify_speakers(meeting)
    changed(meeting)


def share_screen(person: Person, meeting: Meeting, *, shared: bool) -> None:
    """Show the meeting on this device to all in the room, and note for them; or no longer."""
    seat = _run(person, meeting) if shared else locked_seat(person, meeting)
    seat.one_screen = shared
    changed(meeting)


def _notify_invited(author: Person, meeting: Meeting, person_ids: Collection[int]) -> None:
    notify_all(
        sorted(person_ids),
        _kind(meeting, "feedback_meeting"),
        address("feedback.meeting", meeting_id=meeting.id),
        sender=author,
        author=author.name,
        title=meeting.work.title,
        protocol=meeting.protocol.name,
        meeting=meeting.id,
    )


def _kind(meeting: Meeting, kind: str) -> str:
    """The kind of notice; of a meeting that has a time, the one that calendars read."""
    return kind if meeting.planned_at is None else f"{kind}_at"


def _confirm(person: Person, meeting: Meeting, kind: str) -> None:
    """What somebody did themselves: for their calendar, where the meeting has a time."""
    if meeting.planned_at is not None and person.active:
        url = address("feedback.index")  # the meeting may be theirs to see no longer
        confirm(person, _kind(meeting, kind), url, title=meeting.work.title, meeting=meeting.id)


def _keep_own_notes(seat: Seat) -> None:
    """What somebody wrote for themselves stays theirs: under Feedback, Not sent."""
    typed = [(str(_("My notes")), seat.own_notes), (str(_("Your note")), seat.draft)]
    texts = [[label, text] for label, text in typed if has_visible(text)]
    if texts:
        place = address("feedback.index")
        title = seat.meeting.work.title
        why = _("You left the meeting about “%(title)s”.", title=title)
        db.session.add(
            UnsentText(person_id=seat.person_id, place=place, form="", why=why, texts=texts)
        )


def _enter(meeting: Meeting, number: int) -> None:
    meeting.stage = number
    clocks.start(meeting, stages(meeting)[number].minutes)
    for seat in meeting.seats:
        seat.hand_at = None
    changed(meeting)


def _run(person: Person, meeting: Meeting) -> Seat:
    seat = locked_seat(person, meeting)
    if not meeting.is_open:
        raise Refused(_("This meeting has ended."))
    if not policy.may_run(seat):
        raise forbidden(_("The facilitator does that."))
    return seat


def locked_seat(person: Person, meeting: Meeting) -> Seat:
    """Somebody's seat, with the meeting locked and as it is now."""
    locked(meeting)
    require(policy.may_see(person, meeting))
    return next(seat for seat in meeting.seats if seat.person_id == person.id)


def locked(meeting: Meeting) -> None:
    """Lock a meeting until the request is over, and read anew all that is in it."""
    db.session.flush()
    page = (
        queries.whole(select(Meeting)).where(Meeting.id == meeting.id).with_for_update(of=Meeting)
    )
    db.session.scalars(page, execution_options={"populate_existing": True}).one()


def changed(meeting: Meeting) -> None:
    meeting.version += 1
    db.session.flush()
