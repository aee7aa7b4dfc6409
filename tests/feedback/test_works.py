"""Writing: nothing is lost, nothing is doubled, nothing is overwritten unseen."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.kinds import work_url
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works import queries
from pdportal.feedback.works import queries as work_queries
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.diffs import diff
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.feedback.works.views import box_name
from pdportal.web.autosave import ChangedElsewhere
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def _addresses(addresses: object) -> None:
    return


def _boxes(**content: str) -> dict[str, str]:
    return {f"f-{key}": text for key, text in (given.PLAN | content).items()}


def test_a_goals_text_and_a_modules_task_are_works_too(world: World):
    goal = work_services.begin_work(world.ada, "goal", "Wait time", content={"why": "Quiet ones"})
    assert [field["key"] for field in goal.fields] == ["change", "why", "know"]
    assert goal.draft is not None
    draft = work_services.save_draft(world.ada, goal, {"change": "All think."}, version=1)
    assert draft.version == 2
    first = work_services.save_revision(world.ada, goal)
    again = work_services.save_revision(world.ada, goal)
    assert again is first
    second = work_services.save_revision(
        world.ada, goal, why="Clearer.", content={"change": "All think first."}
    )
    assert (second.number, second.why) == (2, "Clearer.")
    change, *_rest = diff(first, second)
    assert change.label == "What will change for students"
    assert "think <ins>first</ins>." in change.html
    assert [revision.number for revision in work_queries.history(goal)] == [2, 1]
    task = work_services.begin_work(
        world.ada, "task", "A choice", fields=[{"key": "plan", "label": "Your plan"}]
    )
    assert task.fields == [{"key": "plan", "label": "Your plan"}]
    assert work_url(task) == f"/feedback/works/{task.id}"
    assert work_url(goal) == f"/goals/of-work/{goal.id}"


def test_only_the_author_writes(world: World):
    work = given.plan(world.ada)
    for act in (
        lambda: work_services.save_draft(world.ben, work, given.PLAN, version=1),
        lambda: work_services.save_revision(world.lee, work),
        lambda: work_services.retitle(world.ben, work, "Mine now"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403


def test_two_tabs_do_not_overwrite_one_another(world: World, visit: Visit):
    work = given.plan(world.ada)
    db.session.commit()
    url = f"/feedback/works/{work.id}/edit"
    ada = visit(world.ada)
    version = str(work.draft.version)
    one = ada.post(url, data=_boxes(aim="From one tab") | {"version": version}, headers=FETCH)
    assert one.status_code == 200
    other = ada.post(url, data=_boxes(aim="From the other") | {"version": version}, headers=FETCH)
    assert other.status_code == 409
    assert other.json["values"]["f-aim"] == "From one tab"
    assert other.json["version"] == one.json["version"]
    # The very same words again are no conflict: a page that closes sends them twice.
    same = ada.post(url, data=_boxes(aim="From one tab") | {"version": version}, headers=FETCH)
    assert same.status_code == 200
    # Without a script both texts are on the page that comes back.
    page = ada.post(url, data=_boxes(aim="From the other") | {"version": version})
    assert page.status_code == 409
    assert "From one tab" in page.text
    assert "From the other" in page.text
    kept = ada.post(
        f"/feedback/works/{work.id}/keep",
        data=_boxes(aim="From the other") | {"version": version, "why": "x"},
    )
    assert kept.status_code == 409


def test_a_version_after_the_first_says_why(world: World, visit: Visit):
    work = given.plan(world.ada)
    db.session.commit()
    ada = visit(world.ada)
    url = f"/feedback/works/{work.id}/keep"
    sent = _boxes(aim="Thirds only.") | {"version": str(work.draft.version)}
    refused = ada.post(url, data=sent)
    assert refused.status_code == 422
    assert "why you changed it" in refused.text
    assert "Thirds only." in refused.text
    assert ada.post(url, data=sent | {"why": "Smaller."}).status_code == 302
    assert [r.number for r in work_queries.history(work)] == [2, 1]
    # Sent twice it is one version.
    ada.post(url, data=sent | {"why": "Smaller.", "version": "99"})
    assert [r.number for r in work_queries.history(work)] == [2, 1]


def test_an_empty_work_is_not_kept(world: World, visit: Visit):
    work = work_services.begin_work(world.ada, "text", "Letter")
    db.session.commit()
    answer = visit(world.ada).post(
        f"/feedback/works/{work.id}/keep", data={"f-text": "  ", "version": "1"}
    )
    assert answer.status_code == 422
    assert "nothing written yet" in answer.text
    assert db.session.scalars(select(Revision)).all() == []


def test_too_long_is_said_and_nothing_is_lost(world: World, visit: Visit):
    work = given.plan(world.ada)
    db.session.commit()
    ada = visit(world.ada)
    long = "word " * 5000
    url = f"/feedback/works/{work.id}"
    version = str(work.draft.version)
    saved = ada.post(f"{url}/edit", data=_boxes(aim=long) | {"version": version}, headers=FETCH)
    assert saved.status_code == 422
    assert "longer than" in saved.json["error"]
    kept = ada.post(f"{url}/keep", data=_boxes(aim=long) | {"version": version, "why": "x"})
    assert kept.status_code == 422
    assert "word word" in kept.text
    assert ada.post("/feedback/works/new?kind=text", data={"title": "x" * 161}).status_code == 422
    assert ada.post("/feedback/works/new?kind=text", data={"title": ""}).status_code == 422


def test_a_title_left_empty_keeps_the_old_one(world: World, visit: Visit):
    work = given.plan(world.ada)
    db.session.commit()
    sent = _boxes() | {"title": " ", "version": str(work.draft.version)}
    visit(world.ada).post(f"/feedback/works/{work.id}/edit", data=sent, headers=FETCH)
    assert db.session.get(Work, work.id).title == "Fractions on a line"


def test_a_work_can_be_put_away_and_brought_back(world: World, visit: Visit):
    work = given.plan(world.ada)
    db.session.commit()
    ada = visit(world.ada)
    ada.post(f"/feedback/works/{work.id}/put-away")
    assert "Fractions on a line" not in ada.get("/feedback").text
    assert "Fractions on a line" in ada.get("/feedback/works/away").text
    ada.post(f"/feedback/works/{work.id}/bring-back")
    assert "Fractions on a line" in ada.get("/feedback").text


def test_history_and_any_two_versions_compared(world: World, visit: Visit):
    work = given.plan(world.ada)
    for number in (2, 3):
        work_services.save_revision(
            world.ada, work, why=f"Reason {number}", content=given.PLAN | {"aim": f"Aim {number}"}
        )
    db.session.commit()
    ada = visit(world.ada)
    history = ada.get(f"/feedback/works/{work.id}/history").text
    assert "Reason 2" in history
    assert "Reason 3" in history
    for one, two in ((1, 3), (3, 1), (2, 2)):
        assert ada.get(f"/feedback/works/{work.id}/compare?from={one}&to={two}").status_code == 200
    assert ada.get(f"/feedback/works/{work.id}/compare?from=1&to=9").status_code == 404
    assert ada.get(f"/feedback/works/{work.id}/revisions/2").status_code == 200
    assert ada.get(f"/feedback/works/{work.id}/revisions/7").status_code == 404
    apart = ada.get(f"/feedback/works/{work.id}/compare?from=1&to=3&as=sides").text
    assert apart.count('class="sides"') == 1
    assert "Not changed." in apart
    assert '<span class="sr-only">added: </span><ins>' in apart

    # An old version comes back as a new one, and what was not saved is a version before it.
    back = f"/feedback/works/{work.id}/revisions"
    assert "Restore this version" in ada.get(f"{back}/1").text
    assert "Restore this version" not in ada.get(f"{back}/3").text
    work_services.save_draft(
        world.ada, work, given.PLAN | {"aim": "Typed"}, why="Half", version=work.draft.version
    )
    db.session.commit()
    assert visit(world.ben).post(f"{back}/1/restore").status_code == 404
    assert ada.post(f"{back}/1/restore").status_code == 302
    made = [(each.number, each.why, each.content["aim"]) for each in queries.history(work)]
    assert made[:2] == [(5, "Back to version 1.", given.PLAN["aim"]), (4, "Half", "Typed")]
    assert ada.post(f"{back}/5/restore").status_code == 403
    assert ada.post(f"{back}/9/restore").status_code == 404
    single = given.plan(world.ada, "Single")
    db.session.commit()
    assert ada.get(f"/feedback/works/{single.id}/compare").status_code == 302


def test_what_people_type_is_text_and_never_code(world: World, visit: Visit):
    evil = "<script>alert(1)</script> **bold** <img src=x onerror=alert(1)>"
    work = given.plan(world.ada, "<b>Title</b>", aim=evil)
    db.session.commit()
    page = visit(world.ada).get(f"/feedback/works/{work.id}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Title" not in page
    assert "<strong>bold</strong>" in page


def test_sharing_keeps_what_is_written_and_only_once(world: World, visit: Visit, tag: Protocol):
    work = work_services.begin_work(world.ada, "text", "Letter", content={"text": "Dear all"})
    db.session.commit()
    ada = visit(world.ada)
    ask = {"protocol": "tag", "question": "Too long?", "who": "named", "named": [world.ben.id]}
    url = f"/feedback/works/{work.id}/share"
    first = ada.post(url, data=ask)
    second = ada.post(url, data=ask)
    assert first.location == second.location
    assert len(db.session.scalars(select(Round)).all()) == 1
    assert db.session.scalars(select(Revision)).one().content == {"text": "Dear all"}
    assert db.session.get(Draft, work.id) is not None


def test_the_share_form_survives_its_mistakes(world: World, visit: Visit, tag: Protocol):
    work = given.plan(world.ada)
    empty = work_services.begin_work(world.ada, "text", "Empty")
    db.session.commit()
    ada = visit(world.ada)
    url = f"/feedback/works/{work.id}/share"
    good = {"protocol": "tag", "question": "Enough time?", "who": "named", "named": [world.ben.id]}
    for wrong in (
        {"question": ""}, {"question": "x" * 601}, {"protocol": "none"}, {"who": "cohort-999"},
        {"who": f"cohort-{world.winter.id}"}, {"named": []}, {"named": [world.olu.id]},
        {"named": [world.ada.id]}, {"due_on": "tomorrow"}, {"named": [10**12]},
        {"due_on": "2020-01-01"},
    ):  # fmt: skip
        answer = ada.post(url, data=good | wrong)
        assert answer.status_code == 422, wrong
        if "question" not in wrong:
            assert "Enough time?" in answer.text
    assert "Zoe Lindqvist" not in ada.get(url).text
    found = ada.post(url, data=good | {"find": "1", "search": "zoe"})
    assert "Zoe Lindqvist" in found.text
    assert "Enough time?" in found.text
    assert f'value="{world.ben.id}" checked' in found.text
    assert "Olu" not in ada.post(url, data=good | {"find": "1", "search": "olu"}).text
    assert db.session.scalars(select(Round)).all() == []
    nothing = ada.post(f"/feedback/works/{empty.id}/share", data=good)
    assert nothing.status_code in (409, 422)
    assert db.session.scalars(select(Round)).all() == []


def test_a_goal_open_in_two_windows_shows_its_own_why_and_the_why_of_its_change(
    app: Flask, world: World, visit: Visit
):
    with app.test_request_context():
        content = {"change": "More voices.", "why": "I hear four.", "know": "A tally."}
        work = work_services.begin_work(world.ada, "goal", "More voices", content=content)
        with pytest.raises(ChangedElsewhere) as moved:
            work_services.save_draft(world.ada, work, {"why": "Another"}, why="Because", version=0)
    assert {box_name(name): text for name, text in moved.value.values.items()} == {
        "f-change": "More voices.",
        "f-why": "I hear four.",
        "f-know": "A tally.",
        "why": "",
    }


def test_a_practice_note_is_not_shared_like_a_lesson_plan(app: Flask, world: World, tag: Protocol):
    with app.test_request_context():
        work = Work(author_id=world.ada.id, kind="practice_note", title="A note", fields=[])
        with pytest.raises(Refused, match="own page"):
            round_services.share(
                world.ada, work, protocol=tag, question="What do you see?", cohort=world.autumn
            )


def test_a_new_work_sent_twice_is_one_and_another_of_that_name_is_another(
    world: World, visit: Visit
):
    ada, new = visit(world.ada), "/feedback/works/new?kind=text"
    first = ada.post(new, data={"title": "Letter"})
    assert ada.post(new, data={"title": " Letter "}).location == first.location
    assert visit(world.ben).post(new, data={"title": "Letter"}).location != first.location
    work = db.session.scalars(select(Work).where(Work.author_id == world.ada.id)).one()
    ada.post(f"/feedback/works/{work.id}/edit", data={"f-text": "Dear all", "version": "1"})
    assert ada.post(new, data={"title": "Letter"}).location != first.location
