"""Saved, put aside, recommended, suggested: each with its reason, and each one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.own_data import parts
from pdportal.db import db
from pdportal.inbox.models import Notice
from pdportal.modules.checks.models import Check, CheckTry
from pdportal.modules.models import Edition, Enrollment
from pdportal.modules.suggestions import policy, services
from pdportal.modules.suggestions.models import ModuleMark, Recommendation
from pdportal.modules.suggestions.queries import suggestions
from pdportal.modules.suggestions.sources import NEEDS, ROWS, speaks_of
from pdportal.skills.frameworks.models import Framework, Origin, Skill
from pdportal.skills.models import Placement, Source
from pdportal.skills.profiles.models import Part, ProfilePart
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.goals.conftest import Given, given_goal
from tests.modules.conftest import Publish
from tests.modules.given import plain_page
from tests.people import CAST, World

__all__ = ["given_goal"]

SKILLS = ("wait time", "feedback", "robotics", "choice")
ONE = {"01-a.md": plain_page()}


@pytest.fixture
def shelf(publish: Publish) -> dict[str, Edition]:
    """A module for each skill, and one that follows another."""
    shelf = {name: publish(name.replace(" ", "-"), title=f"About {name}", skills=name, pages=ONE)
             for name in SKILLS}  # fmt: skip
    shelf["next"] = publish("next", skills="other", prerequisites="choice", pages=ONE)
    return shelf


def reasons(world: World, *more: str) -> dict[str, str]:
    return {one.module.slug: one.reason for one in suggestions(world.ada, (*SKILLS, *more))}


def place(world: World, name: str, position: int) -> None:
    framework = Framework(
        origin=Origin.CONTENT, identifier=name, title="Ours", content_hash="x" * 64
    )
    skill = Skill(framework=framework, identifier=name, name=name)
    db.session.add(skill)
    db.session.flush()
    db.session.add(
        Placement(
            person_id=world.ada.id, skill_id=skill.id, position=position, last=6, source=Source.SELF
        )
    )


def interest(world: World, words: str, *, suggests: bool) -> None:
    part = ProfilePart(person_id=world.ada.id, part=Part.INTERESTS, words=words, suggests=suggests)
    db.session.merge(part)


def give(world: World, slug: str, to: str, why: str = "You asked for it.") -> str:
    module = db.session.scalars(select(Edition.module_id).where(Edition.title.contains(slug))).one()
    return services.recommend(world.ben, module, slug, f"About {slug}", to, why)


@pytest.mark.usefixtures("shelf")
def test_each_source_gives_its_reason_in_one_sentence(
    world: World, visit: Visit, given_goal: Given
):
    assert reasons(world) == {}
    given_goal(world.ada, "More students get feedback they can use.")
    place(world, "Wait time", 2)
    give(world, "choice", f"person-{world.ada.id}")
    db.session.commit()
    found = reasons(world)
    assert found["choice"] == "Ben Silva: “You asked for it.”"
    assert found["wait-time"] == "It helps toward your next level in wait time."
    assert found["feedback"] == (
        "It is about feedback, as is your goal “More students get feedback they can use”."
    )
    assert list(found) == ["choice", "wait-time", "feedback"], "what weighs more comes first"
    page = visit(world.ada).get("/learn").text
    assert "Suggested for you" in page
    assert "It helps toward your next level in wait time." in page


@pytest.mark.usefixtures("shelf")
def test_interests_are_used_only_where_their_owner_lets_them(world: World):
    interest(world, "- gardening\n- robots and robotics", suggests=True)
    expected = "It is about robotics, which is among your interests."
    assert reasons(world) == {"robotics": expected}
    interest(world, "robotics", suggests=False)
    assert reasons(world) == {}


@pytest.mark.usefixtures("shelf")
def test_what_follows_a_finished_module_is_suggested_and_what_is_begun_is_not(
    world: World, visit: Visit
):
    ada = visit(world.ada)
    ada.post("/learn/choice/begin")
    ada.post("/learn/choice/a/next")
    assert reasons(world) == {"next": "It follows “About choice”, which you finished."}
    ada.post("/learn/next/begin")
    assert reasons(world) == {}


@pytest.mark.parametrize(
    "skill", ["robotics", "提问与等待", "Réflexion sur l’élève", "طرح الأسئلة"]
)
def test_what_a_check_left_open_is_suggested_until_it_is_met(
    world: World, shelf: dict[str, Edition], publish: Publish, skill: str
):
    if skill != "robotics":
        publish("named", title="Of that name", skills=skill, pages=ONE)
    slug = "robotics" if skill == "robotics" else "named"
    edition = shelf["next"]
    way = Enrollment(person_id=world.ada.id, module_id=edition.module_id, edition_id=edition.id)
    check = Check(
        **{"edition_id": edition.id, "key": "check", "title": "A check", "minutes": 3, "needed": 1},
        **{"each_skill": False, "exempts": False, "required": False, "again_days": 1, "intro": ""},
        **{"skills": [skill], "levels": {}, "forms": [], "help": {}},
    )
    db.session.add_all([way, check])
    db.session.flush()
    for number, is_met in enumerate((False, True), 1):
        plan = [] if is_met else [{"key": "0-0", "skill": skill, "title": "See it"}]
        made = CheckTry(
            **{"enrollment_id": way.id, "check_id": check.id, "key": "check", "number": number},
            **{"form": 0, "handed_in_at": clock.now(), "is_met": is_met, "plan": plan},
        )
        db.session.add(made)
        db.session.flush()
        said = f"It is about {skill}, which your last check left open."
        assert reasons(world, skill) == ({} if is_met else {slug: said})


@pytest.mark.usefixtures("shelf")
def test_a_skill_is_taught_by_what_names_it_and_by_what_asks_about_it(
    world: World, visit: Visit, publish: Publish
):
    asks = (
        '::: question {skill="Café talk"}\nWhich?\n\n- [x] One.\n  > Yes.\n- [ ] Two.\n  > No.\n:::'
    )
    publish("asks", title="Asks about it", skills="other", pages={"01-a.md": plain_page(text=asks)})
    publish("names", title="Names it", skills="CAFÉ TALK", pages=ONE)
    place(world, "cafe talk", 0)
    db.session.commit()
    skill = db.session.scalars(select(Skill).where(Skill.name == "cafe talk")).one()
    ada = visit(world.ada)
    page = ada.get(f"/skills/{skill.id}").text
    assert "Asks about it" in page
    assert "Names it" in page
    assert "best after: About choice" in ada.get("/learn").text, "what comes before, on the card"


@pytest.mark.usefixtures("shelf")
def test_the_highest_level_needs_nothing_and_ties_are_stable(world: World):
    place(world, "Feedback", 6)
    assert reasons(world) == {}
    for name in ("Robotics", "Choice", "Wait time"):
        place(world, name, 0)
    assert list(reasons(world)) == ["choice", "robotics", "wait-time"] == list(reasons(world))


@pytest.mark.usefixtures("shelf")
def test_not_for_me_is_not_suggested_again_until_it_is_asked_for(world: World, visit: Visit):
    place(world, "Robotics", 0)
    db.session.commit()
    ada = visit(world.ada)
    gone = ada.post("/my-modules/robotics/mark", data={"mark": "put-aside"}, follow_redirects=True)
    assert "Not suggested again" in gone.text
    assert "Undo" in gone.text
    assert reasons(world) == {}
    ada.post("/my-modules/robotics/not-for-me", data={"reason": "We have no robots."})
    mine = ada.get("/my-modules").text
    assert "We have no robots." in mine
    for name in CAST[1:]:
        assert "no robots" not in visit(getattr(world, name)).get("/my-modules").text
    ada.post("/my-modules/robotics/mark", data={"mark": "clear", "back": "mine"})
    assert list(reasons(world)) == ["robotics"]
    assert db.session.scalars(select(ModuleMark)).all() == []
    too_long = ada.post("/my-modules/robotics/not-for-me", data={"reason": "x" * 501})
    assert too_long.status_code == 422
    assert "x" * 501 in too_long.text


@pytest.mark.usefixtures("shelf")
def test_saved_is_saved_once_and_is_never_put_aside_as_well(world: World, visit: Visit):
    ada = visit(world.ada)
    for wanted in ("save", "save", "put-aside", "save"):
        ada.post("/my-modules/choice/mark", data={"mark": wanted})
    assert db.session.scalars(select(ModuleMark.put_aside_at)).all() == [None]
    assert "Remove from saved" in ada.get("/learn/choice").text
    assert "Saved for later" in ada.get("/my-modules").text
    assert ada.post("/my-modules/choice/mark", data={"mark": "nonsense"}).status_code == 404
    assert ada.post("/my-modules/nowhere/mark", data={"mark": "save"}).status_code == 404


@pytest.mark.usefixtures("shelf")
def test_a_reason_not_to_take_a_module_outlives_saving_it(world: World, visit: Visit):
    ada = visit(world.ada)
    ada.post("/my-modules/robotics/not-for-me", data={"reason": "We have no robots."})
    ada.post("/my-modules/robotics/mark", data={"mark": "save"})
    again = ada.post("/my-modules/robotics/mark", data={"mark": "put-aside"}, follow_redirects=True)
    assert "We have no robots." in again.text
    assert "We have no robots." in ada.get("/my-modules").text


@pytest.mark.usefixtures("shelf")
def test_who_recommends_again_gives_the_new_reason_and_tells_nobody_twice(
    world: World, visit: Visit
):
    ben = visit(world.ben)
    for to, why in (
        (f"person-{world.ada.id}", "The first reason."),
        (f"cohort-{world.autumn.id}", "A much better reason."),
    ):
        ben.post("/my-modules/feedback/recommend", data={"to": to, "why": why})
    page = visit(world.ada).get("/learn/feedback").text
    assert "A much better reason." in page
    assert "The first reason." not in page
    told = select(Notice.kind).where(Notice.person_id == world.ada.id)
    assert db.session.scalars(told).all() == ["module_recommended"]


@pytest.mark.usefixtures("shelf")
def test_a_colleague_recommends_a_module_and_is_thanked(world: World, visit: Visit):
    ben, ada = visit(world.ben), visit(world.ada)
    form = ben.get("/my-modules/feedback/recommend").text
    assert "Everybody in Autumn" in form
    assert "Ada Okafor" in form
    assert "Zoe" not in form, "she is in another cohort; her name would find her"
    assert "Zoe Lindqvist" in ben.get("/my-modules/feedback/recommend?q=zoe").text
    sent = {"to": f"person-{world.ada.id}", "why": "You asked about comments."}
    for _twice in range(2):
        ben.post("/my-modules/feedback/recommend", data=sent)
    kinds = select(Notice.kind).where(Notice.person_id == world.ada.id)
    assert db.session.scalars(kinds).all() == ["module_recommended"]
    page = ada.get("/learn/feedback").text
    assert "You asked about comments." in page
    thank = re.findall(r'action="(/my-modules/feedback/recommended/\d+/thank)"', page)[0]
    for _twice in range(2):
        ada.post(thank)
    assert "You said thank you." in ada.get("/learn/feedback").text
    thanked = select(Notice.kind).where(Notice.person_id == world.ben.id)
    assert db.session.scalars(thanked).all() == ["recommendation_thanked"]
    assert "recommends “About feedback” to you." in ada.get("/inbox").text
    assert visit(world.dee).post(thank).status_code == 404
    assert ben.post(thank).status_code == 404
    for name in ("dee", "fay", "zoe", "cora", "lee", "max", "olu"):
        browser = visit(getattr(world, name))
        for path in ("/learn/feedback", "/learn", "/my-modules", "/inbox"):
            assert "You asked about comments" not in browser.get(path).text, (name, path)
    ben.post("/my-modules/feedback/recommend/take-back")
    assert db.session.scalars(select(Recommendation)).all() == []
    assert db.session.scalars(kinds).all() == []


@pytest.mark.usefixtures("shelf")
def test_a_cohort_one_is_in_and_people_of_the_district_can_be_recommended_to(world: World):
    assert give(world, "choice", f"cohort-{world.autumn.id}") == "Autumn"
    got = select(Recommendation.to_id).order_by(Recommendation.to_id)
    assert set(db.session.scalars(got)) == {world.ada.id, world.dee.id, world.fay.id}
    give(world, "choice", f"person-{world.ada.id}", "Again.")
    whys = db.session.scalars(select(Recommendation.why)).all()
    assert sorted(whys) == ["Again.", *["You asked for it."] * 2]
    for to in (
        f"cohort-{world.winter.id}", f"person-{world.olu.id}", f"person-{world.ben.id}",
        "person-0", "cohort-x", "nobody", "", "person-99999999999999999999",
    ):  # fmt: skip
        with pytest.raises(Refused):
            give(world, "choice", to)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"to": "person-1"},
        {"why": "x"},
        {"to": "cohort-999", "why": "x"},
        {"to": "\x00", "why": "y"},
    ],
)
def test_a_recommendation_to_nobody_is_told_at_its_place(
    world: World, visit: Visit, data: dict[str, str]
):
    answer = visit(world.ben).post("/my-modules/choice/recommend", data=data)
    assert answer.status_code == 422
    assert db.session.scalars(select(Recommendation)).all() == []


@pytest.mark.usefixtures("shelf")
def test_marks_and_recommendations_are_for_those_they_are_of(world: World):
    give(world, "choice", f"person-{world.ada.id}")
    module = db.session.scalars(select(Recommendation.module_id)).one()
    services.put_aside(world.ada, module)
    for name in CAST:
        person = getattr(world, name)
        seen = [
            bool(db.session.scalars(rule(person)).all())
            for rule in (policy.marks_of, policy.recommendations_to, policy.recommendations_by)
        ]
        assert seen == [name == "ada", name == "ada", name == "ben"], name


@pytest.mark.usefixtures("shelf")
def test_what_one_made_is_in_ones_data_and_goes_when_one_leaves(world: World):
    give(world, "choice", f"person-{world.ada.id}", "Because of page 2.")
    module = db.session.scalars(select(Recommendation.module_id)).one()
    services.say_why_not(world.ada, module, "Too long.")
    part = next(part for part in parts() if part.name == "suggestions")
    text = str([(piece.path, piece.content) for piece in part.collect(world.ada)])
    assert "Because of page 2." in text
    assert "Too long." in text
    for _twice in range(2):
        part.forget(world.ada)
    assert not list(db.session.scalars(select(ModuleMark)))
    assert not list(db.session.scalars(select(Recommendation)))


@pytest.mark.parametrize(
    ("words", "skill", "speaks"),
    [
        ("More students ask questions", "questioning", True),
        ("Plan my lessons better", "lesson planning", False),
        ("Planning lessons together", "lesson planning", True),
        ("Use data", "AI", False),
        ("Réflexion en classe", "reflexion", True),
        ("让更多学生提问", "提问", True),
        ("让更多学生讨论", "提问", False),
        ("학생들이 질문을 더 많이 합니다", "질문", True),
        ("", "talk", False),
        ("talk", "", False),
    ],
)
def test_a_text_speaks_of_a_skill_by_its_words(words: str, skill: str, speaks: bool):
    assert speaks_of(words, skill, is_exact=False) is speaks


def test_every_source_weighs_something_and_no_two_the_same():
    weights = [source.weight for source in (*ROWS.values(), *NEEDS.values())]
    assert len(set(weights)) == len(weights)


Count = Callable[[], Any]


@pytest.mark.parametrize("number", [2, 20])
def test_suggestions_and_my_modules_cost_the_same_for_two_and_for_twenty(
    world: World, visit: Visit, publish: Publish, statements: Count, number: int
):
    interest(world, "talk", suggests=True)
    for n in range(number):
        publish(f"m{n}", title=f"About m{n}.", skills="talk", pages=ONE)
        give(world, f"m{n}.", f"person-{world.ada.id}")
    db.session.commit()
    ada = visit(world.ada)
    for path, most in (("/learn", 6), ("/my-modules", 3), ("/my-modules/m0/recommend", 4)):
        with statements() as said:
            assert ada.get(path).status_code == 200
        assert len(said) == most, (path, len(said))


@pytest.mark.parametrize("many", [1, 20])
def test_a_finished_module_says_what_builds_on_it_and_one_more(
    world: World, visit: Visit, publish: Publish, many: int, statements: Callable[[], Any]
):
    publish("choice", title="About choice", skills="choice", pages=ONE)
    publish("other", title="Another one", skills="choice", pages=ONE)
    for number in range(many):
        publish(f"next-{number}", title=f"After {number}", prerequisites="choice", pages=ONE)
    give(world, "other", f"person-{world.ada.id}")
    db.session.commit()
    ada = visit(world.ada)
    assert "What follows" not in ada.get("/learn/choice").text
    ada.post("/learn/choice/begin")
    ada.post("/learn/choice/a/next")
    with statements() as said:
        page = ada.get("/learn/choice").text
    assert len(said) == 6, said
    follows = page[page.index('id="follows"') :]
    assert follows.count("It follows “About choice”, which you finished.") == min(many, 3)
    assert "Ben Silva: “You asked for it.”" in follows
    ada.post("/learn/next-0/begin")
    assert 'href="/learn/next-0"' not in ada.get("/learn/choice").text
