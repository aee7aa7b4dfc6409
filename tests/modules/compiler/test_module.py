"""A folder of our own becomes a module."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from pdportal.modules.compiler.compile import compile_folder
from pdportal.modules.compiler.prerequisites import check_prerequisites, check_protocols
from tests.modules.compiler.folders import MODULE, PAGE, SVG, html, module, page, told, whole, write


def test_a_module_has_its_settings_and_its_numbered_pages_in_order(tmp_path: Path) -> None:
    settings = """---
title: Waiting well
summary: Leave room for thought.
skills: [questions, discussion]
language: en
hours: 1.5
audience: Teachers of any subject
outcomes:
  - Wait three seconds
authors: [Ada Okafor]
licence: CC BY 4.0
---
What this is *about*.
"""
    made = module(
        tmp_path,
        {
            "module.md": settings,
            "10-last.md": "---\ntitle: Last\nminutes: 7\n---\nBye.",
            "02-wait-time.md": "---\ntitle: Wait time\nminutes: 5\n---\nHello.",
        },
    )
    assert told(made) == []
    compiled = whole(made)
    assert (compiled.slug, compiled.title, compiled.hours) == ("waiting", "Waiting well", 1.5)
    assert compiled.skills == ["questions", "discussion"]
    assert compiled.about == "<p>What this is <em>about</em>.</p>"
    assert [(p.slug, p.minutes, p.section) for p in compiled.pages] == [
        ("wait-time", 5, "page"),
        ("last", 7, "page"),
    ]
    assert compiled.minutes == 12
    assert not made.errors
    json.dumps(asdict(compiled))


def test_the_order_of_pages_may_be_given(tmp_path: Path) -> None:
    settings = MODULE.replace("---\nWhat", "pages: [b.md, a.md]\n---\nWhat")
    made = module(tmp_path, {"module.md": settings, "a.md": PAGE + "A", "b.md": PAGE + "B"})
    assert [p.slug for p in whole(made).pages] == ["b", "a"]


def test_two_pages_of_one_name_keep_their_numbers(tmp_path: Path) -> None:
    made = module(tmp_path, {"01-break.md": PAGE + "a", "02-break.md": PAGE + "b"})
    assert [p.slug for p in whole(made).pages] == ["01-break", "02-break"]


def test_the_hash_depends_on_all_that_was_read_and_on_nothing_else(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"01-a.md": PAGE + "[l](l.csv)", "l.csv": "a,b"}
    one = whole(module(tmp_path / "x", files)).content_hash
    assert one == whole(module(tmp_path / "y", files)).content_hash
    assert one == whole(module(tmp_path / "z", {**files, "unused.csv": "1"})).content_hash
    assert one != whole(module(tmp_path / "w", {**files, "l.csv": "a,c"})).content_hash


def test_a_page_for_facilitators_is_marked(tmp_path: Path) -> None:
    made = module(
        tmp_path,
        {"01-a.md": PAGE + "a", "02-b.md": "---\ntitle: B\naudience: facilitators\n---\nb"},
    )
    assert [p.section for p in whole(made).pages] == ["page", "facilitators"]


def test_search_finds_what_learners_read_and_no_note_for_facilitators(tmp_path: Path) -> None:
    made, _ = page(
        tmp_path, "Words.\n\n::: instructor\nSecret.\n:::\n\n::: solution\nHidden.\n:::\n"
    )
    assert made.text == "Words.\nHidden."
    assert "Secret" not in html(made)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("title: Waiting well\n", "module.md:1 error The module has no title."),
        ("hours: many\n", "module.md:5 error “hours” should be a number, not “many”."),
        ("summry: x\n", "module.md:5 warning There is no setting “summry”."),
        ("pages: [01-a.md, 02-b.md]\n", "module.md:5 error The page 02-b.md is not there."),
        ("prerequisites: [waiting]\n", "module.md:5 error A module cannot ask for itself first."),
    ],
)
def test_faults_in_settings_are_told_at_their_line(
    tmp_path: Path, change: str, problem: str
) -> None:
    settings = (
        MODULE.replace(change, "")
        if change in MODULE
        else MODULE.replace("---\nWhat", f"{change}---\nWhat")
    )
    assert problem in told(module(tmp_path, {"module.md": settings, "01-a.md": PAGE + "a"}))


def test_a_module_without_pages_is_an_error(tmp_path: Path) -> None:
    assert told(module(tmp_path, {})) == ["module.md:1 error The module has no page."]


def test_a_page_without_a_title_is_an_error_and_without_minutes_a_warning(tmp_path: Path) -> None:
    assert told(module(tmp_path, {"01-a.md": "---\nminutes:\n---\nHello"})) == [
        "01-a.md:1 error This page has no title.",
        "01-a.md:1 warning There are no minutes; reading takes about 1.",
    ]


def test_a_file_that_is_not_a_page_is_told(tmp_path: Path) -> None:
    made = module(tmp_path, {"01-a.md": PAGE + "a", "more.md": "x", "README.md": "x"})
    assert told(made) == ["more.md:1 warning This file is not a page."]


def test_a_folder_that_is_nothing_we_know_is_an_error(tmp_path: Path) -> None:
    assert compile_folder(tmp_path).module is None
    assert len(compile_folder(tmp_path / "gone").errors) == 1


def test_a_page_in_another_encoding_is_an_error_at_its_line(tmp_path: Path) -> None:
    made = module(tmp_path, {"01-a.md": (PAGE + "caf").encode() + b"\xe9"})
    assert told(made) == ["01-a.md:5 error A character here is not UTF-8."]


def test_modules_that_ask_for_one_another_are_an_error_with_the_whole_circle(
    tmp_path: Path,
) -> None:
    def asking(slug: str, wanted: str) -> str:
        return MODULE.replace("---\nWhat", f"prerequisites:\n  - {wanted}\n---\nWhat")

    made = [
        compile_folder(
            write(tmp_path / slug, {"module.md": asking(slug, wanted), "01-a.md": PAGE + "a"})
        )
        for slug, wanted in [("one", "two"), ("two", "three"), ("three", "one"), ("four", "onne")]
    ]
    lines = {each.module.slug: each.prerequisite_lines for each in made if each.module}
    found = [problem for _, problem in check_prerequisites(lines, {}, missing="warning")]
    assert [(Path(p.path).parent.name, p.line, p.message, p.hint) for p in found] == [
        ("four", 6, "There is no module “onne”.", "Did you mean “one”?"),
        (
            "one",
            6,
            "These modules ask for one another: one → two → three → one.",
            "Take one of the prerequisites out.",
        ),
    ]
    four = {"four": lines["four"]}
    assert list(check_prerequisites(four, {"onne": []}, missing="warning")) == []


def test_a_language_that_is_none_is_an_error_with_its_code(tmp_path: Path) -> None:
    text = MODULE.replace("---\nWhat", "language: english\n---\nWhat")
    compilation = module(tmp_path, {"module.md": text, "01-a.md": PAGE + "a"})
    (fault,) = compilation.problems
    assert (fault.is_error, fault.line) == (True, 5)
    assert (fault.message, fault.hint) == ("“english” is no language.", "Write “en”.")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('::: task {title="T" protocl=tag}', "error “protocl” means nothing to a task."),
        ('::: task {titel="T" protocol=tag}', "error “titel” means nothing to a task."),
        ("::: question {kinds=choice}", "error “kinds” means nothing to a question."),
        ("::: reflection {colour=red}", "warning “colour” means nothing to a reflection."),
        ("::: tip {tilte=Hm}", "error “tilte” means nothing to a tip."),
        ("![A](a.svg){atl=words}", "error “atl” means nothing to a picture."),
    ],
)
def test_a_misspelt_attribute_is_found(tmp_path: Path, text: str, fault: str) -> None:
    closed = f"{text}\nDo it.\n:::\n" if text.startswith(":") else f"{text}\n"
    _, compilation = page(tmp_path, closed, a_svg=SVG)
    (found,) = [each for each in told(compilation) if "means nothing" in each]
    assert fault in found


def test_attributes_of_other_tools_are_passed_over(tmp_path: Path) -> None:
    text = (
        "::: callout-note {collapse=true icon=false #x .y}\nHm.\n:::\n\n![A](a.svg){fig-align=left}"
    )
    _, compilation = page(tmp_path, text, a_svg=SVG)
    assert told(compilation) == []


def test_protocols_that_are_nowhere_are_told(tmp_path: Path) -> None:
    text = '::: task {title="T" protocol=tga}\nDo it.\n:::\n'
    _, compilation = page(tmp_path, text)
    assert [name for name, _path, _line in compilation.protocols] == ["tga"]
    (near,) = check_protocols(compilation.protocols, {"tag", "tuning"})
    assert (near.is_error, near.line, near.hint) == (True, 5, "Did you mean “tag”?")
    (far,) = check_protocols(compilation.protocols, {"tuning"})
    assert not far.is_error
    assert not list(check_protocols(compilation.protocols, {"tga"}))
