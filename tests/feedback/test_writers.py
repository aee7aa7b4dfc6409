"""Several people write one work: who may, what each reads, and how it ends."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock, storage
from pdportal.accounts.models import Person, RoleName
from pdportal.cohorts.models import Coaching, Member
from pdportal.db import db
from pdportal.feedback.comments import policy as comment_policy
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.meetings import services as meeting_services
from pdportal.feedback.meetings.models import Seat
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import policy as round_policy
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.allocation import ask_one_more
from pdportal.feedback.rounds.hiding import Hides, hideable
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.queries import own_work
from pdportal.feedback.writers import policy, queries, services
from pdportal.inbox.models import Notice
from pdportal.privacy import services as privacy
from pdportal.privacy.models import Download
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World


@pytest.fixture
def plan(world: World, addresses: Callable[[], None]) -> Work:
    """Ada's plan, which Eve writes with her. Gus is asked, Jon said no, Ida left and said no."""
    work = given.plan(world.ada)
    for name in ("Eve", "Gus", "Ida", "Jon"):
        person = world.person(f"{name} Writer", school=world.hill)
        db.session.add(Member(cohort_id=world.autumn.id, person_id=person.id))
        setattr(world, name.lower(), person)
        db.session.flush()
        services.invite(world.ada, work, person.id)
        if name != "Gus":
            services.answer(person, work, yes=name != "Jon")
    services.leave(world.ida, work)
    services.invite(world.ada, work, world.ida.id)
    services.answer(world.ida, work, yes=False)  # she wrote it all the same
    db.session.commit()
    return work


def told(person: Person) -> list[str]:
    kinds = select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)
    return list(db.session.scalars(kinds))


READS = {"ada", "eve"}
SEES_PAGE = READS | {"gus"}
ASKED_FOR_FEEDBACK = {"ben", "dee", "fay", "jon"}
EVERYBODY = ("ada", "eve", "gus", "ida", "jon", "ben", "dee", "fay", "zoe", "cora", "lee", "max")


def test_who_reads_writes_and_reviews_what_is_written_together(
    world: World, plan: Work, tag: Protocol
):
    round_ = given.shared(plan, tag, named=[world.ben, world.dee])
    review = given.given(round_, world.ben)
    comment = given.said_by(review, "give")
    given.begun(round_, world.dee)
    for name in EVERYBODY:
        person = getattr(world, name)
        writes, reviews = name in READS, name in {"ben", "dee"}
        one = select(Work.id).where(Work.id == plan.id)
        seen = work_policy.works_seen_by(person).where(Work.id == plan.id)
        assert (db.session.scalar(seen) is not None) == (writes or reviews), name
        assert work_policy.may_write(person, plan) == writes, name
        own = db.session.execute(own_work(person, plan.id)).unique().scalar_one_or_none()
        assert (own is not None) == writes, name
        runs = round_policy.rounds_run_by(person.id).where(Round.id == round_.id)
        assert (
            (db.session.scalar(runs) is not None) == round_policy.may_run(person, round_) == writes
        )
        read = review_policy.reviews_seen_by(person).where(Review.id == review.id)
        assert (db.session.scalar(read) is not None) == (writes or name == "ben"), name
        assert review_policy.may_see(person, review) == (writes or name == "ben"), name
        assert comment_policy.may_decide(person, comment) == writes, name
        page = db.session.scalar(policy.works_of_writers(person).where(Work.id == plan.id))
        assert (page is not None) == (name in SEES_PAGE), name
        assert policy.may_invite(person, plan) == work_policy.may_own(person, plan)
        assert work_policy.may_own(person, plan) == (name == "ada")
        assert db.session.scalar(one.where(work_policy.is_written_by(person.id))) == (
            plan.id if writes else None
        )
        may_be_asked = round_policy.may_ask(world.ada, person, work=plan)
        assert may_be_asked == (name in ASKED_FOR_FEEDBACK | {"zoe", "cora", "lee", "max"}), name


