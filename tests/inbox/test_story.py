"""What people are told: on the page, and what they do with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.inbox import kinds, queries
from pdportal.inbox.models import Notice
from pdportal.inbox.services import is_own_path, notify
from pdportal.inbox.topics import Topic
from tests.conftest import Visit
from tests.people import CAST, World

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kind() -> None:
    kinds.add_kind("waved", lambda name: f"{name} waved.", lambda: "Wave back", Topic.REQUESTS)


def wave(person: Person, sender: Person, at: datetime = NOON) -> Notice:
    with clock.at(at):
        notify(person.id, "waved", "/waves", sender=sender, name=sender.name)
    db.session.commit()
    return db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()


def test_a_notice_is_new_until_it_is_opened_and_leads_on(world: World, visit: Visit):
    notice = wave(world.ada, world.ben)
    ada = visit(world.ada)
    page = ada.get("/inbox").text
    assert "Ben Silva waved." in page
    assert "Wave back" in page
    assert ">new<" in page or "new</span>" in page
    assert '<span class="count">1' in page

    opened = ada.post(f"/inbox/{notice.id}/open")
    assert opened.location == "/waves"
    first = notice.read_at
    assert first is not None
    assert ada.post(f"/inbox/{notice.id}/open").location == "/waves"
    assert notice.read_at == first
    page = ada.get("/inbox").text
    assert '<span class="count">' not in page
    assert "Mark all read" not in page
    assert 'href="/waves"' in page


@pytest.mark.parametrize("who", CAST)
def test_a_notice_is_only_its_readers(world: World, visit: Visit, who: str):
    notice = wave(world.ada, world.ben)
    answer = visit(getattr(world, who)).post(f"/inbox/{notice.id}/open")
    assert answer.status_code == (302 if who == "ada" else 404)
    seen = db.session.execute(queries.notice_list(getattr(world, who))).all()
    assert len(seen) == (1 if who == "ada" else 0)


def test_all_read_leaves_what_came_since_the_page_was_shown(world: World, visit: Visit):
    shown = [wave(world.ada, world.ben, NOON - timedelta(hours=n)) for n in (0, 5, 2)]
    others = wave(world.zoe, world.ben, NOON - timedelta(hours=9))
    page = visit(world.ada).get("/inbox").text
    assert f'name="up_to" value="{shown[2].id}"' in page
    since = wave(world.ada, world.dee, NOON + timedelta(minutes=1))
    visit(world.ada).post("/inbox/read", data={"up_to": shown[2].id})
    assert all(notice.read_at for notice in shown)
    assert since.read_at is None
    visit(world.ada).post("/inbox/read", data={"up_to": others.id})
    assert since.read_at is None, "somebody else's notice marks nothing"
    assert others.read_at is None
    for typed in ("", "x", "0", "99999999999999"):
        assert visit(world.ada).post("/inbox/read", data={"up_to": typed}).status_code == 302


def test_notices_of_an_older_version_do_not_break_the_page(world: World, visit: Visit):
    for kind, words in (("gone", {}), ("waved", {"who": "Ben"}), ("waved", {})):
        db.session.add(Notice(person_id=world.ada.id, kind=kind, words=words, url="/somewhere"))
    page = visit(world.ada).get("/inbox")
    assert page.status_code == 200
    assert page.text.count("There is something new for you.") == 6


def test_an_address_elsewhere_is_never_followed(world: World, visit: Visit):
    notice = Notice(person_id=world.ada.id, kind="waved", words={}, url="//evil.example")
    db.session.add(notice)
    db.session.flush()
    assert visit(world.ada).post(f"/inbox/{notice.id}/open").location == "/"
    with pytest.raises(ValueError, match="page of the portal"):
        notify(world.ada.id, "waved", "https://evil.example", name="Ben")
    assert not is_own_path("/\\evil.example")


def test_nobody_is_told_what_they_did_themselves(world: World):
    notify(world.ada.id, "waved", "/waves", sender=world.ada, name="Ada")
    assert db.session.scalars(select(Notice)).all() == []
    with pytest.raises(LookupError):
        notify(world.ada.id, "unheard of", "/waves")


def test_the_list_goes_on_page_by_page(world: World, visit: Visit):
    moments = [NOON - timedelta(minutes=n // 2) for n in range(70)]  # two at each moment
    made = [wave(world.ada, world.ben, at) for at in moments]
    seen: list[int] = []
    before = None
    while True:
        rows = db.session.execute(queries.notice_list(world.ada, before)).all()
        seen += [row.id for row in rows[: queries.PAGE]]
        if len(rows) <= queries.PAGE:
            break
        before = seen[-1]
    assert sorted(seen) == sorted(notice.id for notice in made)
    assert len(seen) == len(set(seen))
    ada = visit(world.ada)
    assert f"/inbox?before={seen[29]}" in ada.get("/inbox").text
    assert "Newest" in ada.get(f"/inbox?before={seen[29]}").text
    assert ada.get("/inbox?before=99999999999").status_code == 404
    assert ada.get("/inbox?before=x").status_code == 200


@pytest.mark.parametrize("count", [2, 20])
def test_the_inbox_costs_three_statements(world: World, visit: Visit, statements, count: int):
    for number in range(count):
        wave(world.ada, (world.ben, world.dee)[number % 2])
    ada = visit(world.ada)
    with statements() as said:
        assert ada.get("/inbox").status_code == 200
    assert len(said) == 3, said


def test_words_that_look_like_html_stay_words(world: World, visit: Visit):
    world.ben.name = "<b>Ben</b> Silva"
    wave(world.ada, world.ben)
    assert "&lt;b&gt;Ben&lt;/b&gt; Silva waved." in visit(world.ada).get("/inbox").text
