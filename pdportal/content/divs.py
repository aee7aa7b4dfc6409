"""The Python-Markdown extension of our dialect: fenced divs, lists as people write them, figures.

A preprocessor reads the blocks (`blocks.py`) and leaves marks; what the marks stand for is put in
their places in the finished tree (`document.py`).
"""

import re
import threading
from typing import TYPE_CHECKING

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import REFERENCE_RE, ReferenceInlineProcessor
from markdown.preprocessors import Preprocessor

from pdportal.content.blocks import BlockReader
from pdportal.content.problems import Problems

if TYPE_CHECKING:
    from pdportal.content.problems import Problem

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class DialectPreprocessor(Preprocessor):
    """Reads the blocks of a page before Python-Markdown does."""

    reader: BlockReader | None = None
    first_line = 1

    def run(self, lines: list[str]) -> list[str]:
        """Our reading of the lines, for Python-Markdown to go on with."""
        if self.reader is None:
            self.reader = BlockReader(Problems(""))
        text = self.reader.read("\n".join(lines), self.first_line)
        for label, reference in self.reader.inline.references.items():
            self.md.references[label] = (reference.target, reference.title)
        return text.split("\n")


class _CloseReference(ReferenceInlineProcessor):
    """`[text][label]` is one link, `[label] [label]` are two."""

    RE_LINK = re.compile(r"\[([^\]]*)\]")


class DialectExtension(Extension):
    """Our dialect; alone it gives marks, with `read_markdown` it gives pages."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- the library's name
        """Take the place of the preprocessors that read blocks in other ways."""
        self.preprocessor = DialectPreprocessor(md)
        md.preprocessors.register(self.preprocessor, "dialect", 28)
        md.preprocessors.deregister("html_block")
        md.parser.blockprocessors.deregister("code")
        md.parser.blockprocessors.deregister("reference")
        md.ESCAPED_CHARS = list(PUNCTUATION)
        md.inlinePatterns.register(_CloseReference(REFERENCE_RE, md), "reference", 170)


class _Engines(threading.local):
    """One engine a thread and language: making one costs more than using it."""

    def __init__(self) -> None:
        self.made: dict[bool, tuple[Markdown, DialectExtension]] = {}

    def get(self, *, curly: bool) -> tuple[Markdown, DialectExtension]:
        """An engine that remembers nothing of the page before."""
        if curly not in self.made:
            dialect = DialectExtension()
            self.made[curly] = (
                Markdown(
                    extensions=[
                        dialect, "tables", "footnotes", "def_list", "abbr", "attr_list", "smarty",
                        "pymdownx.tilde", "pymdownx.caret", "pymdownx.magiclink",
                    ],
                    extension_configs={
                        "tables": {"use_align_attribute": True},
                        "footnotes": {"BACKLINK_TITLE": "Back to the text of note {}"},
                        "smarty": {"smart_quotes": curly, "smart_dashes": True},
                        "pymdownx.caret": {"insert": False},
                    },
                    tab_length=4,
                ),
                dialect,
            )  # fmt: skip
        return self.made[curly]

    def forget(self) -> None:
        """Begin anew after a fault of the library, which may have left an engine half done."""
        self.made.clear()


_engines = _Engines()


def convert(
    text: str, *, path: str, first_line: int, language: str
) -> tuple[str, BlockReader, "list[Problem]"]:
    """HTML with marks, what the marks stand for, and the problems met on the way."""
    engine, dialect = _engines.get(curly=language.lower().startswith("en"))
    engine.reset()
    problems = Problems(path)
    reader = BlockReader(problems)
    dialect.preprocessor.reader = reader
    dialect.preprocessor.first_line = first_line
    try:
        html = engine.convert(text.replace("\t", "    ") if text.strip() else "\u200b")
    except Exception:
        _engines.forget()
        problems.error(
            first_line, "This page cannot be read.", "Look for brackets and lists left open."
        )
        return "", BlockReader(Problems(path)), problems.found
    dialect.preprocessor.reader = None
    engine.reset()
    reader.inline.check_references()
    return html, reader, problems.found
