"""Help says what the pages say, and everybody may read it."""

from __future__ import annotations

import re

import pytest

from pdportal.content.problems import Problem
from pdportal.content.read import read_markdown
from pdportal.content.source import read_source
from pdportal.help.reading import FOLDER, Reader, read_page
from tests.conftest import Visit
from tests.people import World
from tests.test_words import TEMPLATES

CODE = TEMPLATES.parent
FILES = [FOLDER / f"{reader}.md" for reader in Reader if reader is not Reader.WORDS]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_help_calls_a_button_is_called_so(file):
    sources = [*TEMPLATES.rglob("*.html"), *CODE.rglob("*.py")]
    words = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    bold = re.findall(r"\*\*(.+?)\*\*", file.read_text(encoding="utf-8"))
    named = [name for name in bold if not name.endswith(".")]
    assert named
    assert [name for name in named if f'"{name}"' not in words] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_help_has_no_faults(file):
    source, faults = read_source(file)
    problems: list[Problem] = [*faults, *read_markdown(source.body).problems]
    assert problems == []


def test_everybody_begins_with_the_page_for_them(world: World, visit: Visit):
    for person, page in (
        (world.ada, "teachers"),
        (world.cora, "coaches"),
        (world.lee, "leads"),
        (None, "teachers"),
    ):
        assert visit(person).get("/help").headers["Location"].endswith(f"/help/{page}")


def test_a_page_of_help_leads_to_the_others(world: World, visit: Visit):
    for reader in Reader:
        page = visit(None).get(f"/help/{reader}")
        assert page.status_code == 200
        assert all(f'href="/help/{other}"' in page.text for other in Reader)
    assert visit(world.ada).get("/help/students").status_code == 404


def test_help_is_in_the_menu(world: World, visit: Visit):
    assert 'href="/help"' in visit(world.ada).get("/account").text


WORDS = read_page(Reader.WORDS)
NOT_BUILT = {"Credit", "Cycle", "Framework", "Level", "Placement", "Slot", "Visit"}


def test_the_glossary_is_a_page_whose_words_have_addresses(world: World, visit: Visit):
    page = visit(None).get("/help/words").text
    assert '<dt id="focus-question">Focus question</dt>' in page
    assert 'href="#focus-question"' in page
    assert len(WORDS.sections) > 20
    assert all(section.text for section in WORDS.sections)


def test_the_glossary_has_no_words_for_what_is_not_built():
    assert {section.heading for section in WORDS.sections}.isdisjoint(NOT_BUILT)


def test_links_to_words_find_them():
    content = FOLDER.parents[1] / "content" / "modules"
    known = {section.address for section in WORDS.sections}
    files = [*content.rglob("*.md"), *TEMPLATES.rglob("*.html"), *FOLDER.glob("*.md")]
    linked = {
        name
        for file in files
        for name in re.findall(
            r"/help/words#([\w-]+)|explained\(\"([\w-]+)\"", file.read_text(encoding="utf-8")
        )
        for name in name
        if name
    }
    assert len(linked) >= 5
    assert linked <= known
