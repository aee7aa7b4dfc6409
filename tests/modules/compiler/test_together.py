"""`::: together` as authors write it: what it becomes, and what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdportal.modules.compiler.compile import Compilation, compile_folder
from tests.modules.compiler.folders import MODULE, PAGE
from tests.modules.compiler.test_checks import DOCS
from tests.modules.together.given import TOGETHER

ONE = """::: question {{#q{n}}}
What {n}?

- [x] This.
    > Yes.
- [ ] That.
    > No.
:::

"""


def compiled(tmp_path: Path, text: str) -> Compilation:
    folder = tmp_path / "waiting"
    folder.mkdir()
    (folder / "module.md").write_text(MODULE, "utf-8")
    (folder / "01-one-second.md").write_text(PAGE + text, "utf-8")
    return compile_folder(folder)


def test_it_is_one_block_with_its_questions_inside(tmp_path: Path) -> None:
    done = compiled(tmp_path, TOGETHER)
    assert done.module is not None, done.problems
    (block,) = done.module.pages[0].blocks
    assert (block.key, block.kind) == ("two-scenes", "together")
    assert block.data["title"] == "Two scenes"
    assert block.data["size"] == 3
    assert [each["key"] for each in block.data["questions"]] == ["second", "say"]
    assert "Read the two scenes again." in block.data["intro_html"]
    assert "Say more" not in done.module.pages[0].text, "no search gives the answers away"


def test_the_example_of_the_docs_is_right(tmp_path: Path) -> None:
    example = re.search(
        r"## Correcting together\n.*?~~~\n(.*?)\n~~~", DOCS.read_text("utf-8"), re.DOTALL
    )
    assert example is not None
    assert not [each for each in compiled(tmp_path, example[1]).problems if each.line != 1]


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        (TOGETHER.replace(' title="Two scenes"', ""), "has no title", 5),
        (TOGETHER.replace("size=3", "size=6"), "size=6", 5),
        (TOGETHER.replace("size=3", "size=²"), "size=²", 5),
        ('::: together {title="One"}\n' + ONE.format(n=1) + ":::\n", "this one has 1", 5),
        (
            '::: together {title="Nine"}\n' + "".join(ONE.format(n=n) for n in range(9)) + ":::\n",
            "this one has 9",
            5,
        ),
        (TOGETHER.replace("{#second}", "{#second .optional}"), "is not optional", 8),
        (
            TOGETHER.replace("Read the two", "::: reflection\nThink.\n:::\n\nRead the two"),
            "has no reflection",
            6,
        ),
        (
            TOGETHER.replace(
                "::: question {#say kind=open}\nWhat do you say then?\n\n"
                "::: solution\n“Say more.”\n:::\n",
                "::: question {#say kind=scale}\nHow sure are you?\n\n- Not\n- Very\n",
            ),
            "Nobody can correct",
            17,
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, said: str, line: int
) -> None:
    problems = compiled(tmp_path, text).problems
    assert (said, line) in [(said if said in each.message else "", each.line) for each in problems]
