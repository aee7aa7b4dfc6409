"""The words of a module that are explained, there or in the portal's glossary."""

from __future__ import annotations

from pathlib import Path

from pdportal.modules.publishing.services import _digest
from tests.modules.compiler.folders import MODULE, PAGE, QUESTION, html, module, page, told, whole

GLOSSARY = """---
title: Words of this module
---
Wait time | wait times
:   The silence *after* a question.
"""


def test_the_portals_words_are_linked_once_where_they_are_not_answered(tmp_path: Path) -> None:
    text = "A protocol helps.\n\n## Protocol\n\nProtocols, `protocol`.\n\n" + QUESTION.replace(
        "What helps", "Which cohort helps"
    )
    made, compilation = page(tmp_path, text + "\n::: instructor\nYour cohort.\n:::\n\nA cohort.")
    assert told(compilation) == []
    shown = html(made)
    assert shown.count('class="term"') == 2
    assert (
        'A <a href="/help/words#protocol" class="term" rel="noopener">protocol</a> helps' in shown
    )
    assert 'A <a href="/help/words#cohort" class="term" rel="noopener">cohort</a>.' in shown
    assert "term" not in str([block.data for block in made.blocks])


def test_a_module_brings_its_own_words(tmp_path: Path) -> None:
    beside: dict[str, str | bytes] = {
        "01-a.md": PAGE + "Mind the wait time, and [again](#no).\n\nA rubric.",
        "02-b.md": PAGE + "A rubric.\n\n::: glossary\nRubric\n:   A list.\n:::\n",
        "glossary.md": GLOSSARY,
    }
    compilation = module(tmp_path, beside)
    assert [each for each in told(compilation) if "heading" not in each] == []
    first, second, words = whole(compilation).pages
    assert 'href="/learn/waiting/glossary#wait-time" class="term"' in html(first)
    assert 'href="/learn/waiting/b#rubric" class="term"' in html(first)
    assert 'href="#rubric" class="term"' in html(second)
    assert (words.section, words.title) == ("extra", "Words of this module")
    assert '<dt id="wait-time">Wait time</dt>' in html(words)
    assert "class=" not in html(words)


def test_words_of_another_language_are_left_alone(tmp_path: Path) -> None:
    german = MODULE.replace("title:", "language: de\ntitle:")
    compilation = module(tmp_path, {"module.md": german, "01-a.md": PAGE + "Ein Protocol."})
    assert "term" not in html(whole(compilation).pages[0])


def test_a_link_to_a_word_does_not_make_a_page_look_changed(tmp_path: Path) -> None:
    linked, _ = page(tmp_path / "a", "A protocol “x” <b>y</b>.")
    plain, _ = page(tmp_path / "b", "A protoc&#8203;ol “x” <b>y</b>.")
    assert "term" in html(linked)
    assert "term" not in html(plain)
    bare = [{"html": piece["html"].replace("\u200b", "")} for piece in plain.body]
    assert _digest(linked) == _digest(type(plain)(**{**vars(plain), "body": bare}))
