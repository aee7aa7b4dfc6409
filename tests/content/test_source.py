"""Front matter: read safely, and every fault has its line."""

from pathlib import Path

import pytest

from pdportal.content.problems import Problem
from pdportal.content.source import parse_source, read_source


def problems_of(text: str | bytes) -> list[tuple[int, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(p.line, p.message) for p in parse_source(data, "page.md")[1]]


def test_a_page_has_settings_with_their_lines_and_a_text_with_its_first_line() -> None:
    source, problems = parse_source(b"---\ntitle: Wait\nminutes: 9\n---\n\nText\n", "page.md")
    assert problems == []
    assert source.meta == {"title": "Wait", "minutes": 9}
    assert source.meta_lines == {"title": 2, "minutes": 3}
    assert (source.body, source.first_line) == ("\nText\n", 5)


def test_a_problem_reads_like_a_line_of_a_compiler() -> None:
    problem = Problem("a/b.md", 7, "error", "There is no title.", "Write one.")
    assert str(problem) == "a/b.md:7: error: There is no title. Write one."


def test_byte_order_marks_and_line_ends_of_windows_change_nothing() -> None:
    source, problems = parse_source("\ufeff---\r\ntitle: Ünder\r\n---\r\nA\r\nB".encode(), "p.md")
    assert problems == []
    assert source.meta["title"] == "Ünder"
    assert source.body == "A\nB"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: one: two\n---\n", 2),
        ("---\ntitle: ok\n\tminutes: 3\n---\n", 3),
        ('---\ntitle: "open\nminutes: 3\n---\n', 2),
        ("---\ntitle: a\ntitle: b\n---\n", 3),
        ("---\n- a\n- b\n---\n", 2),
        ("---\ntitle: never closed\n", 1),
        ("no front matter\n", 1),
        ("\n\n---\ntitle: late\n---\n", 3),
        ("---\ntitle: !!python/object/apply:os.system [ls]\n---\n", 2),
        ("---\na: &x [1]\nb: *x\n---\n", 3),
        ("---\nwhen: 2024-13-99\n---\n", 2),
    ],
)
def test_faults_in_settings_are_told_with_their_line(text: str, line: int) -> None:
    assert [at for at, _ in problems_of(text)] == [line]


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["---", "a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefg", "bcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    source, problems = parse_source("\n".join([*lines, "---", ""]).encode(), "p.md")
    assert source.meta == {}
    assert [p.line for p in problems] == [3]


def test_settings_nested_five_hundred_deep_are_refused() -> None:
    found = problems_of("---\na: " + "[" * 500 + "]" * 500 + "\n---\n")
    assert found == [(2, "These settings are nested too deep.")]


def test_other_encodings_are_told_at_the_character_and_the_rest_is_read() -> None:
    source, problems = parse_source(b"---\ntitle: a\n---\nfine\ncaf\xe9\n", "p.md")
    assert [p.line for p in problems] == [5]
    assert "fine" in source.body
    assert problems_of("---\n".encode("utf-16")) == [(1, "This file is saved as UTF-16.")]


def test_files_and_lines_too_large_to_be_pages_are_refused() -> None:
    assert problems_of(b"x" * 2_000_001) == [(1, "This file is larger than 2 MB.")]
    assert problems_of("---\nt: 1\n---\nok\n" + "x" * 30_000)[0][0] == 5


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    source, problems = read_source(tmp_path / "gone.md")
    assert source.body == ""
    assert len(problems) == 1
    assert problems[0].is_error


def test_invisible_characters_are_taken_out() -> None:
    source, problems = parse_source(b"---\nt: 1\n---\na\x07b", "p.md")
    assert source.body == "ab"
    assert [p.line for p in problems] == [4]
