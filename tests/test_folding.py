"""Words are found however they are typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdportal.folding import fold, snippet, words_of

NAMES = [
    "Élan", "Łukasz Żółty", "Işık Yılmaz", "Åse Ørsted", "Ðorđe", "Straße", "Œuvre", "Ὀδυσσεύς",
    "Фёдор", "שָׁלוֹם", "مُحَمَّد", "김민준", "がく", "ﬁne", "Ǆemal", "ŉ", "İpek", "Nguyễn Thị",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_the_same_however_it_is_typed(name: str):
    ways = {name, name.lower(), name.upper(), name.title(), name.casefold()}
    ways |= {unicodedata.normalize(form, way) for form in ("NFC", "NFD", "NFKC") for way in ways}
    assert {fold(way) for way in ways} == {fold(name)}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("elan", "Élan"),
        ("lukasz", "Łukasz"),
        ("orsted", "Ørsted"),
        ("isik", "Işık"),
        ("kahoolawe", "Kahoʻolawe"),
        ("thora", "Þóra"),
        ("eli", "Əli"),
        ("كريم", "کریم"),
    ],
)
def test_a_name_is_found_without_its_marks(typed: str, stored: str):
    assert fold(typed) == fold(stored)


@given(st.text())
def test_folding_twice_is_folding_once(text: str):
    assert fold(fold(text)) == fold(text)


def test_no_more_words_are_sought_than_eight():
    assert words_of("a b c d e f g h i j") == ["a", "b", "c", "d", "e", "f", "g", "h"]
    assert words_of(" -- ") == []


def test_a_snippet_shows_the_words_around_the_first_one_found():
    words = "one " * 50 + "Café society " + "two " * 50
    pieces = snippet(words, "cafe")
    assert (True, "Café") in pieces
    said = "".join(text for _sought, text in pieces)
    assert len(said) < 300
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert snippet("nothing", "else") == []
    assert snippet("", "x") == []


@given(st.text(), st.text())
def test_a_snippet_of_anything_is_made_of_its_words(words: str, asked: str):
    said = "".join(text for _sought, text in snippet(words, asked))
    assert said.removeprefix("… ").removesuffix(" …") in words
