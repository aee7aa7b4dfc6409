"""What people type: seen, or not there at all; and what is unseen around it is no part of it."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.feedback.works.models import Work
from pdportal.web.requests import typed_id
from pdportal.web.typed import clean_words, decimal_number, has_visible, one_line, trimmed
from tests.people import World

Visit = Callable[..., FlaskClient]

UNSEEN = [
    *("\u200b", "\u200d\u200c", "\ufeff", "\u00ad", "\u00a0\u2003\u3000", "\u3164", "\u115f\u1160"),
    *("\uffa0", "\u2800\u2800", "\u0301", "\u0301\u0323", "\ufe0f", "\u180e", "\u2060\u2064"),
    *("\u202e", "\u2066\u2069", "\U000e0041", "\ufffc", "\x00", " \t\r\n", "\u17b4", "\u034f"),
]
SEEN = ["a", ".", "1", "é", "e\u0301", "王", "ক", "👍", "❤️", "🇺🇸", "👩\u200d🏫", "—", "٣", "½", "☐"]


@pytest.mark.parametrize("words", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_not_there(words: str):
    assert clean_words(words) == trimmed(words) == one_line(words * 2) == ""


@pytest.mark.parametrize("words", SEEN, ids=ascii)
def test_what_can_be_seen_stays_as_it_was_typed(words: str):
    around = f"\u200b\u3164 {words}\u00a0\ufeff"
    assert clean_words(words) == trimmed(words) == one_line(words) == words
    assert trimmed(around) == one_line(around) == words
    assert clean_words(f"{words}\n\n{words}\n") == f"{words}\n\n{words}\n"


def test_a_flag_of_tags_keeps_its_end():
    england = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert trimmed(f" {england} ") == england


def test_every_letter_and_number_of_every_script_can_be_seen():
    fillers = {"\u115f", "\u1160", "\u3164", "\uffa0"}
    letters = map(chr, range(sys.maxunicode + 1))
    hidden = {c for c in letters if unicodedata.category(c)[0] in "LNP" and not has_visible(c)}
    assert hidden == fillers


@pytest.mark.parametrize(
    "words", ["\u200b\u200b", "\u3164", "\u2800", "\u0301", "\u2060\u00ad"], ids=ascii
)
def test_a_form_that_needs_words_takes_none_that_nobody_sees(
    world: World, visit: Visit, words: str
):
    lee, ada = visit(world.lee), visit(world.ada)
    cohort = {"name": words, "starts_on": "2026-11-30", "school": ""}
    assert lee.post("/cohorts/new", data=cohort).status_code == 422
    assert "Type your name." in ada.post("/account/about", data={"name": words}).text
    answer = ada.post("/feedback/works/new?kind=text", data={"title": words})
    assert answer.status_code == 422
    assert "Give it a title." in answer.text
    assert db.session.scalar(select(func.count(Work.id))) == 0
    assert db.session.scalar(select(func.count(Cohort.id)).where(Cohort.name == words)) == 0


@pytest.mark.parametrize(
    ("words", "number"),
    [("12.5", 12.5), (" 12,5 % ", 12.5), ("7", 7), ("1e-7", 1e-7), ("٥٠", 50), ("-3", -3)],
)
def test_a_number_is_read_as_people_type_it(words: str, number: float):
    assert decimal_number(words) == number


@pytest.mark.parametrize("words", ["", "1_0", "1_0.5", "nan", "inf", "-Infinity", "1e999", "ten"])
def test_what_only_python_reads_as_a_number_is_none(words: str):
    assert decimal_number(words) is None


@pytest.mark.parametrize("words", ["1_0", "٣", "-1", "1.0", " 1", str(2**31), "²", ""])
def test_an_id_is_written_in_plain_digits(words: str):
    assert typed_id(words) == 0
