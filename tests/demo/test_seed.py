"""The district as its people find it: every state of everything, each told truly."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_security import verify_password
from sqlalchemy import func, select

from pdportal import clock
from pdportal.accounts.models import Person, Role, RoleName, School
from pdportal.accounts.queries import demo_cast
from pdportal.activity.models import Event
from pdportal.coaching.notes.policy import first_open_day
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.db import Base, db
from pdportal.demo.district import READ_UNTIL, Riverbend
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment, Decision
from pdportal.feedback.comments.waiting import feedback_waiting
from pdportal.feedback.meetings.models import Meeting
from pdportal.feedback.pairing.models import PairKind, PairRule
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.reviews.queries import reviews_owed
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.renewal import renew_asks
from pdportal.feedback.swaps.models import Swap
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.feedback.works.queries import my_works
from pdportal.goals.models import Goal, Outcome, Step, StepKind
from pdportal.goals.queries import goals_with_next_step
from pdportal.inbox import kinds
from pdportal.inbox.letters import write_letters
from pdportal.inbox.models import Letter, Notice
from pdportal.insights import queries as insights
from pdportal.insights.coaching_views import figures_of
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.modules.models import Answer, Edition, Enrollment, HandIn, Reflection, TakenUp
from pdportal.modules.notes.models import OwnNote
from pdportal.video.models import Clip, ClipShare
from pdportal.video.services import delete_expired_clips
from pdportal.web.locale import portal_today
from tests.conftest import Browser
from tests.demo.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("riverbend")


def count(model: type[Base], *where: Any) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_a_district_with_its_people() -> None:
    assert count(School) == 3
    assert 50 <= count(Person) <= 60
    held = Counter(db.session.scalars(select(Role.name)))
    assert held[RoleName.COACH] == 4
    assert held[RoleName.LEAD] == 2
    assert held[RoleName.ADMIN] == 1
    assert held[RoleName.TEACHER] >= 45
    assert count(Coaching) >= 35
    assert [role for _id, _name, role in demo_cast()] == [
        "a teacher",
        "a teacher, and Ada’s colleague",
        "a coach",
        "a PD lead",
    ]


def test_two_modules_were_revised_and_ada_has_notes_beside_them(riverbend: Riverbend) -> None:
    assert count(Edition, Edition.number == 2) == 2
    revised = select(Edition.module_id).where(Edition.number == 2)
    ways = db.session.scalars(
        select(Edition.number)
        .join(Enrollment, Enrollment.edition_id == Edition.id)
        .where(
            Enrollment.person_id == riverbend.people["ada"].id, Enrollment.module_id.in_(revised)
        )
    ).all()
    assert ways == [1, 1], "she stays on what she began"
    notes = db.session.scalars(select(OwnNote)).all()
    assert len(notes) == 3
    assert all(note.letter is not None for note in notes)


def test_everybody_has_a_plain_address_and_the_password(riverbend: Riverbend) -> None:
    addresses = [person.email for person in riverbend.people.values()]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() and " " not in address for address in addresses)
    assert verify_password(PASSWORD, riverbend.people["elif"].password)


def test_one_cohort_begins_one_is_under_way_and_one_nearly_ends() -> None:
    today = clock.now().date()
    cohorts = db.session.scalars(select(Cohort).order_by(Cohort.starts_on)).all()
    assert len(cohorts) == 3
    ending, midway, begun = cohorts
    assert timedelta(0) < (ending.ends_on or today) - today < timedelta(days=20)
    assert (midway.ends_on or today) - today > timedelta(days=40)
    assert today - begun.starts_on < timedelta(days=15)
    assert count(Member, Member.facilitates) == 3


WAYS = {
    "a draft": Work.id.not_in(select(Round.work_id)),
    "taken back": Work.id.in_(select(Round.work_id).where(Round.taken_back_at.is_not(None))),
    "a second round": Work.id.in_(
        select(Round.work_id).group_by(Round.work_id).having(func.count() > 1)
    ),
    "revised": Work.id.in_(select(Revision.work_id).where(Revision.number > 1)),
    "being revised": Work.id.in_(
        select(Draft.work_id)
        .join(Round, Round.work_id == Draft.work_id)
        .where(Draft.version > 2, Round.answered_at.is_(None), Round.closed_at.is_(None))
    ),
    "closed with a reflection": Work.id.in_(select(Round.work_id).where(Round.learned != "")),
    "nobody left to ask": Work.id.in_(
        select(Round.work_id).where(Round.nobody_left_at.is_not(None))
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_works_stand_everywhere_in_the_loop(way: str) -> None:
    assert count(Work, WAYS[way]) >= 1


def test_somebody_may_still_take_back_what_they_shared() -> None:
    assert count(Round, Round.grace_until > clock.now(), Round.taken_back_at.is_(None)) == 1


def test_rounds_wait_with_nothing_one_and_enough(riverbend: Riverbend) -> None:
    cohorts = db.session.scalars(select(Cohort.id)).all()
    waiting = [row for cohort in cohorts for row in insights.waiting(cohort, clock.now())]
    assert {row.have for row in waiting} == {0, 1}
    assert any(clock.now() - row.since > timedelta(days=4) for row in waiting)
    mine = feedback_waiting(riverbend.people["ada"])
    found = [(row.new, row.clip_id is None) for row in mine]
    assert found == [(1, False), (7, True), (1, True), (1, True)]


def test_reviews_are_asked_begun_given_lost_declined_and_left_to_the_coach() -> None:
    owed = Review.given_at.is_(None), Review.released_at.is_(None)
    assert count(Review, *owed, Review.begun_at.is_(None)) >= 5
    half = select(Comment.review_id).where(Comment.text != "")
    assert count(Review, *owed, Review.begun_at.is_not(None), Review.id.in_(half)) >= 3
    assert count(Review, Review.given_at.is_not(None)) >= 30
    released = set(db.session.scalars(select(Review.release_why)))
    assert {ReleaseWhy.LEASE_OVER, ReleaseWhy.DECLINED, ReleaseWhy.TAKEN_BACK} <= released
    assert count(Review, Review.as_coach, *owed) >= 1
    assert count(Review, Review.as_coach, Review.given_at.is_not(None)) >= 1
    assert count(Review, Review.declined_with != "") >= 1
    assert count(Review, Review.thanks != "") >= 3


def test_comments_are_decided_on_in_every_way() -> None:
    verdicts = set(db.session.scalars(select(Decision.verdict)))
    assert verdicts == set(Verdict)
    assert count(Decision, Decision.why == "") == 0
    assert count(Decision, Decision.confirmed_at.is_not(None)) >= 4
    assert count(Decision, Decision.asked_again_at.is_not(None)) >= 1
    unconfirmed = Decision.addressed_at.is_not(None), Decision.confirmed_at.is_(None)
    assert count(Decision, *unconfirmed) >= 2


def test_goals_and_try_outs_stand_everywhere() -> None:
    assert count(Goal, Goal.met_at.is_not(None)) >= 1
    assert count(Goal, Goal.abandoned_at.is_not(None)) >= 1
    assert count(Goal, Goal.met_at.is_(None), Goal.abandoned_at.is_(None)) >= 6
    tried = select(Step.outcome).where(Step.kind == StepKind.TRYOUT)
    assert set(db.session.scalars(tried)) == {*Outcome, None}
    assert count(Step, Step.from_url.like("/feedback/rounds/%")) >= 1
    assert count(TakenUp) >= 4
    goals = select(Work.id).where(Work.kind == "goal")
    assert count(Revision, Revision.work_id.in_(goals), Revision.number > 1, Revision.why != "") > 1
    assert count(Round, Round.work_id.in_(goals)) >= 2


def test_modules_are_at_all_stages_with_answers_right_and_wrong() -> None:
    finished = count(Enrollment, Enrollment.finished_at.is_not(None))
    assert finished >= 25
    assert count(Enrollment, Enrollment.finished_at.is_(None)) >= 15
    assert count(Answer, Answer.verdict) > count(Answer, ~Answer.verdict) > 50
    assert count(HandIn, HandIn.handed_in_at.is_not(None)) == finished
    assert count(Reflection) >= 15


def test_nobody_has_the_text_of_another() -> None:
    for texts in (
        db.session.scalars(select(Reflection.text)).all(),
        db.session.scalars(select(Comment.text).where(Comment.text != "")).all(),
        [
            text
            for content in db.session.scalars(select(Revision.content).where(Revision.number == 1))
            for text in content.values()
            if text
        ],
    ):
        assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_clips_are_answered_and_waiting_and_can_be_played(app: Flask, riverbend: Riverbend) -> None:
    assert count(ClipShare, ClipShare.answered_at.is_(None)) >= 2
    assert count(ClipShare, ClipShare.finished_at.is_not(None)) >= 2
    assert count(Comment, Comment.starts.is_not(None)) >= 6
    clips = db.session.scalars(select(Clip)).all()
    assert all(clip.seconds and 20 <= clip.seconds <= 40 for clip in clips)
    browser = Browser(app, app.response_class)
    with browser.session_transaction() as session:
        session["_user_id"] = riverbend.people["ada"].fs_uniquifier
        session["_fresh"] = True
    own = next(clip for clip in clips if clip.owner_id == riverbend.people["ada"].id)
    answer = browser.get(f"/clips/{own.id}/file", headers={"Range": "bytes=0-99"})
    assert answer.status_code == 206
    assert answer.data[4:8] == b"ftyp"
    assert browser.get(f"/clips/{own.id}/file/poster").status_code == 200


def test_ada_has_one_of_each_and_is_not_drowned(riverbend: Riverbend) -> None:
    ada = riverbend.people["ada"]
    assert [(owed.author_name, owed.begun) for owed in reviews_owed(ada)] == [
        ("Priya Raman", True),
        ("Ben Silva", False),
    ]
    assert len(goals_with_next_step(ada)) == 2
    assert [row.pages_read for row in next_to_learn(ada)] == [2]
    assert len(my_works(ada)) <= 6
    unread = count(Notice, Notice.person_id == ada.id, Notice.read_at.is_(None))
    assert 1 <= unread <= 6, "late in the day a reminder to begin a review is among them"


def test_what_people_were_told_can_be_said_and_leads_somewhere(app: Flask) -> None:
    with app.test_request_context():
        for notice in db.session.scalars(select(Notice)):
            assert kinds.known(notice.kind)
            assert kinds.sentence(notice.kind, notice.words) != "There is something new for you."
            app.url_map.bind("").match(notice.url.partition("#")[0])
    assert 20 <= count(Notice, Notice.read_at.is_(None)) <= 80
    assert all(key in READ_UNTIL for key in ("ada", "ben", "cora", "lee"))


def test_mail_of_the_last_days_lies_in_the_folder(app: Flask) -> None:
    files = list((app.config["PDPORTAL"]["DATA"] / "mail").glob("*.eml"))
    assert 10 <= len(files) == count(Letter)
    assert count(Letter, Letter.sent_at.is_(None)) == 0
    old = clock.now() - timedelta(days=4)
    assert count(Letter, Letter.written_at < old) == 0


def test_nothing_happened_in_the_future_or_all_at_once() -> None:
    first, last = db.session.execute(select(func.min(Event.at), func.max(Event.at))).one()
    assert last <= clock.now()
    assert last - first > timedelta(days=100)
    days = Counter(moment.date() for moment in db.session.scalars(select(Event.at)))
    assert len(days) > 75
    assert count(Event, Event.actor_id.is_not(None)) > 1000


def test_the_same_district_every_time(riverbend: Riverbend) -> None:
    """What the texts leave open falls by seeded lots: these are the colleagues Miriam was given."""
    miriam = select(Person.name).join(Review, Review.reviewer_id == Person.id)
    asked = miriam.where(Review.round_id == riverbend.rounds["miriam-ratios"].id)
    assert len(db.session.scalars(asked).all()) == 6


def test_the_days_to_come_go_on_by_themselves() -> None:
    """The jobs find their way through the district without anybody's request."""
    for days in (1, 4, 9):
        going_on = db.session.begin_nested()
        with clock.at(clock.now() + timedelta(days=days)):
            renew_asks()
            write_letters()
            delete_expired_clips()
            db.session.flush()
        going_on.rollback()


def test_colleagues_are_paired_swap_meet_and_point_at_a_picture(riverbend: Riverbend) -> None:
    assert set(db.session.scalars(select(PairRule.kind))) == set(PairKind)
    offer = db.session.scalars(select(Swap)).one()
    assert (offer.is_open, offer.theirs.reviewer) == (True, riverbend.people["ada"])
    held, planned = db.session.scalars(select(Meeting).order_by(Meeting.id)).all()
    assert held.round_id is not None
    assert planned.planned_at is not None
    assert planned.planned_at > clock.now()
    assert len([seat for seat in planned.seats if seat.own_notes]) == 2
    assert count(Comment, Comment.anchor == AnchorKind.REGION) == 2


def test_a_lead_reads_how_much_coaching_there_was(riverbend: Riverbend, app: Flask) -> None:
    newest = (first_open_day(portal_today()) - timedelta(days=1)).replace(day=1)
    with app.test_request_context():
        said = {each.name: each.many for each in figures_of(riverbend.people["lee"], newest)}
    assert len([many for many in said.values() if many >= 6]) == 3
