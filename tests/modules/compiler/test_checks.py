"""A check is compiled with its module; what does not fit is told at its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdportal.modules.compiler import cache
from pdportal.modules.compiler.compile import Compilation, compile_folder
from pdportal.modules.compiler.model import CompiledCheck
from tests.modules.compiler.folders import PAGE, write
from tests.modules.given import CHECK

DOCS = Path(__file__).parents[3] / "docs" / "writing-modules.md"
ABOUT = """---
title: Waiting well
summary: Leave room for thought.
outcomes: [Wait three seconds]
skills: [questioning, talk]
---
"""


def compiled(tmp_path: Path, check: str, about: str = ABOUT, **more: str) -> Compilation:
    """A module of one page with this check."""
    files: dict[str, str | bytes] = {
        "module.md": about,
        "01-one-second.md": PAGE + "## Three seconds\nWait.\n",
        "check.md": check,
        **{name.replace("_", "-") + ".md": text for name, text in more.items()},
    }
    return compile_folder(write(tmp_path / "waiting", files))


def only(compilation: Compilation) -> CompiledCheck:
    assert compilation.module is not None, compilation.problems
    (check,) = compilation.module.checks
    return check


def test_a_check_has_parallel_forms_and_help_by_skill(tmp_path: Path) -> None:
    compilation = compiled(tmp_path, CHECK)
    assert not compilation.problems
    check = only(compilation)
    assert (check.key, check.needed, check.each_skill, check.exempts) == ("check", 1, True, True)
    assert (check.required, check.again_days, check.skills) == (False, 21, ["questioning", "talk"])
    assert "Nobody else" in check.intro
    assert "Form" not in check.intro
    assert [form["name"] for form in check.forms] == ["A", "B"]
    for form in check.forms:
        assert [question["skill"] for question in form["questions"]] == check.skills
        keys = [piece["block"] for piece in form["body"] if "block" in piece]
        assert keys == [question["key"] for question in form["questions"]]
    kinds = {line["title"]: line["kind"] for lines in check.help.values() for line in lines}
    assert kinds == {
        "Three seconds": "page",
        "Another module": "module",
        "Watch a colleague": "do",
        "Rowe": "resource",
    }
    assert check.help["questioning"][0]["url"] == "/learn/waiting/one-second#three-seconds"
    assert check.help["questioning"][0]["why"] == "It has an exercise."
    assert [page.slug for page in compilation.module.pages] == ["one-second"]  # type: ignore[union-attr]


def test_the_example_in_the_guide_compiles(tmp_path: Path) -> None:
    example = re.search(r"## Checks\n.*?~~~\n(.*?)\n~~~", DOCS.read_text("utf-8"), re.DOTALL)
    assert example is not None
    about = ABOUT.replace("questioning, talk", "questioning")
    assert not compiled(tmp_path, example[1], about).problems


def test_a_check_is_read_from_the_cache_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = compiled(tmp_path, CHECK)
    assert cache.compile_cached(tmp_path / "waiting") == first
    assert cache.compile_cached(tmp_path / "waiting").module == first.module


def test_a_page_called_check_that_the_module_names_stays_a_page(tmp_path: Path) -> None:
    about = ABOUT.replace("skills:", "pages: [01-one-second.md, check.md]\nskills:")
    module = compiled(tmp_path, PAGE + "Look at your list.\n", about).module
    assert module is not None
    assert not module.checks
    assert [page.slug for page in module.pages] == ["one-second", "check"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("met: 1 per skill\n", "", "does not say when it is met"),
        ("met: 1 per skill", "met: often", "“often” does not say when"),
        ("met: 1 per skill", "met: 2 per skill", "2 right answers are asked for; there are 1"),
        ("met: 1 per skill", "met: 3", "3 right answers are asked for; there are 2"),
        ("exempts: true", "exempts: perhaps", "should be true or false"),
        ("again: 21", "again: 0", "no number of days"),
        ("## Form B", "## Second", "two forms or more"),
        ('#b1 skill="questioning"', '#b1 skill="talk"', "Here Form B asks about “talk”"),
        ('#b1 skill="questioning"', "#b1", "does not say its skill"),
        ('#a1 skill="questioning"', '#a1 skill="questionning"', "is no skill of this module"),
        ("## Form B", "## Form B\n\n::: reflection\nThink.\n:::\n", "A check has no reflection"),
        ("Two cases", "::: question {#x}\nWhat?\n:::\n\nTwo", "stands before the first form"),
        (": it has an exercise.", "", "does not say what helps, and why"),
        ('::: help {skill="talk"}', '::: help {skill="tolk"}', "Nothing says what helps"),
        ("## Help", "## Help\n\nSomewhere.", "stands below Help and in no ::: help"),
        ("Two cases", "::: instructor\nHush.\n:::\n\nTwo", "in a check is left out"),
        ("levels: {talk: 3}", "levels: {talk: high}", "no number from 1 to 20"),
        ("levels: {talk: 3}", "levels: {walk: 3}", "has a level and no question"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    changed = CHECK.replace(old, new, 1)
    problems = compiled(tmp_path, changed).problems
    assert all(problem.path.endswith("check.md") for problem in problems)
    assert any(said in problem.message for problem in problems)


def test_forms_of_another_length_are_told(tmp_path: Path) -> None:
    short = CHECK[: CHECK.index("::: question {#b2")] + CHECK[CHECK.index("## Help") :]
    said = [problem.message for problem in compiled(tmp_path, short).errors]
    assert "Form B has 1 questions, Form A has 2." in said


def test_help_on_a_page_is_a_plain_box_and_told(tmp_path: Path) -> None:
    page = PAGE + '::: help {skill="talk"}\n- Read.\n:::\n'
    compilation = compiled(tmp_path, CHECK, **{"02-two": page})
    assert [each.message for each in compilation.problems] == ["A help stands in a check only."]
