"""What a module gives its readers to take to class."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdportal.modules.compiler.mirror import check_mirror
from tests.modules.compiler.folders import PAGE, module, page, told

DOCS = Path(__file__).parents[3] / "docs" / "writing-modules.md"


def test_the_mirrors_of_the_manual_are_pages_for_two_bands_of_grades(tmp_path: Path) -> None:
    examples = re.findall(r"(?ms)^~~~\n(.*?)^~~~$", DOCS.read_text("utf-8"))
    (example,) = [text for text in examples if "::: mirror" in text]
    made, compilation = page(tmp_path, example)
    assert told(compilation) == []
    assert [(block.kind, block.data["grades"]) for block in made.blocks] == [
        ("mirror", "K–5"),
        ("mirror", "6–12"),
    ]
    young, old = made.blocks
    assert (young.key, young.data["title"]) == ("our-second-of-quiet", "Our second of quiet")
    assert young.data["html"].startswith("<p>When somebody asks")
    assert "<table>" in old.data["html"]
    assert list(check_mirror(tmp_path / "waiting", compilation)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mirror\nWords.", "5 error This mirror does not say for which grades it is."),
        ('mirror {grades="K-5"}', "5 error This mirror has no words."),
        ('mirror {grade="K-5"}\nWords.', "5 error “grade” means nothing to a mirror."),
        (f'mirror {{grades="{"K" * 41}"}}\nWords.', "5 error The grades of this mirror are too"),
        (
            'mirror {grades="K-5"}\n' + "word " * 351,
            "5 warning This mirror has 351 words and may not print on one page.",
        ),
        (
            'mirror {grades="K-5"}\nWords.\n\n:::: reflection\nWhose?\n::::',
            "8 warning A reflection inside a mirror is shown as text.",
        ),
    ],
)
def test_faults_in_mirrors_are_told_at_their_line(tmp_path: Path, text: str, problem: str) -> None:
    _made, compilation = page(tmp_path, f"::: {text}\n:::")
    assert any(each.startswith(f"01-first.md:{problem}") for each in told(compilation))


def test_a_note_for_facilitators_never_gets_onto_the_sheet(tmp_path: Path) -> None:
    text = '::: mirror {grades="6-12"}\nWrite.\n\n:::: instructor\nWatch the back row.\n::::\n:::'
    made, _compilation = page(tmp_path, text)
    mirror, note = made.blocks
    assert mirror.data["html"] == "<p>Write.</p>"
    assert (note.kind, note.data["html"]) == ("note", "<p>Watch the back row.</p>")


def test_a_module_without_a_mirror_is_hinted_at(tmp_path: Path) -> None:
    compilation = module(tmp_path, {"01-first.md": PAGE + "Words."})
    (hint,) = check_mirror(tmp_path / "waiting", compilation)
    assert (hint.level, hint.is_error) == ("hint", False)
    assert "::: mirror" in hint.hint