def test_nobody_who_writes_it_is_asked_by_turns_or_by_name(world: World, plan: Work, tag: Protocol):
    with pytest.raises(Refused):
        given.shared(plan, tag, named=[world.ben, world.gus])
    round_ = round_services.share(
        world.eve, plan, protocol=tag, question="Clear?", cohort=world.autumn
    )
    while len(asked := {review.reviewer_id for review in _reviews(round_)}) < 4:
        if not ask_one_more(round_):
            break
    assert asked == {getattr(world, name).id for name in ASKED_FOR_FEEDBACK}
    assert not round_.coach_may  # Ada's coach is Ada's to ask
    assert world.cora.id not in asked


def _reviews(round_: Round) -> list[Review]:
    return list(db.session.scalars(select(Review).where(Review.round_id == round_.id)))


def test_whom_an_author_may_ask_to_write(world: World, tag: Protocol, addresses: Any):
    work = given.plan(world.ada)
    names = {"lea": RoleName.LEAD, "amy": RoleName.ADMIN, "una": RoleName.TEACHER}
    for name, role in names.items():
        setattr(world, name, world.person(f"{name.title()} Here", role, school=world.lake))
    for person in (world.lea, world.amy, world.una, world.cora):
        db.session.add(Member(cohort_id=world.autumn.id, person_id=person.id))
    db.session.flush()
    offered = {row.id for row in queries.people_to_invite(work)}
    assert offered == {person.id for person in (world.ben, world.dee, world.fay, world.una)}
    assert [row.name for row in queries.people_to_invite(work, "una")] == ["Una Here"]
    # Who is asked for feedback in the open request is not among them; afterwards they are.
    round_ = given.shared(work, tag, named=[world.ben, world.dee])
    assert {row.id for row in queries.people_to_invite(work)} == {world.fay.id, world.una.id}
    services.invite(world.ada, work, world.fay.id)
    db.session.add(Coaching(coach_id=world.fay.id, teacher_id=world.ada.id))  # since she was asked
    db.session.flush()
    with pytest.raises(Refused):
        services.answer(world.fay, work, yes=True)
    round_services.close(world.ada, round_)
    assert world.ben.id in {row.id for row in queries.people_to_invite(work)}
    for person in (world.zoe, world.lea, world.cora, world.ada):
        with pytest.raises(Refused):
            services.invite(world.ada, work, person.id)
    with pytest.raises(Refused):
        services.invite(world.ben, work, world.una.id)
    for kind in ("dilemma", "reflection", "link"):
        alone = work_services.begin_work(world.ada, kind, "Mine alone")
        assert not policy.may_invite(world.ada, alone)


@pytest.mark.parametrize("hides", [Hides.AUTHOR, Hides.REVIEWERS])
def test_hidden_names_and_several_writers_do_not_go_together(
    world: World, tag: Protocol, hides: Hides, addresses: Any
):
    work = given.plan(world.ada)
    round_ = given.shared(work, tag, named=[world.dee, world.fay], hides=hides)
    with pytest.raises(Refused):
        services.invite(world.ada, work, world.ben.id)
    round_services.close(world.ada, round_)
    if hides is Hides.AUTHOR:  # for good: those who gave feedback do not know whose it is
        with pytest.raises(Refused):
            services.invite(world.ada, work, world.ben.id)
        return
    services.invite(world.ada, work, world.ben.id)
    db.session.flush()
    assert hideable(work) == (Hides.NOBODY, Hides.REVIEWERS)
    with pytest.raises(Refused):
        given.shared(work, tag, named=[world.dee, world.fay], hides=Hides.AUTHOR)


