"""Who gives feedback to whom: arranged by leads for a cohort, and one's own private wishes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Away
from pdportal.cohorts.models import Member
from pdportal.db import db
from pdportal.feedback.own_data import PART
from pdportal.feedback.pairing.models import Pairing, PairKind, PairRule
from pdportal.feedback.pairing.services import set_pair, wish_apart
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import renewal
from pdportal.feedback.rounds import services as rounds
from pdportal.feedback.rounds.hiding import Hides
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.feedback.test_allocation import asked, told
from tests.people import World

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
APART, MUST = PairKind.APART, PairKind.MUST


@pytest.fixture(autouse=True)
def _addresses(addresses: object) -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def arranged(world: World, **more: str) -> dict[str, str]:
    """What the form of Autumn sends."""
    usual = {"asked": "3", "needed": "2", "most": "3", "schools": "any", "groups": "any"}
    return usual | {"version": "0"} | more


def test_a_lead_keeps_two_apart_and_nobody_else_reads_why(
    world: World, tag: Protocol, visit: Visit
):
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    review = given.review_of(round_, world.ben)
    page = f"/feedback/cohorts/{world.autumn.id}"
    pair = {"person": world.ben.id, "other": world.ada.id, "kind": "apart"}
    pair |= {"reason": "They fell out"}
    db.session.commit()
    lee = visit(world.lee)
    for _twice in range(2):
        lee.post(f"{page}/pairs", data=pair)
    said = lee.get(page).text
    assert said.count("They fell out") == 1
    assert re.findall(r'href="(/\w+)" aria-current="page"', said) == ["/cohorts"]
    assert "Ben Silva and Ada Okafor never give each other feedback" in said
    assert asked(round_) == ["Dee Tran", "Fay Haddad"], "What was not begun went on at once."
    assert (
        "You are not asked anymore" in visit(world.ben).get(f"/feedback/reviews/{review.id}").text
    )
    for person in (world.ada, world.ben, world.dee, world.fay):
        for path in (page, f"/cohorts/{world.autumn.id}/progress", f"/feedback/rounds/{round_.id}"):
            assert "They fell out" not in visit(person).get(path).text
    with pytest.raises(Refused, match="nobody you can ask"):
        given.shared(given.plan(world.ada, "Two"), tag, named=[world.ben])
    with pytest.raises(Refused, match="nobody you can ask"):
        rounds.ask_also(world.ada, round_, world.ben)
    answer = lee.post(f"{page}/pairs", data=pair | {"kind": "must"})
    assert answer.status_code == 422
    assert "says the opposite" in answer.text

    rule = db.session.scalars(select(PairRule)).one()
    lee.post(f"{page}/pairs/{rule.id}/remove")
    lee.post(f"{page}/pairs/{rule.id}/remove")
    again = given.shared(given.plan(world.ada, "Three"), tag, cohort=world.autumn)
    assert "Ben Silva" in asked(again)


def test_whoever_must_be_asked_is_whatever_they_owe_and_only_that_way_round(
    world: World, tag: Protocol
):
    for name in ("Gus Novak", "Hana Sato", "Ivo Kern"):
        db.session.add(Member(cohort_id=world.autumn.id, person_id=world.person(name).id))
    for number in range(4):
        given.shared(given.plan(world.zoe, f"Plan {number}"), tag, named=[world.ben])
    set_pair(world.lee, world.autumn, MUST, world.ada, world.ben, "")
    of_ada = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    assert "Ben Silva" in asked(of_ada)
    assert len(asked(of_ada)) == 3
    wish_apart(world.ben, world.ada)
    again = given.shared(given.plan(world.ada, "Again"), tag, cohort=world.autumn)
    assert "Ben Silva" in asked(again), "The lead who set it would see a wish."
    of_ben = given.shared(given.plan(world.ben), tag, cohort=world.autumn)
    assert len(asked(of_ben)) == 3


def test_a_wish_acts_and_nothing_that_others_see_changes_by_it(
    world: World, tag: Protocol, visit: Visit
):
    others = [world.person(name) for name in ("Gus Novak", "Hana Sato")]
    db.session.add_all(Member(cohort_id=world.autumn.id, person_id=each.id) for each in others)
    db.session.commit()
    ben = visit(world.ben)
    refused = ben.post("/feedback/not-with", data={"named": [world.olu.id]})
    assert refused.status_code == 422
    assert "That is nobody you can ask." in refused.text.split('name="named"')[0], "In its form."
    ben.post("/feedback/not-with", data={"named": [world.ada.id, world.cora.id]})
    assert "Ada Okafor" in ben.get("/feedback/not-with").text
    of_ada = visit(world.ada).get("/feedback/not-with").text
    assert "Ben Silva" not in of_ada.split("Add somebody")[0]
    for who, path in product((world.lee, world.fay, world.dee), ("arranged", "progress")):
        page = {"arranged": "/feedback/cohorts/{}", "progress": "/cohorts/{}/progress"}[path]
        text = visit(who).get(page.format(world.autumn.id)).text
        assert "nobody may be asked" not in text
        assert " never give each other" not in text.split("Add a pair")[0]
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    assert (round_.asked, round_.needed) == (3, 2), "No figure tells of a wish."
    of_ben = given.shared(given.plan(world.ben), tag, cohort=world.autumn)
    assert (len(asked(round_)), len(asked(of_ben))) == (3, 3)
    assert "Ben Silva" not in asked(round_)
    assert "Ada Okafor" not in asked(of_ben)
    by_name = given.shared(given.plan(world.ada, "Two"), tag, named=[world.ben])
    assert asked(by_name) == ["Ben Silva"], "By name one is asked, and can decline."
    assert not set(told(world.ada)) - {"feedback_go_on"}
    rule = db.session.scalars(select(PairRule).where(PairRule.other_id == world.ada.id)).one()
    visit(world.ada).post(f"/feedback/not-with/{rule.id}/remove")
    assert db.session.get(PairRule, rule.id), "Whose wish it is, ends it."
    assert "pairs.json" in {piece.path for piece in PART.collect(world.ben)}
    PART.forget(world.ada)
    assert db.session.scalars(select(PairRule.other_id)).all() == [world.cora.id]


def test_a_wish_takes_nothing_off_a_desk_and_who_is_named_is_asked(
    world: World, tag: Protocol, visit: Visit
):
    """That somebody “is not asked anymore” where nobody else could do that would be a wish."""
    one, two = (
        given.shared(given.plan(world.ada, title), tag, named=[world.ben, world.dee])
        for title in ("One", "Two")
    )
    db.session.commit()
    ben, declined = visit(world.ben), given.review_of(one, world.ben)
    ben.post(f"/feedback/reviews/{declined.id}/decline", data={"why": "person"})
    assert "Ada Okafor" in ben.get("/feedback/not-with").text
    assert (asked(one), asked(two)) == (["Dee Tran"], ["Ben Silva", "Dee Tran"])
    by_turns = given.shared(given.plan(world.ada, "Three"), tag, cohort=world.autumn)
    everybody = ["Ben Silva", "Dee Tran", "Fay Haddad"]
    assert asked(by_turns) == everybody, "Whoever alone was not asked would tell of a wish."


@pytest.mark.parametrize("hides", [Hides.REVIEWERS, Hides.AUTHOR])
def test_whoever_does_not_learn_a_name_cannot_find_it_by_wishes(
    world: World, tag: Protocol, hides: Hides
):
    """Else one could wish everybody away but one, and know who that one is."""
    people = [world.dee, world.fay, *(world.person(f"Gus {number}") for number in range(4))]
    for person in people[2:]:
        db.session.add(Member(cohort_id=world.autumn.id, person_id=person.id))
    busy = [world.ben] if hides.reviewers else people
    for person in people if hides.reviewers else [world.ada]:
        wish_apart(world.ada if hides.reviewers else world.ben, person)
    for person in busy:
        given.shared(given.plan(world.zoe, person.name), tag, named=[person])
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn, hides=hides)
    assert len(asked(round_)) == 3
    assert ("Ben Silva" in asked(round_)) is hides.author, "As if there were no wish."


def test_a_coach_whom_one_would_rather_not_have_is_not_asked_at_last(world: World, tag: Protocol):
    wish_apart(world.ada, world.cora)
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    with clock.at(MONDAY + timedelta(days=4)):
        renewal.renew_asks()
    assert asked(round_) == []
    assert told(world.ada) == ["feedback_go_on"]


def test_schools_groups_and_numbers_hold_for_one_cohort(world: World, tag: Protocol, visit: Visit):
    lee, page = visit(world.lee), f"/feedback/cohorts/{world.autumn.id}"
    said = lee.post(page, data=arranged(world, asked="1", needed="1", schools="same")).location
    assert said == page
    round_ = given.shared(given.plan(world.ada), tag, cohort=world.autumn)
    assert asked(round_) == ["Ben Silva"]
    assert (round_.asked, round_.needed) == (1, 1)
    stale = lee.post(page, data=arranged(world, asked="2"))
    assert stale.status_code == 409, "Another lead saved it meanwhile."
    named = {f"group-{world.ada.id}": "Grade 7"}
    stale = lee.post(page, data=arranged(world, asked="1", needed="1", schools="same") | named)
    assert stale.status_code == 409, "What groups are called is not overwritten unseen, either."
    groups = {f"group-{world.ada.id}": "Grade 6 ", f"group-{world.fay.id}": "Grade 6"}
    lee.post(page, data=arranged(world, groups="same", version="1", **groups))
    said = lee.get(page).text
    assert 'value="Grade 6"' in said
    other = given.shared(given.plan(world.ada, "Two"), tag, cohort=world.autumn)
    assert asked(other) == ["Fay Haddad"]
    assert db.session.get(Pairing, world.winter.id) is None
    lee.post(page, data=arranged(world, schools="same", groups="other", version="2", **groups))
    said = lee.get(page).text
    assert "Fay Haddad: nobody may be asked" not in said
    assert "Dee Tran: only 1 colleague may be asked, and 2 reviews are wanted" in said


@pytest.mark.parametrize(
    ("box", "typed", "said"),
    [
        ("asked", "0", "from 1 to 10"),
        ("asked", "eleven", "Type a whole number"),
        ("needed", "4", "more than are asked"),
        ("most", "99", "from 1 to 50"),
        ("schools", "all", "Choose one from the list"),
    ],
)
def test_numbers_that_cannot_be_are_refused_where_they_stand(
    world: World, visit: Visit, box: str, typed: str, said: str
):
    page = f"/feedback/cohorts/{world.autumn.id}"
    answer = visit(world.lee).post(page, data=arranged(world, **{box: typed, "group-1": "Kept"}))
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.get(Pairing, world.autumn.id) is None


def test_only_leads_of_the_cohort_arrange_it(world: World, visit: Visit):
    world.let_schools_be_led()
    set_pair(world.lee, world.autumn, APART, world.ada, world.dee, "Family")
    db.session.commit()
    rule = db.session.scalars(select(PairRule)).one()
    page = f"/feedback/cohorts/{world.autumn.id}"
    pair = {"person": world.ben.id, "other": world.dee.id, "kind": "apart"}
    may = {"lee": 200, "max": 200, "ada": 403, "fay": 403, "zoe": 404, "olu": 404, "hal": 404}
    for who, status in may.items():
        assert visit(getattr(world, who)).get(page).status_code == status, who
    for who in ("ada", "fay", "zoe", "olu", "hal", "cora"):
        somebody = visit(getattr(world, who))
        for path, data in (
            (page, arranged(world, asked="1", needed="1")),
            (f"{page}/pairs", pair),
            (f"{page}/pairs/{rule.id}/remove", {}),
        ):
            assert somebody.post(path, data=data).status_code in (403, 404)
    world.autumn.closed_at = clock.now()
    db.session.commit()
    assert visit(world.lee).post(f"{page}/pairs", data=pair).status_code == 403
    assert db.session.scalars(select(PairRule)).all() == [rule]
    assert db.session.scalars(select(Pairing)).all() == []
    strange = pair | {"other": world.zoe.id}
    winter = f"/feedback/cohorts/{world.winter.id}"
    assert visit(world.lee).post(f"{winter}/pairs", data=strange).status_code == 422
    visit(world.lee).post(f"{winter}/pairs/{rule.id}/remove")
    assert db.session.get(PairRule, rule.id), "A rule is removed where it belongs."


def test_the_page_of_a_cohort_costs_the_same_for_two_as_for_twenty(
    world: World, visit: Visit, statements: Callable[[], Any]
):
    page = f"/feedback/cohorts/{world.autumn.id}"
    lee, costs = visit(world.lee), []
    for number in range(12):
        gus = world.person(f"Gus {number}")
        db.session.add(Member(cohort_id=world.autumn.id, person_id=gus.id))
        set_pair(world.lee, world.autumn, APART, world.ada, gus, "")
        if number in (1, 11):
            db.session.commit()
            lee.get(page)
            with statements() as seen:
                assert lee.get(page).status_code == 200
            costs.append(len(seen))
    assert costs[0] == costs[1] <= 8
    assert db.session.scalars(select(Away)).all() == []
    assert db.session.scalars(select(Review)).all() == []
