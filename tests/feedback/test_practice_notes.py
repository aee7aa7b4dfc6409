"""Practice notes: shared with a group, asking for nothing, answered to the writer alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments import policy as comment_policy
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import CommentKind, Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.practice_notes import policy, queries, services
from pdportal.feedback.practice_notes.models import NoteShare
from pdportal.feedback.works import services as works
from pdportal.feedback.works.models import Work
from pdportal.inbox.kinds import sentence
from pdportal.inbox.models import Notice
from pdportal.skills.frameworks.models import Framework, Origin, Skill
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.people import World

TRIED = "Exit tickets, sorted at the door into three piles."


@pytest.fixture
def skill(world: World) -> Skill:
    """One that everybody has."""
    ours = Framework(origin=Origin.CONTENT, identifier="ours", title="Ours", content_hash="x")
    skill = Skill(framework=ours, identifier="ask", name="Ask and wait", found_by="ask and wait")
    db.session.add(skill)
    db.session.commit()
    return skill


@pytest.fixture
def note(world: World, skill: Skill) -> Work:
    """Ada's, shared with her school, where Ben is."""
    content = {"tried": TRIED, "did_not_work": "The third pile grew."}
    note = works.begin_work(world.ada, queries.NAME, "Three piles", content=content)
    services.share_note(world.ada, note, [f"school-{world.hill.id}"], [skill.id])
    db.session.commit()
    return note


def test_a_note_is_written_shared_answered_and_taken_back(world: World, visit: Visit, skill: Skill):
    ada, ben = visit(world.ada), visit(world.ben)
    assert (
        "Nobody in your cohorts or at your school has shared one"
        in ben.get("/feedback/practice").text
    )
    ada.post("/feedback/works/new?kind=practice_note", data={"title": "Three piles"})
    note = db.session.scalars(select(Work)).one()
    page = f"/feedback/practice/{note.id}"
    assert "Write a few lines" in ada.get(page).text
    edit = f"/feedback/works/{note.id}"
    assert "“one student”" in ada.get(f"{edit}/edit").text
    saved = ada.post(f"{edit}/keep", data={"version": "1", "f-tried": TRIED}, follow_redirects=True)
    assert saved.request.path == page
    assert ben.get(page).status_code == 404

    share = ada.get(f"{page}/share").text
    assert "Hill School" in share
    assert "1 other person" in share
    assert "Ben Silva" in share
    sent = {"group": [f"school-{world.hill.id}"], "skill": [skill.id, "0"]}
    for _twice in range(2):
        ada.post(f"{page}/share", data=sent)
    assert len(db.session.scalars(select(NoteShare)).all()) == 1
    assert "Hill School" in ada.get(page).text

    listed = ben.get(f"/feedback/practice?skill={skill.id}&q=EXIT").text
    assert "Three piles" in listed
    assert "Ask and wait" in listed
    assert "Nothing fits" in ben.get("/feedback/practice?q=homework").text
    read = ben.get(page).text
    assert TRIED in read
    assert "because it is shared with Hill School" in read
    assert "Three piles" in ben.get("/search?q=sorted").text
    assert "Ben Silva" in ada.get(page).text

    assert ben.post(f"{page}/say", data={"kind": "question", "text": " "}).status_code == 422
    asked = {"kind": "question", "text": "Who reads the third pile?"}
    for said in (asked, asked, {"kind": "thanks", "text": ""}, {"kind": "visit", "text": ""}):
        assert ben.post(f"{page}/say", data=said).status_code == 302
    assert [c.kind for c in db.session.scalars(select(Comment).order_by(Comment.id))] == [
        CommentKind.QUESTION,
        CommentKind.THANKS,
        CommentKind.VISIT,
    ]
    told = [
        sentence(n.kind, n.words) for n in db.session.scalars(select(Notice).order_by(Notice.id))
    ]
    assert told == [
        "Ben Silva asks you about “Three piles”.",
        "Ben Silva thanks you for “Three piles”.",
        "Ben Silva would like to come and see “Three piles”.",
    ]
    assert "2 comments to respond to" in ada.get("/feedback").text
    visit_ = db.session.scalars(select(Comment).where(Comment.kind == CommentKind.VISIT)).one()
    answer = f"/feedback/comments/{visit_.id}"
    assert ada.post(f"{answer}/decide", data={"decision": "answer", "why": " "}).status_code == 422
    ada.post(f"{answer}/decide", data={"decision": "answer", "why": "Tuesday, third period."})
    assert "Tuesday, third period." in ben.get(page).text
    ben.post(f"{answer}/reply", data={"text": "I will be there."})
    assert "I will be there." in ada.get(page).text
    empty = ben.post(f"{answer}/reply", data={"text": ""})
    assert empty.status_code == 422
    assert TRIED in empty.text

    ada.post(f"{page}/take-back")
    assert ben.get(page).status_code == 404
    assert "Three piles" not in ben.get("/feedback/practice").text
    assert not db.session.scalars(select(Notice).where(Notice.person_id == world.ben.id)).all()
    assert "I will be there." in ada.get(page).text