def test_two_teachers_write_a_plan_are_reviewed_and_one_leaves(
    world: World, visit: Visit, tag: Protocol
):
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    work = given.plan(world.ada)
    db.session.commit()
    page = f"/feedback/works/{work.id}"

    # Ada asks Ben; until he says yes he reads the title and nothing else.
    assert "Write it with a colleague" in ada.get(page).text
    assert "Ben Silva" in ada.get(f"{page}/writers").text
    ada.post(f"{page}/writers", data={"person": world.ben.id})
    for first in ("/", "/feedback"):
        assert "Ada Okafor asks you" in ben.get(first).text
    assert ben.get(page).status_code == ben.get(f"{page}/edit").status_code == 404
    asked = ben.get(f"{page}/writers").text
    assert "Fractions on a line" in asked
    assert "Warm-up" not in asked
    assert ben.post(f"{page}/writers/answer", data={"yes": "1"}).location.endswith(page)
    assert "Warm-up with halves" in ben.get(page).text
    assert "with Ada Okafor" in ben.get("/feedback").text
    assert told(world.ada) == ["writers_joined"]

    # Both write; the second to save sees whose words stand there, and loses none of their own.
    boxes = {f"f-{key}": text for key, text in given.PLAN.items()}
    boxes |= {"title": "Fractions on a line", "version": str(work.draft.version), "why": ""}
    fetch = {"X-Requested-With": "fetch"}
    by_ben = boxes | {"f-check": "Three cards.", "title": "Fractions together"}
    assert ben.post(f"{page}/edit", data=by_ben, headers=fetch).status_code == 200
    late = ada.post(f"{page}/edit", data=boxes | {"f-worry": "Time."}, headers=fetch)
    assert (late.status_code, late.json["by"]) == (409, "Ben Silva")
    assert late.json["values"]["f-check"] == "Three cards."
    assert late.json["values"]["title"] == "Fractions together"
    both = ada.post(f"{page}/edit", data=boxes | {"f-worry": "Time."}).text
    assert "Ben Silva changed this meanwhile." in both
    assert "Three cards." in both
    assert "Time." in both
    assert "Last saved by Ben Silva" in ada.get(f"{page}/edit").text

    # Ben saves a version and shares it with a cohort; Ada hears of both.
    kept = ben.post(f"{page}/keep", data=by_ben | {"version": "3", "why": "Cards are quicker."})
    assert kept.location.endswith(page)
    assert "saved by Ben" in ada.get(f"{page}/history").text
    shared = ben.post(
        f"{page}/share",
        data={"protocol": "tag", "question": "Too long?", "who": "named", "named": world.dee.id},
    )
    round_id = int(shared.location.rpartition("/")[2])
    assert told(world.ada)[1:] == ["writers_saved", "writers_shared"]
    round_ = db.session.get_one(Round, round_id)
    review = given.review_of(round_, world.dee)
    assert "Written together with Ben Silva" in dee.get(f"/feedback/reviews/{review.id}").text
    given.given(round_, world.dee, ask="Why cards?")
    db.session.commit()
    assert told(world.ada)[-1] == told(world.ben)[-1] == "feedback_given"

    # Either of them answers, and both read who did.
    by_stage = {name: given.said_by(review, name).id for name in ("ask", "give")}
    for reader, stage, sent in (
        (ben, "give", {"decision": "adapt", "why-adapt": "After the talk."}),
        (ada, "ask", {"decision": "answer", "why": "They are quick."}),
    ):
        comment = f"/feedback/comments/{by_stage[stage]}"
        assert reader.post(f"{comment}/decide", data=sent).status_code < 400
    round_page = f"/feedback/rounds/{round_id}"
    assert "Ben adapts this." in ada.get(round_page).text
    assert "I will adapt this." in ben.get(round_page).text
    one = f"/feedback/comments/{by_stage['give']}"
    assert "Answered by Ben." in ada.get(one).text
    assert "Answered by Ben." not in ben.get(one).text
    assert "Ben adapts this." in ada.get("/feedback/comments").text
    assert "After the talk." in ben.get("/feedback/comments").text
    ben.post(f"/feedback/reviews/{review.id}/thank", data={"thanks": "From us both."})
    db.session.expire_all()
    version = str(work.draft.version)
    revised = boxes | {"f-plan": "Cards first.", "version": version, "why": "Dee asked."}
    tick = {"addressed": f"{by_stage['give']}:1"}
    assert ben.post(f"{round_page}/revise/keep", data=revised | tick).location.endswith(round_page)
    became = dee.get(f"/feedback/reviews/{review.id}/outcome").text
    for said in ("Thanks from Ben", "Ben adapts this.", "After the talk."):
        assert said in became
    assert told(world.dee)[-1] == "feedback_revised"

    # Ben leaves: he reads it no more, what he was told of it goes, and his versions stay.
    assert ben.post(f"{page}/writers/leave").location.endswith("/feedback")
    assert {ben.get(url).status_code for url in (page, round_page, f"{page}/edit")} == {404}
    assert "Fractions together" not in ben.get("/feedback").text
    assert "writers_left" in told(world.ada)
    assert not {"feedback_given", "writers_asked"} & set(told(world.ben))
    assert "saved by Ben" in ada.get(f"{page}/history").text


