"""A text as it is read: words of any script, their places, and marks in its HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdportal.content.text import render_text
from pdportal.feedback.works import words as words_module
from pdportal.feedback.works.reading import Mark, read, reading_of
from pdportal.feedback.works.words import letters_of, visible, with_blanks, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It’s my mother-in-law’s.", ["It’s", "my", "mother", "-", "in", "-", "law’s", "."]),
        ("3/4 of 3,000.5 at 10:30", ["3/4", "of", "3,000.5", "at", "10:30"]),
        ("两人 ok", ["两", "人", "ok"]),
        ("二人でデータ", ["二", "人", "で", "デ", "ー", "タ"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("សិស្ស", ["សិ", "ស្ស"]),
        ("두 명씩", ["두", "명씩"]),
        ("किताब की", ["किताब", "की"]),
        ("كَتَبَ الدرس", ["كَتَبَ", "الدرس"]),
        ("🇩🇪🇩🇰 1\ufe0f\u20e3", ["🇩🇪", "🇩🇰", "1\ufe0f\u20e3"]),
        ("\U0001f469\u200d\U0001f467 ok", ["\U0001f469\u200d\U0001f467", "ok"]),
        ("co\u00adoperate\u200b", ["cooperate"]),
        (" \t\u00a0\u2060", []),
    ],
)  # fmt: skip
def test_words_follow_unicode(text: str, words: list[str]):
    assert words_of(text) == words


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_every_letter_stands_in_one_word(text: str):
    assert "".join(words_of(text)) == visible(text)
    assert [visible(word) for word in with_blanks(text)] == words_of(text)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("’“–… 1.2/3'\n"), max_size=20))
def test_latin_letters_are_read_as_all_others_are(text: str):
    assert words_of(text) == [visible(word) for word in words_module._WORD.findall(text)]


def test_a_text_is_read_without_its_markup():
    reading = reading_of("1. **Slo**pe first. Then\n   share\n2. Cafe\u0301 & <b>")
    assert reading.words == [
        "Slope", "first", ".", "Then", "share", "Café", "&", "<", "b", ">",
    ]  # fmt: skip
    assert reading.unit_keys == ["Slope first .", "Then", "share", "Café & < b >"]
    start = len(letters_of("Slope first."))
    assert reading.text(start, start + 9) == "Then share"
    assert reading.stands("Then  share", start)
    assert not reading.stands("Then share", start + 1)


def test_marks_cross_tags_and_overlap():
    reading = read(render_text("Students **talk in** pairs & share.\n\nAll of them."))
    spans = {"comment-1": "Students talk in pairs", "comment-2": "in pairs & share. All"}
    marks = []
    for key, words in spans.items():
        start = reading.letters.index(letters_of(words))
        marks.append(Mark(start, start + len(letters_of(words)), key))
        assert reading.text(start, start + len(letters_of(words))) == words
    out = reading.marked(marks)
    assert out.count('id="passage-comment-1"') == 1
    assert out.count('id="passage-comment-2"') == 1
    assert read(out).letters == reading.letters
    assert '<mark class="passage" data-comment="comment-2">All</mark> of them.' in out
    # Where both stand, one mark is inside the other.
    assert "<strong><mark" in out
    assert "</mark></mark>" in out


def test_a_mark_says_by_its_class_what_became_of_the_passage():
    out = reading_of("They talk.").marked([Mark(4, 8, "c", "edited")])
    assert '<mark class="passage edited" data-comment="c" id="passage-c">talk</mark>' in out


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def is_nested(html: str) -> bool:
    """Whether every tag is closed where it should be."""
    nesting = _Nesting()
    nesting.feed(html)
    return not nesting.open


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab *_`&<>\n-\u0301学", max_size=60), st.data())
def test_marking_never_changes_the_words_or_breaks_the_tags(typed: str, data: st.DataObject):
    reading = reading_of(typed)
    marks = []
    for number in range(3):
        start = data.draw(st.integers(0, len(reading.letters)))
        end = data.draw(st.integers(start, len(reading.letters)))
        if start < end:
            marks.append(Mark(start, end, f"c{number}"))
    out = reading.marked(marks)
    assert read(out).letters == reading.letters
    assert is_nested(out)
    assert all(f'id="passage-{mark.key}"' in out for mark in marks)
