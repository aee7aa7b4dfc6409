"""What goes differently than in the story: refusals, sent twice, changed minds, who hears what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.db import db
from pdportal.feedback.comments import placing
from pdportal.feedback.comments import services as comment_services
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.models import AnchorKind, Comment, Decision
from pdportal.feedback.comments.waiting import feedback_waiting
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import queries as review_queries
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import renewal
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import services as work_services
from pdportal.inbox.kinds import sentence
from pdportal.inbox.models import Notice
from pdportal.insights import queries as insights
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def _addresses(addresses: object) -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def told(person: Person) -> list[str]:
    db.session.flush()
    rows = db.session.scalars(
        select(Notice).where(Notice.person_id == person.id).order_by(Notice.id)
    )
    for notice in rows:
        assert sentence(notice.kind, notice.words)
    kinds = select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)
    return list(db.session.scalars(kinds))


# Shared and taken back


def test_a_work_has_one_open_round_and_the_database_says_so(world: World, round_: Round):
    other = Round(
        work_id=round_.work_id,
        revision_id=round_.revision_id,
        protocol_id=round_.protocol_id,
        question="Again?",
        asked=1,
        needed=1,
        grace_until=clock.now(),
    )
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(other)
    with pytest.raises(Refused, match="out for feedback already"):
        given.shared(round_.work, round_.protocol, named=[world.fay])


def test_it_can_be_taken_back_for_half_an_hour(world: World, round_: Round, visit: Visit):
    ada = visit(world.ada)
    with clock.at(MONDAY + timedelta(minutes=29)):
        assert "Cancel the request" in ada.get(f"/feedback/rounds/{round_.id}").text
        assert ada.post(f"/feedback/rounds/{round_.id}/take-back").status_code == 302
        assert ada.post(f"/feedback/rounds/{round_.id}/take-back").status_code == 302
    assert told(world.ben) == ["feedback_taken_back"]  # what named the work is gone
    review = given.review_of(round_, world.ben)
    page = visit(world.ben).get(f"/feedback/reviews/{review.id}").text
    assert "canceled this request" in page
    assert "Fractions" not in page
    assert visit(world.ben).post(f"/feedback/reviews/{review.id}/begin").status_code == 409
    # And shared again, perhaps with somebody else.
    given.shared(round_.work, round_.protocol, named=[world.fay])


def test_it_cannot_be_taken_back_later_or_once_somebody_reads(
    world: World, round_: Round, visit: Visit
):
    url = f"/feedback/rounds/{round_.id}/take-back"
    with clock.at(MONDAY + timedelta(minutes=31)):
        assert visit(world.ada).post(url).status_code == 409
    given.begun(round_, world.ben)
    db.session.commit()
    answer = visit(world.ada).post(url)
    assert answer.status_code == 409
    assert "Somebody has begun" in answer.text


# Reviewing


def test_the_server_keeps_the_order_of_the_stages(world: World, round_: Round):
    review = given.begun(round_, world.ben)
    with pytest.raises(Refused, match="not open yet"):
        given.written(world.ben, review, "give", "Too early.")
    with pytest.raises(Refused, match="no such stage"):
        given.written(world.ben, review, "sing", "La.")
    with pytest.raises(Refused, match="at least 1 comment"):
        review_services.next_stage(world.ben, review, 0)
    given.written(world.ben, review, "tell", "Clear.")
    with pytest.raises(Refused, match="not open yet"):
        review_services.next_stage(world.ben, review, 1)
    review_services.next_stage(world.ben, review, 0)
    review_services.next_stage(world.ben, review, 0)  # sent twice
    assert review.stage == 1
    with pytest.raises(Refused, match="not opened yet"):
        review_services.give(world.ben, review.id)
    review_services.next_stage(world.ben, review, 1)
    with pytest.raises(Refused, match="at least 1 comment"):
        review_services.give(world.ben, review.id)
    # An earlier stage stays open until it is given.
    given.written(world.ben, review, "tell", "And warm.")
    given.written(world.ben, review, "give", "Write first.")
    review_services.give(world.ben, review.id)


def test_before_beginning_nothing_can_be_written_or_given(world: World, round_: Round):
    review = given.review_of(round_, world.ben)
    for act in (
        lambda: given.written(world.ben, review, "tell", "x"),
        lambda: review_services.next_stage(world.ben, review, 0),
        lambda: review_services.give(world.ben, review.id),
    ):
        with pytest.raises(Refused, match="Begin first"):
            act()


def test_once_given_it_stays_as_it_is_and_given_twice_is_once(
    world: World, round_: Round, visit: Visit
):
    review = given.given(round_, world.ben)
    db.session.commit()
    ben = visit(world.ben)
    url = f"/feedback/reviews/{review.id}"
    assert ben.post(f"{url}/give").location.endswith("/outcome")
    assert told(world.ada) == ["feedback_given"]
    comment = given.said_by(review, "tell")
    data = {"stage": "tell", f"text-{comment.id}": "Changed.", "version": str(review.version)}
    assert ben.post(f"{url}/write", data=data).status_code == 409
    assert ben.post(f"{url}/write", data=data, headers=FETCH).status_code == 409
    assert ben.post(f"{url}/decline").status_code == 409
    assert ben.get(url).location.endswith("/outcome")
    assert db.session.get(Comment, comment.id).text == "The aim is clear."


def test_two_tabs_of_a_review_do_not_overwrite_one_another(
    world: World, round_: Round, visit: Visit
):
    review = given.begun(round_, world.ben)
    db.session.commit()
    [box] = review.comments
    ben, url = visit(world.ben), f"/feedback/reviews/{review.id}/write"
    sent = {"stage": "tell", "version": str(review.version), f"text-{box.id}": "One tab"}
    first = ben.post(url, data=sent, headers=FETCH)
    assert first.status_code == 200
    again = ben.post(url, data=sent, headers=FETCH)
    assert again.json["version"] == first.json["version"]
    other = ben.post(url, data=sent | {f"text-{box.id}": "Other tab"}, headers=FETCH)
    assert other.status_code == 409
    assert other.json["values"][f"text-{box.id}"] == "One tab"
    assert (
        ben.post(url, data=sent | {f"text-{box.id}": "x" * 7000}, headers=FETCH).status_code == 422
    )
    assert db.session.get(Comment, box.id).text == "One tab"


def test_a_comment_can_be_added_and_taken_out_without_losing_what_is_typed(
    world: World, round_: Round, visit: Visit
):
    review = given.begun(round_, world.ben)
    db.session.commit()
    [box] = review.comments
    ben, url = visit(world.ben), f"/feedback/reviews/{review.id}/write"
    sent = {"stage": "tell", "version": "0", f"text-{box.id}": "First."}
    assert "#comment-" in ben.post(url, data=sent | {"go": "add"}).location
    db.session.expire_all()
    assert [comment.text for comment in review.comments] == ["First.", ""]
    # Asked for once more, the empty box that waits is enough.
    ben.post(url, data=sent | {"go": "add", "version": str(review.version)})
    db.session.expire_all()
    assert len(review.comments) == 2
    gone = review.comments[1].id
    ben.post(url, data=sent | {"go": f"remove-{gone}", "version": str(review.version)})
    db.session.expire_all()
    assert [comment.text for comment in review.comments] == ["First."]
    for nothing in ("", "x", "9" * 5000):
        answer = ben.post(url, data=sent | {"go": f"remove-{nothing}"})
        assert answer.status_code == 302
    db.session.expire_all()
    assert [comment.text for comment in review.comments] == ["First."]


def test_what_is_typed_after_the_author_closed_is_shown_with_the_reason(
    world: World, round_: Round, visit: Visit
):
    review = given.begun(round_, world.ben)
    round_services.close(world.ada, round_)
    db.session.commit()
    ben, url = visit(world.ben), f"/feedback/reviews/{review.id}/write"
    sent = {"stage": "tell", "version": "0", f"text-{review.comments[0].id}": "Typed too late."}
    page = ben.post(url, data=sent)
    assert page.status_code == 409
    assert "Ada Okafor has closed this feedback request." in page.text
    assert "Typed too late." in page.text
    answer = ben.post(url, data=sent, headers=FETCH).json
    assert answer["reason"] == "closed"
    assert "Ada Okafor has closed" in answer["error"]


def test_a_comment_stands_with_the_words_the_field_or_the_whole(world: World, round_: Round):
    review = given.begun(round_, world.ben)
    box = review.comments[0]

    def saved(**boxes: str) -> Comment:
        typed = {box.id: {"text": "Hm."} | boxes}
        review_services.save_stage(world.ben, review, "tell", typed, version=review.version)
        return box

    placed = saved(quote="talk for  two minutes")
    assert (placed.anchor, placed.field) == (AnchorKind.PASSAGE, "plan")
    # Chosen the wrong field, the words tell the right one.
    assert saved(quote="exit card", field="aim").field == "check"
    lost = saved(quote="words that nobody wrote", field="aim")
    assert (lost.anchor, lost.field) == (AnchorKind.PASSAGE, "aim")
    assert (saved(field="worry").anchor, box.field) == (AnchorKind.FIELD, "worry")
    assert saved(field="no-such-field").anchor is AnchorKind.WHOLE
    assert box.field is None


def test_a_given_review_cannot_be_read_by_who_has_not_given(
    world: World, round_: Round, visit: Visit
):
    given.given(round_, world.ben, tell="Ben's secret praise.")
    review = given.begun(round_, world.dee)
    db.session.commit()
    dee = visit(world.dee)
    for page in ("", "?stage=0", "/look", "/outcome", "/practice"):
        text = dee.get(f"/feedback/reviews/{review.id}{page}", follow_redirects=True).text
        assert "secret praise" not in text
    given.given(round_, world.dee)
    db.session.commit()
    assert "secret praise" in dee.get(f"/feedback/reviews/{review.id}/outcome").text.replace(
        "&#39;", "'"
    )


def test_practice_comes_once_and_can_be_skipped(world: World, round_: Round, visit: Visit):
    review = given.review_of(round_, world.ben)
    ben, url = visit(world.ben), f"/feedback/reviews/{review.id}"
    assert ben.post(f"{url}/begin").location.endswith("/practice")
    assert ben.post(f"{url}/practice", data={"skip": "1"}).location.endswith(url)
    assert review_queries.has_practised(world.ben)
    assert not review_queries.has_practised(world.dee)
    other = given.shared(given.plan(world.dee), round_.protocol, named=[world.ben])
    db.session.commit()
    review = given.review_of(other, world.ben)
    assert ben.post(f"/feedback/reviews/{review.id}/begin").location.endswith(str(review.id))


def test_declining_tells_the_author_no_reason(world: World, round_: Round, visit: Visit):
    review = given.review_of(round_, world.ben)
    url = f"/feedback/reviews/{review.id}"
    assert visit(world.ben).post(f"{url}/decline", data={"words": "Exams."}).status_code == 302
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "Exams" not in page
    assert "cannot this time" in page
    assert "feedback_declined" in told(world.ada)
    assert "You left it to somebody else" in visit(world.ben).get(url).text
    assert visit(world.ben).get(f"/feedback/works/{round_.work_id}").status_code == 404


def test_one_more_can_be_asked_by_name_but_nobody_twice(world: World, round_: Round, visit: Visit):
    ada, url = visit(world.ada), f"/feedback/rounds/{round_.id}/ask"
    assert "Zoe Lindqvist" in ada.get(f"{url}?search=zoe").text
    assert ada.post(url, data={"named": str(world.zoe.id)}).status_code == 302
    assert ada.post(url, data={"named": str(world.zoe.id)}).status_code == 302
    assert told(world.zoe) == ["feedback_asked"]
    for nobody in (world.ada.id, world.olu.id, 0, 99999):
        assert ada.post(url, data={"named": str(nobody)}).status_code == 422


def test_asking_nobody_is_said_where_one_chooses(world: World, round_: Round, visit: Visit):
    ada, url = visit(world.ada), f"/feedback/rounds/{round_.id}/ask"
    found = ada.get(f"{url}?search=zoe").text
    assert f'action="{url}?search=zoe"' in found
    refused = ada.post(f"{url}?search=zoe")
    assert refused.status_code == 422
    who = refused.text.partition("<legend>Who?</legend>")[2].partition("</fieldset>")[0]
    assert 'role="alert"' in who
    assert "Choose who should look at it." in who
    assert "Zoe Lindqvist" in who
    assert 'value="zoe"' in refused.text
    assert "flash-error" not in refused.text


def test_whoever_was_asked_in_a_round_is_not_offered_again(
    world: World, round_: Round, visit: Visit
):
    ada, url = visit(world.ada), f"/feedback/rounds/{round_.id}/ask"
    offered = ada.get(url).text
    assert "Fay Haddad" in offered
    assert "Ben Silva" not in offered  # asked
    assert "Dee Tran" not in offered
    review_services.decline(world.ben, given.review_of(round_, world.ben))
    given.given(round_, world.dee)
    db.session.commit()
    for person in (world.ben, world.dee):
        assert person.name not in ada.get(f"{url}?search={person.given_name}").text
        refused = ada.post(url, data={"named": str(person.id)})
        assert refused.status_code == 422
        assert f"{person.name} was asked in this request already." in refused.text
    round_services.ask_also(world.ada, round_, world.fay)
    db.session.commit()
    assert "Everybody in your cohorts was asked in this request already" in ada.get(url).text
    # In the next round everybody can be asked again.
    assert "Ben Silva" in ada.get(f"/feedback/works/{given.plan(world.ada).id}/share").text


# Answering


def test_a_decision_can_be_changed_until_a_version_answers_it(
    world: World, round_: Round, visit: Visit
):
    comment = given.said_by(given.given(round_, world.ben), "give")
    db.session.commit()
    ada, url = visit(world.ada), f"/feedback/comments/{comment.id}/decide"
    none = ada.post(url, data={"why": "typed first", "version": "0"}, headers=FETCH)
    assert none.status_code == 422
    assert "Choose first" in none.json["error"]
    first = ada.post(url, data={"decision": "use", "version": "0"}, headers=FETCH)
    again = ada.post(url, data={"decision": "use", "version": "0"}, headers=FETCH)
    assert (first.json["version"], again.json["version"]) == (1, 1)
    other = ada.post(url, data={"decision": "adapt", "version": "0"}, headers=FETCH)
    assert other.status_code == 409
    assert other.json["values"] == {"decision": "use", "why-use": ""}
    changed = ada.post(
        url, data={"decision": "decline", "why": "No time.", "version": "1"}, headers=FETCH
    )
    assert changed.json["version"] == 2
    round_services.revise(
        world.ada, round_, content=given.PLAN | {"plan": "New"}, why="y", ticks={comment.id: 2}
    )
    db.session.commit()
    assert (
        ada.post(url, data={"decision": "adapt", "version": "3"}, headers=FETCH).status_code == 409
    )
    # Ticking is using it after all.
    assert db.session.get(Decision, comment.id).verdict is Verdict.USE


def test_the_giver_reads_an_answer_when_the_author_goes_on_not_while_it_is_typed(
    world: World, round_: Round, visit: Visit
):
    review = given.given(round_, world.ben)
    given.decided(given.said_by(review, "give"), Verdict.DECLINE, "Half a sen")
    db.session.commit()
    ben, url = visit(world.ben), f"/feedback/reviews/{review.id}/outcome"
    assert "Half a sen" not in ben.get(url).text
    assert "Declined" not in ben.get(url).text
    assert "not answered yet" in ben.get("/feedback").text
    round_services.revise(world.ada, round_, content=given.PLAN | {"aim": "Less."}, why="Time.")
    db.session.commit()
    assert "Half a sen" in ben.get(url).text
    assert "1 comment answered" in ben.get("/feedback").text


def test_open_comments_are_carried_to_the_new_text_and_lost_ones_say_so(
    world: World, round_: Round, visit: Visit
):
    review = given.given(round_, world.ben)
    comment = given.said_by(review, "give")
    new = given.PLAN | {"plan": "Warm-up with halves (5).\n\nFirst they talk for two minutes."}
    round_services.revise(world.ada, round_, content=new, why="A little.")
    db.session.commit()
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "open comments are carried over" in page
    assert f'href="#passage-{placing.card_id(comment)}"' in page
    assert f'data-comment="{placing.card_id(comment)}"' in page
    new = given.PLAN | {"plan": "A film, then silence."}
    round_services.revise(world.ada, round_, content=new, why="All of it.")
    db.session.commit()
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}").text
    assert "No longer in the text." in page


def test_a_version_that_changes_nothing_is_refused(world: World, round_: Round, visit: Visit):
    comment = given.said_by(given.given(round_, world.ben), "give")
    db.session.commit()
    sent = {f"f-{key}": text for key, text in given.PLAN.items()}
    sent |= {"addressed": f"{comment.id}:0", "version": str(round_.work.draft.version)}
    url = f"/feedback/rounds/{round_.id}/revise"
    answer = visit(world.ada).post(f"{url}/keep", data=sent | {"why": "None"})
    assert answer.status_code == 422
    assert "has not changed" in answer.text
    assert f'value="{comment.id}:0" checked' in answer.text
    changed = sent | {"f-aim": "Halves."}
    no_why = visit(world.ada).post(f"{url}/keep", data=changed)
    assert no_why.status_code == 422
    assert "Halves." in no_why.text
    assert visit(world.ada).post(f"{url}/keep", data=changed | {"why": "Less."}).status_code == 302


def test_ticks_and_words_are_kept_while_one_revises(world: World, round_: Round, visit: Visit):
    comment = given.said_by(given.given(round_, world.ben), "give")
    db.session.commit()
    url = f"/feedback/rounds/{round_.id}/revise"
    sent = {f"f-{key}": text for key, text in given.PLAN.items()} | {
        "f-plan": "Half a sentence", "why": "Becau", "addressed": f"{comment.id}:0",
        "version": str(round_.work.draft.version),
    }  # fmt: skip
    ada = visit(world.ada)
    assert ada.post(url, data=sent, headers=FETCH).status_code == 200
    page = ada.get(url).text
    assert "Half a sentence" in page
    assert "Becau" in page
    assert f'value="{comment.id}:0" checked' in page
    other = ada.post(url, data=sent | {"f-plan": "Another tab"}, headers=FETCH)
    assert other.status_code == 409


def test_an_author_need_not_wait(world: World, round_: Round, visit: Visit):
    given.given(round_, world.ben)
    round_services.revise(world.ada, round_, content=given.PLAN | {"aim": "Less."}, why="Time.")
    db.session.commit()
    assert round_.answered_at == MONDAY
    assert "New version saved" in visit(world.ada).get("/feedback").text
    with clock.at(MONDAY + timedelta(days=5)):
        renewal.renew_asks()
    # Nobody more is asked for a text that has moved on; who has begun may still give.
    assert told(world.cora) == []


def test_thanks_are_for_the_giver_alone_and_once(world: World, round_: Round, visit: Visit):
    review = given.given(round_, world.ben)
    given.given(round_, world.dee)
    db.session.commit()
    url = f"/feedback/reviews/{review.id}/thank"
    for _time in range(2):
        visit(world.ada).post(url)
    visit(world.ada).post(url, data={"thanks": "That helped a lot."})
    assert told(world.ben).count("feedback_thanked") == 1
    ben = visit(world.ben).get(f"/feedback/reviews/{review.id}/outcome").text
    assert "That helped a lot." in ben
    for notice in db.session.scalars(select(Notice)):
        assert "helped a lot" not in str(notice.words)
    dees = given.review_of(round_, world.dee)
    assert "helped a lot" not in visit(world.dee).get(f"/feedback/reviews/{dees.id}/outcome").text
    owed = given.shared(given.plan(world.dee), round_.protocol, named=[world.ben])
    db.session.commit()
    not_given = given.review_of(owed, world.ben)
    assert visit(world.dee).post(f"/feedback/reviews/{not_given.id}/thank").status_code == 404


def test_asked_again_the_comment_is_open_until_it_is_answered_again(world: World, round_: Round):
    comment = given.said_by(given.given(round_, world.ben), "give")
    with pytest.raises(Refused, match="not been answered"):
        comment_services.confirm(world.ben, comment)
    given.decided(comment, Verdict.DECLINE, "No.")
    with pytest.raises(Refused, match="not been answered"):
        comment_services.confirm(world.ben, comment)
    round_services.revise(world.ada, round_, content=given.PLAN | {"aim": "Less."}, why="y")
    comment_services.ask_again(world.ben, comment, "But the quiet ones?")
    comment_services.ask_again(world.ben, comment, "But the quiet ones?")
    assert told(world.ada).count("feedback_asked_again") == 1
    assert feedback_waiting(world.ada)[0].new == 2
    assert not db.session.get(Decision, comment.id).is_settled
    given.decided(comment, Verdict.ADAPT, "You are right.")
    round_services.revise(
        world.ada, round_, content=given.PLAN | {"aim": "x"}, why="y", ticks={comment.id: None}
    )
    comment_services.confirm(world.ben, comment)
    comment_services.confirm(world.ben, comment)
    assert told(world.ada).count("feedback_confirmed") == 1
    assert db.session.get(Decision, comment.id).is_settled


# Closing


def test_closing_lets_go_kindly_and_keeps_what_was_begun_for_its_writer(
    world: World, round_: Round, visit: Visit
):
    given.given(round_, world.ben)
    review = given.begun(round_, world.dee)
    given.written(world.dee, review, "tell", "Half a thought of Dee's")
    db.session.commit()
    ada = visit(world.ada)
    url = f"/feedback/rounds/{round_.id}"
    saved = ada.post(f"{url}/reflection", data={"learned": "Wri", "version": "0"}, headers=FETCH)
    assert saved.json["version"] == 1
    stale = ada.post(f"{url}/reflection", data={"learned": "x", "version": "0"}, headers=FETCH)
    assert stale.status_code == 409
    page = ada.get(f"{url}/close").text
    assert "Wri" in page
    assert "1 colleague has not given feedback yet" in page
    assert "2 comments have no answer yet" in page
    ada.post(f"{url}/close", data={"learned": "Write first."})
    ada.post(f"{url}/close", data={"learned": "Twice."})
    assert round_.learned == "Write first."
    assert told(world.dee)[-1] == "feedback_closed_early"
    assert told(world.ben)[-1] == "feedback_closed"
    over = visit(world.dee).get(f"/feedback/reviews/{review.id}").text
    assert "Half a thought" in over
    assert "Fractions" not in over
    assert visit(world.dee).post(f"/feedback/reviews/{review.id}/give").status_code == 409
    assert "Half a thought" not in ada.get(url).text


def test_after_closing_the_next_round_can_begin(world: World, round_: Round):
    comment = given.said_by(given.given(round_, world.ben), "give")
    round_services.close(world.ada, round_)
    with pytest.raises(Refused, match="closed"):
        given.decided(comment, Verdict.USE)
    with pytest.raises(Refused, match="closed"):
        round_services.revise(world.ada, round_, content=given.PLAN | {"aim": "x"}, why="y")
    given.shared(round_.work, round_.protocol, named=[world.ben])


# Who hears what, and what is recorded


def test_every_turn_is_told_and_recorded(world: World, round_: Round):
    review = given.given(round_, world.ben)
    comment = given.said_by(review, "give")
    review_services.thank(world.ada, review)
    given.decided(comment, Verdict.USE)
    given.decided(given.said_by(given.given(round_, world.dee), "give"), Verdict.DECLINE)
    round_services.revise(
        world.ada, round_, content=given.PLAN | {"aim": "x"}, why="y", ticks={comment.id: None}
    )
    comment_services.confirm(world.ben, comment)
    round_services.close(world.ada, round_)
    assert told(world.ada) == ["feedback_given", "feedback_given", "feedback_confirmed"]
    assert told(world.ben) == [
        "feedback_asked", "feedback_thanked", "feedback_revised", "feedback_closed",
    ]  # fmt: skip
    assert told(world.dee) == ["feedback_asked", "feedback_decided", "feedback_closed"]
    given_notices = db.session.scalars(
        select(Notice).where(Notice.kind == "feedback_given").order_by(Notice.id)
    ).all()
    assert "You have enough to continue" in sentence("feedback_given", given_notices[1].words)
    verbs = list(db.session.scalars(select(Event.verb).order_by(Event.id)))
    for verb in ("began", "kept", "shared", "asked", "gave", "thanked", "decided", "revised",
                 "confirmed", "closed"):  # fmt: skip
        assert verb in verbs, verb
    for event in db.session.scalars(select(Event)):
        assert "Fractions" not in str(event.detail)


# How much it costs


def _work_with(world: World, tag: Protocol, people: int, title: str) -> tuple[Round, Review]:
    givers = [world.person(f"{title} giver {n}") for n in range(people)]
    work = given.plan(world.ada, title)
    for number in range(people):
        work_services.save_revision(
            world.ada, work, why="More.", content=given.PLAN | {"aim": f"Aim {number}"}
        )
    round_ = given.shared(work, tag, named=givers)
    reviews = [given.given(round_, giver) for giver in givers]
    for review in reviews[:-1]:
        given.decided(given.said_by(review, "give"), Verdict.USE)
    db.session.commit()
    return round_, reviews[0]


def test_pages_cost_the_same_for_few_and_for_many(
    world: World, tag: Protocol, visit: Visit, statements
):
    few, few_review = _work_with(world, tag, 2, "Few")
    many, many_review = _work_with(world, tag, 8, "Many")
    for person, one, other in (
        (world.ada, f"rounds/{few.id}", f"rounds/{many.id}"),
        (world.ada, f"rounds/{few.id}/revise", f"rounds/{many.id}/revise"),
        (world.ada, f"works/{few.work_id}", f"works/{many.work_id}"),
        (world.ada, f"works/{few.work_id}/history", f"works/{many.work_id}/history"),
        (None, f"reviews/{few_review.id}/outcome", f"reviews/{many_review.id}/outcome"),
    ):
        said = []
        for url, review in ((one, few_review), (other, many_review)):
            browser = visit(person or review.reviewer)
            db.session.expire_all()
            with statements() as counted:
                assert browser.get(f"/feedback/{url}").status_code == 200
            said.append(len(counted))
        assert said[0] == said[1], (one, said)
        assert said[1] <= 8, (one, counted)


def test_of_many_comments_beside_the_next_version_the_first_stand_whole(
    world: World, tag: Protocol, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pdportal.feedback.rounds.views.revise.WHOLE", 5)
    round_, _review = _work_with(world, tag, 8, "Many")
    page = visit(world.ada).get(f"/feedback/rounds/{round_.id}/revise").text
    said = [each.id for each in db.session.scalars(select(Comment).where(Comment.stage == "give"))]
    assert len(said) == 8
    for ident in said:
        assert page.count(f'name="addressed" value="{ident}:') == 1
        assert page.count(f'id="comment-{ident}"') == 1
    assert page.count('<article class="comment ') == 5
    assert page.count('<div class="comment-line ') == 3
    assert "A line opens its comment in a new tab." in page
    few, _review = _work_with(world, tag, 2, "Few")
    assert "comment-line" not in visit(world.ada).get(f"/feedback/rounds/{few.id}/revise").text


def test_the_first_page_costs_the_same_for_few_and_for_many(
    world: World, tag: Protocol, visit: Visit, statements
):
    ada = visit(world.ada)
    said = []
    for size in (2, 12):
        for number in range(size):
            round_ = given.shared(
                given.plan(world.zoe, f"Zoe's {size}.{number}"), tag, named=[world.ada]
            )
            if number % 2:
                given.given(round_, world.ada)
            mine = given.shared(
                given.plan(world.ada, f"Mine {size}.{number}"), tag, named=[world.ben]
            )
            given.given(mine, world.ben)
        db.session.commit()
        db.session.expire_all()
        with statements() as counted:
            assert ada.get("/feedback").status_code == 200
        said.append(len(counted))
    assert said[0] == said[1] <= 7, counted


def test_giving_costs_five_statements(world: World, round_: Round, visit: Visit, statements):
    review = given.begun(round_, world.ben)
    for number, stage in enumerate(("tell", "ask", "give")):
        given.written(world.ben, review, stage, "Words.")
        review_services.next_stage(world.ben, review, number)
    db.session.commit()
    ben = visit(world.ben)
    url = f"/feedback/reviews/{review.id}/give"
    db.session.expire_all()
    with statements() as said:
        assert ben.post(url).status_code == 302
    assert len(said) <= 5, said
    assert db.session.scalar(select(func.count(Review.given_at))) == 1


def test_figures_for_others_take_one_statement_each_and_hold_no_content(
    world: World, tag: Protocol, statements
):
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    given.given(round_, world.ben, tell="Secret words.")
    db.session.commit()
    after_grace = clock.now() + timedelta(hours=1)
    for ask in (
        lambda: review_queries.reviews_owed(world.dee),
        lambda: feedback_waiting(world.ada),
        lambda: insights.people(world.autumn.id, clock.now(), clock.now().date()),
        lambda: insights.waiting(world.autumn.id, after_grace),
    ):
        ask()
        with statements() as said:
            rows = ask()
        assert len(said) == 1
        assert rows
        assert "Secret" not in str(rows)
    [owed] = review_queries.reviews_owed(world.dee)
    assert (owed.author_name, owed.title, owed.minutes, owed.begun) == (
        "Ada Okafor", "Fractions on a line", 8, False,
    )  # fmt: skip
    by_person = {
        row.id: row for row in insights.people(world.autumn.id, clock.now(), clock.now().date())
    }
    for person, counts in ((world.ada, (0, 0)), (world.ben, (0, 1)), (world.dee, (1, 0))):
        assert (by_person[person.id].owed, by_person[person.id].given) == counts
    [waiting] = insights.waiting(world.autumn.id, after_grace)
    assert (waiting.author_id, waiting.have, waiting.needed) == (world.ada.id, 1, 2)
    assert "Fractions" not in str(waiting)


def test_what_a_reviewer_typed_is_never_lost(world: World, round_: Round, visit: Visit):
    review = given.begun(round_, world.ben)
    box = given.written(world.ben, review, "tell", "Stored first.")
    db.session.commit()
    ben, url = visit(world.ben), f"/feedback/reviews/{review.id}/write"
    sent = {"stage": "tell", "version": str(review.version - 1), "go": "next"}
    stale = ben.post(url, data=sent | {f"text-{box.id}": "Typed in a second window."})
    assert stale.status_code == 409
    assert "Typed in a second window." in stale.text
    assert "Stored first." in stale.text
    assert f'name="version" value="{review.version}"' in " ".join(stale.text.split())
    sent["version"] = str(review.version)
    long = ben.post(url, data=sent | {f"text-{box.id}": "much too long " * 600})
    assert long.status_code == 422
    assert long.text.count("much too long") == 600
    assert "Please shorten it" in long.text
    kept = ben.post(url, data=sent | {f"text-{box.id}": "Typed in a second window."})
    assert kept.status_code == 302
    assert db.session.get_one(Comment, box.id).text == "Typed in a second window."


def test_a_refused_stage_says_so_in_its_form_with_all_that_was_typed(
    world: World, round_: Round, visit: Visit
):
    def mistake(page: str) -> str:
        form = page.split('data-controller="autosave"')[1].split("</form>")[0]
        return form.partition('id="stage-mistake"')[2].partition("</div>")[0]

    review = given.begun(round_, world.ben)
    box = review_services.add_comment(world.ben, review, "tell")
    db.session.commit()
    ben, url = visit(world.ben), f"/feedback/reviews/{review.id}"
    sent = {"stage": "tell", "version": str(review.version), "go": "next"}
    refused = ben.post(f"{url}/write", data=sent | {f"next_move-{box.id}": "Begin with halves."})
    page = ben.get(refused.location).text
    said = mistake(page)
    assert 'role="alert"' in said
    assert "autofocus" in said
    assert "asks for at least 1 comment before you continue." in said
    assert f'href="#text-{box.id}"' in said
    assert "Begin with halves." in page
    assert "flash-error" not in page
    least = "Write at least 1 comment here before you continue."
    assert least not in page
    # Once it is there, an old address says nothing any more.
    review_services.save_stage(
        world.ben, review, "tell", {box.id: {"text": "Clear."}}, version=review.version
    )
    db.session.commit()
    assert not mistake(ben.get(refused.location).text)
    # Words taken out of an earlier stage are missed when it is given, and there.
    review_services.next_stage(world.ben, review, 0)
    review_services.next_stage(world.ben, review, 1)
    given.written(world.ben, review, "give", "Write first.")
    review_services.next_stage(world.ben, review, 2)
    review_services.save_stage(
        world.ben, review, "tell", {box.id: {"text": ""}}, version=review.version
    )
    db.session.commit()
    back = ben.post(f"{url}/give")
    assert "stage=0" in back.location
    assert "at least 1 comment" in mistake(ben.get(back.location).text)
