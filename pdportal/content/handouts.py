"""Pages for students, of modules and of protocols: their grades, and what one sheet holds."""

from __future__ import annotations

import re

from pdportal.content.html import plain_text
from pdportal.content.problems import Problems

ONE_PAGE = 350
"""About how many words in large letters a sheet has room for."""


def grade_band(written: str) -> str:
    """A band of grades as it is shown: K-5 becomes K–5."""
    return re.sub(r"(?<=\w)\s*[-–—]\s*(?=\w)", "–", " ".join(written.split()))


def check_sheet(what: str, html: str, line: int, problems: Problems) -> None:
    """Warn of a page for students that is longer than a sheet."""
    words = len(plain_text(html).split())
    if words > ONE_PAGE:
        problems.warning(
            line, f"{what} has {words} words and may not print on one page.",
            f"A sheet has room for about {ONE_PAGE}.",
        )  # fmt: skip
