"""A Sandpaper lesson is compiled as it stands."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pdportal.modules.compiler.compile import Compilation, compile_folder
from tests.modules.compiler.folders import PNG, html, whole, write

CONFIG = """# The lesson
title: 'Seeing Thinking'
lang: en
license: 'CC-BY 4.0'
keywords: 'lesson, questions, The Carpentries'
episodes:
- 01-start.md
- 02-pause.md
- 05-listen.md
learners:
instructors:
- notes.md
profiles:
"""
INDEX = """---
site: sandpaper::sandpaper_site
---

A lesson for people who want to hear what their students think. It takes an afternoon. See the
[first part](episodes/01-start.md) and the [licence][lic].

:::::::::::::::::::::::::::::::: instructor
### Before you teach it
Bring paper.
:::::::::::::::::::::::::::::::::

[lic]: LICENSE.html
"""
START = """---
title: "Start *here*"
teaching: 20
exercises: 15
---

:::::::::::::::::::::::::::::::::::::: objectives

- Hear one thing a student thinks.

::::::::::::::::::::::::::::::::::::::::::::::::

## A class in Lima

Rosa asks; she waits --- and then:
1. she counts,
2. she looks
  at the window,
  - not at the clock

![Rosa's [class](02-pause#the-gap)](fig/class.png){alt='A room with "six" tables' width="300px" }

:::::::::::::::::::::::::::::::::::::: challenge

## Count

Look at the [glossary](../learners/reference.md#wait-time), then count. See also [notes](notes.md).

:::: solution
### What we saw
- three
:::

:::::::::::::::::::::::::::::::::::::::::::::

:::::::::::::::instructor
Do not hurry them.
:::::::::::::::

[pdf]: files/plan.pdf
"""
PAUSE = """---
title: Pause
teaching: 0
exercises: 0
break: 15
---

## The gap

Stand up. The [plan][pdf] is [here](https://example.org/a_b_c).
"""
REFERENCE = "---\ntitle: Glossary\n---\n\n## Wait time\n\nThe seconds after a question.\n"
FILES: dict[str, str | bytes] = {
    "config.yaml": CONFIG,
    "index.md": INDEX,
    "LICENSE.md": "---\ntitle: Licence\n---\nCC BY.",
    "links.md": "[pdf]: https://example.org/plan.pdf\n",
    "AUTHORS": "Rosa Quispe\nAmir Haddad\n",
    "episodes/01-start.md": START,
    "episodes/02-pause.md": PAUSE,
    "episodes/05-listen.md": "---\ntitle: Listen\nteaching: 10\nexercises: 5\n---\nListen.",
    "episodes/fig/class.png": PNG,
    "learners/reference.md": REFERENCE,
    "instructors/notes.md": "---\ntitle: Notes\n---\nSee [the start](01-start.html).",
}


@pytest.fixture
def lesson(tmp_path: Path) -> Compilation:
    """The lesson above, compiled."""
    return compile_folder(write(tmp_path / "seeing-thinking", FILES))


def test_the_config_gives_title_order_and_parts(lesson: Compilation) -> None:
    made = whole(lesson)
    assert lesson.errors == []
    assert (made.slug, made.title, made.licence) == (
        "seeing-thinking",
        "Seeing Thinking",
        "CC-BY 4.0",
    )
    assert made.skills == ["questions"]
    assert made.authors == ["Rosa Quispe", "Amir Haddad"]
    assert [(p.slug, p.section) for p in made.pages] == [
        ("start", "page"),
        ("pause", "page"),
        ("listen", "page"),
        ("reference", "extra"),
        ("license", "extra"),
        ("facilitator-notes", "facilitators"),
        ("notes", "facilitators"),
    ]
    assert [(p.minutes, p.break_minutes) for p in made.pages[:3]] == [(35, 0), (0, 15), (15, 0)]
    assert made.minutes == 50
    assert made.pages[0].title == "Start here"


def test_the_start_page_tells_what_it_is_about_and_keeps_its_notes_apart(
    lesson: Compilation,
) -> None:
    made = whole(lesson)
    assert made.summary.startswith("A lesson for people who want to hear")
    assert "Bring paper" not in made.about
    assert "Bring paper" in made.pages[5].blocks[0].data["html"]
    assert 'href="/learn/seeing-thinking/license"' in made.about


def test_links_in_all_forms_lead_to_their_pages(lesson: Compilation) -> None:
    start, pause = whole(lesson).pages[:2]
    assert 'href="/learn/seeing-thinking/reference#wait-time"' in html(start)
    assert 'href="/learn/seeing-thinking/pause#the-gap"' in html(start)
    assert 'href="https://example.org/plan.pdf"' in html(pause)
    assert 'href="https://example.org/a_b_c"' in html(pause)
    assert 'href="/learn/seeing-thinking/start"' in html(whole(lesson).pages[6])


def test_only_the_link_to_the_facilitators_page_is_told(lesson: Compilation) -> None:
    line = START.split("\n").index("## Count") + 3
    (problem,) = lesson.problems
    assert (problem.line, problem.level) == (line, "warning")
    assert problem.message == "The link notes.md leads to a page that only facilitators can open."


def test_challenges_stay_boxes_with_their_hidden_solutions(lesson: Compilation) -> None:
    made = html(whole(lesson).pages[0])
    assert '<div class="callout callout-challenge">' in made
    assert "<summary>Solution: <span" in made
    assert ":::" not in made
    assert "[[note]]" in made
    assert "hurry" not in made


def test_a_caption_is_shown_below_its_picture(lesson: Compilation) -> None:
    made = html(whole(lesson).pages[0])
    assert 'alt="A room with &quot;six&quot; tables" width="300" height="150"' in made
    assert "<figcaption>Rosa’s <a" in made


def test_lists_right_after_a_paragraph_are_lists(lesson: Compilation) -> None:
    made = html(whole(lesson).pages[0]).replace("\n", "")
    assert "<li>she looksat the window,<ul><li>not at the clock</li></ul></li>" in made


def test_a_page_that_the_config_names_and_nobody_wrote_is_an_error(tmp_path: Path) -> None:
    config = CONFIG.replace("02-pause", "02-puase")
    made = compile_folder(write(tmp_path / "x", {**FILES, "config.yaml": config}))
    assert [p.message for p in made.errors] == ["The page episodes/02-puase.md is not there."]
    assert made.errors[0].hint == "Did you mean “02-pause.md”?"


def test_a_config_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    made = compile_folder(write(tmp_path / "x", {**FILES, "config.yaml": "title: 'a\n- b"}))
    assert made.module is None
    assert made.errors


def test_whatever_happens_to_the_files_nothing_is_raised(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 -- the same every time
    bits = [
        ":::", "::: question\n", "```\n", "- [x] ", "> ", "[^1]: ", "![a](b){", "$$", "<div>\n",
        "</details>", "<!--", "{#a}", "|a|b|\n|-|-|\n", "\t", "\n\n", "[", "](", "\x00", "---\n",
        "*", "`", "::: task {#a}\n", "\ue000D0\ue001", "\u2028", "# ", ": x\n", "&#0;", "!!! a\n",
    ]  # fmt: skip
    texts = [START, PAUSE, INDEX, REFERENCE]
    for number in range(40):
        files = dict(FILES)
        for name in ("episodes/01-start.md", "index.md", "config.yaml"):
            text = str(files[name]) if name == "config.yaml" else chance.choice(texts)
            for _ in range(chance.randrange(1, 12)):
                place = chance.randrange(len(text) + 1)
                cut = chance.randrange(30) if chance.random() < 0.4 else 0
                text = text[:place] + chance.choice(bits) + text[place + cut :]
            files[name] = text
        made = compile_folder(write(tmp_path / f"x{number}", files))
        for page in made.module.pages if made.module else []:
            assert "\ue000" not in html(page)
            assert "<script" not in html(page)
