"""What a module gives its readers to take to class: a page to print, for one band of grades."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from pdportal.content.divs import Div
from pdportal.content.handouts import check_sheet, grade_band
from pdportal.content.problems import Problem

if TYPE_CHECKING:
    from pdportal.modules.compiler.compile import Compilation
    from pdportal.modules.compiler.interactive import Extractor

LONGEST_BAND = 40


def compile_mirror(extractor: Extractor, element: Element, div: Div) -> dict[str, Any]:
    """The data of `::: mirror {grades="K-5"}`: for whom it is, its title, and the page itself."""
    problems = extractor.problems
    grades = " ".join(div.attributes.values.get("grades", "").split())
    if not grades:
        problems.error(
            div.line, "This mirror does not say for which grades it is.",
            'Write {grades="K-5"} or {grades="6-12"}.',
        )  # fmt: skip
    elif len(grades) > LONGEST_BAND:
        problems.error(div.line, "The grades of this mirror are too long.", 'Write "K-5".')
    title = extractor.title(element, div)
    html = extractor.html(element)
    if not html:
        problems.error(
            div.line, "This mirror has no words.", "Write the page that students get, for them."
        )
    check_sheet("This mirror", html, div.line, problems)
    return {"title": title, "grades": grade_band(grades), "html": html}


def check_mirror(folder: Path, compilation: Compilation) -> Iterator[Problem]:
    """A hint where a module of our own has nothing for students."""
    module, about = compilation.module, folder / "module.md"
    if module is None or not about.is_file():
        return
    if not any(block.kind == "mirror" for page in module.pages for block in page.blocks):
        yield Problem(
            about.as_posix(), 1, "hint", "This module has no mirror.",
            'Write what students get: ::: mirror {grades="K-5"}, and one for 6-12.',
        )  # fmt: skip