def test_each_act_counts_once_and_is_the_right_persons(world: World, visit: Visit, plan: Work):
    page = f"/feedback/works/{plan.id}/writers"
    gus, eve, ada = visit(world.gus), visit(world.eve), visit(world.ada)
    assert ada.post(page, data={"person": world.gus.id}).status_code == 302
    assert told(world.gus).count("writers_asked") == 1
    for url in (f"{page}/{world.gus.id}/remove", f"{page}/{world.gus.id}/hand-over"):
        assert eve.post(url).status_code == 403, url
        assert gus.post(url).status_code == 403, url
    assert eve.post(f"/feedback/works/{plan.id}/put-away").status_code == 403
    assert eve.post(page, data={"person": world.ben.id}).status_code == 403
    assert ada.post(f"{page}/{world.gus.id}/hand-over").status_code == 409  # not joined yet
    for _twice in range(2):
        gus.post(f"{page}/answer", data={"yes": "1"})
    assert told(world.ada).count("writers_joined") == 3
    ada.post(f"{page}/{world.gus.id}/remove")
    assert told(world.gus) == ["writers_ended"]
    assert gus.post(f"{page}/answer", data={"yes": "1"}).status_code == 404
    assert visit(world.zoe).get(page).status_code == 404
    typed = {"f-plan": "My words.", "version": "1"}
    lost = gus.post(f"/feedback/works/{plan.id}/edit", data=typed)
    assert lost.status_code == 404
    assert "My words." in lost.text


def test_a_work_is_handed_over_before_its_author_leaves(
    app: Flask, world: World, plan: Work, tag: Protocol
):
    round_ = given.shared(plan, tag, named=[world.ben, world.dee])
    comment = given.said_by(given.given(round_, world.ben), "give")
    given.decided(comment, Verdict.USE)
    with pytest.raises(Refused):
        services.hand_over(world.ada, plan, world.eve)
    round_services.close(world.ada, round_)
    first = db.session.scalars(select(Revision).where(Revision.work_id == plan.id)).one()
    first.by_id = None  # of before several could write
    services.hand_over(world.ada, plan, world.eve)
    db.session.commit()
    db.session.expire_all()
    assert plan.author_id == world.eve.id
    assert work_policy.may_write(world.ada, plan)
    assert first.writer == comment.decision.by == world.ada
    services.invite(world.eve, plan, world.fay.id)
    _carry_out(world.ada)
    assert first.content
    assert not work_policy.may_write(world.ada, plan)
    assert "writers_gone" not in told(world.eve)


