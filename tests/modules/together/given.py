"""A module with questions to correct together, and forms filled in as a browser sends them."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pdportal.modules.assignments.services import assign
from pdportal.modules.models import Edition
from tests.modules.conftest import Publish
from tests.people import World

URL = "/learn/wait/together/two-scenes"
TOGETHER = """::: together {#two-scenes title="Two scenes" size=3}
Read the two scenes again.

::: question {#second}
Where is the second pause?

- [ ] Before a hand.
    > That is the first one.
- [x] After an answer.
    > Yes, there.
:::

::: question {#say kind=open}
What do you say then?

::: solution
“Say more.”
:::
:::
:::
"""
PAGE = "---\ntitle: One second\nminutes: 6\n---\n"


def module(publish: Publish, world: World, text: str = TOGETHER, **more: Any) -> Edition:
    """A module of one page with a `together`, assigned to Autumn."""
    edition = publish(pages={"01-one-second.md": PAGE + text}, **more)
    assign(world.lee, world.autumn, "wait", why="For you.")
    return edition


def form(page: str) -> dict[str, str]:
    """The hidden boxes of the form on a page, as a browser sends them."""
    main = page[page.index('name="version"') - 40 :]
    return dict(re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', main))


def answers(client: FlaskClient, *, right: bool = True, said: str = "Go on.") -> dict[str, str]:
    """The form with an answer to each question."""
    option = "after-an-answer" if right else "before-a-hand"
    return form(client.get(URL).text) | {"q1-option": option, "q2-text": said}


def hand_in(client: FlaskClient, *, alone: bool = False, **given: Any) -> TestResponse:
    """Answer all, hand in; gives the page that follows."""
    data = answers(client, **given) | ({"alone": "1"} if alone else {})
    answer = client.post(f"{URL}/send-in", data=data)
    assert answer.status_code == 302, answer.text
    return client.get(URL)


def agree(client: FlaskClient, first: str = "", second: str = "") -> TestResponse:
    """Write a correction where one is given, and agree to what is there."""
    page = client.get(URL).text
    data = form(page)
    texts = re.findall(r'name="(q\d+-text)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    data |= dict(texts)
    for name, text in (("q1-text", first), ("q2-text", second)):
        if text:
            data[name] = text
    return client.post(f"{URL}/agree", data=data)
