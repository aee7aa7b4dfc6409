"""Comments find their words again, or say that they are gone."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdportal.content.text import render_text
from pdportal.feedback.comments.anchors import Mark, Passage, locate, mark, plain
from pdportal.feedback.works.diffs import words


def found(text: str, quote: str, before: str = "", after: str = "") -> str | None:
    place = locate(text, Passage(quote, before, after))
    return text[slice(*place)] if place else None


TEXT = (
    "Students talk in pairs for two minutes. Then they talk in pairs again and write one sentence. "
    "The exit card has three numbers."
)


def test_exact_words_are_found():
    assert found(TEXT, "write one sentence") == "write one sentence"
    assert found(TEXT, "write  one\n sentence") == "write one sentence"


def test_of_words_that_stand_twice_the_neighbours_tell_which():
    assert locate(TEXT, Passage("talk in pairs", "Students ", " for two")) == (9, 22)
    second = locate(TEXT, Passage("talk in pairs", "Then they ", " again and"))
    assert second == (TEXT.index("talk in pairs", 20), TEXT.index("talk in pairs", 20) + 13)
    assert locate(TEXT, Passage("talk in pairs")) == (9, 22)


def test_words_changed_a_little_are_found_again():
    new = TEXT.replace("one sentence", "one short sentence").replace("two minutes", "four minutes")
    quote = "Then they talk in pairs again and write one sentence."
    assert found(new, quote) == "Then they talk in pairs again and write one short sentence."
    assert found(new, "talk in pairs for two minutes") == "talk in pairs for four minutes"


@pytest.mark.parametrize(
    "quote",
    ["They draw a picture of what they have learned and pin it up.", "gone", "", "   ", "x" * 900],
)
def test_words_that_are_gone_are_lost(quote: str):
    assert found(TEXT, quote) is None


def test_nothing_is_found_in_nothing():
    assert locate("", Passage("anything at all, really")) is None


def test_marks_cross_tags_and_overlap():
    html = "<p>Students <strong>talk in</strong> pairs &amp; share.</p>\n<p>All of them.</p>"
    out, keys = mark(
        html,
        [
            Mark("comment-1", Passage("Students talk in pairs")),
            Mark("comment-2", Passage("in pairs & share. All")),
        ],
    )
    assert keys == {"comment-1", "comment-2"}
    assert out.count('id="passage-comment-1"') == 1
    assert out.count('id="passage-comment-2"') == 1
    assert plain(out) == plain(html)
    assert '<mark class="passage" data-comment="comment-2">All</mark> of them.' in out
    # Where both stand, one mark is inside the other.
    assert "<strong><mark" in out
    assert "</mark></mark>" in out


def test_a_hostile_quote_is_only_text():
    typed = "Use <script>alert(1)</script> & “quotes” <b onclick=x>here</b>."
    html = str(render_text(typed))
    for quote in (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</p><h1>",
        "&lt;",
    ):
        out, _keys = mark(html, [Mark("comment-1", Passage(quote))])
        assert "<script" not in out
        assert "<img" not in out
        assert "<h1" not in out
        assert plain(out) == plain(html)


def test_line_breaks_and_lists_are_white_space():
    html = str(render_text("One\ntwo three\n\n- four\n- five"))
    assert found(plain(html), "One two three four five")
    out, keys = mark(html, [Mark("c", Passage("two three four"))])
    assert keys == {"c"}
    assert "<ul>\n<li>" in out.replace("<ul>\n\n", "<ul>\n")
    assert "<ul><mark" not in out


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab *_`&<>\n-", max_size=60), st.data())
def test_marking_never_changes_the_words_or_breaks_the_tags(typed: str, data: st.DataObject):
    html = str(render_text(typed))
    line = plain(html)
    marks = []
    for number in range(3):
        start = data.draw(st.integers(0, max(0, len(line))))
        end = data.draw(st.integers(start, max(start, len(line))))
        marks.append(Mark(f"c{number}", Passage(line[start:end])))
    out, _keys = mark(html, marks)
    assert plain(out) == line
    nesting = _Nesting()
    nesting.feed(out)
    assert not nesting.open


# Differences


def test_a_diff_speaks_of_words_not_letters():
    pieces = words("They talk for two minutes.", "They write, then talk for three minutes.")
    assert ("ins", "write, then ") in pieces
    assert ("del", "two") in pieces
    assert ("ins", "three") in pieces


def test_the_same_text_has_no_difference():
    assert words("As it was.", "As it was.") == [("same", "As it was.")]
    assert words("", "") == []
    assert words("", "New.") == [("ins", "New.")]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_both_texts_can_be_read_out_of_their_diff(before: str, after: str):
    pieces = words(before, after)
    assert "".join(text for op, text in pieces if op != "ins") == before
    assert "".join(text for op, text in pieces if op != "del") == after
