"""Sentences of one's own, beside every box for a comment."""

from __future__ import annotations

from pdportal.db import db
from pdportal.feedback.phrases.models import Phrases
from tests.conftest import Visit
from tests.people import World

SCRIPT = {"X-Requested-With": "fetch"}


def test_somebody_saves_sentences_that_nobody_else_reads(world: World, visit: Visit):
    page, cora = "/feedback/phrases", visit(world.cora)
    assert "At {moment} I saw …" in cora.get(page).text
    assert db.session.get(Phrases, world.cora.id) is None  # reading stores nothing
    typed = {
        "lines": "At {moment} I hear <b>\n\nAt {moment} I hear <b>\n You wait. ",
        "version": "0",
    }
    for _nth in range(2):  # sent twice
        assert cora.post(page, data=typed, headers=SCRIPT).json["version"] == 1
    shown = cora.get(page).text
    assert "At {moment} I hear &lt;b&gt;</li>" in shown
    assert shown.count("<li dir") == 2
    other = cora.post(page, data={"lines": "Other", "version": "0"}, headers=SCRIPT)
    assert (other.status_code, other.json["reason"]) == (409, "changed")
    assert other.json["values"]["lines"] == "At {moment} I hear <b>\nYou wait."
    for lines in ("x" * 301, "\n".join(map(str, range(51)))):
        long = cora.post(page, data={"lines": lines, "version": "1"})
        assert long.status_code == 422
        assert lines[:20] in long.text
    assert "You wait." not in visit(world.ada).get(page).text
    assert cora.post(page, data={"lines": " ", "version": "1"}).status_code == 302
    assert "<li dir" not in cora.get(page).text
