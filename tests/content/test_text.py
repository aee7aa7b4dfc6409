"""What people type in works and comments."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdportal.content.text import render_text


def test_paragraphs_lists_emphasis_links_and_code() -> None:
    made = render_text("Two *tasks*:\n- one\n- **two**\n\nSee [this](https://example.org) `x < y`.")
    assert made == (
        "<p>Two <em>tasks</em>:</p>\n<ul>\n<li>one</li>\n<li><strong>two</strong></li>\n</ul>\n"
        '<p>See <a href="https://example.org" rel="noopener noreferrer nofollow">this</a> '
        "<code>x &lt; y</code>.</p>"
    )


def test_a_line_break_stays_a_line_break() -> None:
    assert render_text("one\ntwo") == "<p>one<br>\ntwo</p>"


def test_lists_to_tick_off_show_their_boxes() -> None:
    assert "<li>☐ a</li>\n<li>☑ b</li>" in render_text("- [ ] a\n- [x] b")


def test_headings_are_small() -> None:
    assert render_text("# Big") == "<h4>Big</h4>"


def test_html_is_shown_as_it_was_typed() -> None:
    assert render_text("<b>x</b> <script>y</script>") == (
        "<p>&lt;b&gt;x&lt;/b&gt; &lt;script&gt;y&lt;/script&gt;</p>"
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_only_harmless_addresses_are_links(address: str) -> None:
    assert "href" not in render_text(f"[a]({address})")


def test_pictures_and_definitions_are_not_markup_here() -> None:
    assert "<img" not in render_text("![a](https://example.org/a.png)")
    assert "[a]: x" in render_text("[a]: x\n\n[a]")


def test_nothing_typed_is_nothing_shown() -> None:
    assert render_text(" \n ") == ""


def test_threads_do_not_mix_their_texts() -> None:
    texts = [f"**{n}** and\n- item {n}" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(render_text, texts))
    assert together == [render_text(text) for text in texts]


@pytest.mark.parametrize(
    "text", ["[" * 9_000, "*a " * 9_000, "> " * 9_000, "- " * 9_000, "`a " * 9_000, "<" * 30_000,
             "[a](b " * 4_000, "![" * 9_000, "\\" * 30_000, "a\n" * 20_000, "- a\n" * 9_000],
)  # fmt: skip
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    start = time.process_time()
    assert render_text(text) is not None
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("- a\n  - b\n    - c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        ("- a\n\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n  b\n- c", "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>"),
        ("- a\nb\n\nc", "<ul><li>a<br>b</li></ul><p>c</p>"),
        ("- a\n# b", "<ul><li>a</li></ul><h4>b</h4>"),
        ("> a\n> - b", "<blockquote><p>a</p><ul><li>b</li></ul></blockquote>"),
        ("3) a\n4) b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("It was\n1998. Then", "<p>It was<br>1998. Then</p>"),
        ("#growth", "<p>#growth</p>"),
        ("```\n- a\n#b\n```", "<pre><code>- a#b</code></pre>"),
    ],
)  # fmt: skip
def test_lists_are_read_as_people_type_them(typed: str, shown: str) -> None:
    assert render_text(typed).replace("\n", "") == shown


_PIECES = [
    "W", "W", "W ", "\n", "\n\n", "- ", "  - ", "1. ", "3) ", "> ", "# ", "*", "**", "`", "```\n",
    "[", "](https://example.org)", "~~", "    ", "- [x] ", "<b>", "&", "---\n",
    "https://example.org ",
]  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(_PIECES), max_size=25))
def test_every_word_that_is_typed_is_shown(pieces: list[str]) -> None:
    text = "".join(pieces)
    for number in range(text.count("W")):
        text = text.replace("W", f"w{number}q", 1)
    html = render_text(text)
    words = re.findall(r"w\d+q", re.sub(r"```[^`\n]*$", "", text, flags=re.MULTILINE))
    assert [word for word in words if word not in html] == []