def test_what_leaves_with_its_author_is_in_the_downloads_of_the_others(
    app: Flask, world: World, plan: Work, tag: Protocol
):
    content = given.PLAN | {"check": "Written by Eve."}
    work_services.save_revision(world.eve, plan, why="Cards.", content=content)
    round_ = given.shared(plan, tag, named=[world.ben, world.dee])
    comment = given.said_by(given.given(round_, world.ben), "give")
    comment_services.decide(world.eve, comment, Verdict.USE, "Said by Eve.")
    db.session.commit()
    privacy.ask_for_download(world.eve)
    db.session.commit()
    privacy.collect_what_waits()
    download = db.session.scalars(select(Download)).one()
    with ZipFile(io.BytesIO(storage.read(download.storage_key or ""))) as archive:
        whole = json.loads(archive.read("feedback/written_together.json"))
    assert [each["number"] for each in whole["versions"]] == [2]
    assert whole["versions"][0]["content"]["check"] == "Written by Eve."
    assert whole["answers"][0]["why"] == "Said by Eve."
    assert whole["works"][0]["author"] == "Ada Okafor"
    _carry_out(world.ada)
    assert "writers_gone" in told(world.eve)
    assert "writers_gone" not in told(world.gus)
    assert not work_policy.may_write(world.eve, plan)


@pytest.mark.parametrize("leaves", ["eve", "ada"])
def test_what_one_was_told_of_a_comment_goes_as_soon_as_one_no_longer_writes(
    world: World, plan: Work, tag: Protocol, leaves: str
):
    round_ = given.shared(plan, tag, named=[world.ben, world.dee])
    comment = given.said_by(given.given(round_, world.ben), "give")
    comment_services.reply(world.ben, comment, "Or with cards.")
    db.session.commit()
    of_it = select(Notice.person_id).where(Notice.url == f"/feedback/comments/{comment.id}")
    assert set(db.session.scalars(of_it)) == {world.ada.id, world.eve.id}
    if leaves == "eve":
        services.leave(world.eve, plan)
    else:
        _carry_out(world.ada)
    left = {world.ada.id} if leaves == "eve" else set()
    assert set(db.session.scalars(of_it)) == left


def _carry_out(person: Person) -> None:
    privacy.leave(person)
    db.session.commit()
    with clock.at(clock.now() + timedelta(days=8)):
        privacy.carry_out()
        db.session.commit()
    db.session.expire_all()


def test_a_meeting_seats_all_who_write_and_they_listen(world: World, plan: Work, tag: Protocol):
    tag.data = tag.data | {"ways": ["live", "writing"]}
    meeting = meeting_services.call(
        world.eve, plan, protocol=tag, question="Clear?", people=[world.ben]
    )
    seats = db.session.scalars(select(Seat).where(Seat.meeting_id == meeting.id)).all()
    assert {seat.person_id for seat in seats} == {world.ada.id, world.eve.id, world.ben.id}
    assert "feedback_meeting" in told(world.ada)
    with pytest.raises(Refused):
        meeting_services.invite(world.ada, meeting, [world.ida])
    services.take_off(world.ada, plan, world.eve)
    assert {seat.person_id for seat in meeting.seats} == {world.ada.id, world.ben.id}


def test_works_of_several_cost_no_statement_more(
    world: World, visit: Visit, plan: Work, tag: Protocol, statements: Callable[[], Any]
):
    pages = ("/", "/feedback", "/feedback/comments", f"/feedback/works/{plan.id}")
    eve = visit(world.eve)

    def counted() -> dict[str, int]:
        counts = {}
        for page in pages:
            eve.get(page)
            with statements() as said:
                assert eve.get(page).status_code == 200
            counts[page] = len(said)
        return counts

    given.given(given.shared(plan, tag, named=[world.ben, world.dee]), world.ben)
    db.session.commit()
    few = counted()
    for number in range(6):
        work = given.plan(world.ada, f"Plan {number}")
        services.invite(world.ada, work, world.eve.id)
        if number % 2:
            services.answer(world.eve, work, yes=True)
        comment = given.said_by(
            given.given(given.shared(work, tag, named=[world.ben, world.dee]), world.ben), "give"
        )
        given.decided(comment, Verdict.ADAPT, "Later.")
        services.answer(world.gus, plan, yes=True)
    db.session.commit()
    assert counted() == few
    assert max(few.values()) <= 8
