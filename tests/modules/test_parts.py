"""The parts of a page that are cached for everybody hold nothing from behind the wall."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from pdportal.db import db
from pdportal.modules.models import Reflection
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.people import World


def test_what_one_person_did_on_a_page_is_not_what_another_sees(
    world: World, visit: Visit, publish: Publish, app: Flask
):
    publish()
    ada, ben = visit(world.ada), visit(world.ben)
    page = "/learn/wait/one-second"
    token = re.compile(
        r'name="csrf-token" content="[^"]*"|name="(csrf_token|form_key)" value="[^"]*"'
    )
    for who in (ada, ben):
        who.post("/learn/wait/begin")
    untouched = ben.get(page).text
    ada.post(f"{page}/second-pause/answer", data={"option": "after-an-answer"})
    written = "Rosa waited four seconds, and three hands went up."
    key = re.findall(rf'action="{page}/([\w-]+)/reflection"', untouched)[0]
    ada.post(f"{page}/{key}/reflection", data={"text": written, "version": 0})
    assert db.session.scalars(select(Reflection.text)).one() == written
    assert written in ada.get(page).text
    assert "is-right" in ada.get(page).text
    assert token.sub("", ben.get(page).text) == token.sub("", untouched)
    parts = app.extensions["pdportal.parts"]
    assert parts
    assert not any(written in html for html in parts.values())
