"""Bringing people in: the list, the link, the welcome, and what nobody learns on the way."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import func, select

from pdportal import clock
from pdportal.accounts.models import Invitation, Person, RoleName
from pdportal.db import db
from tests.accounts.conftest import Letters, Stranger, link_in
from tests.conftest import Visit
from tests.people import World

ADDRESS = "gita.rao@example.org"
ARRIVES = {"name": "Gita Rao", "password": "seven green bottles", "time_zone": "america/new york"}


def invite(visit: Visit, who: Person, people: str, role: str = "teacher", school: str = ""):
    """Paste a list and confirm what was read of it; the answer to the first if it has faults."""
    data = {"people": people, "role": role, "school": school}
    answer = visit(who).post("/people/invite", data=data)
    shown = re.search(r'name="shown" value="(\w+)"', answer.text)
    if shown is None:
        return answer
    assert answer.status_code == 200
    return visit(who).post("/people/invite", data={**data, "shown": shown[1]})


def test_lee_invites_gita_who_comes_in_by_her_link(
    world: World, visit: Visit, letters: Letters, stranger: Stranger
):
    answer = invite(visit, world.lee, f"Gita Rao <{ADDRESS}>", school=str(world.hill.id))
    assert answer.status_code == 302
    assert ADDRESS in visit(world.lee).get("/people/invitations").text
    letter = letters(ADDRESS)[0]
    assert letter.subject == "Lee Park invites you to pdportal"
    assert letter.person_id is None
    link = link_in(letter)
    client = stranger()
    page = client.get(link).text
    assert "Gita Rao" in page
    assert "Hill School, Riverbend" in page
    assert client.post(link, data=ARRIVES).status_code == 302
    assert "Gita Rao" in client.get("/account").text
    gita = db.session.scalars(select(Person).where(Person.email == ADDRESS)).one()
    assert gita.time_zone == "America/New_York"
    assert [(role.name, role.school_id) for role in gita.held] == [
        (RoleName.TEACHER, world.hill.id)
    ]
    assert stranger().get(link).status_code == 404
    assert stranger().post(link, data=ARRIVES).status_code == 404
    assert ADDRESS not in visit(world.lee).get("/people/invitations").text


def test_a_newcomers_clock_begins_as_that_of_the_district(
    world: World, visit: Visit, letters: Letters, stranger: Stranger
):
    def box(page: str) -> str:
        found = re.search(r'<input[^>]* name="time_zone"[^>]*>', page)
        assert found
        return found[0]

    invite(visit, world.lee, ADDRESS)
    link = link_in(letters(ADDRESS)[0])
    assert 'value=""' in box(stranger().get(link).text), "nobody has chosen one yet"
    world.ada.time_zone, world.olu.time_zone = "America/Denver", "Europe/Oslo"
    world.ben.time_zone = world.dee.time_zone = "America/Chicago"
    shown = box(visit(None).get(link).text)
    assert 'value="America/Chicago"' in shown
    assert 'data-controller="zone"' in shown
    for nonsense in ("Middle Earth", "../etc/passwd", "x" * 500):
        again = stranger().post(link, data={**ARRIVES, "time_zone": nonsense})
        assert again.status_code == 422
        assert f'value="{nonsense}"' in box(again.text)
        assert "data-controller" not in box(again.text)
    unsaid = {name: typed for name, typed in ARRIVES.items() if name != "time_zone"}
    assert stranger().post(link, data=unsaid).status_code == 302
    gita = db.session.scalars(select(Person).where(Person.email == ADDRESS)).one()
    assert gita.time_zone == "America/Chicago"


def test_mistakes_come_back_with_what_was_typed(
    world: World, visit: Visit, letters: Letters, stranger: Stranger
):
    invite(visit, world.lee, ADDRESS)
    link = link_in(letters(ADDRESS)[0])
    client = stranger()
    for wrong in (
        {"password": "short"},
        {"password": "gita.rao@example.org"},
        {"password": "password1234"},
        {"time_zone": "Middle Earth"},
        {"name": " "},
        {"name": "x" * 121},
    ):
        answer = client.post(link, data={**ARRIVES, **wrong})
        assert answer.status_code == 422, wrong
        assert 'role="alert"' in answer.text
    assert client.post(link, data=ARRIVES).status_code == 302


def test_links_that_do_not_work_all_look_the_same(
    world: World, visit: Visit, letters: Letters, stranger: Stranger
):
    for name in ("a", "b", "c"):
        invite(visit, world.lee, f"{name}@example.org")
    old, withdrawn, again = (link_in(letters(f"{name}@example.org")[0]) for name in "abc")
    with db.session.begin_nested():
        invitations = {i.email[0]: i for i in db.session.scalars(select(Invitation))}
        invitations["a"].expires_at = clock.now() - timedelta(seconds=1)
    lee = visit(world.lee)
    lee.post(f"/people/invitations/{invitations['b'].id}/withdraw")
    lee.post(f"/people/invitations/{invitations['c'].id}/again")
    pages = {
        (answer.status_code, answer.text)
        for link in (old, withdrawn, again, "/welcome/nonsense", f"/welcome/{'x' * 3000}")
        for answer in (stranger().get(link), stranger().post(link, data=ARRIVES))
    }
    assert len(pages) == 1
    assert pages.pop()[0] == 404
    newest = link_in(letters("c@example.org")[-1])
    assert stranger().get(newest).status_code == 200
    with clock.at(clock.now() + timedelta(days=13, hours=23)):
        assert stranger().get(newest).status_code == 200
    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        assert stranger().get(newest).status_code == 404


def test_a_list_is_invited_whole_or_not_at_all(world: World, visit: Visit, letters: Letters):
    faulty = "\n".join(
        [
            "Gita Rao <gita.rao@example.org>",
            "nobody at all",
            "",
            f"{world.ada.name}, {world.ada.email}",
            "Gita again; GITA.RAO@example.org",
            "Half <half@>",
        ]
    )
    answer = invite(visit, world.lee, faulty)
    assert answer.status_code == 422
    lines = re.findall(r'data-label="Line">(\d+)</td>\s*<td colspan', answer.text)
    assert lines == ["2", "5", "6"]
    assert "Gita again; GITA.RAO@example.org" in answer.text, "what was typed is still there"
    assert letters("gita.rao@example.org") == []
    answer = invite(visit, world.lee, f"gita.rao@example.org\n{world.ada.email}")
    assert re.search(r'data-label="Line">2</td>\s*<td colspan', answer.text)
    assert "Ada Okafor has an account already." in answer.text
    assert db.session.scalar(select(func.count(Invitation.id))) == 0


def test_nothing_is_sent_before_what_was_read_was_shown(
    world: World, visit: Visit, letters: Letters
):
    lee = visit(world.lee)
    data = {"people": "Okafor, Gita <gita.rao@example.org>", "role": "teacher", "school": ""}
    answer = lee.post("/people/invite", data=data)
    assert answer.status_code == 200
    assert ">Okafor, Gita</bdi>" in answer.text
    assert "Send the invitation" in answer.text
    shown = re.search(r'name="shown" value="(\w+)"', answer.text)
    assert shown
    for changed in ({"people": "hal@example.org"}, {"role": "coach"}, {"shown": "x" * 32}):
        again = lee.post("/people/invite", data={**data, "shown": shown[1], **changed})
        assert again.status_code == 200, "what was not shown is shown first"
    assert db.session.scalar(select(func.count(Invitation.id))) == 0
    assert lee.post("/people/invite", data={**data, "shown": shown[1]}).status_code == 302
    assert len(letters(ADDRESS)) == 1


def test_who_forgets_the_password_before_joining_gets_the_invitation_again(
    world: World, visit: Visit, letters: Letters, stranger: Stranger
):
    invite(visit, world.lee, f"Gita Rao <{ADDRESS}>")
    first = link_in(letters(ADDRESS)[0])
    for typed in (ADDRESS.upper(), "nobody.here@example.org"):
        answer = stranger().post("/sign-in/forgotten", data={"email": typed}, follow_redirects=True)
        assert "If there is an account for this email address" in answer.text
    again = letters(ADDRESS)[-1]
    assert again.subject == "Lee Park invites you to pdportal"
    assert stranger().get(first).status_code == 404
    assert stranger().post(link_in(again), data=ARRIVES).status_code == 302
    assert letters("nobody.here@example.org") == []


def test_sent_twice_is_invited_once(world: World, visit: Visit, letters: Letters):
    for _ in range(2):
        assert invite(visit, world.lee, ADDRESS).status_code == 302
    assert len(letters(ADDRESS)) == 1
    assert db.session.scalar(select(func.count(Invitation.id))) == 1


def test_an_account_in_another_district_is_not_given_away(
    world: World, visit: Visit, letters: Letters
):
    known = invite(visit, world.olu, world.ada.email)
    unknown = invite(visit, world.olu, ADDRESS)
    assert known.status_code == unknown.status_code == 302
    page = visit(world.olu).get("/people/invitations").text
    assert world.ada.email in page
    assert ADDRESS in page
    assert "Okafor" not in page
    (letter,) = letters(world.ada.email)
    assert "You have an account" in letter.subject
    assert "/welcome/" not in letter.text
    assert "Olu" not in letter.text


def test_leads_invite_teachers_and_coaches_and_admins_anybody(world: World, visit: Visit):
    for who, role, status in (
        (world.lee, "coach", 302),
        (world.lee, "lead", 422),
        (world.lee, "admin", 422),
        (world.max, "lead", 302),
        (world.max, "nonsense", 422),
        (world.ada, "teacher", 403),
        (world.cora, "teacher", 403),
    ):
        answer = invite(visit, who, f"{who.id}.{role}@example.org", role)
        assert answer.status_code == status, (who.name, role)


def test_a_school_elsewhere_cannot_be_chosen(world: World, visit: Visit):
    assert invite(visit, world.olu, ADDRESS, school=str(world.hill.id)).status_code == 422
    assert invite(visit, world.olu, ADDRESS, school="x" * 50).status_code == 422


def test_invitations_of_another_district_are_not_found(
    world: World, visit: Visit, letters: Letters
):
    invite(visit, world.lee, ADDRESS)
    ident = db.session.scalars(select(Invitation.id)).one()
    for who in (world.olu, world.ada, world.cora):
        for act in ("again", "withdraw"):
            answer = visit(who).post(f"/people/invitations/{ident}/{act}")
            assert answer.status_code == 404, who.name
    assert visit(world.ada).get("/people/invitations").status_code == 403


def test_somebody_signed_in_does_not_become_somebody_else_by_a_link(
    world: World, visit: Visit, letters: Letters
):
    invite(visit, world.lee, ADDRESS)
    link = link_in(letters(ADDRESS)[0])
    assert visit(world.ben).get(link).status_code == 409
    assert visit(world.ben).post(link, data=ARRIVES).status_code == 409


def test_a_list_of_invitations_costs_the_same_for_two_as_for_twenty(
    world: World, visit: Visit, statements
):
    counts = []
    for number in (2, 20):
        invite(visit, world.lee, "\n".join(f"n{number}.{i}@example.org" for i in range(number)))
        lee = visit(world.lee)
        with statements() as said:
            assert lee.get("/people/invitations").status_code == 200
        counts.append(len(said))
    assert counts[0] == counts[1] <= 4


def test_a_lead_does_not_withdraw_what_only_an_admin_may_give(world: World, visit: Visit):
    invite(visit, world.max, ADDRESS, role="admin")
    invitation = db.session.scalars(select(Invitation)).one()
    url = f"/people/invitations/{invitation.id}/withdraw"
    assert visit(world.lee).post(url).status_code == 403
    assert "Withdraw" not in visit(world.lee).get("/people/invitations").text
    assert visit(world.max).post(url).status_code == 302
