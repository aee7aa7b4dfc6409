"""Every door of the portal: closed to strangers unless it is on the list below.

A new route needs nothing here as long as it asks for a sign-in. Whoever opens a door adds it to
`OPEN` and says why; whoever adds a page for leads adds it to `OF_LEADS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from pdportal.db import db
from pdportal.web.doors import is_public
from tests.conftest import Browser, Visit, visit
from tests.people import World

__all__ = ["visit"]

OPEN = {
    "accounts.demo_sign_in": "the demo's door; 404 on a real portal",
    "accounts.welcome": "an invitation, by a token that cannot be guessed",
    "home.calendar_feed": "due dates, at an address that cannot be guessed and can be renewed",
    "health.healthz": "for machines; says nothing but that the process is alive",
    "health.readyz": "for machines; says nothing but that the database answers",
    "help.index": "help is for whoever has not signed in yet, too",
    "help.page": "the same; it says what every portal says",
    "inbox.unsubscribe": "stops one kind of mail, by a signed address that stands in it",
    "security.forgot_password": "asks for a link; gives away nothing",
    "security.login": "the door itself",
    "security.logout": "harmless for whoever is out already",
    "security.mf_recovery": "the second step; needs the first",
    "security.reset_password": "a new password, by a signed link",
    "security.tf_select": "the second step; needs the first",
    "security.two_factor_token_validation": "the second step; needs the first",
    "security.wan_signin": "asks for a passkey",
    "security.wan_signin_response": "signs in by a passkey",
}

OF_LEADS = {
    "accounts.drop_second_step",
    "accounts.give_role",
    "accounts.invitations",
    "accounts.invite",
    "accounts.invite_again",
    "accounts.people",
    "accounts.person",
    "accounts.switch_off",
    "accounts.switch_on",
    "accounts.take_role",
    "accounts.withdraw",
    "cohorts.add_people",
    "cohorts.close_cohort",
    "cohorts.cohort_coaches",
    "cohorts.edit_cohort",
    "cohorts.let_facilitate",
    "cohorts.link_coach",
    "cohorts.link_in_cohort",
    "cohorts.new_cohort",
    "cohorts.paste_people",
    "cohorts.people",
    "cohorts.person_coaches",
    "cohorts.remove_person",
    "cohorts.reopen_cohort",
    "cohorts.unlink_coach",
    "insights.nudge",
    "insights.progress",
    "modules.assign",
    "modules.end_assignment",
}
"""What only those who run something may open: a teacher gets 403 or 404, never a page."""

HEADERS = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "X-Frame-Options",
    "Permissions-Policy",
    "Cache-Control",
    "X-Request-ID",
}

FILLED = {"int": 1, "default": "one", "string": "one", "path": "one/two.png", "float": 1.5}


def addresses(app: Flask, rule: Rule) -> Iterator[str]:
    """The addresses of a route, its parameters filled with what might be there and what is not."""
    plausible = {name: _value(rule, name) for name in rule.arguments}
    for missing in (False, True):
        values = {
            name: 2_000_000_000 if missing and isinstance(value, int) else value
            for name, value in plausible.items()
        }
        yield app.url_map.bind("localhost").build(rule.endpoint, values, append_unknown=False)
        if not any(isinstance(value, int) for value in plausible.values()):
            return


def _value(rule: Rule, name: str) -> Any:
    converter = type(rule._converters[name]).__name__
    kinds = {"IdConverter": "int", "IntegerConverter": "int", "PathConverter": "path"}
    if converter == "AnyConverter":
        return next(iter(rule._converters[name].items))
    if converter == "UUIDConverter":
        return "00000000-0000-4000-8000-000000000001"
    if converter == "DateConverter":
        return date(2026, 11, 20)
    return FILLED[kinds.get(converter, "string")]


def routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every route, its address, and each way of asking."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        for address in addresses(app, rule):
            for method in ("GET", "POST"):
                yield rule, address, method


@pytest.fixture
def stranger(app: Flask, world: World) -> FlaskClient:
    return Browser(app, app.response_class)


def test_the_list_of_open_doors_is_what_the_portal_has(app: Flask):
    with app.app_context():
        found = {r.endpoint for r in app.url_map.iter_rules() if is_public(r.endpoint)}
    assert found - {"static"} == set(OPEN)


def test_every_other_door_turns_a_stranger_away(app: Flask, stranger: FlaskClient):
    seen = 0
    for rule, address, method in routes(app):
        answer = stranger.open(address, method=method)
        said = f"{method} {address} ({rule.endpoint}): {answer.status_code}"
        assert answer.status_code < 500 or rule.endpoint == "health.readyz", said
        if rule.endpoint in OPEN:
            continue
        seen += 1
        if method not in (rule.methods or ()):
            assert answer.status_code in {302, 401, 404, 405}, said
        elif method == "GET":
            assert answer.status_code == 302, said
            assert answer.headers["Location"].startswith("/sign-in"), said
        else:
            assert answer.status_code == 401, said
        assert "Okafor" not in answer.text, said
    assert seen > 40


def test_a_script_of_ours_is_told_to_sign_in_rather_than_led_away(
    app: Flask, stranger: FlaskClient
):
    ask = {"X-Requested-With": "fetch"}
    for rule, address, method in routes(app):
        if rule.endpoint in OPEN or method not in (rule.methods or ()):
            continue
        answer = stranger.open(address, method=method, headers=ask)
        assert answer.status_code == 401, (method, address)
        assert answer.get_json()["error"]


def test_every_id_that_is_not_there_has_its_answer(app: Flask, world: World, visit: Visit):
    """Whoever asks, and whatever for: never an error of ours."""
    for somebody in (world.ada, world.max):
        for rule, address, method in routes(app):
            if rule.endpoint in {"security.logout", "accounts.sign_out_everywhere"}:
                continue
            answer = visit(somebody).open(address, method=method)
            assert answer.status_code < 500 or rule.endpoint == "health.readyz", (method, address)


def test_no_page_of_leads_opens_for_a_teacher(app: Flask, world: World, visit: Visit):
    ids = {
        "person_id": [world.ada.id, world.ben.id, world.zoe.id, world.olu.id],
        "cohort_id": [world.autumn.id, world.winter.id],
    }
    walked = set()
    for rule, address, method in routes(app):
        if rule.endpoint not in OF_LEADS or method not in (rule.methods or ()):
            continue
        walked.add(rule.endpoint)
        for name in sorted(rule.arguments) or [""]:
            for ident in ids.get(name, [1]):
                values = {n: ident if n == name else 1 for n in rule.arguments}
                page = (
                    app.url_map.bind("localhost").build(rule.endpoint, values)
                    if values
                    else address
                )
                answer = visit(world.ada).open(page, method=method)
                assert answer.status_code in {403, 404}, f"{method} {page}: {answer.status_code}"
    built = {rule.endpoint for rule in app.url_map.iter_rules()}
    features = {endpoint.split(".")[0] for endpoint in built}
    expected = {endpoint for endpoint in OF_LEADS if endpoint.split(".")[0] in features}
    assert walked == expected


def test_pages_of_leads_are_all_on_the_list(app: Flask):
    """The addresses under /people belong to those who lead."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/people"):
            assert rule.endpoint in OF_LEADS, rule.endpoint


