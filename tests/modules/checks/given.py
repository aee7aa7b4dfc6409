"""A module with a check, and forms filled in as a browser sends them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pdportal.db import db
from pdportal.modules.models import Edition
from tests.modules.given import CHECK, plain_page, publish_one, write_module

RIGHT = {"A": ("after-an-answer", "a-student"), "B": ("nothing", "the-one-who-thinks")}
WRONG = {"A": ("before-a-hand", "the-teacher"), "B": ("good", "the-one-who-is-quick")}
CHECK_URL = "/learn/wait/check/check"


def module_with_check(
    tmp_path: Path, check: str = CHECK, words: str = "Wait.", **more: Any
) -> Edition:
    """A published module of one page, by itself with nothing to answer, and its check."""
    pages = {"01-one-second.md": plain_page("One second", f"## Three seconds\n\n{words}")}
    folder = write_module(tmp_path, skills="questioning, talk", pages=pages, **more)
    (folder / "check.md").write_text(check, encoding="utf-8")
    done = publish_one(folder)
    assert done.edition is not None, done.problems
    db.session.commit()
    return done.edition


def begin(client: FlaskClient) -> str:
    """Begin the check; gives the address of the form."""
    answer = client.post(f"{CHECK_URL}/begin")
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def form_at(client: FlaskClient, url: str) -> dict[str, str]:
    """The hidden and the chosen boxes of a form, as a browser would send them."""
    page = client.get(url).text
    main = page[page.index('class="check-form"') :]
    boxes = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', main))
    for name, value in re.findall(r'name="(q\d+-option)"\s+value="([^"]*)" checked', main):
        boxes[name] = value
    return boxes


def letter(page: str) -> str:
    """Which form a page shows."""
    return "A" if "Where is the second pause" in page else "B"


def fill(client: FlaskClient, url: str, first: bool, second: bool) -> dict[str, str]:
    """The form with a right or a wrong answer to each of its two questions."""
    boxes, form = form_at(client, url), letter(client.get(url).text)
    for number, right in enumerate((first, second)):
        boxes[f"q{number + 1}-option"] = (RIGHT if right else WRONG)[form][number]
    return boxes


def take(client: FlaskClient, first: bool, second: bool) -> TestResponse:
    """Begin a form, answer it and hand it in; gives the plan."""
    url = begin(client)
    answer = client.post(f"{url}/hand-in", data=fill(client, url, first, second))
    assert answer.status_code == 302, answer.text
    return client.get(url)
