"""Our own modules keep their identities: answers of learners are stored under these keys.

`identities.json` was written before a change to how Markdown is read, and shows that the change
kept every key and every word. The keys hold for good; the words of a page are compared as long as
its source is the one they were taken from. After editing a module on purpose, write the file anew:

    python -m tests.modules.compiler.test_identities
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pdportal.content.html import plain_text
from pdportal.modules.compiler.compile import compile_folder
from pdportal.modules.compiler.model import CompiledBlock, CompiledPage

MODULES = Path(__file__).parents[3] / "content" / "modules"
RECORD = Path(__file__).with_name("identities.json")
FOLDERS = sorted(folder for folder in MODULES.iterdir() if folder.is_dir())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _words(value: Any) -> str:
    """All words in the data of a block, without markup, in one line."""
    if isinstance(value, dict):
        return " ".join(_words(each) for each in value.values())
    if isinstance(value, list):
        return " ".join(map(_words, value))
    return " ".join(plain_text(str(value)).split())


def _block(block: CompiledBlock) -> dict[str, Any]:
    return {
        "key": block.key,
        "kind": block.kind,
        "options": [option["key"] for option in block.data.get("options", [])],
        "right": [option.get("right") for option in block.data.get("options", [])],
        "fields": [field["key"] for field in block.data.get("fields", [])],
        "words": _hash(_words(block.data)),
    }


def _page(page: CompiledPage, folder: Path) -> dict[str, Any]:
    html = " ".join(piece.get("html", "") for piece in page.body)
    return {
        "source": _hash((folder / page.path).read_text("utf-8")),
        "words": _hash(_words(html) + " | " + " ".join(page.text.split())),
        "headings": [name for _, name, _ in page.headings],
        "blocks": [_block(block) for block in page.blocks],
    }


def identities(folder: Path) -> dict[str, Any]:
    """The keys of a module, with hashes of its words, page by page."""
    module = compile_folder(folder).module
    assert module is not None
    return {page.slug: _page(page, folder) for page in module.pages}


def _keys(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**block, "words": "", "right": []} for block in page["blocks"]]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_our_modules_keep_their_keys_and_their_words(folder: Path) -> None:
    recorded = json.loads(RECORD.read_text("utf-8"))[folder.name]
    compiled = identities(folder)
    assert list(compiled) == list(recorded)
    for slug, page in compiled.items():
        assert _keys(page) == _keys(recorded[slug]), slug
        if page["source"] == recorded[slug]["source"]:
            assert page == recorded[slug], slug


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_our_sources_can_be_looked_up(folder: Path) -> None:
    """Each has the address of a page, and a year; or says that it is a weak one."""
    pages = [page.read_text("utf-8") for page in folder.glob("*.md")]
    notes = [
        note
        for page in pages
        for note in re.findall(r"(?ms)^\[\^[\w-]+\]: (.*?)(?=\n\n|\n\[\^|\Z)", page)
    ]
    assert notes
    for note in notes:
        assert "<https://" in note, note
        assert re.search(r"<https://[^/>]+/[^>]", note) or "weak source" in note, note
        dated = re.search(r"\b(18|19|20)\d\d\b", note)
        assert dated or "weak source" in note or "not a" in note, note


if __name__ == "__main__":
    record = {folder.name: identities(folder) for folder in FOLDERS}
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
