"""What forms say of their own accord."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import wtforms
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, Field, SelectField, TimeField

from pdportal.web.forms import (
    DayField,
    NumberField,
    PlainWords,
    PortalForm,
    StartField,
    line_field,
)

POT = Path(wtforms.__file__).parent / "locale" / "wtforms.pot"
NO_BOX_OF_OURS = re.compile(
    "CSRF|Invalid field name|IP address|Mac address|UUID|must be one of|can't be any of"
    "|cannot be edited|is disabled|Choices cannot be None"
)
"""Messages about addresses of machines and about mistakes of ours, and tokens, which the doors
answer for."""


def test_no_message_of_the_library_reaches_a_page() -> None:
    known = re.findall(r'^msgid "(.+)"$', POT.read_text(encoding="utf-8"), re.MULTILINE)
    wordless = [each for each in known if PlainWords().gettext(each) == each]
    assert len(known) > 30
    assert [each for each in wordless if not NO_BOX_OF_OURS.search(each)] == []


@pytest.mark.parametrize(
    ("box", "typed", "said"),
    [
        (NumberField(), "many", "Type a whole number, such as 3."),
        (NumberField(), "1_0", "Type a whole number, such as 3."),
        (DecimalField(), "1,5,3", "Type a number, such as 1.5."),
        (DayField(), "tomorrow", "Write the date like 2026-11-30."),
        (DayField(), "1020-01-01", "Write the date like 2026-11-30."),
        (StartField(), "noon", "Choose a day and a time."),
        (TimeField(), "noon", "Choose a time, like 15:30."),
        (SelectField(choices=["a"]), "b", "Choose one from the list."),
        (SelectField(choices=[1], coerce=int), "b", "Choose one from the list."),
        (line_field("", 3), "abcd", "At most 3 characters, please."),  # type: ignore[arg-type]
    ],
)
def test_a_box_says_in_plain_words_what_it_wants(
    app: Flask, box: Field, typed: str, said: str
) -> None:
    form_class = type("OneBox", (PortalForm,), {"box": box})
    with app.test_request_context():
        form = form_class(formdata=MultiDict({"box": typed}), meta={"csrf": False})
        assert not form.validate()
        assert form.box.errors[0] == said


def test_a_number_may_be_typed_in_wide_digits(app: Flask) -> None:
    form_class = type("OneBox", (PortalForm,), {"box": NumberField()})
    with app.test_request_context():
        form = form_class(formdata=MultiDict({"box": " １０"}), meta={"csrf": False})
        assert form.box.data == 10


def test_every_box_for_a_number_is_ours() -> None:
    """`IntegerField` takes what Python reads as a number and nobody types."""
    theirs = re.compile(r"= IntegerField\(")
    files = [*Path("pdportal").rglob("*.py")]
    assert [str(file) for file in files if theirs.search(file.read_text(encoding="utf-8"))] == []
