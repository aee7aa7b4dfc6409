"""Lists keep their own numbers and letters, however they are nested."""

from __future__ import annotations

import pytest

from pdportal.content.boxes import safe_html
from pdportal.content.read import read_markdown


def shown(text: str) -> str:
    """A text as its readers see it, in one line."""
    document = read_markdown(text)
    assert not document.problems
    return safe_html(document, document.root).replace("\n", "")


AB = "<li>alpha</li><li>beta</li></ol>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("1. x\n\n    a. alpha\n    b. beta\n2. y", f'<li>x<ol type="a">{AB}</li><li>y</li>'),
        ("1. x\n   a. alpha\n   b. beta\n2. y", f'<li>x<ol type="a">{AB}</li><li>y</li>'),
        ("1. x\n  a) alpha\n  b) beta\n2. y", f'<li>x<ol type="a">{AB}</li><li>y</li>'),
        ("1. x\n\n   a. alpha\n\n   b. beta\n2. y", f'<ol type="a">{AB}'),
        ("10. x\n    c. alpha\n    d. beta\n11. y", f'<li>x<ol start="3" type="a">{AB}'),
        ("1. x\n   i. alpha\n   ii. beta\n2. y", f'<li>x<ol type="i">{AB}</li><li>y</li>'),
        ("1. x\n   I. alpha\n   II. beta", f'<li>x<ol type="I">{AB}</li>'),
        ("A. alpha\nB. beta", f'<ol type="A">{AB}'),
        ("- x\n    a. alpha\n    b. beta\n- y", f'<ul><li>x<ol type="a">{AB}</li><li>y</li></ul>'),
        ("a. x\n   1. alpha\n   2. beta\nb. y", f'<ol type="a"><li>x<ol>{AB}</li><li>y</li>'),
        ("1. x\n  1. alpha\n  2. beta\n2. y", f"<li>x<ol>{AB}</li><li>y</li>"),
        ("1. x\n\n   3. alpha\n   4. beta\n2. y", f'<li>x<ol start="3">{AB}</li><li>y</li>'),
        ("> 1. x\n>    a. alpha\n>    b. beta", f'<blockquote><ol><li>x<ol type="a">{AB}</li>'),
        ("a. x\n\n   ```\n   a. code\n   b. code\n   ```\nb. y", "<code>a. code\nb. code"),
    ],
)
def test_a_list_keeps_its_numbers_and_letters(text: str, html: str) -> None:
    assert html.replace("\n", "") in shown(text)


@pytest.mark.parametrize(
    "text",
    [
        "See what\nB. Russell and\nC. Darwin wrote.", "a. alone", "I. am\nhere",
        "a. x\n\nText\n\nd. y",
        "Text\n      a. x\n      b. y", "    a. code\n    b. code", "<pre>\na. x\nb. y\n</pre>",
        "```\na. x\nb. y\n```", "iv. x\nvii. y",
    ],
)  # fmt: skip
def test_what_is_no_list_stays_as_it_was_typed(text: str) -> None:
    html = shown(text)
    assert "<ol" not in html
    assert "1." not in html
