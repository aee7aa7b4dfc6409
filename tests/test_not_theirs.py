"""Nobody changes what is not theirs: each form that Ada and Lee have, sent by everybody else.

The forms are found on the pages, with the ids that stand in them, and sent as they are.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from pdportal.db import db
from tests.people import World
from tests.test_bad_input import Sheet, lived_in, sheets, some_pages, walker
from tests.test_the_wall import hushed

__all__ = ["hushed", "lived_in"]


FOR_EVERYBODY = re.compile(r"/skills/\d+/(place|offer|offer/take-back)|/assignments/\d+/propose")
"""What everybody says of themselves about a skill, or proposes for what they all were given."""


def with_an_id(found: list[Sheet]) -> list[Sheet]:
    """The forms whose address names a thing that is somebody's."""
    return [
        sheet
        for sheet in found
        if any(part.isdecimal() for part in sheet.action.split("/"))
        and not FOR_EVERYBODY.fullmatch(sheet.action)
    ]


@pytest.mark.parametrize(
    ("whose", "by", "least"),
    [
        ("ada", ("dee", "fay", "zoe", "cora", "lee", "max", "olu"), 30),
        ("lee", ("ada", "zoe", "cora", "olu"), 10),
    ],
)
def test_no_form_works_for_others(
    lived_in: World, app: Flask, whose: str, by: tuple[str, ...], least: int
):
    walks = {name: walker(app, getattr(lived_in, name)) for name in (whose, *by)}
    forms = with_an_id(sheets(app, walks[whose], some_pages(app, whose, 12)))
    assert len(forms) >= least, [sheet.action for sheet in forms]
    connection: Any = db.engines[None]
    let_in: dict[str, set[str]] = {}
    for sheet in forms:
        fine = {name: sheet.values.get(name, "words") for name in sheet.kinds}
        for name in by:
            savepoint = connection.begin_nested()
            answer = walks[name]().post(sheet.action, data=fine)
            if answer.status_code not in {403, 404}:  # with these nothing is stored
                let_in.setdefault(name, set()).add(sheet.action)
            db.session.remove()
            savepoint.rollback()
    for name, actions in let_in.items():  # such as leaving a cohort that both are in
        theirs = sheets(app, walks[name], some_pages(app, name, 12))
        actions -= {sheet.action for sheet in theirs}
    assert not any(let_in.values()), let_in


def test_the_forms_do_work_for_whose_they_are(lived_in: World, app: Flask):
    """Else the test above would prove nothing."""
    walk = walker(app, lived_in.ada)
    forms = with_an_id(sheets(app, walk, some_pages(app, "ada", 12)))
    connection: Any = db.engines[None]
    taken = 0
    for sheet in forms:
        savepoint = connection.begin_nested()
        fine = {name: sheet.values.get(name, "words") for name in sheet.kinds}
        taken += walk().post(sheet.action, data=fine).status_code in {204, 302}
        db.session.remove()
        savepoint.rollback()
    assert taken > len(forms) / 2
