"""Each kind of comment has its own answers; an answer has a version, and words of its own."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import ANSWERS, KINDS, CommentKind, Verdict
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.rounds import services as rounds
from pdportal.feedback.rounds.models import Round
from pdportal.inbox.models import Notice
from pdportal.web.autosave import ChangedElsewhere
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World

NEW = {f"f-{key}": text for key, text in given.PLAN.items()} | {
    "f-plan": "They write first.",
    "why": "It is quieter.",
}


@pytest.fixture
def suggestion(world: World, round_: Round) -> Comment:
    return given.said_by(given.given(round_, world.ben), "give")


def page_of(world: World, visit: Visit, comment: Comment) -> str:
    """What the giver reads."""
    return visit(world.ben).get(f"/feedback/reviews/{comment.review_id}/outcome").text


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", CommentKind)
@pytest.mark.parametrize("verdict", Verdict)
def test_a_comment_takes_the_answers_of_its_kind_and_no_others(
    world: World, suggestion: Comment, kind: CommentKind, verdict: Verdict
):
    suggestion.kind = kind
    if verdict in KINDS[kind].answers:
        decision = comments.decide(world.ada, suggestion, verdict, "Because.")
        assert decision.answer is ANSWERS[verdict]
    else:
        with pytest.raises(Refused) as refused:
            comments.decide(world.ada, suggestion, verdict, "Because.")
        assert refused.value.status == 422


def test_a_strength_is_thanked_or_kept_and_its_giver_reads_that_at_once(
    world: World, round_: Round, suggestion: Comment, visit: Visit
):
    strength = given.said_by(round_.reviews[0], "tell")
    db.session.commit()
    ada = visit(world.ada)
    asked = f"/feedback/comments/{strength.id}"
    assert f'href="{asked}"' in ada.get(f"/feedback/rounds/{round_.id}").text
    shown = ada.get(asked).text
    form = shown[shown.index(f"/feedback/comments/{strength.id}/decide") :]
    form = form[: form.index("</form>")]
    assert re.findall(r'name="decision"\s+value="(\w+)"', form) == ["thank", "keep"]
    url = f"/feedback/comments/{strength.id}/decide"
    assert ada.post(url, data={"decision": "decline"}).status_code == 422
    assert ada.post(url, data={"decision": "thank", "why-thank": "I saw."}).status_code == 302
    read = page_of(world, visit, strength)
    assert "thanks you for this." in read
    assert "I saw." in read
    assert "declines" not in read
    assert "That answers it" not in read
    assert "uses this" not in page_of(world, visit, suggestion)


def test_a_question_is_answered_in_words_and_asked_again(
    world: World, round_: Round, suggestion: Comment, visit: Visit
):
    suggestion.kind = CommentKind.QUESTION
    db.session.commit()
    ada, ben = visit(world.ada), visit(world.ben)
    url = f"/feedback/comments/{suggestion.id}"
    empty = ada.post(f"{url}/decide", data={"decision": "answer", "why": " "})
    assert empty.status_code == 422
    assert "Write your answer." in empty.text
    ada.post(f"{url}/decide", data={"decision": "answer", "why": "Ten minutes."})
    read = page_of(world, visit, suggestion)
    assert "Ten minutes." in read
    kinds = select(Notice.kind).where(Notice.person_id == world.ben.id).order_by(Notice.id)
    assert db.session.scalars(kinds).all()[-1] == "feedback_decided"
    seen = version(read[read.index(f"{url}/confirm") :])
    ada.post(f"{url}/decide", data={"decision": "answer", "why": "Twelve.", "version": "1"})
    stale = ben.post(f"{url}/confirm", data={"version": seen})
    assert stale.status_code == 409
    assert "has changed this answer" in stale.text
    ben.post(f"{url}/ask-again", data={"words": "With the film?", "version": "2"})
    assert "With the film?" in ada.get(f"/feedback/rounds/{round_.id}").text


def test_giver_and_author_reply_to_one_another_and_nobody_else_reads_it(
    world: World, round_: Round, suggestion: Comment, visit: Visit
):
    given.given(round_, world.dee)
    db.session.commit()
    url = f"/feedback/comments/{suggestion.id}/reply"
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    for _twice in range(2):
        assert ada.post(url, data={"text": "In pairs or alone?"}).status_code == 302
    assert ben.post(url, data={"text": "Alone, on paper."}).status_code == 302
    replies = db.session.scalars(
        select(Comment).where(Comment.answers_id == suggestion.id).order_by(Comment.id)
    ).all()
    assert [reply.text for reply in replies] == ["In pairs or alone?", "Alone, on paper."]
    for page in (
        page_of(world, visit, suggestion),
        ada.get(f"/feedback/rounds/{round_.id}").text,
    ):
        assert "In pairs or alone?" in page
        assert "Alone, on paper." in page
    assert dee.post(url, data={"text": "And me?"}).status_code == 403
    other = f"/feedback/reviews/{round_.reviews[1].id}/outcome"
    assert "Alone, on paper." not in dee.get(other).text
    assert visit(world.zoe).post(url, data={"text": "x"}).status_code == 404
    assert ada.post(url, data={"text": " "}).status_code == 422
    nested = ada.post(f"/feedback/comments/{replies[0].id}/reply", data={"text": "x"})
    assert nested.status_code == 404
    assert "feedback_replied" in db.session.scalars(select(Notice.kind)).all()
    # A reply is no comment of the round.
    assert "4 comments to respond to" in ada.get(f"/feedback/rounds/{round_.id}").text
    rounds.close(world.ada, round_)
    db.session.commit()
    late = ben.post(url, data={"text": "One more thing."})
    assert late.status_code == 409
    assert "One more thing." in late.text


def test_a_reason_stands_under_the_answer_it_was_written_for(
    world: World, round_: Round, suggestion: Comment, visit: Visit
):
    comments.decide(world.ada, suggestion, Verdict.DECLINE, "They have no tablets.")
    rounds.revise(world.ada, round_, content=given.PLAN | {"aim": "Halves."}, why="Shorter.")
    comments.ask_again(world.ben, suggestion, "On paper, then?")
    db.session.commit()
    url = f"/feedback/rounds/{round_.id}/revise"
    ada = visit(world.ada)
    page = ada.get(url).text
    tick = f"{suggestion.id}:{suggestion.decision.version}"  # type: ignore[union-attr]
    assert f'value="{tick}"' in page
    sent = NEW | {"addressed": tick, "version": version(page)}
    assert ada.post(f"{url}/keep", data=sent).status_code == 302
    read = page_of(world, visit, suggestion)
    assert "uses this." in read
    assert "Answered in version 3." in read
    assert "They have no tablets." not in read


def test_words_written_for_another_answer_do_not_come_along(world: World, suggestion: Comment):
    comments.decide(world.ada, suggestion, Verdict.DECLINE, "No time.")
    decision = comments.decide(world.ada, suggestion, Verdict.USE, "No time.")
    assert (decision.verdict, decision.why) == (Verdict.USE, "")
    assert comments.decide(world.ada, suggestion, Verdict.ADAPT, "A little.").why == "A little."


def test_each_answer_has_its_own_words_in_the_form(
    world: World, round_: Round, suggestion: Comment, visit: Visit
):
    comments.decide(world.ada, suggestion, Verdict.DECLINE, "No time.")
    db.session.commit()
    ada, url = visit(world.ada), f"/feedback/comments/{suggestion.id}/decide"
    sent = {"decision": "use", "why-decline": "No time.", "why-use": "", "version": "1"}
    assert ada.post(url, data=sent).status_code == 302
    decision = db.session.get_one(Decision, suggestion.id)
    db.session.refresh(decision)
    assert (decision.verdict, decision.why) == (Verdict.USE, "")


def test_a_tick_does_not_undo_what_was_decided_in_another_tab(
    world: World, round_: Round, suggestion: Comment, visit: Visit
):
    db.session.commit()
    ada, url = visit(world.ada), f"/feedback/rounds/{round_.id}/revise"
    page = ada.get(url).text
    sent = NEW | {"addressed": f"{suggestion.id}:0", "version": version(page)}
    comments.decide(world.ada, suggestion, Verdict.DECLINE, "They have no tablets.")
    db.session.commit()
    told = ada.post(f"{url}/keep", data=sent)
    assert told.status_code == 409
    assert "answered 1 comment in another window" in told.text
    assert "They have no tablets." in told.text
    assert "They write first." in told.text
    assert f'value="{suggestion.id}:1" checked' not in told.text
    decision = db.session.get_one(Decision, suggestion.id)
    db.session.refresh(decision)
    assert decision.verdict is Verdict.DECLINE
    # A tick that says no version is no yes to what was declined, either.
    assert ada.post(f"{url}/keep", data=sent | {"addressed": str(suggestion.id)}).status_code == 409
    meant = sent | {"addressed": f"{suggestion.id}:1", "version": version(told.text)}
    assert ada.post(f"{url}/keep", data=meant).status_code == 302
    db.session.refresh(decision)
    assert (decision.verdict, decision.why) == (Verdict.USE, "")


def test_ticks_count_from_whichever_page_the_version_is_saved(
    world: World, round_: Round, suggestion: Comment, visit: Visit
):
    db.session.commit()
    ada, url = visit(world.ada), f"/feedback/rounds/{round_.id}/revise"
    seen = version(ada.get(url).text)
    fetch = {"X-Requested-With": "fetch", "Accept": "application/json"}
    sent = NEW | {"addressed": f"{suggestion.id}:0", "version": seen}
    saved = ada.post(url, data=sent, headers=fetch)
    work = f"/feedback/works/{round_.work_id}"
    seen = saved.json["version"]
    kept = ada.post(f"{work}/keep", data=NEW | {"version": str(seen)})
    assert kept.status_code == 302
    decision = db.session.get_one(Decision, suggestion.id)
    assert decision.is_addressed
    assert "Answered in version 2." in page_of(world, visit, suggestion)


def test_two_windows_of_an_answer_are_told_with_both_texts_without_a_script(
    world: World, suggestion: Comment, visit: Visit
):
    comments.decide(world.ada, suggestion, Verdict.USE, "On Monday.")
    db.session.commit()
    late = visit(world.ada).post(
        f"/feedback/comments/{suggestion.id}/decide",
        data={"decision": "decline", "why-decline": "No time.", "version": "0"},
    )
    assert late.status_code == 409
    for words in ("changed in another window", "I will use this.", "On Monday.", "No time."):
        assert words in late.text
    with pytest.raises(ChangedElsewhere):
        comments.decide(world.ada, suggestion, Verdict.DECLINE, "No.", 0)
