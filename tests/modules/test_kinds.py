"""Every kind of question: as its documentation has it, with any answer, and told what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdportal.modules import questions
from pdportal.modules.compiler.compile import compile_folder
from pdportal.modules.questions.kind import Tries
from tests.modules.given import plain_page, write_module

DOCS = Path(__file__).parents[2] / "docs" / "writing-modules.md"
SECTION = DOCS.read_text("utf-8").split("## Kinds of question\n")[1].split("\n## ")[0]
EXAMPLES = re.findall(r"^~~~\n(.*?)^~~~", SECTION, re.MULTILINE | re.DOTALL)
NEXT = plain_page("Next", "## Heading\n\nHere.")


def compiled(folder: Path, *texts: str) -> tuple[list[questions.kind.Data], list[str]]:
    """The questions of a page, and what is wrong with it."""
    pages = {"01-one.md": plain_page("One", "\n".join(texts)), "03-next-page.md": NEXT}
    made = compile_folder(write_module(folder, pages=pages))
    said = [str(problem).partition("01-one.md:")[2] for problem in made.problems]
    assert made.module is not None
    return [block.data for block in made.module.pages[0].blocks], said


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> list[questions.kind.Data]:
    """The examples of the documentation, compiled."""
    found, said = compiled(tmp_path_factory.mktemp("documented"), *EXAMPLES)
    assert said == []
    return found


def test_each_kind_has_an_example_in_the_documentation(documented):
    kinds = [questions.kind_of(data).name for data in documented]
    assert sorted(kinds) == sorted([*questions.KINDS, "choice"]), "one right, and several"


def test_what_an_example_calls_right_is_right_and_nothing_gives_it_away(documented):
    for data in documented:
        kind = questions.kind_of(data)
        before = kind.shown(data, Tries())
        assert before["explanation"] == ""
        right = kind.solution(data)
        if not kind.is_judged:
            assert right is None
            continue
        assert kind.judge(data, kind.check(data, right)).verdict is True, kind.name
        assert kind.say(data, right)
