"""What is for facilitators reaches no learner, wherever it stands and however it is written."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from pdportal.modules.compiler.model import CompiledModule
from tests.modules.compiler.folders import MODULE, PAGE, module, page, told

S = "SECRET words for the coach"


def quoted(text: str) -> str:
    """A text as a quotation."""
    return indent(text, "> ", lambda _line: True)


NOTES = {
    "div": f":::: instructor\n{S}\n::::",
    "divlong": f":::::::: {{.instructor}}\n{S}\n::::::::",
    "two": f":::: {{.note .instructor}}\n{S}\n::::",
    "two2": f":::: {{.instructor .note}}\n{S}\n::::",
    "named2": f":::: callout {{.instructor}}\n{S}\n::::",
    "adm": f"!!! instructor\n    {S}",
    "adm2": f'!!! note instructor "Title"\n    {S}',
    "admq": f"??? instructor\n    {S}",
    "admqp": f"???+ facilitator\n    {S}",
    "htmldiv": f'<div class="instructor">\n\n{S}\n\n</div>',
    "html1": f"<div class='instructor'>{S}</div>",
    "htmltwo": f'<div class="note instructor">\n\n{S}\n\n</div>',
    "details": f'<details class="instructor"><summary>{S}</summary>\n\n{S}\n\n</details>',
    "section": f'<section class="Instructor">\n{S}\n</section>',
    "aside": f"<aside class=instructor>{S}</aside>",
    "p": f'<p class="instructor">{S}</p>',
    "span": f'Word <span class="instructor">{S}</span> word',
    "attrspan": f"Word [{S}]{{.instructor}} word",
    "blockq": f"<blockquote class='facilitator'>{S}</blockquote>",
    "footn": f":::: instructor\nSee[^k].\n\n[^k]: {S}\n\n::::",
    "inlinefn": f":::: instructor\nSee^[{S}].\n::::",
    "note_deep": f":::: instructor\nSee[^k].\n::::\n\n[^k]: See[^l].\n\n[^l]: {S}",
    "heading": f":::: instructor\n## {S}\n\n{S}\n::::",
    "table": f":::: instructor\n| a | b |\n|---|---|\n| {S} | x |\n\nTable: {S}\n::::",
    "code": f":::: instructor\n```\n{S}\n```\n::::",
    "img": f":::: instructor\n![{S}](x.png)\n::::",
    "misspelt": f":::: instuctor\n{S}\n::::",
    "plural": f":::: facilitator-notes\n{S}\n::::",
    "coach": f":::: instructor-note\n{S}\n::::",
    "title": f':::: instructor {{title="{S}"}}\n{S}\n::::',
    "titled": f":::: instructor {S}\n{S}\n::::",
    "nested": f":::: instructor\n\n::: question\n{S}\n\n- [x] {S}\n- [ ] b\n:::\n\n::::",
    "nestedq": f":::: instructor\n\n::: reflection\n{S}\n:::\n\n::::",
    "nestedt": f':::: instructor\n\n::: task {{title="T"}}\n{S}\n\n::: field'
    f' {{label="{S}"}}\n:::\n:::\n\n::::',
    "one line of details": f"<details><summary>Instructor</summary>{S}</details>",
    "titled details": f"<details>\n<summary>For facilitators</summary>\n\n{S}\n\n</details>",
    "hidden": f"<div hidden>{S}</div>",
    "not displayed": f'<div style="display: none">\n\n{S}\n\n</div>',
    "unknown element": f"<center class='instructor'>{S}</center>",
    "profile": f':::: {{.content-visible when-profile="instructor"}}\n{S}\n::::',
    "broken braces": f":::: {{.instructor\n{S}\n::::",
    "attribute list": f"{S}\n{{: .instructor}}",
    "para": f"{{.instructor}}\n{S}",
    "callout of a forge": f"> [!instructor]\n> {S}",
    "wide colons": f"：：： instructor\n{S}\n：：：",
}
"""How a note may be written, or meant."""
PLACES = {
    "bare": lambda n: n,
    "question": lambda n: f"::: question\nQ?\n\n{n}\n\n- [x] a\n- [ ] b\n\nWhy.\n:::",
    "question_first": lambda n: f"::: question\n{n}\n\nQ?\n\n- [x] a\n- [ ] b\n\nWhy.\n:::",
    "question_expl": lambda n: f"::: question\nQ?\n\n- [x] a\n- [ ] b\n\nWhy.\n\n{n}\n:::",
    "question_opt": lambda n: (
        f"::: question\nQ?\n\n- [x] a\n\n{indent(n, ' ' * 2)}\n\n- [ ] b\n\nWhy.\n:::"
    ),
    "question_fb": lambda n: (
        f"::: question\nQ?\n\n- [x] a\n    > Fine.\n    >\n{indent(quoted(n), ' ' * 4)}\n\n"
        "- [ ] b\n\nWhy.\n:::"
    ),
    "question_hint": lambda n: (
        f"::: question\nQ?\n\n- [x] a\n- [ ] b\n\n::: hint\nH\n\n{n}\n:::\n:::"
    ),
    "question_sol": lambda n: (
        f"::: question\nQ?\n\n- [x] a\n- [ ] b\n\n::: solution\nH\n\n{n}\n:::\n:::"
    ),
    "reflection": lambda n: f"::: reflection\nThink.\n\n{n}\n:::",
    "task": lambda n: f'::: task {{title="T"}}\nDo\n\n{n}\n:::',
    "field": lambda n: f'::: task {{title="T"}}\nDo\n\n::: field {{label="L"}}\n{n}\n:::\n:::',
    "tryout": lambda n: f'::: tryout {{title="T"}}\nDo\n\n{n}\n:::',
    "challenge": lambda n: (
        f"::: challenge\n\n## Which\n\n- [x] a\n- [ ] b\n\n{n}\n\n::: solution\nx\n:::\n:::"
    ),
    "challenge_sol": lambda n: (
        f"::: challenge\n\n## Which\n\n- [x] a\n- [ ] b\n\n::: solution\nx\n\n{n}\n:::\n:::"
    ),
    "challenge_plain": lambda n: (
        f"::: challenge\n\n## Which\n\ntext\n\n{n}\n\n::: solution\nx\n:::\n:::"
    ),
    "admonition": lambda n: f'!!! note "N"\n    Text\n\n{indent(n, " " * 4)}',
    "admq": lambda n: f'??? note "N"\n    Text\n\n{indent(n, " " * 4)}',
    "details": lambda n: f"<details><summary>More</summary>\n\n{n}\n\n</details>",
    "list": lambda n: f"- one\n\n{indent(n, ' ' * 2)}\n\n- two",
    "olist": lambda n: f"1. one\n\n{indent(n, ' ' * 3)}\n\n2. two",
    "nestedlist": lambda n: f"1. one\n\n   - x\n\n{indent(n, ' ' * 5)}\n\n2. two",
    "table": lambda n: f"| a | b |\n|---|---|\n| {' '.join(n.split())} | c |",
    "footnote": lambda n: f"Text[^f].\n\n[^f]: Note\n\n{indent(n, ' ' * 4)}",
    "tabs": lambda n: f"::: group-tab\n\n## A\n\n{n}\n\n## B\n\ntext\n:::",
    "callout": lambda n: f"::: callout\n\n{n}\n:::",
    "objectives": lambda n: f"::: objectives\n- a\n\n{n}\n:::",
    "glossary": lambda n: f"::: glossary\nTerm\n: Def\n\n{indent(n, ' ' * 4)}\n:::",
    "dl": lambda n: f"Term\n: Def\n\n{indent(n, ' ' * 4)}",
    "quote": lambda n: quoted(f"Quoted\n\n{n}"),
    "divhtml": lambda n: f"<div>\n\n{n}\n\n</div>",
    "inlinep": lambda n: f"<p>\n{n}\n</p>",
    "checklist": lambda n: f"::: checklist\n- [ ] a\n\n{indent(n, ' ' * 2)}\n:::",
    "unclosed_q": lambda n: f"::: question\nQ?\n\n- [x] a\n- [ ] b\n\n{n}",
    "unclosed_call": lambda n: f"::: callout\ntext\n\n{n}",
    "unclosed_details": lambda n: f"<details><summary>M</summary>\n\n{n}",
    "unclosed_list": lambda n: f"- a\n  ::: callout\n{indent(n, ' ' * 2)}",
    "aftersolution": lambda n: f"::: solution\ntext\n\n{n}\n\nafter",
}
"""Where a note may stand."""


def read_by_learners(made: CompiledModule) -> str:
    """All that is compiled but notes and pages for facilitators."""
    read: list[Any] = [made.about, made.summary, made.outcomes]
    for each in made.pages:
        if each.section != "facilitators":
            read += [each.title, each.slug, each.text, each.headings]
            read += [piece.get("html") for piece in each.body]
            read += [(block.key, block.data) for block in each.blocks if block.kind != "note"]
    return str(read)


@pytest.mark.parametrize("place", PLACES)
def test_a_note_is_kept_from_learners_wherever_it_stands(tmp_path: Path, place: str) -> None:
    for name in ("div", "details", "attrspan", "inlinefn", "misspelt"):
        kept_from_learners(tmp_path / name, PLACES[place](NOTES[name]))


@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_kept_from_learners_however_it_is_written(tmp_path: Path, name: str) -> None:
    for place in ("bare", "question", "list", "table", "footnote", "callout"):
        kept_from_learners(tmp_path / place, PLACES[place](NOTES[name]))


def test_code_that_is_for_facilitators_by_its_class_is_an_error(tmp_path: Path) -> None:
    kept_from_learners(tmp_path, f"``` {{.instructor}}\n{S}\n```")


def kept_from_learners(folder: Path, text: str) -> None:
    """Either there is an error and nothing is published, or only facilitators get the words."""
    for files in (
        {"01-a.md": f"{PAGE}Text.\n\n{text}\n"},
        {"module.md": f"{MODULE}\n{text}\n", "01-a.md": PAGE + "a"},
    ):
        compilation = module(folder, files)
        if not compilation.errors:
            assert compilation.module is not None
            assert "SECRET" not in read_by_learners(compilation.module), text
            assert "SECRET" in str(compilation.module), text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("::: instuctor\nx\n:::", "There is no block called “instuctor”."),
        ("A ::: instructor line", "“::: instructor line” keeps nothing from learners here."),
        ("Text\n{: .instructor}", "“{: .instructor}” keeps nothing from learners here."),
        (
            "Text\n\n    <div class='instructor'>a</div>",
            "“<div class='instructor” keeps nothing from learners here.",
        ),
        ("- a\n\n        ::: instructor", "“::: instructor” keeps nothing from learners here."),
        ("## Plan {.instructor}", "Only a block can be kept from learners."),
        ("a <div class='instructor'>b", "“<div>” is opened here and never closed."),
        ("::: instructor\na\n:::\nb\n:::", "This ::: closes nothing."),
        (
            "::: question\nQ?\n::: instructor\na\n:::",
            "“::: question” is opened here and never closed.",
        ),
    ],
)
def test_what_cannot_be_kept_from_learners_is_an_error(
    tmp_path: Path, text: str, fault: str
) -> None:
    _, compilation = page(tmp_path, text)
    assert f"error {fault}" in " ".join(told(compilation))


@pytest.mark.parametrize(
    "text",
    [
        "std::speaker, really?? Speakers say so!! Coach, too.", "```\n::: instructor\n```",
        "`{.instructor}`", "::: instructions\nDo it.\n:::", "{.lead}", "a ::: b",
    ],
)  # fmt: skip
def test_other_words_are_no_notes(tmp_path: Path, text: str) -> None:
    made, compilation = page(tmp_path, text)
    assert not compilation.errors
    assert not [block for block in made.blocks if block.kind == "note"]
