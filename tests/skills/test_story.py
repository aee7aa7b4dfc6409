"""A skill grows: a teacher says so, then a check and a coach; and colleagues show it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from pdportal import clock
from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.skills import services
from pdportal.skills.models import Offer, Placement, SkillRequest, Source
from tests.conftest import Visit
from tests.people import World
from tests.skills.conftest import GivenSkill


def key(page: str) -> str:
    found = re.search(r'name="form_key"[^>]* value="([^"]+)"', page)
    assert found
    return found[1]


def lines() -> list[tuple[int | None, str]]:
    rows = db.session.query(Placement).order_by(Placement.id)
    return [(row.position, row.source.value) for row in rows]


def test_a_skill_grows_from_self_placement_to_check_to_re_check(
    app: Flask, world: World, visit: Visit, given_skill: GivenSkill
):
    skill = given_skill()
    ada = visit(world.ada)
    page = f"/skills/{skill.id}"
    assert "Nothing here yet" in ada.get("/skills").text
    assert "Count" not in ada.get(page).text
    first = {"position": "0", "words": "One short answer.", "form_key": key(ada.get(page).text)}
    for _twice in range(2):
        assert ada.post(f"{page}/place", data=first).status_code == 302
    with app.test_request_context():
        for number, position in ((1, 1), (2, 3)):
            services.place(
                world.ada,
                skill,
                position,
                source=Source.CHECK,
                from_title="A check on questions",
                from_url="/learn/questions",
                key=f"check:{number}",
            )
        db.session.commit()
    assert lines() == [(0, "self"), (1, "check"), (3, "check")]
    shown = ada.get(page).text
    assert shown.count('class="mark"') == 3 + 2  # the lines, and the legend's two kinds
    assert "One short answer." in shown
    assert 'href="/learn/questions"' in shown
    said = ada.get("/skills").text
    assert "Between “Trying it” and “Part of my teaching”" in said
    assert said.count("You: ") == 1, "another voice stands beside the newest where it differs"
    assert "Between “Trying it”" not in visit(world.ben).get("/skills").text


def test_a_form_with_a_mistake_comes_back_with_its_words(
    world: World, visit: Visit, given_skill: GivenSkill
):
    page = f"/skills/{given_skill().id}"
    for sent in ({"words": "Seen"}, {"words": "Seen", "position": "9"}):
        answer = visit(world.ada).post(f"{page}/place", data=sent)
        assert answer.status_code == 422
        assert "Seen" in answer.text
    assert lines() == []


def test_what_one_said_is_taken_back_and_stays_in_the_table(
    world: World, visit: Visit, given_skill: GivenSkill
):
    page = f"/skills/{given_skill().id}"
    ada = visit(world.ada)
    ada.post(f"{page}/place", data={"position": "4"})
    (said,) = db.session.query(Placement)
    for _twice in range(2):
        ada.post(f"/skills/lines/{said.id}/take-back")
    assert lines() == [(4, "self"), (None, "self")]
    assert "<s>Part of my teaching</s>" in ada.get(page).text
    assert "Nothing here yet" in ada.get("/skills").text


def test_a_coach_answers_once_what_a_teacher_asks(
    world: World, visit: Visit, given_skill: GivenSkill
):
    skill = given_skill()
    ada, cora = visit(world.ada), visit(world.cora)
    ada.post(f"/skills/{skill.id}/place", data={"position": "0", "words": "A secret of mine"})
    for _twice in range(2):
        ada.post(f"/skills/{skill.id}/ask/{world.cora.id}", data={"words": "Period 3, please"})
    (asked,) = db.session.query(SkillRequest)
    assert "Ada Okafor: Questioning" in visit(world.cora).get("/skills").text
    page = f"/skills/requests/{asked.id}"
    shown = visit(world.cora).get(page).text
    assert "Period 3, please" in shown
    assert "secret" not in shown
    cora = visit(world.cora)
    assert cora.post(page, data={"words": "x"}).status_code == 422
    sent = {"position": "2", "words": "Six students spoke."}
    assert cora.post(page, data=sent).status_code == 302
    assert cora.post(page, data=sent).status_code == 404
    assert lines() == [(0, "self"), (2, "coach")]
    notice = db.session.query(Notice).filter_by(person_id=world.ada.id).one()
    assert notice.url == f"/skills/{skill.id}"
    assert "Six students spoke." in visit(world.ada).get(notice.url).text


def test_a_question_taken_back_is_no_longer_there(
    world: World, visit: Visit, given_skill: GivenSkill
):
    skill = given_skill()
    ada = visit(world.ada)
    ada.post(f"/skills/{skill.id}/ask/{world.cora.id}", data={"words": "Please"})
    (asked,) = db.session.query(SkillRequest)
    ada.post(f"/skills/{skill.id}/ask/{world.cora.id}/withdraw")
    answer = visit(world.cora).post(f"/skills/requests/{asked.id}", data={"position": "2"})
    assert answer.status_code == 404
    assert lines() == []


def test_a_line_of_others_is_hidden_or_objected_to_and_says_nothing_then(
    app: Flask, world: World, visit: Visit, given_skill: GivenSkill
):
    skill = given_skill()
    with app.test_request_context():
        line = services.place(
            world.ada, skill, 0, source=Source.PROVIDER, said_by=world.lee, provider="Coursely"
        )
        db.session.commit()
    ada = visit(world.ada)
    shown = ada.get(f"/skills/{skill.id}").text
    assert "Coursely" in shown
    assert "entered by Lee Park" in shown
    ada.post(f"/skills/lines/{line.id}/hide")
    assert "Nothing here yet" in ada.get("/skills").text
    ada.post(f"/skills/lines/{line.id}/show")
    ada.post(f"/skills/lines/{line.id}/object", data={"words": "I never took it"})
    assert "Nothing here yet" in ada.get("/skills").text
    assert "I never took it" in ada.get(f"/skills/{skill.id}").text
    (told,) = db.session.query(Notice).filter_by(person_id=world.lee.id)
    assert "never" not in str(told.words)
    ada.post(f"/skills/lines/{line.id}/agree")
    assert "Not yet" in ada.get("/skills").text


def test_who_can_show_it_is_seen_in_the_school_or_the_district_until_taken_back(
    world: World, visit: Visit, given_skill: GivenSkill
):
    page = f"/skills/{given_skill().id}"
    ada = visit(world.ada)
    ada.post(f"{page}/offer", data={"words": "Period 2, any Tuesday"})
    seen = {
        who.name: "Period 2" in visit(who).get(page).text
        for who in (world.ben, world.dee, world.cora, world.lee, world.olu)
    }
    assert seen == {
        "Ben Silva": True, "Dee Tran": False, "Cora Mbeki": False, "Lee Park": False,
        "Olu Bello": False,
    }  # fmt: skip
    visit(world.ada).post(f"{page}/offer", data={"words": "Period 2", "to_district": "y"})
    assert db.session.query(Offer).count() == 1
    assert "Period 2" in visit(world.dee).get(page).text
    assert "Period 2" in visit(world.ada).get("/profile").text
    visit(world.ada).post(f"{page}/offer/take-back")
    assert "Period 2" not in visit(world.dee).get(page).text


def test_skills_are_found_by_word_and_code(world: World, visit: Visit, given_skill: GivenSkill):
    given_skill("Café talk")
    given_skill("Far away", framework="far", district_id=world.elsewhere.id)
    ada = visit(world.ada)
    assert "Café talk" in ada.get("/skills?q=cafe").text
    assert "Café talk" in ada.get("/search?q=CAFE").text
    assert "Far away" not in ada.get("/skills?q=far").text
    assert ada.get("/skills?q=%25%00_").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_others_lines_and_requests_are_not_found(
    app: Flask, world: World, visit: Visit, given_skill: GivenSkill, method: str
):
    skill = given_skill()
    with app.test_request_context():
        line = services.place(world.ada, skill, 0, source=Source.COACH, said_by=world.cora)
        asked = services.ask_coach(world.ada, skill, world.cora)
        db.session.commit()
    pages = [f"/skills/requests/{asked.id}"]
    if method == "POST":
        acts = ("take-back", "hide", "show", "agree", "object")
        pages += [f"/skills/lines/{line.id}/{act}" for act in acts]
        pages.append(f"/skills/{skill.id}/ask/{world.cora.id}")
    for who in (world.ben, world.lee, world.max, world.olu, world.fay):
        for page in pages:
            answer = visit(who).open(page, method=method, data={"position": "0"})
            assert answer.status_code == 404, (who.name, page)
    taken = visit(world.ada).post(f"/skills/lines/{line.id}/take-back")
    assert taken.status_code == 403
    assert line.objected_at is None
    assert clock.now() >= line.at


def test_a_page_asks_as_often_for_many_as_for_few(
    app: Flask, world: World, visit: Visit, given_skill: GivenSkill, statements
):
    skill = given_skill()

    def count(page: str) -> int:
        with statements() as asked:
            visit(world.ada).get(page)
        return len(asked)

    def add(many: int) -> None:
        with app.test_request_context():
            for number in range(many):
                other = given_skill(f"Skill {number} of {many}")
                services.place(world.ada, other, 2, source=Source.SELF)
                services.place(world.ada, skill, 2, source=Source.SELF)
                services.offer(world.person(f"P{number} {many}"), skill, "", to_district=True)
            db.session.commit()

    pages = ("/skills", f"/skills/{skill.id}", f"/skills/frameworks/{skill.framework_id}")
    add(2)
    few = [count(page) for page in pages]
    add(20)
    assert [count(page) for page in pages] == few
    assert max(few) <= 8
