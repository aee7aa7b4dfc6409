"""Two correct together and a third never comes; one finishes alone; one of three is passed over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.services.people import switch_off
from pdportal.cohorts import services as cohorts
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.modules import own_data
from pdportal.modules.editions.services import move_on
from pdportal.modules.models import Enrollment
from pdportal.modules.together.models import Group, Sheet
from pdportal.modules.together.services import renew_groups
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.together.given import TOGETHER, URL, agree, answers, form, hand_in, module
from tests.people import World

LATER = timedelta(days=3, hours=1)


def told(person_id: int) -> list[str]:
    return list(
        db.session.scalars(
            select(Notice.kind).where(Notice.person_id == person_id).order_by(Notice.id)
        )
    )


def is_finished(person_id: int) -> bool:
    way = db.session.scalars(select(Enrollment).where(Enrollment.person_id == person_id)).one()
    db.session.refresh(way)
    return way.finished_at is not None


def test_two_correct_together_and_a_third_never_comes(
    world: World, visit: Visit, publish: Publish
) -> None:
    module(publish, world)
    ada, ben = visit(world.ada), visit(world.ben)
    page = ada.get("/learn/wait/one-second").text
    assert "Answer the questions" in page
    start = ada.get(URL).text
    assert "The up to 2 colleagues of your group see your answers, nobody else." in start
    assert "Yes, there" not in start
    assert "Waiting for a colleague" in hand_in(ada, right=False, said="Words of Ada").text
    waiting = hand_in(ben, said="Words of Ben").text
    assert "You can start now" in waiting
    assert "Ada Okafor" in waiting
    assert "Words of Ada" not in waiting
    assert "Yes, there" not in waiting
    assert "together_came" in told(world.ada.id)
    assert ada.post(f"{URL}/start").status_code == 302
    assert "together_started" in told(world.ben.id)
    side = ben.get(URL).text
    for words in ("Words of Ada", "Words of Ben", "That is the first one.", "“Say more.”"):
        assert words in side
    assert agree(ben).status_code == 422, "nothing is written yet"
    assert agree(ben, "After an answer, since it is not over.", "Say more.").status_code == 302
    assert "Waiting for Ada Okafor" in ben.get(URL).text
    assert not is_finished(world.ben.id)
    # Ada changes it, so Ben is asked anew.
    assert agree(ada, "After an answer: it is not over yet.").status_code == 302
    assert "together_changed" in told(world.ben.id)
    assert "You agree" not in ben.get(URL).text
    assert agree(ben).status_code == 302
    done = ada.get(URL).text
    assert "Your group agreed on this." in done
    assert "it is not over yet" in done
    assert told(world.ada.id)[-1] == told(world.ben.id)[-1] == "together_done"
    assert is_finished(world.ada.id)
    assert is_finished(world.ben.id)
    assert "Corrected" in ada.get("/learn/wait/one-second").text
    assert "1 set of questions corrected" not in ada.get("/learn/wait").text, "it is done"
    # Dee comes much later: that group is over, she begins the next and needs nobody.
    dee = visit(world.dee)
    assert "Words of Ada" not in hand_in(dee).text
    assert dee.get(URL).text.count("Words of") == 0


def test_one_finishes_alone(world: World, visit: Visit, publish: Publish) -> None:
    module(publish, world)
    ada = visit(world.ada)
    assert "Waiting for a colleague" in hand_in(ada).text
    with clock.at(clock.now() + LATER):
        renew_groups()
        renew_groups()
        db.session.commit()
    assert told(world.ada.id).count("together_alone") == 1
    assert ada.post(f"{URL}/alone").status_code == 302
    page = ada.get(URL).text
    assert "Here are your answers and what is right." in page
    assert "Your group" not in page
    assert agree(ada, "After an answer.", "Say more.").status_code == 302
    assert is_finished(world.ada.id)
    assert "This is done." in ada.get(URL).text
    assert db.session.scalars(select(Group)).one().cohort_id is None, "the empty one is gone"


def test_of_three_one_is_passed_over(world: World, visit: Visit, publish: Publish) -> None:
    module(publish, world)
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    hand_in(ada)
    hand_in(ben)
    assert "Agree on a correction" in hand_in(dee).text, "three are enough: it starts by itself"
    agree(ada, "After.", "Say more.")
    agree(dee)
    assert "Finish without waiting" not in ada.get(URL).text
    ada.post(f"{URL}/pass-over")
    assert not is_finished(world.ada.id), "Ben still has time"
    with clock.at(clock.now() + LATER):
        assert "Finish without waiting for Ben Silva" in visit(world.ada).get(URL).text
        assert "Finish without waiting" not in visit(world.ben).get(URL).text, "he has not agreed"
        visit(world.ada).post(f"{URL}/pass-over")
    assert is_finished(world.ada.id)
    assert is_finished(world.ben.id), "it is done for him, too"
    assert "did not answer in time" in visit(world.dee).get(URL).text


def test_after_the_lease_two_start_by_themselves(
    world: World, visit: Visit, publish: Publish
) -> None:
    module(publish, world)
    hand_in(visit(world.ada))
    hand_in(visit(world.ben))
    renew_groups()
    group = db.session.scalars(select(Group)).one()
    assert group.started_at is None
    with clock.at(clock.now() + LATER):
        renew_groups()
    assert group.started_at is not None
    assert told(world.ada.id)[-1] == told(world.ben.id)[-1] == "together_started"


def test_nothing_typed_is_lost(world: World, visit: Visit, publish: Publish) -> None:
    module(publish, world)
    ada = visit(world.ada)
    first = answers(ada, said="One window")
    saved = ada.post(f"{URL}/answers", data=first, headers={"X-Requested-With": "fetch"})
    assert saved.get_json()["version"] == 1
    assert "One window" in ada.get(URL).text
    other = ada.post(f"{URL}/answers", data=first | {"q2-text": "Another window"})
    assert other.status_code == 409
    assert "One window" in other.text
    assert "Another window" in other.text
    missing = form(ada.get(URL).text) | {"q2-text": "Only this"}
    answer = ada.post(f"{URL}/send-in", data=missing)
    assert answer.status_code == 422
    assert "Question 1 has no answer yet." in answer.text
    assert "Only this" in answer.text
    hand_in(ada)
    assert ada.post(f"{URL}/send-in", data=missing).status_code == 302, "sent twice counts once"
    assert len(db.session.scalars(select(Group)).all()) == 1


def test_two_who_write_at_once_keep_both_texts(
    world: World, visit: Visit, publish: Publish
) -> None:
    module(publish, world, TOGETHER.replace("size=3", "size=2"))
    ada, ben = visit(world.ada), visit(world.ben)
    hand_in(ada)
    hand_in(ben)
    seen = form(ada.get(URL).text) | {"q1-text": "", "q2-text": ""}
    assert ada.post(f"{URL}/correction", data=seen | {"q1-text": "Of Ada"}).status_code == 302
    merged = ben.post(f"{URL}/correction", data=seen | {"q2-text": "Of Ben"})
    assert merged.status_code == 302
    group = db.session.scalars(select(Group)).one()
    db.session.refresh(group)
    assert group.texts == {"second": [["text", "Of Ada"]], "say": [["text", "Of Ben"]]}
    same = ben.post(f"{URL}/correction", data=seen | {"q1-text": "Ben on one"})
    assert same.status_code == 409
    assert "Of Ada" in same.text
    assert "Ben on one" in same.text
    unread = ben.post(f"{URL}/agree", data=seen | {"q2-text": "Of Ben"})
    assert unread.status_code == 302
    assert "A colleague has just changed this" in ben.get(URL).text


def test_leaving_takes_the_answers_along_and_leaves_the_correction(
    world: World, visit: Visit, publish: Publish
) -> None:
    module(publish, world, TOGETHER.replace("size=3", "size=2"))
    ada, ben = visit(world.ada), visit(world.ben)
    hand_in(ada, said="Words of Ada")
    hand_in(ben, said="Words of Ben")
    agree(ada, "We say: after.", "Say more.")
    cohorts.remove_person(world.lee, world.autumn, world.ada)
    db.session.commit()
    left = ben.get(URL).text
    assert "Words of Ada" not in left
    assert "We say: after." in left
    mine = ada.get(URL).text
    assert "Words of Ada" in mine
    assert "Words of Ben" not in mine
    assert "We say: after." not in mine


def test_who_can_no_longer_sign_in_is_not_waited_for(
    world: World, visit: Visit, publish: Publish
) -> None:
    module(publish, world)
    for person in (world.ada, world.ben, world.dee):
        hand_in(visit(person), said=f"Words of {person.called}")
    agree(visit(world.ada), "After.", "Say more.")
    agree(visit(world.ben))
    assert not is_finished(world.ada.id)
    switch_off(world.max, world.dee)
    db.session.commit()
    assert is_finished(world.ada.id)
    assert "Words of Dee" not in visit(world.ada).get(URL).text


def test_a_new_edition_keeps_it_and_people_on_two_editions_meet(
    world: World, visit: Visit, publish: Publish
) -> None:
    module(publish, world)
    ada, ben = visit(world.ada), visit(world.ben)
    hand_in(ada, said="Words of Ada")
    publish(pages={"01-one-second.md": "---\ntitle: Two\nminutes: 6\n---\nNew.\n\n" + TOGETHER})
    assert "Ada Okafor" in hand_in(ben).text
    ben.post(f"{URL}/start")
    way = db.session.scalars(select(Enrollment).where(Enrollment.person_id == world.ada.id)).one()
    move_on(world.ada, way.module_id)
    db.session.commit()
    agree(ada, "After.", "Say more.")
    agree(ben)
    assert is_finished(world.ada.id)
    assert is_finished(world.ben.id)


def test_what_one_answered_is_taken_along_and_forgotten(
    world: World, visit: Visit, publish: Publish
) -> None:
    module(publish, world, TOGETHER.replace("size=3", "size=2"))
    hand_in(visit(world.ada), said="Words of Ada")
    hand_in(visit(world.ben), said="Words of Ben")
    taken = str([piece.content for piece in own_data.PART.collect(world.ada)])
    assert "Words of Ada" in taken
    assert "Words of Ben" not in taken
    own_data.PART.forget(world.ada)
    own_data.PART.forget(world.ben)
    assert not db.session.scalars(select(Sheet)).all()
    assert not db.session.scalars(select(Group)).all()


@pytest.mark.parametrize("number", [2, 5])
def test_the_page_costs_the_same_for_two_and_for_five(
    world: World, visit: Visit, publish: Publish, statements, number: int
) -> None:
    module(publish, world, TOGETHER.replace("size=3", f"size={number}"))
    more = [world.person(f"P{each} Q") for each in range(number - 2)]
    for person in more:
        db.session.add(Member(cohort_id=world.autumn.id, person_id=person.id))
    db.session.commit()
    for person in (world.ada, world.ben, *more):
        hand_in(visit(person))
    ada = visit(world.ada)
    ada.get(URL)
    with statements() as said:
        assert "Agree on a correction" in ada.get(URL).text
    assert len(said) <= 5, said
