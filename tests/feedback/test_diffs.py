"""What changed between two revisions, as their readers saw it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from pdportal.feedback.works.diffs import changes, diff, side_by_side
from pdportal.feedback.works.kinship import _candidates
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.reading import read, reading_of
from pdportal.feedback.works.words import visible
from tests.feedback.test_reading import is_nested

FIELDS = [{"key": "plan", "label": "Plan"}, {"key": "check", "label": "Check"}]


def compared(old: str, new: str, *, old_check: str = "", new_check: str = "") -> list[str]:
    """The HTML of the fields Plan and Check of two revisions."""
    pair = revisions(old, new, old_check=old_check, new_check=new_check)
    return [field.html.replace("\n", "") for field in diff(*pair)]


def revisions(
    old: str, new: str, *, old_check: str = "", new_check: str = ""
) -> tuple[Revision, Revision]:
    """Two revisions of a work with the fields Plan and Check."""
    work = Work(kind="task", fields=FIELDS)
    first = Revision(work=work, content={"plan": old, "check": old_check})
    return first, Revision(work=work, content={"plan": new, "check": new_check})


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("学生两人一组讨论五分钟", "学生三人一组讨论五分钟",
         "<p>学生<del>两</del><ins>三</ins>人一组讨论五分钟</p>"),
        ("की", "का", "<p><del>की</del></p><p><ins>का</ins></p>"),
        ("كَتَبَ الدرس", "كُتِبَ الدرس", "<p><del>كَتَبَ</del> <ins>كُتِبَ</ins> الدرس</p>"),
        ("🇩🇪 one", "🇩🇰 one", "<p><del>🇩🇪</del> <ins>🇩🇰</ins> one</p>"),
        ("FOUR FIVE SIX SEVEN EIGHT NINE", "ONE TWO THREE FOUR FIVE SIX",
         "<p><ins>ONE TWO THREE</ins> FOUR FIVE SIX <del>SEVEN EIGHT NINE</del></p>"),
        ("1. **Slope** first", "2. **Slope** first",
         '<ol start="2"><li value="2"><del>1.</del> <ins>2.</ins> '
         "<strong>Slope</strong> first</li></ol>"),
        ("They talk for two minutes.", "They write, then talk for three minutes.",
         "<p>They <ins>write, then</ins> talk for <del>two</del> <ins>three</ins> minutes.</p>"),
        ("- one two\n- three four\n- five six", "- one two\n- five six\n- seven",
         "<ul><li>one two</li><li><del>three four</del></li><li>five six</li>"
         "<li><ins>seven</ins></li></ul>"),
        ("1. one two\n2. three four\n3. five six", "1. one two\n2. five six",
         '<ol><li value="1">one two</li><li value="2"><del>three four</del></li>'
         '<li value="2">five six</li></ol>'),
        ("- one two\n- three four", "- one two\nnew", "<ul><li>one two<br><ins>new</ins></li>"
         "<li><del>three four</del></li></ul>"),
        ("Pegs. (15 min)", "Pegs. (12 min)", "<p>Pegs. (<del>15</del> <ins>12</ins> min)</p>"),
        ("Go **very** slow now.\nSecond line.\nThird.", "Go now.\nThird.",
         "<p>Go <del><strong>very</strong> slow</del> now.<br><del>Second line.</del><br>"
         "Third.</p>"),
        ("Before all.\n\n- a first item\n\nThe end.", "Before all.\n\nThe end.",
         "<p>Before all.</p><ul><li><del>a first item</del></li></ul><p>The end.</p>"),
        ("See [this page](https://example.org) now", "See that page now",
         "<p>See <del>this</del> <ins>that</ins> page now</p>"),
        ("See [this page](https://example.org/1).", "See [this page](https://example.org/2).",
         '<p>See <a href="https://example.org/2" rel="noopener noreferrer nofollow">this page</a> '
         '<small class="moved-note">other address</small>.</p>'),
        ("มี ๑๒๕ คน", "มี ๑๒๖ คน", "<p>มี <del>๑๒๕</del> <ins>๑๒๖</ins> คน</p>"),
        ("A\n\nB\n\nC", "C\n\nA\n\nB",
         '<p><small class="moved-note">moved here</small> <span class="moved">C</span></p>'
         "<p>A</p><p>B</p>"),
        ("> quoted words\n\nafter", "after",
         "<blockquote><p><del>quoted words</del></p></blockquote><p>after</p>"),
        ("x **bo**ld y", "x bold y", "<p>x bold y</p>"),
        ("a  b\nc", "a b c", "<p>a b c</p>"),
        ("cafe\u0301", "caf\u00e9", "<p>caf\u00e9</p>"),
        ("", "New *text*", "<p><ins>New</ins> <em><ins>text</ins></em></p>"),
        ("Old *text*", "", "<p><del>Old <em>text</em></del></p>"),
        ("A <script>x</script> b", "A <script>y</script> b",
         "<p>A &lt;script&gt;<del>x</del><ins>y</ins>&lt;/script&gt; b</p>"),
    ],
)  # fmt: skip
def test_a_difference_is_shown_as_it_was_read(app: Flask, old: str, new: str, shown: str):
    with app.test_request_context():
        assert compared(old, new)[0] == shown


def test_the_two_texts_stand_apart_and_say_what_moved(app: Flask):
    moved = "A sentence of several words that moves."
    old, new = f"{moved}\n\nStays here. Gone.", "Stays ~~here~~. Came."
    with app.test_request_context():
        sides = side_by_side(*revisions(old, new, new_check=moved))
    plan, check = ([side.html.replace("\n", "") for side in pair] for pair in sides)
    assert plan == [
        '<p><small class="moved-note">moved to “Check”</small> <span class="moved">A sentence of '
        "several words that moves.</span></p><p>Stays here. <del>Gone</del>.</p>",
        "<p>Stays <s>here</s>. <ins>Came</ins>.</p>",
    ]
    assert check[0] == ""
    assert "moved here from “Plan”" in check[1]


def test_moved_paragraphs_are_shown_as_moved(app: Flask):
    a, b, c = "Alpha beta gamma.", "Delta epsilon zeta.", "This one comes last."
    with app.test_request_context():
        html = compared(f"{a}\n\n{b}\n\n{c}", f"{c}\n\n{a}\n\n{b}")[0]
        assert "<del>" not in html
        assert "<ins>" not in html
        assert f'moved here</small> <span class="moved">{c}</span>' in html
        plan, check = compared(f"{a} {b}", a, old_check=c, new_check=f"{c} {b}")
    assert f'<del>{b}</del> <small class="moved-note">moved to “Check”</small>' in plan
    assert f'moved here from “Plan”</small> <span class="moved">{b}</span>' in check


def test_a_paragraph_that_was_moved_and_edited_shows_its_edits_where_it_is(app: Flask):
    a, b = "Alpha beta gamma.", "Delta epsilon zeta."
    moved = "Students fold a **paper strip** into eight equal parts. Then they talk. (6 min)"
    edited = "Students fold one **long strip** into eight equal parts. Then they talk slowly."
    edited += " (6 min)"
    with app.test_request_context():
        html = compared(f"{moved}\n\n{a}\n\n{b}", f"{a}\n\n{b}\n\n{edited}")[0]
        away, came = compared(moved, a, new_check=edited)
        old, new = side_by_side(*revisions(f"{moved}\n\n{a}", f"{a}\n\n{edited}"))[0]
    shown = (
        '<small class="moved-note">moved here</small> <span class="moved">Students fold</span> '
        "<del>a <strong>paper </strong></del> <ins>one</ins> <strong><ins>long</ins> <span "
        'class="moved">strip</span></strong> <span class="moved">into eight equal parts. Then they '
        'talk</span> <ins>slowly</ins><span class="moved">. (6 min)</span>'
    )
    assert html == f"<p>{a}</p><p>{b}</p><p>{shown}</p>"
    assert "<del>Students fold a" in away
    assert "moved to “Check”" in away
    assert "moved here from “Plan”" in came
    assert "<del>a <strong>paper </strong></del> <ins>one</ins>" in came
    assert ">moved</small>" in old.html
    assert "<del>a</del>" in old.html
    assert "<ins>one</ins>" in new.html


@pytest.mark.parametrize(
    "edited",
    [
        "Students paint a house and then sell it into eight other hands.",  # alike in a few words
        "Go on.",
    ],
)
def test_what_is_hardly_alike_is_not_said_to_have_moved(app: Flask, edited: str):
    a, moved = "Alpha beta gamma.", "Students fold a paper strip into eight equal parts."
    with app.test_request_context():
        html = compared(f"{moved}\n\n{a}", f"{a}\n\n{edited}")[0]
        short = compared(f"Pair talk: 5 minutes\n\n{a}", f"{a}\n\nPair talk: 7 minutes")[0]
        twins = compared(f"{moved}\n\n{moved}\n\n{a}", f"{a}\n\n{moved[:-1]} now.")[0]
    assert "moved" not in html + short + twins


def test_words_alike_by_chance_do_not_tear_a_new_text_apart(app: Flask):
    old = "Students compare two fractions on paper with a partner."
    new = "Everybody says which recipe is sweeter with numbers that they explain in writing."
    with app.test_request_context():
        html = compared(old, new)[0]
    assert f"<del>{old[:-1]}" in html
    assert f"<ins>{new[:-1]}" in html


def test_of_units_that_have_as_much_in_common_the_first_come_first():
    words = ("chalk", "paper", "slips", "board", "ropes", "cards", "lines")
    found = _candidates(
        {word: ["old"] for word in reversed(words)}, {word: [word] for word in words}, list(words)
    )
    assert found == {"old": list(words[:4])}, "whatever the order in which a set gives its words"


def test_one_line_of_old_and_new_words():
    assert changes("When Robin came in", "When Elisa came in") == (
        ("same", "When "), ("del", "Robin "), ("ins", "Elisa "), ("same", "came in"),
    )  # fmt: skip
    assert changes("As it was.", "As it was.") == (("same", "As it was."),)
    assert changes("", "") == ()
    assert changes("", "New <b>.") == (("ins", "New <b>."),)


_NOTE = re.compile(r'<small class="moved-note">.*?</small>')
BLOCK = re.compile(r"^\s*(?:[>*-]|\d+\.|`{3})", re.MULTILINE)
TYPED = st.text(alphabet="ab *_`&<>\n-1.学\u0301", max_size=60)


@settings(max_examples=150, deadline=None)
@given(TYPED, TYPED)
@example("1\n1\n<", "1<")
@example(">1\n1\n<", "1\n<")
@example("<>", "`1` \n< ")
@example("<<", "`1` \n< ")
def test_both_texts_can_be_read_out_of_their_difference(app: Flask, old: str, new: str):
    with app.test_request_context():
        html = compared(old, new)[0]
        sides = side_by_side(*revisions(old, new))[0]
    for side, text in zip(sides, (old, new), strict=True):
        assert is_nested(side.html)
        assert _letters(_NOTE.sub("", side.html)) == reading_of(text).letters
        assert side.is_changed or "<del>" not in html
    assert "<ins>" not in sides[0].html
    assert "<del>" not in sides[1].html
    assert is_nested(html)
    html = _NOTE.sub("", html)
    html = re.sub(r"<del>\d+\.</del> <ins>\d+\.</ins> ", "", html)
    assert _letters(re.sub(r"<del>.*?</del>", "", html)) == reading_of(new).letters
    if "moved" not in html:
        left = _letters(re.sub(r"<ins>.*?</ins>", "", html))
        assert sorted(left) == sorted(reading_of(old).letters)
        if not BLOCK.search(old) and not BLOCK.search(new):  # a block that went stands after one
            assert left == reading_of(old).letters


SCRIPTS = (
    "students fold a long paper strip into eight equal parts and say why it works",
    "المعلمة تسأل الطلاب عن الكسور ثم يكتبون جوابا طويلا في الدفتر الأزرق",
    "शिक्षक छात्रों से पूछते हैं कि भिन्न क्या है और वे अपना उत्तर लिखते हैं",
    "学 生 两 人 一 组 讨 论 五 分 钟 然 后 写 下 自 己 的 想 法 并 说 明 理 由",
    "ครู ถาม นัก เรียน เรื่อง เศษ ส่วน",
)


@st.composite
def rearranged(draw: st.DrawFn) -> tuple[str, str]:
    """A text in several scripts, and the same with its paragraphs moved and words exchanged."""
    lines = [
        [
            *draw(st.permutations(draw(st.sampled_from(SCRIPTS)).split()))[
                : draw(st.integers(2, 12))
            ],
            ".",
        ]
        for _line in range(draw(st.integers(1, 5)))
    ]
    edited = [list(line) for line in draw(st.permutations(lines))]
    for line in edited:
        for _edit in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(line) - 1))
            line[at : at + draw(st.integers(0, 2))] = draw(st.sampled_from((["new"], ["改"], [])))
    old, new = ("\n\n".join(map(" ".join, each)) for each in (lines, edited))
    return old, new


@settings(max_examples=200, deadline=None)
@given(rearranged(), st.booleans())
def test_both_texts_of_what_moved_can_be_read_out_of_their_difference(
    app: Flask, texts: tuple[str, str], to_check: bool
):
    old, new = texts
    pair = revisions(old, "", new_check=new) if to_check else revisions(old, new)
    with app.test_request_context():
        shown = diff(*pair)[-1 if to_check else 0].html
        sides = side_by_side(*pair)
    assert is_nested(shown)
    left = re.sub(r"<del>.*?</del>", "", _NOTE.sub("", shown))
    assert _letters(left) == reading_of(new).letters
    for side, text in ((sides[0][0], old), (sides[-1 if to_check else 0][1], new)):
        assert is_nested(side.html)
        assert _letters(_NOTE.sub("", side.html)) == reading_of(text).letters


def _letters(html: str) -> str:
    return read(Markup(html)).letters  # noqa: S704 -- a test reads it, no browser


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_both_lines_can_be_read_out_of_their_pieces(before: str, after: str):
    pieces = changes(before, after)
    old = "".join(text for op, text in pieces if op != "ins")
    new = "".join(text for op, text in pieces if op != "del")
    assert (visible(old), visible(new)) == (visible(before), visible(after))
