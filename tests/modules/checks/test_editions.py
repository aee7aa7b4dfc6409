"""What becomes of tries at a check when their owner moves on to another version."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient

from pdportal.db import db
from tests.conftest import Visit
from tests.modules.checks.given import CHECK_URL, begin, fill, module_with_check, take
from tests.modules.given import CHECK, plain_page, publish_one, write_module
from tests.people import World


def drop_the_check(tmp_path: Path) -> None:
    """The next version of the module, without its check."""
    pages = {"01-one-second.md": plain_page("One second", "## Three seconds\n\nWait more.")}
    folder = write_module(tmp_path, skills="questioning, talk", pages=pages)
    (folder / "check.md").unlink()
    assert publish_one(folder).edition
    db.session.commit()


def move_on(client: FlaskClient) -> None:
    """Move to the newest version."""
    assert client.post("/learn/wait/move-on").status_code == 302


def test_tries_at_a_check_that_is_gone_stay_readable(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path)
    ada, ben = visit(world.ada), visit(world.ben)
    take(ada, True, False)
    ada.post(f"{CHECK_URL}/1/plan", data={"line": "1-0", "do": "done"})
    form = begin(ada)
    boxes = fill(ada, form, True, True)
    assert ada.post(form, data=boxes).status_code in {200, 302}
    drop_the_check(tmp_path)
    assert "/version/kept" not in ada.get("/learn/wait").text
    move_on(ada)

    assert "/version/kept" in ada.get("/learn/wait").text
    kept = ada.get("/learn/wait/version/kept").text
    assert "Kept from version 1" in kept
    assert kept.count(f'href="{CHECK_URL}/') == 2
    page, result, form_page = (ada.get(url).text for url in (CHECK_URL, f"{CHECK_URL}/1", form))
    for text in (page, result, form_page):
        assert "does not have this check" in text
    assert "Start a fresh form" not in page + result
    assert "What helps with the rest" in result
    assert "Hand in</button>" not in form_page
    assert form_page.count(" checked") == 2, "what was chosen is there"
    for address in (form, f"{form}/hand-in"):
        refused = ada.post(address, data=boxes)
        assert refused.status_code == 409
        assert "does not have this check" in refused.text
    assert ada.post(f"{CHECK_URL}/begin").status_code in {302, 404}
    assert ben.get(CHECK_URL).status_code == 404
    assert ben.get(f"{CHECK_URL}/1").status_code == 404


def test_who_tested_out_keeps_the_page_that_says_so(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path)
    ada = visit(world.ada)
    take(ada, True, True)
    drop_the_check(tmp_path)
    move_on(ada)
    assert "You have tested out" in ada.get(f"{CHECK_URL}/1").text
    assert f'href="{CHECK_URL}/1"' in ada.get("/learn/wait/version/kept").text


OTHER_QUESTIONS = re.sub(
    r"(?<=:::\n)|(?<=\"\}\n)\w.*\?|(?<=\] )\w.*",
    lambda found: f"Thing {found.start()}." if found[0] else "",
    CHECK.replace("exempts: true", "required: true"),
)
"""The same skills, in questions and options with none of the words."""


def test_a_check_that_asks_something_else_is_met_anew(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    module_with_check(tmp_path, CHECK.replace("exempts: true", "required: true"))
    ada = visit(world.ada)
    take(ada, True, True)
    ada.get("/learn/wait/one-second")
    mended = CHECK.replace("exempts: true", "required: true").replace("Who speaks next?", "Who?")
    module_with_check(tmp_path, mended)
    move_on(ada)
    assert "Your tries" in ada.get(CHECK_URL).text, "a word was mended: it is the same check"

    module_with_check(tmp_path, OTHER_QUESTIONS)
    ben = visit(world.ben)
    ben.post("/learn/wait/begin")
    move_on(ada)
    page = ada.get(CHECK_URL).text
    assert "Start the check" in page
    assert "Your tries" not in page
    assert f'href="{CHECK_URL}/1"' in ada.get("/learn/wait/version/kept").text
    assert "does not have this check" in ada.get(f"{CHECK_URL}/1").text
    form = begin(ada)
    assert form == f"{CHECK_URL}/2"
    assert "does not have this check" not in ada.get(form).text
    assert ada.post(f"{CHECK_URL}/begin").headers["Location"] == form


def test_what_changed_names_the_check(world: World, visit: Visit, tmp_path: Path) -> None:
    module_with_check(tmp_path)
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    other = CHECK.replace("exempts: true", "required: true").replace("Who speaks next?", "Who?")
    module_with_check(tmp_path, other)
    said = ada.get("/learn/wait/version/changes").text
    for words in ("Some of its questions", "done when it is met", "no longer tests you out"):
        assert words in said
    module_with_check(tmp_path, OTHER_QUESTIONS)
    assert "asks something else" in ada.get("/learn/wait/version/changes").text
    assert "Only small things" not in said
    drop_the_check(tmp_path)
    assert "Removed. What you did" in ada.get("/learn/wait/version/changes").text
    move_on(ada)
    module_with_check(tmp_path)
    assert "A new check." in ada.get("/learn/wait/version/changes").text