def test_what_a_reader_says_is_read_by_the_writer_alone(
    world: World, visit: Visit, note: Work, addresses: object
):
    gus = world.person("Gus Ode", school=world.hill)
    said = services.say(world.ben, note, CommentKind.QUESTION, "Between the two of us?")
    reply = comments.reply(world.ada, said, "Yes.")
    db.session.commit()
    page = f"/feedback/practice/{note.id}"
    for person, reads in ((world.ada, True), (world.ben, True), (gus, False)):
        text = visit(person).get(page).text
        assert TRIED in text
        assert ("Between the two of us?" in text) is reads
        for comment in (said, reply):
            seen = comment_policy.comments_seen_by(person).where(Comment.id == comment.id)
            assert bool(db.session.scalar(seen)) is reads
            assert comment_policy.may_see(person, comment) is reads
        assert comment_policy.may_reply(person, said) is reads
    for verb in ("reply", "decide", "confirm", "remove"):
        answer = visit(gus).post(f"/feedback/comments/{said.id}/{verb}", data={"text": "Me, too"})
        assert answer.status_code == 404
    gone = services.say(world.ben, note, CommentKind.THANKS, "")
    db.session.commit()
    assert visit(world.ben).post(f"/feedback/comments/{gone.id}/remove").status_code == 302
    assert db.session.get(Comment, gone.id) is None


def test_who_reads_a_note(world: World, note: Work):
    """The wall: leading people is no way to what they share with their groups."""
    world.let_schools_be_led()
    services.share_note(world.ada, note, [f"school-{world.hill.id}", f"cohort-{world.autumn.id}"])
    readers = {
        person.name
        for person in world.everyone
        if db.session.scalar(queries.note_page(person, note.id))
    }
    in_hill = {"Ada Okafor", "Ben Silva", "Hal Brandt", "Abe Stein"}
    assert readers == in_hill | {"Dee Tran", "Fay Haddad"}
    ids = {person.id for person in world.everyone if person.name in readers} - {world.ada.id}
    assert queries.readers(note) == ids
    for person in world.everyone:
        seen = db.session.scalar(select(Work.id).where(policy.is_read_by(person)))
        assert (seen is not None) is (person.name in readers)
    share = queries.groups_to_share_with(world.ada, [])
    assert {group.name: group.leading for group in share} == {
        "Autumn": [],
        "Hill circle": [],
        "Hill School": ["Abe Stein", "Hal Brandt"],
    }
    world.autumn.closed_at = note.created_at
    db.session.flush()
    assert db.session.scalar(queries.note_page(world.dee, note.id)) is None


def test_the_pages_cost_the_same_for_many(
    world: World, visit: Visit, skill: Skill, note: Work, statements: Any, addresses: object
):
    pages = ("/feedback/practice", f"/feedback/practice/{note.id}")
    ben, costs = visit(world.ben), []
    for many in (1, 12):
        for number in range(many):
            content = {"tried": f"Way {number} of {many}"}
            more = works.begin_work(
                world.ada, queries.NAME, f"Note {many} {number}", content=content
            )
            services.share_note(world.ada, more, [f"cohort-{world.autumn.id}"], [skill.id])
            services.say(world.ben, note, CommentKind.QUESTION, f"And {number} of {many}?")
        db.session.commit()
        for page in pages:
            with statements() as said:
                assert ben.get(page).status_code == 200
            costs.append(len(said))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 8


def _refused(act: object) -> int:
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]  # a lambda
    return refused.value.status


def test_what_is_refused(world: World, visit: Visit, note: Work, addresses: object):
    lake, winter = f"school-{world.lake.id}", f"cohort-{world.winter.id}"
    for group in (lake, winter, "school-x", "district-1"):
        assert _refused(lambda group=group: services.share_note(world.ada, note, [group])) == 422
    blank = works.begin_work(world.ada, queries.NAME, "Nothing yet")
    hill = [f"school-{world.hill.id}"]
    assert _refused(lambda: services.share_note(world.ada, blank, hill)) == 422
    assert _refused(lambda: services.share_note(world.ben, note, [])) == 403
    assert _refused(lambda: services.say(world.zoe, note, CommentKind.THANKS, "")) == 403
    assert _refused(lambda: services.say(world.ada, note, CommentKind.THANKS, "")) == 403
    assert _refused(lambda: services.say(world.ben, note, CommentKind.STRENGTH, "Nice")) == 422
    thanks = services.say(world.ben, note, CommentKind.THANKS, "")
    assert _refused(lambda: comments.decide(world.ada, thanks, Verdict.THANK)) == 422
    db.session.commit()
    pages: list[tuple[Person, str, str, int]] = [
        (world.zoe, "get", "", 404),
        (world.lee, "get", "", 404),
        (world.cora, "get", "", 404),
        (world.zoe, "post", "/say", 404),
        (world.ben, "get", "/share", 404),
        (world.ben, "post", "/take-back", 404),
    ]
    for person, method, path, status in pages:
        answer: TestResponse = getattr(visit(person), method)(f"/feedback/practice/{note.id}{path}")
        assert answer.status_code == status, (person.name, path)
    assert visit(world.ada).get(f"/feedback/works/{note.id}/share").status_code == 200
    sent = {"protocol": "tag", "question": "?", "who": "named", "named": [world.ben.id]}
    assert visit(world.ada).post(f"/feedback/works/{note.id}/share", data=sent).status_code != 302
