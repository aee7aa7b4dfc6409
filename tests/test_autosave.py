"""Text that is saved while it is typed: every way of not being stored is told apart."""

from __future__ import annotations

import pytest
from flask import Flask

from pdportal.web.autosave import ChangedElsewhere, check_version, not_saved, seen_version
from pdportal.web.errors import Refused, forbidden
from tests.people import World

FETCH = {"X-Requested-With": "fetch"}


def test_a_form_that_saw_what_is_stored_may_write():
    check_version(3, 3, {})
    check_version(None, 3, {})
    with pytest.raises(ChangedElsewhere) as changed:
        check_version(2, 3, {"plan": "Count.", "due_on": None})
    assert changed.value.version == 3
    assert changed.value.values == {"plan": "Count.", "due_on": ""}


@pytest.mark.parametrize(("typed", "version"), [("7", 7), ("", 0), ("-1", 0), ("x", 0), ("٣", 0)])
def test_a_version_is_a_short_number_or_none(app: Flask, typed: str, version: int):
    with app.test_request_context(method="POST", data={"version": typed}):
        assert seen_version() == version
    assert seen_version("9" * 10) == 0


@pytest.mark.parametrize(
    ("refused", "status", "answer"),
    [
        (
            ChangedElsewhere(3, {"plan": "Theirs.", "hidden": "x"}),
            409,
            {"reason": "changed", "version": 3, "values": {"f-plan": "Theirs."}},
        ),
        (Refused("This is closed."), 409, {"reason": "closed", "error": "This is closed."}),
        (Refused("It is over.", status=404), 404, {"reason": "forbidden", "error": "It is over."}),
        (forbidden("Not you."), 403, {"reason": "forbidden", "error": "Not you."}),
        (
            Refused("Too long.", status=422, field="plan"),
            422,
            {"reason": "invalid", "fields": {"f-plan": "Too long."}},
        ),
    ],
)
def test_a_script_is_told_why(app: Flask, refused: Refused, status: int, answer: dict):
    with app.test_request_context(method="POST", headers=FETCH):
        said, code = not_saved(refused, box=lambda name: "f-plan" if name == "plan" else "")
    assert code == status
    assert said | answer == said


def test_a_script_is_told_that_somebody_is_signed_out(app: Flask):
    answer = app.test_client().post("/goals/new", data={"f-change": "They ask"}, headers=FETCH)
    assert answer.status_code in {400, 401}
    assert answer.json["reason"] == "signed_out"
    assert answer.json["sign_in"] == "/sign-in"


def test_without_a_script_the_words_are_on_the_page(app: Flask, world: World):
    typed = [("Plan", "Mine <b>"), ("Check", " ")]
    with app.test_request_context(method="POST"):
        closed, status = not_saved(Refused("This is closed."), "/back", typed=typed)
        changed, _same = not_saved(ChangedElsewhere(3, {"plan": "Theirs."}), typed=typed)
        again = not_saved(ChangedElsewhere(3, {}), again=lambda refused: refused.message)
    assert status == 409
    assert "This is closed." in closed
    assert "Mine &lt;b&gt;" in closed
    assert 'href="/back"' in closed
    assert "Check" not in closed
    assert "Theirs." in changed
    assert again == ("This was changed in another window.", 409)
