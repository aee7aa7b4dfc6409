"""The ledger: what everybody said of one's work, what became of what one said; and for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.db import db
from pdportal.feedback.comments import policy as comment_policy
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.answers import CommentKind, Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.ledger import queries
from pdportal.feedback.ledger.growth import Said, Share, grown, growth_of
from pdportal.feedback.ledger.queries import Standing, Wish
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.follow_ups import follow_ups
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import services as works
from pdportal.goals.models import Outcome, Step, StepKind
from pdportal.inbox.models import Notice
from pdportal.video import services as video
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World
from tests.video import given as given_video


def test_every_comment_stays_with_what_became_of_it(
    world: World, visit: Visit, app: Flask, tag: Protocol, round_: Round, addresses: object
):
    review = given.given(round_, world.ben, give="Let them write first.")
    suggestion, strength = (given.said_by(review, stage) for stage in ("give", "tell"))
    clip = given_video.clip(app, world.ada)
    given_video.shared(app, clip, world.cora, "Who answers whom?")
    work = db.session.scalars(select(queries.Work).where(queries.Work.clip_id == clip.id)).one()
    asked = comment_services.add_comment(
        world.cora, work, Typed("Who has not spoken?", kind=CommentKind.QUESTION)
    )
    db.session.commit()
    ada, ben, cora = visit(world.ada), visit(world.ben), visit(world.cora)

    page = ada.get("/feedback/comments").text
    assert "Let them write first." in page
    assert "Who has not spoken?" in page
    assert "To respond to (3)" in page
    assert f'href="/feedback/comments/{suggestion.id}"' in page
    assert f"/clips/{clip.id}#comment-{asked.id}" in page
    assert "Let them write first." not in ada.get(f"/feedback/comments?work={work.id}").text
    assert "Who has not spoken?" in ada.get("/feedback/comments?kind=question").text
    assert "Nothing fits" in ada.get("/feedback/comments?standing=declined").text
    assert ada.get("/feedback/comments?standing=x&kind=y&work=z&page=0&all").status_code == 200

    # The giver reads an answer no earlier than the author has gone on; then all of it.
    given.decided(suggestion, Verdict.USE, "They need the time.")
    given.decided(strength, Verdict.THANK)
    db.session.commit()
    assert "Will use, in no version yet (1)" in ada.get("/feedback/comments").text
    early = ben.get("/feedback/given").text
    assert "They need the time." not in early
    assert "Not answered yet (1)" in early
    assert "Answered in words (1)" in early
    content = given.PLAN | {"plan": "They write first."}
    round_services.revise(
        world.ada, round_, content=content, why="Time.", ticks={suggestion.id: None}
    )
    comment_services.confirm(world.ben, suggestion)
    round_services.close(world.ada, round_)
    review_services.thank(world.ada, review, "Thank you.")
    db.session.commit()
    line = ada.get("/feedback/comments?standing=confirmed").text
    for words in ("Let them write first.", "They need the time.", "Answered in version 2."):
        assert words in line
    assert "from=1&amp;to=2" in line
    late = ben.get("/feedback/given").text
    assert "They need the time." in late
    assert "Confirmed by you (1)" in late
    assert "1 of 1 used" in late
    assert "1 of 1 review you sent" in late
    assert "Who has not spoken?" not in late

    # Whoever cannot read the clip any more has no line about it; its owner has.
    assert "Who has not spoken?" in cora.get("/feedback/given").text
    (share,) = clip.shares
    video.take_back(world.ada, clip, share)
    db.session.commit()
    assert "Who has not spoken?" not in cora.get("/feedback/given").text
    assert "Who has not spoken?" in ada.get("/feedback/comments").text


def test_nobody_reads_the_ledger_of_another(world: World, visit: Visit, round_: Round):
    given.given(round_, world.ben, give="Let them write first.")
    given.written(world.dee, given.begun(round_, world.dee), "tell", "Half a thought")
    db.session.commit()
    work_id = round_.work_id
    for person in world.everyone:
        received = visit(person).get(f"/feedback/comments?work={work_id}").text
        given_ = visit(person).get(f"/feedback/given?work={work_id}").text
        assert ("Let them write first." in received) is (person is world.ada)
        assert ("Let them write first." in given_) is (person is world.ben)
        assert "Half a thought" not in received + given_  # not sent yet
        # No line that the policy of comments would not show.
        seen = set(db.session.scalars(comment_policy.comments_seen_by(person)))
        for ledger in (queries.received(person, Wish()), queries.given(person, Wish())):
            assert {line.Comment for line in ledger.lines} <= seen


@pytest.mark.parametrize("page", ["comments", "given"])
def test_a_ledger_is_paged_and_costs_the_same_however_long(
    world: World, visit: Visit, round_: Round, statements: Callable[[], Any], page: str
):
    review = given.given(round_, world.ben)
    client = visit(world.ada if page == "comments" else world.ben)
    db.session.commit()
    client.get(f"/feedback/{page}")
    with statements() as few:
        client.get(f"/feedback/{page}")
    db.session.add_all(
        Comment(
            revision_id=round_.revision_id, review_id=review.id, author_id=world.ben.id,
            kind=CommentKind.NOTE, text=f"Note {number:02}", anchor=AnchorKind.WHOLE,
        )
        for number in range(58)
    )  # fmt: skip
    db.session.commit()
    with statements() as many:
        first = client.get(f"/feedback/{page}").text
    assert len(many) == len(few) <= 8
    shown = [client.get(f"/feedback/{page}?page={number}").text for number in (1, 2, 3)]
    assert first == shown[0]
    assert [text.count("<article") for text in shown] == [25, 25, 10]
    assert "page=2" in shown[0]
    assert "page=3" in shown[1]
    assert "Older comments" not in shown[2]
    assert client.get(f"/feedback/{page}?all=1").text.count("<article") == 60


def test_growth_counts_what_its_giver_knows_and_tells_no_share_of_few(world: World):
    def said(kind: CommentKind, verdict: Verdict | None, number: int, **more: Any) -> Said:
        known = {"year": 2026, "month": 9, "pointed": False, "moves": False} | more
        return Said(kind=kind, verdict=verdict, number=number, **known)

    suggestion, note = CommentKind.SUGGESTION, CommentKind.NOTE
    growth = grown(
        [
            said(suggestion, Verdict.USE, 2, pointed=True),
            said(suggestion, Verdict.DECLINE, 1, pointed=True, month=7),
            said(note, Verdict.ADAPT, 1, year=2027, month=1),
            said(note, Verdict.THANK, 5),
            said(suggestion, None, 4),
            said(CommentKind.STRENGTH, Verdict.THANK, 3),
        ]
    )
    assert growth.used == Share(used=3, answered=4)
    assert growth.pointed == (Share(2, 3), Share(1, 1))
    assert [share.is_telling for share in growth.pointed] == [True, False]
    assert [year.first for year in growth.years] == [2026, 2025]
    assert growth.kinds[CommentKind.STRENGTH] == 3
    assert growth_of(world.zoe).years == []


def test_each_comment_stands_in_one_place(world: World, round_: Round, addresses: object):
    review = given.given(round_, world.ben, ask="Who begins?")
    assert {line.standing for line in queries.received(world.ada, Wish()).lines} == {"open"}
    comments = {stage: given.said_by(review, stage) for stage in ("tell", "ask", "give")}
    given.decided(comments["tell"], Verdict.KEEP)
    given.decided(comments["ask"], Verdict.ANSWER, "Who likes to.")
    given.decided(comments["give"], Verdict.DECLINE, "No time.")
    for standing, texts in (
        (Standing.SAID, {"The aim is clear.", "Who begins?"}),
        (Standing.DECLINED, {"Let them write first."}),
        (Standing.OPEN, set()),
    ):
        lines = queries.received(world.ada, Wish(standing=standing)).lines
        assert {line.Comment.text for line in lines} == texts
    asked = given.said_by(given.given(round_, world.dee), "give")
    assert asked in [
        line.Comment for line in queries.received(world.ada, Wish(standing=Standing.OPEN)).lines
    ]
    round_services.close(world.ada, round_)
    left = queries.received(world.ada, Wish(standing=Standing.LEFT))
    assert asked in [line.Comment for line in left.lines]
    assert Standing.OPEN.value not in left.counts


def test_the_giver_alone_reads_how_a_comment_helped(world: World, visit: Visit, round_: Round):
    comment = given.said_by(given.given(round_, world.ben), "give")
    other = given.said_by(given.given(round_, world.dee), "tell")
    given.decided(comment, Verdict.USE)
    db.session.commit()
    ada, ben = visit(world.ada), visit(world.ben)
    page = f"/feedback/comments/{comment.id}"
    url = f"{page}/helped"
    assert "This helped me" in ada.get(page).text
    assert ada.post(url, data={"how": "helped"}).status_code == 302
    assert ada.post(url, data={"how": "helped"}).status_code == 302
    assert ada.post(url, data={"how": "thinking", "words": "Who is quiet?"}).status_code == 302
    assert ada.post(url, data={"how": "a lot", "words": "Kept?"}).status_code == 422
    assert told_of("feedback_helped") == [world.ben.id]
    assert "Who is quiet?" in ada.get(page).text
    for place in (f"/feedback/reviews/{comment.review_id}/outcome", "/feedback/given"):
        assert "This made me think. Who is quiet?" in ben.get(place).text
    outcome = f"/feedback/reviews/{other.review_id}/outcome"
    assert "Let them write first." in visit(world.dee).get(outcome).text
    assert "Who is quiet?" not in visit(world.dee).get(outcome).text

    assert (
        ada.post(f"/feedback/comments/{other.id}/helped", data={"how": "helped"}).status_code == 403
    )
    for stranger in (world.ben, world.dee, world.cora, world.lee, world.zoe):
        assert visit(stranger).post(url, data={"how": "unclear"}).status_code == 404
    assert told_of("feedback_helped") == [world.ben.id]


def told_of(kind: str) -> list[int]:
    told = select(Notice.person_id).where(Notice.kind == kind)
    return list(db.session.scalars(told))


def test_what_did_not_work_is_found_again_by_its_author(
    world: World, visit: Visit, round_: Round, addresses: object
):
    ada = visit(world.ada)
    assert "Nothing yet" in ada.get("/feedback/did-not-work").text
    given.given(round_, world.ben, give="Wait first.")
    learned = {"learned": "They need silence.", "did_not_work": "The timer made them race."}
    round_services.close(world.ada, round_, **learned)
    work = works.begin_work(
        world.ada, "reflection", "A long week", content={"did_not_work": "Four stations at once."}
    )
    works.save_revision(world.ada, work)
    more = {"title": "Silent minute", "happened": "Nobody came along.", "outcome": Outcome.ABANDON}
    when = {"done_at": clock.now()}
    db.session.add(
        Step(owner_id=world.ada.id, kind=StepKind.TRYOUT, text="A silent minute.", **more, **when)
    )
    db.session.commit()
    page = ada.get("/feedback/did-not-work").text
    words = ("The timer made them race.", "Four stations at once.", "Nobody came along.")
    assert all(each in page for each in words)
    assert "They need silence." not in page
    for asked, comment, own in (("silence", False, True), ("FIRST wait", True, False)):
        text = ada.get(f"/feedback/comments?q={asked}").text
        assert ("Wait first." in text, "They need silence." in text) == (comment, own)
        assert "Nothing fits" not in text
    found = ada.get("/feedback/did-not-work?q=stations").text
    assert "Four stations" in found
    assert "timer" not in found
    assert "Nothing fits" in ada.get("/feedback/did-not-work?q=xylophone").text
    for person in world.everyone:
        if person is not world.ada:
            other = visit(person).get("/feedback/did-not-work").text
            assert not any(each in other for each in words)


def test_what_comes_next_is_a_step_with_its_day_and_the_comment_that_caused_it(
    world: World, visit: Visit, round_: Round, addresses: object
):
    comment = given.said_by(given.given(round_, world.ben), "give")
    given.decided(comment, Verdict.USE)
    round_services.close(world.ada, round_, try_next="- Cards first\n- A timer\n\n- Cards first")
    db.session.commit()
    ada, page = visit(world.ada), f"/feedback/rounds/{round_.id}"
    shown = ada.get(page).text
    assert shown.count("Make it a step") == 2, "two lines"
    assert "Make it a step" in ada.get(f"/feedback/comments/{comment.id}").text
    assert f'<option value="{page}#comment-{comment.id}">Let them write first.</option>' in shown
    made = {
        "text": "Cards first", "from_title": "Plan", "from_url": f"{page}#comment-{comment.id}",
        "due_on": (clock.now() + timedelta(days=9)).date().isoformat(),
    }  # fmt: skip
    for _twice in range(2):
        assert ada.post("/goals/steps/from-reflection", data=made).status_code == 302
    (step,) = db.session.scalars(select(Step)).all()
    assert (step.text, step.from_url) == ("Cards first", made["from_url"])
    assert step.due_on.isoformat() == made["due_on"]
    assert "In your next steps" in ada.get(page).text
    bad = ada.post("/goals/steps/from-reflection", data=made | {"text": "B", "due_on": "soon"})
    assert bad.status_code == 422


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("- Cards first", "Cards first"), ("2) Read it", "Read it"), ("• Go on ", "Go on"),
        ("*Cards* first", "*Cards* first"), ("-5 degrees", "-5 degrees"),
    ],
)  # fmt: skip
def test_a_line_of_a_list_is_a_step_without_its_mark(world: World, line: str, step: str):
    assert [text for text, _ways in follow_ups(world.ada, line, "/feedback")] == [step]
