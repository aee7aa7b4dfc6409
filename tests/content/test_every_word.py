"""Whatever an author writes is shown or told of: nothing vanishes, and nothing takes forever."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdportal.content.boxes import safe_html
from pdportal.content.document import Document
from pdportal.content.outline import make_outline
from pdportal.content.problems import Problems
from pdportal.content.read import read_markdown
from pdportal.content.source import parse_source
from pdportal.content.tree import inner_html

WORD = "W"
PIECES = [
    WORD, WORD, WORD, f"{WORD} {WORD}", " ", "  ", "    ", "\n", "\n\n", "\n\n", "\t", "*", "**",
    "_", "`", "``", "```\n", "~~~\n", "~", "~~", "^", "^[", "$", "$$", "# ", "### ", "> ", "- ",
    "-\t\t", "1. ", "3) ", "a. ", "b. ", "c) ", "- [x] ", "[ ] ", ": ", "\n: ", "Table: ", "|",
    "|-|-|\n", "| a | b |\n|---|---|\n", "---\n", "===\n", ":::\n", "::: tip\n", "::: question\n",
    "::: instructor\n", ":::: solution {title='t'}\n", "::: nothing\n", "::: tip W\n",
    "!!! note W\n    ", "<details><summary>W</summary>\n", "<summary>W</summary>\n",
    "!!! note\n    ", '??? tip "t"\n    ', "[", "]", "](x.md)", "](", ")", "![", '](a.png "t")',
    "[^1]", "[^1]: ", "\n[^2]: ", "<", ">", "<b>", "</b>", "<i>", "<div>\n", "</div>\n",
    "<details>\n", "</details>\n", "<p>", "<table><tr><td>", "</td>", "<script>", "</script>",
    "<your-name>", "List<String>", "<localhost:5001/x>", "<https://example.org/a>", "<br>",
    "<img src='a.png' alt='t'>", "<?", "?>", "<!", "&amp;", "&", "\\", "\\\n", "{#id}", "{.x}",
    "[t]{#id}", "https://example.org/a_b", "ada@example.org", "...", "--", "'", '"', "!", "\u2028",
    "é", "\ue000",
]  # fmt: skip
_SETTINGS = re.compile(
    r"^[ >\t]*(?:[-*+>] |\d+[.)] )*(?:`{3,}|~{3,})[^`\n]*$"  # what follows a fence: its language
    r"|\[[^\]]*\]:[ \t]*\n?.*(?:\n.*)?"  # a definition: shown where it is used
    r"|\{[^}]*\}",  # attributes
    re.MULTILINE,
)


def shown(document: Document) -> str:
    """The page as a reader gets it, words in attributes among them."""
    make_outline(document, Problems("page.md"))
    return safe_html(document, document.root)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_every_word_is_shown_or_told_of(pieces: list[str]) -> None:
    text = "".join(pieces)
    for number in range(text.count(WORD)):
        text = text.replace(WORD, f"w{number}q", 1)
    document = read_markdown(text, path="page.md")
    problems = document.problems
    html = shown(document)
    words = set(re.findall(r"w\d+q", _SETTINGS.sub("", text)))
    text_only = re.sub(r"<[^<>]*>", "", html)  # a formula has a tag around each letter
    missing = {word for word in words if word not in html and word not in text_only}
    assert not missing or problems, (missing, text, html)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    html = shown(read_markdown(text, path="page.md"))
    assert "<script" not in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write <your-name> and <school> here.", "&lt;your-name&gt; and &lt;school&gt; here."),
        ("Use List<String> or Map<K, V>.", "List&lt;String&gt; or Map&lt;K, V&gt;."),
        ("Open <localhost:5001/x>.", "Open &lt;localhost:5001/x&gt;."),
        ("<Your-Name>\nis *here*", "<p>&lt;Your-Name&gt;\nis <em>here</em></p>"),
        ("-\t\ttext", "<pre"),
        ("-\t\ttext", "text"),
        ("`` see` code``", "<code> see` code</code>"),
        ("```\nall:\n\tcc a.c\n```", "\tcc"),
        ("Two\nlines\n---", "Two\nlines</h2>"),
        ("1. First\n\n    a. alpha\n    b. beta\n2. Second", '<ol type="a">\n<li>alpha</li>'),
        ("1. First\n\n    a. alpha\n    b. beta\n2. Second", "<li>Second</li>\n</ol>"),
        ("1. a\n\n   3. three", '<ol start="3">'),
        ("[changeset]{#changeset}", '<span id="changeset">changeset</span>'),
        ("<?php echo 1 ?>", "&lt;?php echo 1 ?&gt;"),
        ("c) x\nd) y", '<ol start="3" type="a">'),
    ],
)
def test_what_was_lost_once_is_shown(text: str, expected: str) -> None:
    assert expected in shown(read_markdown(text))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\n\n<svg><text>gone</text></svg>", "3: <svg> is taken out."),
        ("a\n\n<video>gone</video>", "3: <video> is taken out."),
        ("a\n<i>b", "2: “<i>” is opened here and never closed."),
        ("a\n\n<!-- gone\n\nall of it", "3: This comment is opened and never closed."),
        ("a\n\n[^n]: gone", "3: Nothing refers to the footnote [^n], so it is left out."),
        ("A[^n]\n\n[^n]: one\n\n[^n]: two", "5: The footnote [^n] is there twice."),
        ("A[^n]", "1: The footnote [^n] is not there."),
        ("|a|b|\n|-|-|\n|c|d|gone|", "3: This row has more cells than the 2 of the table."),
    ],
)
def test_what_is_left_out_is_told_with_its_line(text: str, problem: str) -> None:
    found = [f"{each.line}: {each.message}" for each in read_markdown(text).problems]
    assert problem in found


MANY = 10_000
SECONDS = 4  # twice what we promise, for a machine that is busy with other tests


@pytest.mark.one_database
@pytest.mark.parametrize(
    "text",
    [
        "> " * MANY, "- " * MANY, "*" * MANY + "a" + "*" * MANY, "**a " * MANY, "_a_" * MANY,
        "[" * MANY, "[a " * MANY, "[a](b " * MANY, "![" * MANY, "`a " * MANY, "$a " * MANY,
        "~a " * MANY, "<b>" * MANY, "<div>\n" * MANY, "::: tip\n" * MANY, ":::\n" * MANY,
        "<!-- " * MANY, "a <!--\n" * MANY, "<p>\n\n" * MANY, "[a]{" * MANY, "[^a] " * MANY,
        "^[a " * MANY, "!!! a\n" * MANY, "a) x\n" * MANY, "|" * MANY + "\n" + "|-" * MANY,
        "a\n" * MANY + "---", "$$\n" * MANY, '"a ' * MANY, "http://a" * MANY, "\\" * MANY,
        "".join(" " * 2 * n + "- a\n" for n in range(200)), "[a][b] " * MANY,
        "".join(f"[^{n}]: x\n\n" for n in range(MANY)), "<h1>\n\n" * 200 + "#\n\n[a](b)\n\n[^n]",
    ],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    start = time.process_time()
    document = read_markdown(text)
    assert time.process_time() - start < SECONDS
    assert inner_html(document.root) or document.problems


def test_pages_of_ten_megabytes_and_lines_of_one_are_refused_at_once() -> None:
    start = time.process_time()
    for text in ("word\n" * 2_000_000, "w " * 500_000):
        _, problems = parse_source(f"---\ntitle: T\n---\n{text}".encode(), "page.md")
        assert problems[0].is_error
    assert time.process_time() - start < SECONDS
