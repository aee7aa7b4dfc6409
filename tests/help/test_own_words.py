"""A school or a district says what a word means to it; its people read both."""

from __future__ import annotations

import pytest

from pdportal.accounts.models import RoleName
from pdportal.db import db
from pdportal.help.models import OwnDefinition
from tests.conftest import Visit
from tests.people import World

PAGE = "/help/words/cohort"


def test_a_lead_says_what_a_word_means_and_only_their_people_read_it(
    world: World, visit: Visit
) -> None:
    lee, ada = visit(world.lee), visit(world.ada)
    for _twice in range(2):
        saved = lee.post(PAGE, data={"text": "Our Tuesday team. <b>"})
        assert saved.headers["Location"] == "/help/words#cohort"
    assert db.session.query(OwnDefinition).count() == 1, "sent twice counts once"
    page = ada.get("/help/words").text
    assert "People who learn something together" in page, "both are shown"
    assert "Our Tuesday team. &lt;b&gt;" in page
    assert "Say what it means here" not in page
    for stranger in (visit(None), visit(world.olu)):
        assert "Tuesday team" not in stranger.get("/help/words").text
    assert "Tuesday team" not in visit(world.olu).get(PAGE).text

    lee.post(PAGE, data={"text": "Our Wednesday team."})
    history = ada.get(PAGE).text
    assert history.index("Wednesday") < history.index("Tuesday"), "who and when, newest first"
    assert world.lee.name in history
    lee.post(PAGE, data={"text": ""})
    assert "Wednesday" not in ada.get("/help/words").text
    assert "taken back" in ada.get(PAGE).text


def test_a_word_that_was_renamed_keeps_what_was_said_of_it(world: World, visit: Visit) -> None:
    db.session.add(
        OwnDefinition(
            district_id=world.lee.district_id, term="round", text="Was so.", by_id=world.lee.id
        )
    )
    db.session.commit()
    page = visit(world.ada).get("/help/words").text
    assert page.index('id="feedback-request"') < page.index("Was so.")
    assert "Was so." in visit(world.ada).get("/help/words/round").text


@pytest.mark.parametrize(
    ("who", "school", "status"),
    [
        ("ada", "", 403),
        ("cora", "", 403),
        ("lee", "999", 422),
        ("lee", "", 302),
    ],
)
def test_only_those_who_lead_say_it(
    world: World, visit: Visit, who: str, school: str, status: int
) -> None:
    person = getattr(world, who)
    answer = visit(person).post(PAGE, data={"school": school, "text": "x"})
    assert answer.status_code == status
    assert db.session.query(OwnDefinition).count() == (status == 302)


def test_the_lead_of_a_school_speaks_for_that_school(world: World, visit: Visit) -> None:
    head = world.person("Hana Rey", RoleName.LEAD, school=world.ada.school)
    db.session.commit()
    page = visit(head).get(PAGE).text
    assert "The whole district" not in page
    school = str(world.ada.school_id)
    assert visit(head).post(PAGE, data={"school": school, "text": "Ours"}).status_code == 302
    assert visit(head).post(PAGE, data={"school": "", "text": "All"}).status_code == 422
    assert "Ours" in visit(world.ada).get("/help/words").text
    assert visit(head).get("/help/words/nothing").status_code == 404
