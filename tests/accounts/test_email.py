"""A new email address: proved by a link, kept from others, and nobody learns who has which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.db import db
from tests.accounts.conftest import (
    PASSWORD,
    Letters,
    SignIn,
    Stranger,
    link_in,
    make_fresh,
    without_token,
)
from tests.conftest import Visit
from tests.people import World

NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)
NEW = "ada.okafor-lee@example.org"


def ask(client: FlaskClient, email: str):
    return client.post("/account/email", data={"email": email})


def stored(person: Person) -> str:
    db.session.rollback()
    db.session.refresh(person)
    return person.email


def acts_of(person: Person) -> list[tuple[str, str]]:
    """What the log says about an address of this person."""
    events = db.session.scalars(select(Event).where(Event.actor_id == person.id).order_by(Event.id))
    return [(e.verb, e.object_type) for e in events if e.detail == {"what": "email"}]


def test_ada_signs_in_by_her_new_address_once_she_followed_the_link(
    world: World, sign_in: SignIn, stranger: Stranger, letters: Letters
):
    here, elsewhere = sign_in(world.ada), sign_in(world.ada)
    old = world.ada.email
    stranger().post("/sign-in/forgotten", data={"email": old})
    old_reset = link_in(letters(old)[-1])
    assert old in here.get("/account/email").text

    told = ask(here, f" {NEW.upper()} ")
    assert told.headers["Location"].startswith("/account")
    assert f"on its way to {NEW}" in here.get("/account").text
    assert letters(NEW)[0].subject == "Your new email address at pdportal"
    note = letters(old)[-1]
    assert note.subject == "A new email address was asked for"
    assert NEW in note.text
    assert "/account/email" not in note.text, "the old address learns of it and cannot do it"

    link = link_in(letters(NEW)[0])
    assert NEW in here.get(link).text
    assert stored(world.ada) == old, "reading a page changes nothing"
    assert here.post(link).headers["Location"].startswith("/account")
    assert stored(world.ada) == NEW
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert letters(old)[-1].subject == "Your email address was changed"
    assert acts_of(world.ada) == [("asked to change", "person"), ("changed", "person")]

    assert here.post(link).status_code == 404, "it works once"
    assert "does not work" in stranger().get(old_reset, follow_redirects=True).text
    no_more = stranger().post("/sign-in", data={"email": old, "password": PASSWORD})
    assert no_more.status_code == 422
    assert stranger().post("/sign-in", data={"email": NEW, "password": PASSWORD}).status_code == 302


def test_whoever_asks_for_it_shows_first_who_they_are(
    world: World, visit: Visit, letters: Letters, stranger: Stranger
):
    ada = visit(world.ada)
    for answer in (ada.get("/account/email"), ask(ada, NEW)):
        assert answer.headers["Location"].startswith("/sign-in/again")
    assert letters(NEW) == []
    assert ask(stranger(), NEW).status_code == 401
    assert ask(make_fresh(ada), NEW).status_code == 302
    assert len(letters(NEW)) == 1


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "a@b@example.org", f"{'x' * 250}@example.org", "ada\n@example.org"]
)
def test_what_is_no_address_comes_back(world: World, visit: Visit, letters: Letters, typed: str):
    answer = ask(make_fresh(visit(world.ada)), typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert letters(world.ada.email) == []


def test_ones_own_address_is_nothing_new(world: World, visit: Visit, letters: Letters):
    answer = ask(make_fresh(visit(world.ada)), world.ada.email.title())
    assert answer.status_code == 422
    assert "This is your address already." in answer.text
    assert letters(world.ada.email) == []


def test_an_address_of_somebody_else_gives_itself_away_to_its_owner_alone(
    world: World, visit: Visit, letters: Letters
):
    ada, old, olu = make_fresh(visit(world.ada)), world.ada.email, world.olu.email
    world.zoe.active = False
    pages = set()
    for address in (NEW, olu, world.zoe.email):
        answer = ask(ada, address)
        page = without_token(ada.get("/account").text).replace(address, "-")
        pages.add((answer.status_code, answer.headers["Location"], page))
    assert len(pages) == 1
    assert [note.text.replace(NEW, "-") for note in letters(old)[:1]] == [
        note.text.replace(olu, "-") for note in letters(old)[1:2]
    ]
    (letter,) = letters(olu)
    assert letter.subject == "You have an account at pdportal already"
    assert world.ada.given_name not in letter.text
    assert "/account/email" not in letter.text
    assert letters(world.zoe.email) == []
    assert stored(world.ada) == old


def test_a_link_is_for_whoever_asked_while_it_is_young_and_the_address_free(
    world: World, sign_in: SignIn, stranger: Stranger, letters: Letters
):
    with time_machine.travel(NOON, tick=False) as travel:
        ada, ben, old = sign_in(world.ada), sign_in(world.ben), world.ada.email
        ask(ada, NEW)
        link = link_in(letters(NEW)[0])
        ada.get("/account")  # where it is said that the mail is on its way

        assert stranger().get(link).headers["Location"].startswith("/sign-in?next=/account/email/")
        assert stranger().post(link).status_code == 401
        for other in (ben.get(link), ben.post(link), ada.get(f"{link}x"), ada.post(f"{link}x")):
            assert other.status_code == 404
            assert NEW not in other.text

        world.person("Ada Namesake").email = NEW
        db.session.commit()
        assert ada.get(link).status_code == ada.post(link).status_code == 404
        db.session.scalars(select(Person).where(Person.email == NEW)).one().email = "x@example.org"
        db.session.commit()

        assert ada.get(link).status_code == 200
        travel.shift(timedelta(hours=2, seconds=1))
        assert ada.get(link).status_code == ada.post(link).status_code == 404
    assert stored(world.ada) == old


def test_a_new_password_ends_a_link_that_somebody_else_asked_for(
    world: World, sign_in: SignIn, letters: Letters
):
    ada, old = sign_in(world.ada), world.ada.email
    ask(ada, NEW)
    new = "a quiet lake at dawn"
    ada.post("/account/password", data={"current": PASSWORD, "new": new, "again": new})
    assert ada.post(link_in(letters(NEW)[0])).status_code == 404
    assert stored(world.ada) == old


def test_following_a_link_says_nothing_about_who_sits_there(
    world: World, visit: Visit, letters: Letters
):
    ada = make_fresh(visit(world.ada))
    ask(ada, NEW)
    with ada.session_transaction() as session:
        session["fs_paa"] = 0
    assert ada.post(link_in(letters(NEW)[0])).status_code == 302
    assert ada.get("/account/two-step").headers["Location"].startswith("/sign-in/again")


@pytest.mark.usefixtures("limits_on")
def test_links_are_not_sent_without_end(world: World, visit: Visit, letters: Letters):
    ada, ben = make_fresh(visit(world.ada)), make_fresh(visit(world.ben))
    assert [ask(ada, NEW).status_code for _ in range(5)] == [302] * 4 + [429]
    assert ask(ben, NEW).status_code == 429
    asked = [ask(ada, f"ada{number}@example.org").status_code for number in range(7)]
    assert asked == [302] * 6 + [429]
    assert len(letters(NEW)) == 4