@pytest.fixture
def with_csrf(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def test_no_form_is_taken_without_its_token(
    app: Flask, world: World, visit: Visit, with_csrf: None
):
    walked = 0
    for rule, address, method in routes(app):
        if method != "POST" or method not in (rule.methods or ()):
            continue
        if rule.endpoint == "inbox.unsubscribe":
            continue  # posted by mail programs, by a signed address: tests/inbox/test_choices.py
        walked += 1
        for browser in (visit(None), visit(world.max)):
            for data in ({}, {"csrf_token": "made up"}):
                answer = browser.post(address, data=data)
                assert answer.status_code == 400, (address, answer.status_code)
    assert walked > 25


def test_a_form_of_another_site_is_not_taken(app: Flask, world: World, visit: Visit):
    for site in ("cross-site", "same-site"):
        answer = visit(world.max).post("/account/about", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "none", "Origin": "https://evil.example"}, 302),
        ({"Origin": "https://localhost"}, 302),
        ({"Origin": "http://127.0.0.1:8000"}, 302),
        ({}, 302),
        ({"Sec-Fetch-Site": "cross-site", "Referer": "https://localhost/account"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_browser_that_sends_no_referer_is_believed_otherwise(
    world: World, visit: Visit, with_csrf: None, headers: dict[str, str], status: int
):
    ada = visit(world.ada)
    token = token_on(ada.get("/account", base_url="https://localhost").text)
    form = {"name": "Ada Okafor", "called": "Ada", "teaches": "", "csrf_token": token}
    answer = ada.post("/account/about", data=form, headers=headers, base_url="https://localhost")
    assert answer.status_code == status


def token_on(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_after_a_sign_out_the_words_are_there_and_go_on(
    world: World, visit: Visit, with_csrf: None
):
    ada, here = visit(world.ada), {"Sec-Fetch-Site": "same-origin"}
    token = token_on(ada.get("/account").text)
    form = {"name": "Ada  Okafor Smith", "called": "", "teaches": "Fractions & more"}
    ada.post("/sign-out", data={"csrf_token": token})
    signed_out = ada.post("/account/about", data={**form, "csrf_token": token}, headers=here)
    assert signed_out.status_code == 400
    assert "Please sign in" in signed_out.text
    assert signed_out.headers["Cache-Control"] == "no-store"
    assert "<blockquote" in signed_out.text
    assert 'value="Fractions &amp; more"' in signed_out.text
    assert 'href="/sign-in"' in signed_out.text
    again = {**form, "csrf_token": token_on(signed_out.text), "sent_again": "yes"}

    back = visit(world.ada)
    assert back.post("/account/about", data=again).status_code == 400, "who says it is from here?"
    forged = {**again, "csrf_token": "made up"}
    assert back.post("/account/about", data=forged, headers=here).status_code == 400
    unseen = {name: text for name, text in again.items() if name != "sent_again"}
    old = back.post("/account/about", data=unseen, headers=here)
    assert "You are signed in as Ada Okafor." in old.text
    assert back.post("/account/about", data=again, headers=here).status_code == 302
    assert world.ada.name == "Ada Okafor Smith"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://x.y"}],
)
def test_a_form_of_another_site_becomes_no_page_of_ours(
    world: World, visit: Visit, with_csrf: None, headers: dict[str, str]
):
    for browser in (visit(None), visit(world.ada)):
        answer = browser.post("/account/leave", data={"x": "You win a prize"}, headers=headers)
        assert answer.status_code == 403
        assert "prize" not in answer.text
        assert "<form" not in answer.text
        assert "Set-Cookie" not in answer.headers


def test_where_a_browser_says_nothing_words_are_shown_and_no_form(
    world: World, visit: Visit, with_csrf: None
):
    answer = visit(None).post("/account/about", data={"teaches": "Fractions & more"})
    assert answer.status_code == 400
    assert "Fractions &amp; more" in answer.text
    assert "sent_again" not in answer.text


def test_a_password_is_never_shown_again(world: World, visit: Visit, with_csrf: None):
    typed = {"current": "old words here", "new": "four words in a row", "csrf_token": "old"}
    answer = visit(world.ada).post("/account/password", data=typed)
    assert answer.status_code == 400
    assert "four words" not in answer.text
    assert "old words" not in answer.text


def test_nothing_about_signing_in_is_stored_on_the_way(app: Flask, world: World, visit: Visit):
    for browser in (visit(None), visit(world.ada)):
        for rule, address, method in routes(app):
            if rule.endpoint.startswith("security.") and method == "GET":
                answer = browser.get(address)
                if answer.status_code < 400:
                    assert answer.headers["Cache-Control"] in {"private, no-store", "no-store"}


def test_every_kind_of_answer_has_the_headers(
    app: Flask, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    ada = visit(world.ada)
    monkeypatch.setitem(app.view_functions, "accounts.account", _broken)
    answers = {
        "page": visit(None).get("/sign-in"),
        "redirect": visit(None).get("/account"),
        "401": visit(None).post("/account/about"),
        "403": ada.get("/people"),
        "404": ada.get("/nowhere"),
        "405": ada.get("/sign-out"),
        "422": ada.post("/account/about", data={}),
        "500": ada.get("/account"),
        "json": ada.get("/nowhere", headers={"X-Requested-With": "fetch"}),
        "health": visit(None).get("/healthz"),
    }
    assert answers["500"].status_code == 500
    for kind, answer in answers.items():
        missing = HEADERS - set(answer.headers.keys())
        assert not missing, (kind, missing)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, kind
        assert "default-src 'none'" in policy, kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff", kind
    for kind in ("403", "404", "405", "422", "500"):
        assert "no-store" in answers[kind].headers["Cache-Control"], kind
    assert "Traceback" not in answers["500"].text


def test_pages_hold_nothing_inline(app: Flask, world: World, visit: Visit):
    for rule, address, method in routes(app):
        if method not in (rule.methods or ()) or method == "POST":
            continue
        page = visit(world.max).get(address)
        if page.mimetype == "text/html":
            for forbidden in (" style=", "<style", " onclick=", " onsubmit=", "javascript:"):
                assert forbidden not in page.text, (address, forbidden)
            assert "<script>" not in page.text, address


def test_over_https_cookies_are_secure(tmp_path_factory: pytest.TempPathFactory):
    from pdportal.config import flask_config, read_settings

    given = {"DATA": tmp_path_factory.mktemp("https"), "BASE_URL": "https://portal.example.org"}
    config = flask_config(read_settings(given, {}))
    assert config["SESSION_COOKIE_SECURE"]
    assert config["SESSION_COOKIE_HTTPONLY"]
    assert config["SESSION_COOKIE_NAME"] == "__Host-pdportal"
    assert config["PERMANENT_SESSION_LIFETIME"] == 14 * 24 * 60 * 60


def _broken(**_values: object) -> str:
    db.session.rollback()
    raise RuntimeError("This view fails so that a test can see the answer.")
